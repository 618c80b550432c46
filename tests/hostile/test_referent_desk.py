"""What a lock and a logout leave of a médecin référent's work in the program's memory (CF-017).

Other pages than a document's: the work list, the editor of the summary with what was proposed and what was
typed, the ALD statement, the résumé des prestations, a summary that is read. They outlive their patient,
record screens do not. Tokens and keys are those of ``test_contents``.
"""

import os
from pathlib import Path

import pytest

from tests.e2e.test_scenes import Scene
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import key, type_keys
from tests.e2e.tour.files import conforming_letter
from tests.hostile.traces import Traces, known, spelled, summary_words
from tests.hostile.visit import Visit, held
from tests.process_memory import copies_of

pytestmark = pytest.mark.timeout(1500)  # against a hang
PATIENT = "pat-0002"  # Dr Kieffer's
OTHER = "DOS SANTOS Victor"  # on his list, and never opened
OTHERS_FAMILY = "Dos Santos"  # as the rows hold it: the words of a cell are overwritten once they are drawn
# No text of the program or of the demo: of a problem, of its note, of the ALD statement.
PROBLEM, NOTE, STATEMENT = "quetschwurzel im knie", "wackelpeter beim besuch", "bromelstein im befund"
# Nor these: what is looked for in the list, among the conditions and as a code; a title, a file, a scan.
SOUGHT = {"in the list": "wuselwichtig", "a condition": "schnabeltassig", "a code": "knickerbockerig"}
TITLE, FILE, SCAN = "pfannenwenderbericht", "gurkenhobelbrief", "zwiebackblatt"


def _fill_the_list(visit: Visit) -> None:
    window = visit.scene.window
    window.wait("worklist-home-open")
    key("F7")
    window.wait_words("200 patients")
    window.until("the other patient", lambda: window.row("worklist-table", OTHER))
    visit.found["listed"] = visit.traces.look()
    key("ctrl+f")
    type_keys(SOUGHT["in the list"])
    window.until("what was typed", lambda: window.wait("worklist-filter").text == SOUGHT["in the list"])
    window.until("nobody", lambda: not window.rows("worklist-table"))
    visit.found["sought"] = copies_of(visit.scene.stage.pid, {"": spelled(SOUGHT["in the list"])})
    key("ctrl+a")
    type_keys("schmit jos")
    window.until("one patient", lambda: len(window.rows("worklist-table")) == 1)
    key("Return")
    window.tick("identity-confirm")
    window.click("open-record-button")
    window.until("documents", visit.scene.rows)


def _write_a_summary(visit: Visit) -> None:
    """One proposal taken, a problem in own words, and the form of it left open."""
    window = visit.scene.window
    window.click("tab-summary")
    window.at_rest("the version in force", lambda: window.row("summary-side", "Résumé patient"))
    key("Return")
    window.wait_words("base v7", "5 décisions restent")
    key("space")
    window.wait_words("4 décisions restent")
    key("ctrl+Return")
    window.until("the problems", lambda: window.wait("summary-section-title").text.startswith("Problèmes"))
    key("ctrl+n")
    type_keys(PROBLEM)
    window.wait_words(f"« {PROBLEM} »")
    key("Return")
    window.type_into("summary-form-problem-note", NOTE)


def _write_a_statement(visit: Visit) -> None:
    window = visit.scene.window
    window.click("tab-ald")
    window.wait("ald-item-5-words")
    window.type_into("ald-item-5-words", STATEMENT)
    window.type_into("ald-item-5-icd10", SOUGHT["a code"])
    key("ctrl+n")
    window.wait("ald-add-search")
    type_keys(SOUGHT["a condition"])
    window.until("it stands there", lambda: window.wait("ald-add-search").text == SOUGHT["a condition"])


def _look_through(visit: Visit) -> None:
    """What the pages of the professional himself tell of his patients, and whom the record's own names."""
    window = visit.scene.window
    window.click("tab-history")
    window.until("who looked", lambda: window.rows("history-table"))
    window.click("tab-declaration")
    window.wait("declaration-view")
    for page in ("accesses", "summary-drafts"):
        window.click("user-menu-button")
        window.click(f"user-{page}")
        window.wait_words("SCHMIT")


