"""The médecin référent's desk, step by step: a patient of the work list, a new summary of what is proposed,
signed with the card, and read by a colleague; by keyboard alone from the list to « publié ».
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from tests.e2e.tour.driver import key, type_keys
from tests.e2e.tour.playing import Step, Tour

MOST_KEYS = 40  # for a patient about whom nothing changed; PIN and typed words are not counted
_NAME = "SCHMIT Jos"
_MATRICULE = "1747110310658"
_PATIENT = "pat-0002"
_COLLEAGUE = "weber"


class MedecinReferent(Tour):
    """A declared GP writes the summary of one of his patients. ``keys`` counts what he pressed for it."""

    card, practitioner = "kieffer", "ps-kieffer"
    whole = True

    def steps(self) -> Sequence[Step]:
        """From the login to the colleague."""
        return (
            self.step_start, self.step_login, self.step_worklist, self.step_patient, self.step_proposals,
            self.step_accepted, self.step_checked, self.step_pin, self.step_signed, self.step_published,
            self.step_colleague_reads,
        )  # fmt: skip

    def _title(self) -> str:
        seen = self.program.find("summary-section-title")
        return seen.text if seen else ""

    def _decisions(self) -> str:
        return self.program.wait("summary-decisions").text

    def _published(self) -> list[dict[str, Any]]:
        return [d for d in self.state()["deposits"] if d["category"] == "resume-patient"]

    # -- the steps -------------------------------------------------------------------------------------

    def step_start(self) -> None:
        self.stage.console.wait(f"insert-{self.card}")

    def step_login(self) -> None:
        self.stage.console.click(f"insert-{self.card}")
        self.program.type_into("pin-field", self.stage.pin)
        key("Return")
        self.program.wait("worklist-home-open")

    def step_worklist(self) -> None:
        self.press("F7")
        self.program.wait("worklist-table")
        self.program.wait_words("200 patients")
        assert len(self.traces("mr-worklist")) == 1, "one reading of the list, one trace (CF-060)"
        self.press("ctrl+f")
        type_keys("schmit jos")
        self.program.until("one patient", lambda: len(self.program.rows("worklist-table")) == 1)
        assert not [t for t in self.state()["traces"] if t["patient"] == _PATIENT and self._mine(t)], "CF-062"

    def _mine(self, trace: dict[str, Any]) -> bool:
        return bool(trace["practitioner"] == self.practitioner)

    def step_patient(self) -> None:
        self.press("Return")
        self.program.wait_words(_NAME, "03.11.1947")
        self.program.wait("identity-confirm")
        self.press("space", "Return")
        self.program.wait("document-list")
        self.program.until("documents", lambda: self.program.rows("document-list"))

    def step_proposals(self) -> None:
        """The version in force is one traced read; nothing else of the record is opened."""
        self.press("ctrl+Tab", "ctrl+Tab", "ctrl+Tab")
        self.program.at_rest(
            "the version in force", lambda: self.program.row("summary-side", "Résumé patient")
        )
        self.press("Return")
        self.program.wait_words("base v7")
        self.program.until("proposals", lambda: self.program.find("summary-lines"))
        assert len(self.traces("read")) == 1
        assert "5 décisions restent" in self._decisions().replace("\u00a0", " ")

    def step_accepted(self) -> None:
        """Line by line in what must be decided, then what is unchanged at once (CF-087)."""
        for _ in range(3):
            title = self._title()
            for _ in range(self._open_lines(title)):
                self.press("space")
            self.program.until("all lines of the section", lambda: not self._open_lines(self._title()))
            self.press("ctrl+Return")
            self.program.until("the next section", partial(self._moved_on, title))
        self.press("alt+i")
        self.program.wait_words("Tout est décidé")

    def _moved_on(self, before: str) -> bool:
        return self._title() not in ("", before)

    def _open_lines(self, title: str) -> int:
        """How many lines of a section wait for a word, as the list of sections says it aloud."""
        row = self.program.row("summary-sections", title)
        waiting = (
            re.search(r"(\d+) propositions? attend", row.raw["spoken"].replace("\u00a0", " "))
            if row
            else None
        )
        return int(waiting[1]) if waiting else 0

    def step_checked(self) -> None:
        self.press("F9")
        self.program.wait("summary-pin")
        self.program.wait_words("remplace la version 7", "3 essais")
        assert not self._published(), "nothing leaves before the signature"

    def step_pin(self) -> None:
        type_keys(self.stage.pin)
        self.program.wait("summary-sign")

    def step_signed(self) -> None:
        self.press("Return")
        self.program.wait_words("✓ 2 Signature")

    def step_published(self) -> None:
        self.program.wait_words("Publié, version 8.")
        pair = self._published()
        assert len(pair) == 2, "the PDF and its data, and nothing twice"
        assert len({d["submission_id"] for d in pair}) == 1, "together"
        assert [bool(d["transforms"]) for d in pair] == [False, True]
        assert all(d["replaces"] for d in pair)
        assert len(self.traces("send-version")) == 1, "one act, one trace"
        assert self.keys <= MOST_KEYS, f"{self.keys} keys"

    def step_colleague_reads(self) -> None:
        """He opens the record with the code that the patient gives him, and reads what was signed."""
        self.program.click("user-menu-button")
        self.program.click("user-log-out")
        self.program.wait("pin-field")
        self.stage.console.click("pull")
        self.stage.console.click(f"insert-{_COLLEAGUE}")
        self.program.wait_words("WEBER")
        self.program.type_into("pin-field", self.stage.pin)
        key("Return")
        self.program.type_into("search-field", _MATRICULE)
        key("Return")
        self.program.tick("identity-confirm")
        self.program.type_into("code-field", self.stage.code)
        key("Return")
        self.program.until("the new version", lambda: self.program.row("document-list", "Résumé patient"))
        self.program.keep_choosing(
            "document-list", "Résumé patient", lambda: self.program.find("summary-reading")
        )
        self.program.wait("summary-reading-signature")
        self.program.wait_words("Signature ✓ valable", "Dr Marc Kieffer", "Iode de contraste", "urticaire")
        self.program.wait_words("Problèmes actifs et ALD (3)", "Traitement en cours (9)")
        read = [t["document"] for t in self.state()["traces"] if t["practitioner"] == f"ps-{_COLLEAGUE}"]
        assert self._published()[1]["id"] in read
