"""What happens to a doctor when the platform, the patient or the card changes under his hands."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.tour.consultation import PRACTITIONER
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import Window, key

pytestmark = pytest.mark.timeout(900)  # against a hang


class Scene:
    """A stage with the words of a doctor."""

    def __init__(self, stage: TourRun) -> None:
        self.stage = stage
        self.patient = stage.suggestion(0)

    @property
    def window(self) -> Window:
        return self.stage.program

    def act(self, act: str, **fields: Any) -> None:
        self.stage.control("POST", "/act", {"act": act, **fields})

    def insert(self, card: str = "weber") -> None:
        self.stage.console.click(f"insert-{card}")
        self.window.wait("pin-field")

    def log_in(self) -> None:
        self.window.type_into("pin-field", self.stage.pin)
        key("Return")

    def open_record(self) -> None:
        self.window.wait("search-field")
        self.window.type_into("search-field", self.patient["matricule"])
        key("Return")
        self.window.tick("identity-confirm")
        self.window.until(
            "access", lambda: self.window.find("code-field") or self.window.find("open-record-button")
        )
        if self.window.find("code-field"):
            self.window.type_into("code-field", self.stage.code)
            key("Return")
        else:
            self.window.click("open-record-button")
        self.window.wait("record-deposit")
        self.window.until("documents", lambda: self.rows())

    def sessions(self) -> list[dict[str, Any]]:
        """The first holder's sessions on the platform."""
        return [s for s in self.stage.state()["sessions"] if s["practitioner"] == PRACTITIONER]

    def reads(self) -> list[dict[str, Any]]:
        """The platform's traces of documents that were read."""
        return [t for t in self.stage.state()["traces"] if t["action"] == "read"]

    def rows(self) -> list[dict[str, Any]]:
        seen = self.window.find("document-list")
        return list(seen.raw.get("rows", [])) if seen else []

    def read(self, number: int) -> str:
        title = str(self.rows()[number]["cells"][1])
        self.window.click_row("document-list", title)
        key("Return")
        self.window.wait_ink("viewer-pages")
        return title

    def log_out(self) -> None:
        self.window.click("user-menu-button")
        self.window.click("user-log-out")
        self.window.wait("pin-field")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    assert "DISPLAY" in os.environ, "needs a screen: run `python3 dev.py test tours`"
    stage = TourRun(tmp_path, "software")
    stage.whole = True
    stage.start()
    try:
        yield Scene(stage)
    finally:
        stage.stop()


def test_terms_suspension_and_another_holder(scene: Scene) -> None:
    """CF-020: terms first; CF-014: another card closes the session; CF-019: a suspended doctor is told."""
    scene.act("terms", version="2026-11")
    scene.insert()
    scene.log_in()
    scene.window.wait_words("2026-11")
    assert not scene.stage.state()["sessions"], "a session before the acceptance"
    scene.window.tick("terms-read")
    scene.window.click("terms-accept")
    scene.open_record()
    name = scene.patient["family"].upper()

    scene.stage.console.click("insert-kieffer")
    scene.window.wait_words("KIEFFER")
    assert name not in scene.window.words(), "the first holder's patient is still on the screen"
    scene.window.until("the first holder's session has ended on the platform", lambda: not scene.sessions())

    scene.stage.console.click("insert-weber")
    scene.window.wait_words("WEBER")
    scene.log_in()
    scene.window.wait("search-field")
    scene.act("suspend", practitioner=PRACTITIONER)
    scene.window.type_into("search-field", scene.patient["matricule"])
    key("Return")
    scene.window.wait_words("DSP-311")
    scene.window.until(
        "a suspended doctor may not go on searching", lambda: not scene.window.find("search-field")
    )


def test_offline_reads_the_cache_and_reports_it(scene: Scene) -> None:
    """CF-058, CF-060, CF-079: the platform is down; what was read stays readable and is reported later."""
    scene.insert()
    scene.log_in()
    scene.open_record()
    title = scene.read(0)
    scene.window.until("the trace of the read", scene.reads)
    assert len(scene.reads()) == 1
    scene.log_out()
    scene.stage.control("POST", "/faults", {"kind": "drop", "path": "^(?!GET /state)"})
    scene.log_in()
    scene.window.wait("search-field")
    scene.window.until("recent patient", lambda: scene.window.find("recent-patient-0"))
    scene.window.click("recent-patient-0")
    scene.window.wait("record-deposit")
    scene.window.until("documents", lambda: scene.rows())
    scene.window.until("the document read before", lambda: scene.rows()[0]["cells"][1] == title)
    scene.read(0)
    scene.window.wait_words(title)
    scene.log_out()
    scene.stage.control("DELETE", "/faults")
    scene.log_in()
    scene.window.wait("search-field")
    scene.window.until(
        "the local read was reported",
        lambda: len(scene.reads()) == 2,
    )


def test_cf031_a_shortened_mandate_takes_the_record_from_the_screen(scene: Scene) -> None:
    """With the record on the screen, and nothing touched; what it gave is destroyed (CF-066).

    That it is asked for every 30 s is proved by the timer itself (``tests/ui/desk/test_session_over.py``).
    """
    scene.insert()
    scene.log_in()
    scene.open_record()
    scene.read(0)
    vault = scene.stage.home / "vault"
    scene.window.until("a kept body", lambda: list(vault.rglob("bodies/*.body")))
    mine = [
        m
        for m in scene.stage.state()["mandates"]
        if m["practitioner"] == PRACTITIONER and m["patient"] == scene.patient["patient_id"]
    ]
    scene.act("shorten-mandate", mandate=mine[0]["id"])
    scene.window.until("the content is gone", lambda: not scene.rows(), 180)
    scene.window.wait_words("DSP-611")
    scene.window.until("bodies destroyed", lambda: not list(vault.rglob("bodies/*.body")))
