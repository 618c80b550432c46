"""Signatures by the card's signature (nonRepudiation) key, as data: what is signed, and what is found."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from desktop.domain.card import PinState
from desktop.domain.errors import Failure
from desktop.domain.texts import Language


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """Where the visible signature stands: ``page`` (0-based, -1 = last) and points from its bottom left."""

    page: int
    left: float
    bottom: float
    width: float
    height: float


FOOT_OF_LAST_PAGE: Final = SignatureBox(page=-1, left=314.27, bottom=68.03, width=230, height=62)
"""Where the program's templates leave room: 1.8 cm from the right, 2.4 cm from the foot (A4)."""


@dataclass(frozen=True, slots=True)
class ToSign:
    """A PDF and the machine-readable form of the same act, signed with one entry of the PIN.

    ``pdf`` is PDF/A of our own writing with room at ``box``; without a box there is no PDF (b""), and the
    payload alone is signed. ``payload`` is signed byte by byte (a FHIR resource): whoever publishes it sends
    exactly these bytes. ``language`` is that of the visible signature.
    """

    pdf: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    box: SignatureBox | None
    language: Language


@dataclass(frozen=True, slots=True)
class Signed:
    """``pdf`` bears a PAdES-B-B signature (ETSI EN 319 142-1; b"" where there was no PDF), ``jws`` is a
    detached JAdES-B-B one of the payload (ETSI TS 119 182-1, RFC 7797: compact, ``b64`` false). ``at`` is the
    time that both claim."""

    pdf: bytes = field(repr=False)
    jws: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class SigningOutlook:
    """What a page can say before the last step.

    ``signer`` is the name in the signature certificate and ``until`` the day on which that ends ("" and None
    without one). ``pin`` is the state of the PIN that the signature key asks for; ``own_pin``: it is another
    one than that of the login. ``refusal``: why nothing can be signed, or None.
    """

    signer: str
    until: datetime | None
    pin: PinState
    own_pin: bool
    refusal: Failure | None


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """One signature as it stands on a document, before anybody asks whose it is.

    ``intact``: made by the key of ``certificate`` (DER; empty where there is none to be read) over the
    content, with nothing changed or added since. ``others`` are the certificates beside it (DER).
    ``claimed_at`` is the signer's own word.
    """

    intact: bool
    certificate: bytes = field(default=b"", repr=False)
    others: tuple[bytes, ...] = field(default=(), repr=False)
    claimed_at: datetime | None = None


class SignatureState(StrEnum):
    """What a signature is worth here. BROKEN: the content is not what was signed, or more was added."""

    NONE = "none"
    VALID = "valid"
    UNVERIFIABLE = "unverifiable"
    BROKEN = "broken"


class SignatureDoubt(StrEnum):
    """Why an unbroken signature is UNVERIFIABLE.

    CERTIFICATE_ENDED: nobody but the signer says that it was made before the certificate's end, because
    there is no time stamp. NOT_VALID_THEN: not even the claimed time lies within the certificate's, or it is
    still to come.
    NOT_FOR_SIGNING: the key is not one for signatures. UNREADABLE: of a kind that cannot be checked here.
    """

    UNKNOWN_AUTHORITY = "unknown-authority"
    CERTIFICATE_ENDED = "certificate-ended"
    NOT_VALID_THEN = "not-valid-then"
    NOT_FOR_SIGNING = "not-for-signing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One signature, or of several the one that is worth least.

    ``signer`` and ``signer_id`` (subject serialNumber, the professional's) are the certificate's words: an
    authority vouches for them only where the state is VALID or the doubt CERTIFICATE_ENDED or NOT_VALID_THEN.
    ``claimed_at`` is what the signer's computer said, proven by nobody. VALID: the content is what was
    signed, under an authority of the profile and within its certificate's time; whether that was revoked is
    not asked.
    """

    state: SignatureState
    signer: str = ""
    signer_id: str = ""
    claimed_at: datetime | None = None
    certificate_until: datetime | None = None
    doubt: SignatureDoubt | None = None


UNSIGNED = SignatureFinding(SignatureState.NONE)
