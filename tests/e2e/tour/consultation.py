"""The main job, step by step, as a general practitioner does it; each step looks at screen and platform."""

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import key, press, type_keys, wheel
from tests.e2e.tour.files import conforming_letter
from tests.e2e.tour.playing import Step, Tour

CARD = "weber"
PRACTITIONER = "ps-weber"


class Consultation(Tour):
    """A general practitioner with the patient in front of him."""

    card, practitioner = CARD, PRACTITIONER

    def __init__(self, stage: TourRun, out: Path) -> None:
        super().__init__(stage, out)
        self.letter = conforming_letter()

    def steps(self) -> Sequence[Step]:
        """In the order of a consultation."""
        return (
            self.step_start, self.step_card, self.step_wrong_pin, self.step_pin, self.step_search,
            self.step_identity, self.step_wrong_code, self.step_code, self.step_record, self.step_filter,
            self.step_open_document, self.step_more_documents, self.step_encrypted_store,
            self.step_refused_file,
            self.step_deposit_form, self.step_confirm, self.step_deposited, self.step_card_removed,
            self.step_unlock, self.step_logout,
        )  # fmt: skip

    # -- the steps -------------------------------------------------------------------------------------

    def step_start(self) -> None:
        self.program.wait_words("Insérez votre carte")
        self.stage.console.wait(f"insert-{CARD}")

    def step_card(self) -> None:
        self.stage.console.click(f"insert-{CARD}")
        self.program.wait("pin-field")
        self.program.wait_words("WEBER", "3 essais")

    def step_wrong_pin(self) -> None:
        wrong = "9" * 6 if self.stage.pin != "9" * 6 else "8" * 6
        self.program.type_into("pin-field", wrong)
        key("Return")
        self.program.wait_words("DSP-201", "2 essais")
        assert not self.state()["sessions"], "a wrong PIN opened a session"

    def step_pin(self) -> None:
        self.program.type_into("pin-field", self.stage.pin)
        key("Return")
        self.program.wait("search-field")
        assert len(self.state()["sessions"]) == 1
        self._take_suggestion()

    def _take_suggestion(self) -> None:
        """The first suggested patient, as the console shows it."""
        self.stage.console.wait("patient-0")
        shown = json.loads((self.stage.platform / "console.json").read_text())
        self.patient = shown["suggestions"][0]

    def step_search(self) -> None:
        # The first screens work while the documents are still being written.
        self.program.until("demo documents", lambda: self.state()["documents"] > 500)
        self.program.type_into("search-field", self.patient["matricule"])
        key("Return")
        self.program.wait_words(self.patient["family"].upper())

    def step_identity(self) -> None:
        if not self.program.find("identity-confirm"):
            key("Return")
        self.program.wait("identity-confirm")
        self.program.wait_words(self.patient["family"].upper(), self.patient["birth_date"])
        self.program.tick("identity-confirm")
        self.program.wait("code-field")

    def step_wrong_code(self) -> None:
        self.program.type_into("code-field", "FAUX1234")
        key("Return")
        self.program.wait_words("DSP-620")
        assert not self.mandates(), "a wrong code opened a mandate"

    def mandates(self) -> list[dict[str, Any]]:
        return [
            m
            for m in self.state()["mandates"]
            if m["patient"] == self.patient["patient_id"]
            and m["practitioner"] == PRACTITIONER
            and m["state"] == "active"
        ]

    def step_code(self) -> None:
        self.program.type_into("code-field", self.stage.code)
        key("Return")
        self.program.wait("record-deposit")
        self.program.wait_words(self.patient["family"].upper(), self.patient["birth_date"])
        assert len(self.mandates()) == 1

    def step_record(self) -> None:
        seen = self.program.wait("document-list")
        self.program.until("documents", lambda: self.program.rows("document-list"))
        lifeline = self.program.wait("lifeline")
        wheel(lifeline.centre, 3)
        wheel(lifeline.centre, -3)
        assert seen.raw["kind"]
        assert not self.traces("read"), "opening a list fetched a document (CF-062)"

    def step_filter(self) -> None:
        self.program.type_into("filter-text", "bilan")

        def only() -> bool:
            rows = self.program.rows("document-list")
            return bool(rows) and all("bilan" in " ".join(r["cells"]).lower() for r in rows)

        self.program.until("only rows with « bilan »", only)

    def step_open_document(self) -> None:
        row = self.program.rows("document-list")[0]
        x, y, width, height = row["rect"]
        press((x + width // 2, y + height // 2))
        key("Return")
        self.program.wait("viewer-close")
        self.program.wait_ink("viewer-pages")
        self.program.until("one read, one access (CF-060)", lambda: len(self.traces("read")) == 1)

    def step_more_documents(self) -> None:
        """Five more, as a doctor who reads a history; each is one access."""
        self.program.click("viewer-close")
        self.program.until("viewer closed", lambda: not self.program.find("viewer-close"))
        self.program.click("filter-text")
        key("ctrl+a", "BackSpace")
        self.program.until("the whole list", lambda: " sur " not in self.program.wait("document-count").text)
        for number in range(5):
            row = self._row(number)
            assert row is not None
            x, y, width, height = row["rect"]
            press((x + width // 3, y + height // 2))
            key("Return")
            # The newest was read in the step before: one more document with each row.
            self.program.until("one more read", partial(self._read_more_than, number))
            self.program.wait_ink("viewer-pages")
        self.program.click("viewer-close")
        self.program.until("viewer closed", lambda: not self.program.find("viewer-close"))

    def _read_more_than(self, number: int) -> bool:
        return len(self._read()) > number

    def _read(self) -> set[str]:
        return {trace["document"] for trace in self.traces("read")}

    def _row(self, number: int) -> dict[str, Any] | None:
        seen = self.program.find("document-list")
        rows = seen.raw["rows"] if seen else []
        return rows[number] if len(rows) > number else None

    def step_encrypted_store(self) -> None:
        """A SQLCipher file and encrypted bodies, opened by the card and a real keyring."""
        vault = self.stage.home / "vault"
        bodies = list(vault.rglob("*.body"))
        assert len(bodies) >= 5, f"{len(bodies)} encrypted bodies"
        databases = list(vault.rglob("*.db"))
        assert databases and all(d.read_bytes()[:15] != b"SQLite format 3" for d in databases)
        assert not any(b"%PDF" in b.read_bytes() for b in bodies)
        assert not self.program.find("state-store"), "the keyring was not used"

    def step_refused_file(self) -> None:
        bad = self.stage.folder / "lettre.pdf"
        bad.write_text("Ceci n'est pas un PDF.")
        self.program.click("record-deposit")
        self._choose(bad)
        self.program.wait_words("DSP-701")
        assert not self.state()["deposits"]

    def _choose(self, path: Path) -> None:
        self.program.click("deposit-choose-file")
        self.program.wait("fileNameEdit")
        key("ctrl+a")
        type_keys(str(path))
        key("Return")
        self.program.until("dialog closed", lambda: not self.program.find("fileNameEdit"))

    def step_deposit_form(self) -> None:
        good = self.stage.folder / "lettre-cardio.pdf"
        good.write_bytes(self.letter)
        self._choose(good)
        self.program.wait_words("PDF/A-1b")
        self.program.click("deposit-category")
        type_keys("diagnostiques")
        key("Return")
        self.program.type_into("deposit-title", "Consultation cardiologique")
        self.program.wait_words(self.patient["family"].upper(), "Dr")

    def step_confirm(self) -> None:
        button = self.program.wait("deposit-confirm-button")
        self._picture("confirmation.png")
        press(button.centre)
        self.program.until("one deposit on the platform", lambda: len(self.state()["deposits"]) == 1)

    def step_deposited(self) -> None:
        self.program.wait_words("éposé")
        deposit = self.state()["deposits"]
        digest = hashlib.sha1(self.letter).hexdigest()
        assert [d["sha1"] for d in deposit] == [digest], "the platform holds other bytes"
        assert deposit[0]["title"] == "Consultation cardiologique"
        assert len(self.traces("send")) == 1, "one act, one trace"

    def step_card_removed(self) -> None:
        self.stage.console.click("pull")
        self.program.wait_words("errouill")
        shown = self.program.words()
        assert self.patient["matricule"][:8] not in shown.replace(" ", "")
        assert self.patient["family"].upper() not in shown, "the lock screen shows the patient"

    def step_unlock(self) -> None:
        self.stage.console.click(f"insert-{CARD}")
        self.program.type_into("pin-field", self.stage.pin)
        key("Return")
        self.program.wait_words(self.patient["family"].upper(), self.patient["birth_date"])
        assert len(self.mandates()) == 1, "an unlock opened another mandate"

    def step_logout(self) -> None:
        self.program.click("user-menu-button")
        self.program.click("user-log-out")
        self.program.wait_words("WEBER")
        self.program.wait("pin-field")
        assert self.patient["family"].upper() not in self.program.words()
