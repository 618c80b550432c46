"""What the console reads and changes in the simulator's folder: ``console.json`` and ``reader.json``."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.domain.card_image import SimulatedReader, load_readers, save_readers


@dataclass(frozen=True, slots=True)
class ConsoleCard:
    """One card to insert; ``flaw`` says what is wrong with it ("" = nothing)."""

    id: str
    holder: str
    profession: str
    flaw: str
    pin: str
    puk: str


@dataclass(frozen=True, slots=True)
class ConsolePatient:
    """One patient to try; ``birth_date`` as shown, ``why`` a text key."""

    name: str
    birth_date: str
    matricule: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class ScannableCode:
    """One code for the scanner: its text, and what it is (a text key)."""

    id: str
    text: str
    what: str


@dataclass(frozen=True, slots=True)
class ConsoleContent:
    """All that the window shows."""

    cards: tuple[ConsoleCard, ...] = ()
    patients: tuple[ConsolePatient, ...] = ()
    codes: tuple[ScannableCode, ...] = ()


class ConsoleFolder:
    """The simulator's folder as the console sees it; nothing is there before the simulator wrote it."""

    def __init__(self, folder: Path) -> None:
        self._console = folder / "console.json"
        self._readers = folder / "reader.json"

    def stamp(self) -> tuple[int, int]:
        """Changes whenever one of the two files does."""
        return _changed(self._console), _changed(self._readers)

    def content(self) -> ConsoleContent:
        """Cards and suggested patients; empty while the simulator has not written them."""
        try:
            data = json.loads(self._console.read_text(encoding="utf-8"))
            codes: dict[str, str] = data["patients"]
            cards = tuple(
                ConsoleCard(c["id"], c["holder"], c["profession"], c["flaw"], c["pin"], c["puk"])
                for c in data["cards"]
            )
            patients = tuple(
                ConsolePatient(
                    f"{p['family'].upper()} {p['given']}", p["birth_date"], p["matricule"],
                    codes.get(p["patient_id"], ""), p["text_key"],
                )
                for p in data["suggestions"]
            )  # fmt: skip
            scans = tuple(ScannableCode(s["id"], s["text"], s["text_key"]) for s in data.get("scans", []))
        except (OSError, ValueError, KeyError):
            return ConsoleContent()
        return ConsoleContent(cards, patients, scans)

    def readers(self) -> tuple[SimulatedReader, ...]:
        """The simulated readers and their cards."""
        try:
            return load_readers(self._readers)
        except (OSError, ValueError, TypeError):
            return ()

    def insert(self, number: int, card: str) -> None:
        """Put *card* into reader *number*; what lay there, or the card elsewhere, is taken out first."""

        def change(index: int, reader: SimulatedReader) -> SimulatedReader:
            if index == number:
                if reader.card == card:
                    return reader
                return replace(reader, card=card, events=reader.events + (2 if reader.card else 1))
            return replace(reader, card=None, events=reader.events + 1) if reader.card == card else reader

        self._change(change)

    def pull(self, number: int) -> None:
        """Take the card out of reader *number*."""
        self._change(
            lambda index, reader: (
                replace(reader, card=None, events=reader.events + 1)
                if index == number and reader.card
                else reader
            )
        )

    def _change(self, change: Callable[[int, SimulatedReader], SimulatedReader]) -> None:
        before = self.readers()
        after = tuple(change(index, reader) for index, reader in enumerate(before))
        if after != before:
            save_readers(self._readers, after)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
