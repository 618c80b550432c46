"""Readers and cards in memory."""

from collections.abc import Callable
from pathlib import Path

from desktop.domain.card import (
    CardInfo,
    CardPin,
    CardProof,
    CardTasks,
    ModuleReport,
    Reader,
    ReaderSnapshot,
    SlotState,
)
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.pin_askers import PinAskers
from desktop.domain.secret import Secret
from desktop.ports.card import CardPort, CardSettingsPort, ReaderMonitorPort
from tests.fakes.gate import Gate, Log


def reader(events: int = 2, name: str = "Lecteur") -> Reader:
    """A reader with a card in it."""
    return Reader(name, SlotState.PRESENT, b"\x3b", events)


class FakeMonitor(ReaderMonitorPort):
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


class FakeCard(CardPort):
    """The card stack: ``inserted`` are the cards in the readers; ``gate`` holds what needs a PIN.

    ``reading``: what looking at them says instead; ``readings``: what the next looks say, one each;
    ``refusals``: what the next works say, one each;
    ``set_pins``: whose PIN was to be changed or unblocked;
    ``proof``: what a work yields instead of a signature and a secret of the card's own.
    """

    def __init__(self, log: Log | None = None) -> None:
        self.log = [] if log is None else log
        self.inserted: list[CardInfo] = []
        self.reading: Result[tuple[CardInfo, ...]] | None = None
        self.readings: list[Result[tuple[CardInfo, ...]]] = []
        self.refusals: list[Failure] = []
        self.proof: CardProof | None = None
        self.modules: dict[Path, Result[ModuleReport]] = {}
        self.tested: list[Path] = []
        self.set_pins: list[CardPin] = []
        self.gate = Gate()

    def cards(self) -> Result[tuple[CardInfo, ...]]:
        if self.readings:
            return self.readings.pop(0)
        return tuple(self.inserted) if self.reading is None else self.reading

    def perform(self, card: CardInfo, pin: Secret | None, tasks: CardTasks) -> Result[CardProof]:
        self.log.append("card asked")
        refused = self._refusal(pin)
        if refused is not None:
            return refused
        signature = b"signature" if tasks.signing_input else None
        return self.proof or CardProof(signature, Secret(bytearray(card.serial.encode())))

    def sign_documents(
        self, card: CardInfo, pin: Secret | None, documents: tuple[bytes, ...]
    ) -> Result[tuple[bytes, ...]]:
        self.log.append("card asked to sign")
        refused = self._refusal(pin)
        if refused is None and card.signature is None:
            return Failure(Code.SIGNATURE_KEY_MISSING)
        return refused or tuple(b"signed " + document for document in documents)

    def change_pin(
        self, card: CardInfo, old: Secret, new: Secret, which: CardPin = CardPin.LOGIN
    ) -> Result[None]:
        self.set_pins.append(which)
        return self._refusal(old, new)

    def unblock(
        self, card: CardInfo, puk: Secret, new: Secret, which: CardPin = CardPin.LOGIN
    ) -> Result[None]:
        self.set_pins.append(which)
        return self._refusal(puk, new)

    def test_module(self, path: Path) -> Result[ModuleReport]:
        self.tested.append(path)
        return self.modules.get(path) or Failure.of(Code.MODULE_NOT_A_LIBRARY, path=str(path))

    def abort(self) -> None:
        self.log.append("card aborted")
        self.gate.cut()

    def close(self) -> None:
        self.gate.open()

    def _refusal(self, *secrets: Secret | None) -> Failure | None:
        """Why a work was not done; its secrets are wiped in any case."""
        for secret in secrets:
            if secret is not None:
                secret.wipe()
        if not self.gate.passes():
            return Failure(Code.CARD_REMOVED)
        return self.refusals.pop(0) if self.refusals else None


class FakeCardSettings(CardSettingsPort):
    """Notes what was chosen."""

    def __init__(self) -> None:
        self.modules: tuple[Path, ...] = ()
        self.applied: list[tuple[Path | None, PinAskers]] = []

    def known_modules(self) -> tuple[Path, ...]:
        return self.modules

    def apply(self, module: Path | None, askers: PinAskers) -> None:
        self.applied.append((module, askers))
