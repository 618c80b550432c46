"""What a card child tells its parent about a token, and what it is asked to do: shapes of the wire."""

import base64
from dataclasses import dataclass, field

from desktop.domain.card import PinAsker

READY = "ready"  # asked of every child: answered as soon as what it needs is loaded


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """One certificate object of a token; ``id`` (hex) is CKA_ID, which its private key shares."""

    id: str
    der: bytes


@dataclass(frozen=True, slots=True)
class PinFacts:
    """Token flags, and the number of tries where the card itself tells it."""

    tries_left: int | None = None
    low: bool = False
    last_try: bool = False
    blocked: bool = False
    asker: PinAsker = PinAsker.PROGRAM
    min_length: int = 4
    max_length: int = 16


@dataclass(frozen=True, slots=True)
class TokenReading:
    """One token as read without a PIN; ``mechanisms`` are PKCS#11 names without CKM_."""

    reader: str
    label: str
    serial: str
    manufacturer: str
    pin: PinFacts
    mechanisms: tuple[str, ...] = ()
    certificates: tuple[StoredCertificate, ...] = field(default=(), repr=False)
    atr: str = ""
    can_unblock: bool = True
    keys: tuple[str, ...] = ()  # public parts (hex) of the keys that it shows without a login


@dataclass(frozen=True, slots=True)
class KeylessCertificate:
    """A certificate that had no private key in that token; *events*: the reader's count then."""

    reader: str
    label: str
    serial: str
    fingerprint: str
    events: int | None


@dataclass(frozen=True, slots=True)
class ProofReading:
    """What ``perform`` answers beside the card secret."""

    signature: bytes | None
    timings_ms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SignedReading:
    """What ``sign_documents`` answers: a signature each, in their order."""

    signatures: tuple[bytes, ...]
    timings_ms: tuple[tuple[str, float], ...]


def pack(data: bytes) -> str:
    """Bytes inside JSON."""
    return base64.b64encode(data).decode("ascii")


def unpack(data: str) -> bytes:
    """Bytes out of JSON."""
    return base64.b64decode(data)
