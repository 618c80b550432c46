"""The pharmacist's counter, step by step, by scanner and keyboard: one and a half lines of an ordonnance are
handed over, a second pharmacy is refused what is delivered or reserved and offered the rest, and one delivery
is undone.
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import Window, key, type_keys
from tests.e2e.tour.playing import Step, Tour
from tests.e2e.tour.second_counter import SecondCounter, in_front

MOST_KEYS = 12  # for an ordonnance of two lines; PIN and the scanner's characters are not counted
_SECOND = "wiltgen"
_MINE, _OTHER = "Pharmacie du Cygne", "Pharmacie de la Sûre"
_BY_HAND_S = 0.06  # a scanner's keys come closer together
_QUIET_S = 0.5  # behind a code no key acts for a moment
_READ_ONCE_S = 2.5  # one code twice in two seconds is « Déjà lu »


class Pharmacien(Tour):
    """A pharmacist with a patient at the counter. ``keys`` counts what she pressed for the delivery."""

    card, practitioner = "thill", "ps-thill"
    whole = True
    job = frozenset({"scan-qr", "ordonnance", "scan-box-1", "scan-box-2", "partial", "recap", "delivered"})

    def __init__(self, stage: TourRun, out: Path) -> None:
        super().__init__(stage, out)
        self.second = SecondCounter(stage)
        self.mandates: list[dict[str, Any]] = []  # hers before the job

    def steps(self) -> Sequence[Step]:
        """From the login to the day's history."""
        return (
            self.step_start, self.step_login, self.step_scan_qr, self.step_ordonnance, self.step_scan_box_1,
            self.step_scan_box_2, self.step_partial, self.step_recap, self.step_delivered,
            self.step_reserved_again, self.step_second_pharmacy, self.step_the_rest, self.step_undo_asked,
            self.step_undo,
        )  # fmt: skip

    def close(self) -> None:
        """The second counter's program."""
        self.second.stop()

    # -- hand and eye ----------------------------------------------------------------------------------

    def _scan(self, name: str, *cells: str, of: str, window: Window | None = None) -> None:
        """Type the console's code *name* as the scanner does, until line *of* says *cells*."""
        window = window or self.program
        window.scan(self._code(name))
        time.sleep(_QUIET_S)
        self._line(of, *cells, window=window)

    def _code(self, name: str) -> str:
        console = json.loads((self.stage.platform / "console.json").read_text())
        return str(next(one["text"] for one in console["scans"] if one["id"] == name))

    def _by_hand(self, *names: str) -> None:
        for name in names:
            self.press(name)
            time.sleep(_BY_HAND_S)

    def _says(self, window: Window, words: str, cells: Sequence[str]) -> bool:
        row = window.row("counter-lines", words)
        shown = row.text.replace("\u00a0", " ") if row else ""
        return bool(shown) and all(one in shown for one in cells)

    def _line(self, words: str, *cells: str, window: Window | None = None) -> None:
        """Wait until the line of that product says all *cells*."""
        window = window or self.program
        window.until(f"line {words} with {cells}", lambda: self._says(window, words, cells))

    def _ordonnance(self) -> dict[str, Any]:
        told = self.state()["features"]["prescription"]["ordonnances"]
        return next(one for one in told.values() if one["qr"] == self._code("rx-tour"))

    def _stands(self) -> list[tuple[str, str, str]]:
        """State, what was delivered, and who holds it, of each line as the platform has it."""
        return [(line["state"], line["delivered"], line["lease"]) for line in self._ordonnance()["lines"]]

    def _handed_over(self) -> dict[str, tuple[str, str, str]]:
        """Status, quantity and pharmacy of what was recorded for the ordonnance, by its identifier."""
        mine = {line["id"] for line in self._ordonnance()["lines"]}
        told = self.state()["features"]["prescription"]["dispenses"]
        return {
            identifier: (one["status"], one["quantity"], one["pharmacy"])
            for identifier, one in told.items()
            if one["line"] in mine
        }

    # -- the steps -------------------------------------------------------------------------------------

    def step_start(self) -> None:
        self.stage.console.wait(f"insert-{self.card}")

    def step_login(self) -> None:
        self.stage.console.click(f"insert-{self.card}")
        self.program.type_into("pin-field", self.stage.pin)
        key("Return")
        self.program.wait("counter-scan")
        self.mandates = self._mandates()

    def step_scan_qr(self) -> None:
        self._scan("rx-tour", of="Metformine")
        self.program.wait_words("Réservée pour vous", "✓ signature", "Comparez à la pièce")

    def step_ordonnance(self) -> None:
        self._line("Metformine", "180")
        self._line("Ramipril", "90")
        self._line("Atorvastatine", _OTHER)
        assert [lease for _, _, lease in self._stands()] == ["org-thill", "org-thill", ""], "CF-076"
        assert self._mandates() == self.mandates, "found without opening the DSP (CF-078)"
        self._by_hand("F7")
        self.program.wait_words("Identité comparée")

    def _mandates(self) -> list[dict[str, Any]]:
        return [m for m in self.state()["mandates"] if m["practitioner"] == self.practitioner]

    def step_scan_box_1(self) -> None:
        self._scan("box-metformine", "boîte lue", "180", of="Metformine")
        self.program.wait_words("Lot MF2291", "non vérifié auprès du système européen")

    def step_scan_box_2(self) -> None:
        self._scan("box-ramipril", "boîte lue", "90", of="Ramipril")
        self.program.wait_words("Lot RA1187")

    def step_partial(self) -> None:
        """Half of the second line; the other half is owed."""
        self._by_hand("F2")
        self.program.wait("counter-question-field")
        self._by_hand("4", "5", "Return")
        self._line("Ramipril", "90 → 45", "45")
        self._by_hand("ctrl+o")
        self._line("Ramipril", "à devoir")

    def step_recap(self) -> None:
        self._by_hand("F9")
        self.program.wait_words("Entrée confirme", "Metformine", "45 à devoir")
        assert len(self._handed_over()) == 1, "nothing leaves before it is confirmed"

    def step_delivered(self) -> None:
        self._by_hand("Return")
        self.program.wait_words("Dispensation enregistrée", "45 à devoir")
        assert self._stands() == [("delivree", "180", ""), ("partielle", "45", ""), ("delivree", "90", "")]
        made = sorted(one for one in self._handed_over().values() if one[2] == "org-thill")
        assert made == [("completed", "180", "org-thill"), ("completed", "45", "org-thill")]
        assert not self.traces("read") and self._mandates() == self.mandates, "CF-078"
        assert self.keys <= MOST_KEYS, f"{self.keys} keys"

    def step_reserved_again(self) -> None:
        """The patient comes back for what is owed while he is at another pharmacy's counter too."""
        self._scan("rx-tour", "remise en partie", "45", of="Ramipril")
        self._line("Metformine", _MINE)
        self.program.wait_words("Réservée pour vous")
        assert [lease for _, _, lease in self._stands()] == ["", "org-thill", ""], "only what is left"

    def step_second_pharmacy(self) -> None:
        """She is refused what is delivered, and what is reserved as long as it is."""
        there = self.second.program
        self.second.start(_SECOND)
        there.type_into("pin-field", self.stage.pin)
        key("Return")
        there.wait("counter-scan")
        there.at_rest("the second counter", lambda: there.find("counter-scan"))
        self._scan("rx-tour", _MINE, of="Metformine", window=there)
        self._line("Ramipril", "réservée", _MINE, window=there)
        there.scan(self._code("box-metformine"))
        there.wait_words("déjà remise", _MINE, "n'est pas à remettre")
        time.sleep(_QUIET_S)
        there.scan(self._code("box-ramipril"))
        there.wait_words(f"réservée par {_MINE} jusqu'à", "Gardez la boîte de côté")
        time.sleep(_QUIET_S)
        self._line("Ramipril", "réservée", _MINE, window=there)
        assert [lease for _, _, lease in self._stands()] == ["", "org-thill", ""]
        assert not there.find("counter-lease") or not there.wait("counter-lease").text

    def step_the_rest(self) -> None:
        """Once it is given back, exactly the rest is hers."""
        in_front(self.program, self.stage.pid)
        key("Escape")
        self.program.wait_words("réservation rendue")
        self.program.until("given back", lambda: not any(lease for _, _, lease in self._stands()))
        there = self.second.program
        self.second.to_front()
        key("F5")
        there.wait_words("Réservée pour vous")
        there.until("hers", lambda: self._stands()[1][1:] == ("45", "org-wiltgen"))
        time.sleep(_READ_ONCE_S)
        self._scan("box-ramipril", "boîte lue", "45", of="Ramipril", window=there)
        key("F2")
        there.wait_words("Reste 45 comprimé")
        there.wait("counter-question-field")
        key("4")
        key("6")
        key("Return")
        there.wait_words("pas plus que le reste (45 comprimés)")

    def step_undo_asked(self) -> None:
        in_front(self.program, self.stage.pid)
        self.program.click("counter-tab-day")
        self.program.until("both", lambda: len(self.program.rows("counter-day-table")) == 2)
        self.program.click_row("counter-day-table", "Metformine")
        key("Delete")
        self.program.wait("counter-undo-field")
        type_keys("erreur de ligne")
        self.program.tick("counter-undo-check")

    def step_undo(self) -> None:
        self.program.click("counter-undo-ok")
        self.program.wait_words("Remise annulée", "↶ annulé", "✓ remis")
        assert len(self.program.rows("counter-day-table")) == 2, "both entries stay (CF-116)"
        made = sorted(one for one in self._handed_over().values() if one[2] == "org-thill")
        assert made == [("completed", "45", "org-thill"), ("entered-in-error", "180", "org-thill")]
        assert self._stands()[0][:2] == ("active", "0"), "the quantity is back"