def _begin_a_deposit(visit: Visit) -> None:
    """A title, and a file whose name tells of its patient, as that of a scan; nothing is sent."""
    window, stage = visit.scene.window, visit.scene.stage
    letter, scan = stage.folder / f"{FILE}.pdf", Path(stage.settings["scan_folder"]) / f"{SCAN}.pdf"
    for file in (letter, scan):
        file.write_bytes(conforming_letter())
    window.click("tab-home")
    window.click("record-deposit")
    window.wait_words(SCAN)
    window.click("deposit-choose-file")
    window.wait("fileNameEdit")
    key("ctrl+a")
    type_keys(str(letter))
    key("Return")
    window.wait_words("PDF/A-1b")
    window.type_into("deposit-title", TITLE)
    window.until("it stands there", lambda: window.wait("deposit-title").text == TITLE)


def _read_prestations(visit: Visit) -> None:
    """What was given stands in no other page; the screen says what it is."""
    window = visit.scene.window
    window.click("tab-prestations")
    years = window.until("years", lambda: [s.name for s in window.widgets() if "prestations-year" in s.name])
    window.click(years[0])
    rows = window.until("lines", lambda: window.rows("prestations-table"))
    window.wait_words(rows[0]["cells"][2])
    visit.traces.wanted["prestations"] = spelled(max((row["cells"][1] for row in rows), key=len))


def _read_the_summary(visit: Visit) -> None:
    window = visit.scene.window
    window.click("tab-home")
    window.until("documents", visit.scene.rows)
    window.click_row("document-list", "Résumé patient")
    key("Return")
    window.wait("summary-reading-signature")
    window.wait_words(*summary_words(visit.scene.stage, PATIENT))


def _play(stage: TourRun) -> Visit:
    patient = known(stage, PATIENT)
    wanted = {
        "summary": spelled(max(summary_words(stage, PATIENT), key=len)),
        "problem": spelled(PROBLEM),
        "note": spelled(NOTE),
        "statement": spelled(STATEMENT),
        **{f"sought {name}": spelled(words) for name, words in SOUGHT.items()},
        "title": spelled(TITLE),
        "file": spelled(FILE),
        "scan": spelled(SCAN),
        "matricule": patient.numbered,
        "name": patient.named,
        "other": spelled(OTHER, OTHERS_FAMILY),
    }
    typed = {"problem": PROBLEM, "note": NOTE, "statement": STATEMENT, "title": TITLE}
    scene = Scene(stage)
    visit = Visit(scene, Traces(stage, wanted, typed))
    scene.insert("kieffer")
    visit.found["before"] = visit.traces.look()

    scene.log_in()
    _fill_the_list(visit)
    _write_a_summary(visit)
    _write_a_statement(visit)
    _read_prestations(visit)
    _look_through(visit)
    _begin_a_deposit(visit)
    visit.found["written"] = visit.traces.look()
    visit.keys["written"] = visit.traces.keys()
    stage.console.click("pull")
    scene.window.wait_words("errouill")
    visit.look_when_swept("locked")

    scene.insert("kieffer")
    scene.log_in()
    scene.window.wait("tab-summary")
    scene.window.wait("deposit-title")
    scene.window.click("tab-summary")
    scene.window.wait_words(PROBLEM, NOTE)
    _read_the_summary(visit)
    visit.found["read"] = visit.traces.look()
    scene.log_out()
    visit.look_when_swept("logged out")
    return visit


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    assert "DISPLAY" in os.environ, "needs a screen: run `python3 dev.py test hostile`"
    stage = TourRun(tmp_path_factory.mktemp("stage"), "software")
    stage.whole = True
    scans = stage.folder / "scans"
    scans.mkdir()
    stage.settings = {"scan_folder": str(scans)}
    stage.start()
    try:
        return _play(stage)
    finally:
        stage.stop()


def test_positive_control_each_is_found_while_it_is_shown(visit: Visit) -> None:
    assert visit.found["listed"]["other"], visit.found["listed"]
    assert visit.found["sought"][""], "words that were looked for in the list"
    written = {**visit.found["written"], "other": 1, "sought in the list": 1}  # of whom the list alone tells
    assert all(written.values()), written
    assert all(visit.keys["written"].values()), visit.keys["written"]
    read = ("summary", "problem", "note", "matricule", "name")
    assert all(visit.found["read"][name] for name in read), visit.found["read"]


def test_negative_control_none_is_found_before_anybody_logged_in(visit: Visit) -> None:
    assert not any(visit.found["before"].values()), visit.found["before"]


@pytest.mark.parametrize("moment", ["locked", "logged out"])
def test_cf017_nothing_of_his_patients_stays(visit: Visit, moment: str) -> None:
    assert not any(visit.found[moment].values()), visit.found[moment]
    assert not any(visit.keys[moment].values()), visit.keys[moment]
    assert not held(visit.in_children[moment])
