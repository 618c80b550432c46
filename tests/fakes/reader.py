"""Readers, cards and the desktop's own lock, in memory."""

from collections.abc import Callable
from pathlib import Path

from desktop.domain.card import (
    CardInfo,
    CardProof,
    CardTasks,
    Reader,
    ReaderSnapshot,
    SlotState,
)
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.secret import Secret
from tests.fakes.gate import Gate, Log


class FakeMonitor:
    """The reader monitor; tests say what it sees."""

    def __init__(self) -> None:
        self.changed: Callable[[ReaderSnapshot], None] = lambda snapshot: None
        self.running = False

    def start(self, changed: Callable[[ReaderSnapshot], None]) -> None:
        self.changed, self.running = changed, True
        self.see()

    def see(self, *readers: Reader, service_running: bool = True) -> None:
        self.changed(ReaderSnapshot(service_running, readers or (Reader("Lecteur", SlotState.EMPTY),)))

    def stop(self) -> None:
        self.running = False


class FakeCard:
    """The card stack: ``inserted`` are the cards in the readers, by reader name."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.inserted: list[CardInfo] = []
        self.refusals: list[Failure] = []
        self.gate = Gate()
        self.pins: list[bytes] = []

    def cards(self) -> Result[tuple[CardInfo, ...]]:
        return tuple(self.inserted)

    def perform(self, card: CardInfo, pin: Secret | None, tasks: CardTasks) -> Result[CardProof]:
        if pin is not None:
            pin.wipe()
        if not self.gate.passes():
            return Failure(Code.CARD_REMOVED)
        if self.refusals:
            return self.refusals.pop(0)
        return CardProof(
            b"signature" if tasks.signing_input else None, Secret(bytearray(card.serial.encode()))
        )

    def change_pin(self, card: CardInfo, old: Secret, new: Secret) -> Result[None]:
        old.wipe(), new.wipe()
        return None

    def unblock(self, card: CardInfo, puk: Secret, new: Secret) -> Result[None]:
        puk.wipe(), new.wipe()
        return self.refusals.pop(0) if self.refusals else None

    def abort(self) -> None:
        self.log.append("card aborted")
        self.gate.cut()

    def close(self) -> None:
        self.gate.open()

    def known_modules(self) -> tuple[Path, ...]:
        return ()

    def apply(self, module: Path | None, keypad: str) -> None:
        """Nothing to apply."""


class FakeSystemEvents:
    """The desktop's own lock."""

    def __init__(self) -> None:
        self.locked: Callable[[str], None] = lambda reason: None

    def start(self, locked: Callable[[str], None]) -> None:
        self.locked = locked

    def stop(self) -> None:
        """Nothing runs."""


def reader(events: int = 2, name: str = "Lecteur") -> Reader:
    """A reader with a card in it."""
    return Reader(name, SlotState.PRESENT, b"\x3b", events)
