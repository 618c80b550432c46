"""The main job, step by step, as a general practitioner does it; each step looks at screen and platform."""

import contextlib
import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import NotSeen, key, picture, press, type_keys, wheel
from tests.e2e.tour.files import conforming_letter

CARD = "weber"
PRACTITIONER = "ps-weber"


class Tour:
    """Plays the steps in order; each writes a numbered picture and a line of ``tour.json``."""

    def __init__(self, stage: TourRun, out: Path) -> None:
        self.stage = stage
        self.out = out
        self.results: list[dict[str, Any]] = []
        self.letter = conforming_letter()
        self.patient: dict[str, str] = {}
        self.after: Callable[[str], None] = lambda step: None

    # -- running ---------------------------------------------------------------------------------------

    def play(self) -> bool:
        """All steps; True when each is ok. Stops at the first that is not."""
        for step in self.steps():
            name = step.__name__.removeprefix("step_").replace("_", "-")
            started = time.monotonic()
            problem = ""
            try:
                step()
            except (NotSeen, AssertionError, KeyError, OSError) as error:
                problem = f"{type(error).__name__}: {error}"
            spent = round((time.monotonic() - started) * 1000)
            line = {"step": name, "ok": not problem, "ms": spent}
            if problem:
                line["problem"] = problem
            self.results.append(line)
            self._picture(f"{len(self.results):02}-{name}.png")
            (self.out / "tour.json").write_text(json.dumps(self.results, indent=1, ensure_ascii=False))
            if problem:
                (self.out / "screen.txt").write_text(self._shown())
                return False
            self.after(name)
        (self.out / "platform.json").write_text(json.dumps(self.state(), indent=1, ensure_ascii=False))
        return True

    def _picture(self, name: str) -> None:
        """A program that is gone leaves no picture, and no second error."""
        with contextlib.suppress(OSError, NotSeen):
            picture(self.out / name, self.stage.program, self.stage.console)

    def _shown(self) -> str:
        try:
            names = [f"{s.name}: {s.text}" for s in self.stage.program.widgets() if s.name]
        except (OSError, NotSeen) as error:
            return f"{error}"
        return "\n".join(names)

    def steps(self) -> list[Callable[[], None]]:
        """In the order of a consultation."""
        return [
            self.step_start, self.step_card, self.step_wrong_pin, self.step_pin, self.step_search,
            self.step_identity, self.step_wrong_code, self.step_code, self.step_record, self.step_filter,
            self.step_open_document, self.step_more_documents, self.step_encrypted_store,
            self.step_refused_file,
            self.step_deposit_form, self.step_confirm, self.step_deposited, self.step_card_removed,
            self.step_unlock, self.step_logout,
        ]  # fmt: skip

    @property
    def program(self):  # type: ignore[no-untyped-def]
        return self.stage.program

    def state(self) -> dict[str, Any]:
        return self.stage.state()

    def traces(self, action: str) -> list[dict[str, Any]]:
        """Successful traces of one action by the card holder."""
        return [
            t
            for t in self.state()["traces"]
            if t["action"] == action and t["succeeded"] and t["practitioner"] == PRACTITIONER
        ]

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
        self.program.until("documents", lambda: self.program.find("document-list").raw["rows"])
        lifeline = self.program.wait("lifeline")
        wheel(lifeline.centre, 3)
        wheel(lifeline.centre, -3)
        assert seen.raw["kind"]
        assert not self.traces("read"), "opening a list fetched a document (CF-062)"

    def step_filter(self) -> None:
        self.program.type_into("filter-text", "bilan")

        def only() -> bool:
            rows = self.program.find("document-list").raw["rows"]
            return bool(rows) and all("bilan" in " ".join(r["cells"]).lower() for r in rows)

        self.program.until("only rows with « bilan »", only)

    def step_open_document(self) -> None:
        row = self.program.find("document-list").raw["rows"][0]
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
            self.program.until("one more read", lambda n=number: len(self._read()) > n)
            self.program.wait_ink("viewer-pages")
        self.program.click("viewer-close")
        self.program.until("viewer closed", lambda: not self.program.find("viewer-close"))

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
