"""Signing with the card, and judging the signatures of others."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from desktop.domain.card import CardInfo
from desktop.domain.errors import Result
from desktop.domain.secret import Secret
from desktop.domain.signature import SignatureFinding, Signed, ToSign


class DocumentSigningPort(Protocol):
    """Signs with the signature key of a card. Call it in the card's lane."""

    def sign(
        self,
        card: CardInfo,
        pin: Secret | None,
        document: ToSign,
        at: datetime,
        *,
        wanted: Callable[[], bool],
    ) -> Result[Signed]:
        """Both signatures or none, with one entry of the PIN; ``pin=None`` = on the reader's keypad.

        Wipes *pin*. *at* is the time that the signatures claim. *wanted* is asked last before the card is: a
        lock meanwhile answers CANCELLED, and no key is used. SIGNATURE_KEY_MISSING; the card's failures
        (:class:`desktop.ports.card.CardKeysPort`); SIGNATURE_WRONG where what the card gave is none of its
        certificate's key; SIGNING_FAILED where the PDF cannot carry one.
        """
        ...

    def warm(self) -> None:
        """Make ready what takes time to start; returns at once."""
        ...

    def close(self) -> None:
        """End what it started, for good."""
        ...


class SignatureCheckPort(Protocol):
    """What the signatures on received documents are worth. Call it in the PDF lane; it asks no network."""

    def check_pdf(self, pdf: bytes) -> SignatureFinding:
        """The signatures inside a PDF; UNREADABLE for a file that no child survives."""
        ...

    def check_jws(self, jws: bytes, payload: bytes) -> SignatureFinding:
        """A compact JWS that is detached from *payload* (empty: NONE)."""
        ...


class SigningPort(DocumentSigningPort, SignatureCheckPort, Protocol):
    """Both."""
