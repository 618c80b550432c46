"""Readers and cards."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from desktop.domain.card import CardInfo, CardPin, CardProof, CardTasks, ModuleReport, ReaderSnapshot
from desktop.domain.errors import Result
from desktop.domain.pin_askers import PinAskers
from desktop.domain.secret import Secret


class ReaderMonitorPort(Protocol):
    """Watches the smartcard service from a thread of its own."""

    def start(self, changed: Callable[[ReaderSnapshot], None]) -> None:
        """Begin; *changed* is called from the monitor's thread, first with the present state."""
        ...

    def stop(self) -> None:
        """End the thread; returns when it is gone."""
        ...


class CardReadingPort(Protocol):
    """What is in the readers, and behind a module: no PIN is asked, no try is at stake."""

    def cards(self) -> Result[tuple[CardInfo, ...]]:
        """Read what is in the readers now, without a PIN."""
        ...

    def test_module(self, path: Path) -> Result[ModuleReport]:
        """Load a PKCS#11 module in a child and report what it says."""
        ...


class CardKeysPort(Protocol):
    """What only the card's keys can do."""

    def perform(self, card: CardInfo, pin: Secret | None, tasks: CardTasks) -> Result[CardProof]:
        """Log in on the card, do *tasks*, log out; ``pin=None`` = on the reader's keypad. Wipes *pin*.

        PIN_WRONG / PIN_BLOCKED only when the card itself said so; a vanished card is CARD_REMOVED.
        """
        ...

    def sign_documents(
        self, card: CardInfo, pin: Secret | None, documents: tuple[bytes, ...]
    ) -> Result[tuple[bytes, ...]]:
        """Sign each with the signature (nonRepudiation) key: all or none. Wipes *pin*.

        One entry of the PIN, that of :attr:`CardInfo.signature_pin`; on a keypad (``pin=None``) one for the
        login, and one more for each where the card wants it. SHA-256, SHA-384 for a key on P-384; the answers
        are PKCS#1 v1.5, or r‖s. SIGNATURE_KEY_MISSING where the card has no such key.
        """
        ...


class CardPinPort(Protocol):
    """The PIN itself; *which*: the login's, or that of a signature key that has its own."""

    def change_pin(
        self, card: CardInfo, old: Secret, new: Secret, which: CardPin = CardPin.LOGIN
    ) -> Result[None]:
        """Change the PIN. Wipes both."""
        ...

    def unblock(
        self, card: CardInfo, puk: Secret, new: Secret, which: CardPin = CardPin.LOGIN
    ) -> Result[None]:
        """Unblock the PIN with its PUK. Wipes both."""
        ...


class CardPort(CardReadingPort, CardKeysPort, CardPinPort, Protocol):
    """One card stack (PKCS#11 child, or software card); one request at a time, each with a deadline."""

    def abort(self) -> None:
        """Kill what is running (card pulled, lock): work answers CARD_REMOVED, a reading CANCELLED."""
        ...

    def close(self) -> None:
        """End every child process."""
        ...


class CardSettingsPort(Protocol):
    """Choice of the middleware module and of who asks for the PIN, where the card stack has them."""

    def known_modules(self) -> tuple[Path, ...]:
        """PKCS#11 modules found on this computer."""
        ...

    def apply(self, module: Path | None, askers: PinAskers) -> None:
        """Use *module* (None = search) and *askers* from the next call on."""
        ...
