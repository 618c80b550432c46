"""Readers, cards, certificates and PIN state as data."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.domain.errors import Code, Failure
from desktop.domain.local_time import day_words
from desktop.domain.secret import Secret


class SlotState(StrEnum):
    """What a reader says of its slot."""

    EMPTY = "empty"
    PRESENT = "present"
    MUTE = "mute"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader; ``events`` is PC/SC's own counter: +2 with an unchanged state is a swap."""

    name: str
    slot: SlotState
    atr: bytes = b""
    events: int = 0


@dataclass(frozen=True, slots=True)
class ReaderSnapshot:
    """All that the PC/SC service says at one moment."""

    service_running: bool
    readers: tuple[Reader, ...] = ()
    remote_session: bool = False

    def occupied(self) -> tuple[Reader, ...]:
        """Readers with something in them."""
        return tuple(r for r in self.readers if r.slot is not SlotState.EMPTY)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A card certificate. ``holder_id`` = subject serialNumber, ``fingerprint`` = SHA-256 hex of the DER."""

    holder: str
    holder_id: str
    issuer: str
    not_before: datetime
    not_after: datetime
    fingerprint: str
    der: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)

    def days_left(self, now: datetime) -> int:
        """Whole days until it expires (negative once expired)."""
        return (self.not_after - now).days

    def refusal(self, now: datetime) -> Failure | None:
        """Why it opens nothing at *now*: CERTIFICATE_EXPIRED or CERTIFICATE_NOT_YET_VALID, with the date."""
        if now >= self.not_after:
            return Failure.of(Code.CERTIFICATE_EXPIRED, date=day_words(self.not_after))
        if now < self.not_before:
            return Failure.of(Code.CERTIFICATE_NOT_YET_VALID, date=day_words(self.not_before))
        return None


class KeypadSetting(StrEnum):
    """Setting « who asks for the PIN »: some readers promise a keypad that does not work, and some modules
    have a window of their own. Kept for each module and kind of card (:mod:`desktop.domain.pin_askers`).

    YES: the module, at a login without a PIN (reader's keypad, or its window). NO: this program. NONE: the
    module by itself when its key is used; there is no login.
    """

    AUTO = "auto"
    YES = "yes"
    NO = "no"
    NONE = "none"


class PinAsker(StrEnum):
    """Who asks for the PIN: this program, the reader's keypad (protected authentication path), or the module
    in a window of its own. Only the first ever sees it."""

    PROGRAM = "program"
    KEYPAD = "keypad"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class PinState:
    """What the card or the token flags say of the PIN; never counted by us.

    ``tries_left`` is None where the card does not tell. ``letters``: this kind of card takes letters in its
    PIN. ``either``: the card has two PINs and does not tell which of them this is.
    """

    tries_left: int | None = None
    low: bool = False
    last_try: bool = False
    blocked: bool = False
    asker: PinAsker = PinAsker.PROGRAM
    min_length: int = 4
    max_length: int = 16
    letters: bool = False
    either: bool = False

    @property
    def typed_here(self) -> bool:
        """Whether it is typed in a field of this program."""
        return self.asker is PinAsker.PROGRAM


class CardPin(StrEnum):
    """Which PIN of a card; they are one where the signature key has none of its own."""

    LOGIN = "login"
    SIGNATURE = "signature"


class UnlockMethod(StrEnum):
    """How a card yields the cache secret: never PSS or ECDSA signatures, which differ each time."""

    RSA_OAEP = "rsa-oaep"
    ECDH = "ecdh"
    RSA_SIGNATURE = "rsa-v15-signature"
    NONE = "none"


class CardSource(StrEnum):
    """Where a card lives; everything but PKCS11 is a simulation and is marked DEMO."""

    PKCS11 = "pkcs11"
    SOFTWARE = "software"


@dataclass(frozen=True, slots=True)
class CardInfo:
    """A card that was read. ``key`` names it for the adapter (never shown); ``module``: the file that read
    it, "" where none did.

    ``own_signature_pin``: state of the signature key's PIN where that is another than the login's.
    ``no_signature``: why there is no ``signature``.
    """

    key: str
    reader: str
    label: str
    serial: str
    source: CardSource
    authentication: Certificate
    signature: Certificate | None
    pin: PinState
    unlock_method: UnlockMethod
    algorithm: str = "RS256"
    atr: bytes = b""
    can_unblock: bool = True
    can_change_pin: bool = True
    own_signature_pin: PinState | None = None
    no_signature: Code = Code.SIGNATURE_KEY_MISSING
    module: str = ""

    @property
    def signature_pin(self) -> PinState:
        """State of the PIN that the signature key asks for; without such a key, of the card's."""
        return self.own_signature_pin or self.pin

    def pin_of(self, which: CardPin) -> PinState:
        """Its state."""
        return self.signature_pin if which is CardPin.SIGNATURE else self.pin

    def can_change(self, which: CardPin) -> bool:
        """Whether the program may set a new one: one that is typed elsewhere, it never sees."""
        own = self.own_signature_pin if which is CardPin.SIGNATURE else None
        return self.can_change_pin if own is None else own.typed_here

    def blocked(self, which: CardPin) -> Code:
        """How it is told that this one is blocked: it decides what helps."""
        own = which is CardPin.SIGNATURE and self.own_signature_pin is not None
        return Code.SIGNATURE_PIN_BLOCKED if own else Code.PIN_BLOCKED


@dataclass(frozen=True, slots=True)
class UnlockChallenge:
    """What the card works on to yield the cache secret of one key slot.

    RSA_SIGNATURE: ``data`` is the message to sign (SHA-256, PKCS#1 v1.5); the secret is the signature.
    RSA_OAEP: the ciphertext (OAEP with SHA-1 and MGF1-SHA-1, the only pair that all middleware has); the
    secret is the plaintext. ECDH: the stored ephemeral public point, uncompressed (0x04 ‖ X ‖ Y), on the
    certificate's curve; the secret is the raw x coordinate (CKD_NULL). It never leaves memory.
    """

    method: UnlockMethod
    data: bytes


@dataclass(frozen=True, slots=True)
class CardTasks:
    """All that one child run does under one PIN: sign the login and open the cache slot."""

    signing_input: bytes | None
    unlock: UnlockChallenge | None


@dataclass(frozen=True, slots=True)
class CardProof:
    """Answer of one child run; ``signature`` is JOSE-shaped (r‖s for ES256 and ES384)."""

    signature: bytes | None
    card_secret: Secret | None = field(repr=False)
    timings_ms: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """Result of « Tester le module »: readable facts, no personal data."""

    path: str
    library: str
    version: str
    slots: int
    tokens: tuple[str, ...]
