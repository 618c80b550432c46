"""What a lock, a mandate's end and a logout leave of a patient in the program's memory (CF-017, CF-031).

The real program is worked from outside, by mouse and keys, with the software card and over pcscd, virtual
reader and OpenSC; the memory of the window, and of the children that live then, is read from outside. Each
moment has its positive control: the same look finds each needle while the document is on the screen, and none
before anybody logged in.
"""

import json
import os
from dataclasses import dataclass

import pytest

from tests.e2e.test_scenes import Scene
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import key, type_keys
from tests.hostile.traces import known, of_document, spelled
from tests.hostile.visit import SWEPT_S, Found, Visit, held
from tests.process_memory import copies_of

pytestmark = pytest.mark.timeout(1500)  # against a hang
PATIENT = "pat-0012"  # no text of the program and nobody else has the name
# Nor these: what is looked for in the list, and in a document.
FILTER, SEARCH = "wuselkrempelig", "schnabelkraut"


@dataclass
class Reading(Visit):
    """A doctor with one document before him."""

    title: str = ""
    _lists: int = 0

    def read(self, moment: str) -> None:
        """Read the document once the list is whole, and look while it is on the screen."""
        window = self.scene.window
        self._lists += 1
        window.until("the whole list", lambda: self.marks().count("lifeline-painted") >= self._lists)
        self._filter()
        window.click_row("document-list", self.title)
        key("Return")
        window.wait_ink("viewer-pages")
        self._copy_and_search()
        self.traces.learn()
        self.look(moment)

    def _filter(self) -> None:
        """For words that no document has; then all of them again."""
        window = self.scene.window
        window.type_into("filter-text", FILTER)
        window.until("what was typed", lambda: window.wait("filter-text").text == FILTER)
        window.until("no document", lambda: not self.scene.rows())
        if "filter" not in self.found:
            self.found["filter"] = copies_of(self.scene.stage.pid, {"filter": spelled(FILTER)})
        window.click("filter-reset")
        window.until("documents", self.scene.rows)

    def _copy_and_search(self) -> None:
        """The page's text is on the clipboard, and is looked into for words that it has not."""
        window = self.scene.window
        window.click("viewer-pages")
        key("ctrl+a", "ctrl+c", "ctrl+f")
        window.wait("viewer-search-text")
        key("ctrl+v")
        window.until("what was copied", lambda: window.wait("viewer-search-text").text)
        key("ctrl+a")
        type_keys(SEARCH)
        key("Return")
        window.until("what was typed", lambda: window.wait("viewer-search-text").text == SEARCH)


def _end_mandate(scene: Scene) -> None:
    mine = {"practitioner": "ps-weber", "patient": scene.patient["patient_id"], "state": "active"}
    mandates = [m for m in scene.stage.state()["mandates"] if mine.items() <= m.items()]
    scene.act("shorten-mandate", mandate=mandates[0]["id"])
    scene.window.until("the end is told", lambda: "DSP-611" in scene.window.words(), SWEPT_S)


def _play(stage: TourRun) -> Reading:
    scene, patient = Scene(stage), known(stage, PATIENT)
    traces, title = of_document(stage, patient)
    traces.wanted |= {"filter": spelled(FILTER), "search": spelled(SEARCH)}
    scene.patient = {"patient_id": patient.id, "family": patient.family, "matricule": patient.matricule}
    visit = Reading(scene, traces, title=title)
    scene.insert("weber")
    visit.look("before")

    scene.log_in()
    scene.window.type_into("search-field", scene.patient["matricule"])
    visit.keys["typed"] = traces.keys()
    key("ctrl+a", "BackSpace")
    scene.open_record()
    visit.read("read")
    stage.console.click("pull")
    scene.window.wait_words("errouill")
    visit.look_when_swept("locked")

    scene.insert("weber")
    scene.log_in()
    scene.window.wait("record-deposit")
    scene.window.until("documents", scene.rows)
    visit.read("unlocked")
    _end_mandate(scene)
    traces.of_mandate()
    visit.look_when_swept("ended")

    scene.window.click("record-ended-close")
    scene.open_record()
    visit.read("opened anew")
    scene.log_out()
    visit.look_when_swept("logged out")
    return visit


@pytest.fixture(scope="module", params=["software", "reader"])
def visit(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    assert "DISPLAY" in os.environ, "needs a screen: run `python3 dev.py test hostile`"
    stage = TourRun(tmp_path_factory.mktemp("stage"), request.param)
    stage.whole = True
    stage.start()
    try:
        stage.program.until("the card's chain", (stage.platform / "chain.json").exists)
        played = json.loads((stage.platform / "chain.json").read_text())["kind"]
        assert played == request.param, "another chain plays"
        return _play(stage)
    finally:
        stage.stop()


@pytest.fixture(scope="module")
def found(visit: Reading) -> dict[str, Found]:
    return visit.found


def test_positive_control_each_is_found_while_it_is_shown(visit: Reading) -> None:
    for moment in ("filter", "read", "unlocked", "opened anew"):
        shown = {**visit.found[moment], **visit.found["filter"]}  # what was filtered by is over then
        assert all(shown.values()), (moment, shown)
    assert all(visit.keys["typed"].values()), visit.keys


def test_negative_control_none_is_found_before_anybody_logged_in(found: dict[str, Found]) -> None:
    """None of them is a word of the program itself."""
    assert not any(found["before"].values()), found["before"]


def test_cf017_a_lock_leaves_nothing(visit: Reading) -> None:
    assert not any(visit.found["locked"].values()), visit.found["locked"]
    assert not any(visit.keys["locked"].values()), visit.keys["locked"]


def test_cf031_the_end_of_a_mandate_leaves_nothing_of_what_it_gave(found: dict[str, Found]) -> None:
    assert not any(found["ended"].values()), found["ended"]


def test_cf017_a_logout_leaves_nothing(found: dict[str, Found]) -> None:
    assert not any(found["logged out"].values()), found["logged out"]


@pytest.mark.parametrize("moment", ["locked", "ended", "logged out"])
def test_cf017_cf031_nor_does_a_child_hold_anything_then(visit: Reading, moment: str) -> None:
    """Of cards and of documents; those that held it were ended."""
    assert not held(visit.in_children[moment])


def test_positive_control_children(visit: Reading) -> None:
    """The child that draws the document holds it while it is shown, and each of them can be read."""
    for moment in ("read", "unlocked", "opened anew"):
        drawing = [name for name, counts in visit.in_children[moment].items() if counts["document"]]
        assert drawing and all(name.startswith("pdf") for name in drawing), moment
    looked_at = [item for found in visit.in_children.values() for item in found.items()]
    assert looked_at
    assert [name for name, counts in looked_at if not counts["itself"]] == []
