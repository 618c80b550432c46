"""The prescriber's desk, step by step: three lines, an alert that is passed over, signed, printed, on the
platform; by keyboard alone from the open record to « Émise »."""

from collections.abc import Sequence
from typing import Any

from tests.e2e.tour.driver import key, type_keys
from tests.e2e.tour.playing import Step, Tour

_MATRICULE = "1747110310658"


class Prescripteur(Tour):
    """A doctor writes an ordonnance for a patient who is there. ``keys`` counts what is not typed words."""

    card, practitioner = "weber", "ps-weber"

    def steps(self) -> Sequence[Step]:
        """From the login to the platform."""
        return (
            self.step_start, self.step_login, self.step_record, self.step_page, self.step_line_1,
            self.step_line_2, self.step_line_3, self.step_override, self.step_pin, self.step_signed,
            self.step_printed, self.step_deposited,
        )  # fmt: skip

    def _press(self, *names: str) -> None:
        key(*names)
        self.keys += len(names)

    def _published(self) -> list[dict[str, Any]]:
        return [
            d for d in self.state()["deposits"]
            if d["category"] == "traitements-medicamenteux"
        ]  # fmt: skip

    def _add(self, words: str, product: str) -> None:
        type_keys(words)
        self._press("Return")
        self.program.until(product, lambda: self.program.row("rx-lines", product))

    def step_start(self) -> None:
        self.stage.console.wait(f"insert-{self.card}")
        self.program.until("all documents of the demo", lambda: self.state()["loaded"], patience=600)

    def step_login(self) -> None:
        self.stage.console.click(f"insert-{self.card}")
        self.program.type_into("pin-field", self.stage.pin)
        key("Return")
        self.program.wait("search-field")

    def step_record(self) -> None:
        self.program.type_into("search-field", _MATRICULE)
        key("Return")
        self.program.tick("identity-confirm")
        self.program.type_into("code-field", self.stage.code)
        key("Return")
        self.program.wait("document-list")

    def step_page(self) -> None:
        """Nothing of the record is read for it (CF-062)."""
        self.program.click("tab-prescribing")
        self.program.wait("rx-field")
        assert not self.traces("read")

    def step_line_1(self) -> None:
        self._add("metformine 850 mg cp 1-0-1 90j", "metformine 850 mg")

    def step_line_2(self) -> None:
        self._add("30j simvastatine 0-0-1 cp 20 mg", "simvastatine 20 mg")

    def step_line_3(self) -> None:
        """What is missing has its mark, and Enter adds nothing."""
        type_keys("clarithromycine 500 mg cp 1-0-1")
        self.program.wait_words("durée ?")
        self._press("Return")
        self._add(" 7j", "clarithromycine 500 mg")
        self.program.wait_words("à justifier", "rhabdomyolyse", "jeu de test")

    def step_override(self) -> None:
        """CF-114: nothing is signed before a reason is given."""
        self._press("F9")
        self.program.wait_words("sans réponse")
        self._press("F6")
        type_keys("statine suspendue 7 jours")
        self._press("Return")
        self.program.wait_words("Passé outre")

    def step_pin(self) -> None:
        self._press("F9")
        self.program.wait("rx-pin")
        assert not self._published(), "nothing leaves before the signature"
        type_keys(self.stage.pin)

    def step_signed(self) -> None:
        self._press("Return")
        self.program.wait("rx-issue-print")
        self.program.wait_words("Émise")

    def step_printed(self) -> None:
        """A PC without a printer says so, and loses nothing."""
        self._press("ctrl+p")
        self.program.until(
            "the printer's dialog, or that there is none",
            lambda: self.program.find("print-act") or self.program.find("rx-message-code"),
        )

    def step_deposited(self) -> None:
        pair = self._published()
        assert len(pair) == 2, "the PDF and its data, and nothing twice"
        assert len({d["submission_id"] for d in pair}) == 1, "together"
