"""A document to sign, and a signing over the software card: PDF child, writer and card are the real ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from desktop.domain.card import CardInfo
from desktop.domain.errors import Result
from desktop.domain.secret import Secret
from desktop.domain.signature import SignatureBox, Signed, ToSign
from desktop.domain.texts import Language
from desktop.pdf.signature_service import PdfSignatures
from desktop.pdf.write import DocumentWriter
from desktop.ports.card import CardKeysPort
from desktop.signing.service import CardSigning
from tests.answers import good
from tests.unit.smartcard.card_factory import PIN, ca_certificate, pem

PAYLOAD = b'{"resourceType":"Bundle","type":"document","language":"fr-LU","total":1.00}'
BOX = SignatureBox(-1, 330, 90, 200, 56)


@cache
def summary() -> bytes:
    """A page of our own writing, with room at :data:`BOX`."""
    data = {
        "date": "2026-11-30", "version": "3", "author": {"name": "Dr Anne Kieffer", "profession": "Médecin"},
        "patient": {"name": "MULLER Jean", "birth_date": "1950-01-01", "matricule": "1950 0101 123 45"},
        "sections": [{"key": "allergies", "state": "none-known"}],
    }  # fmt: skip
    return good(DocumentWriter().write("resume-patient", "fr", data))


def now() -> datetime:
    return datetime.now(UTC)


def to_sign(payload: bytes = PAYLOAD) -> ToSign:
    return ToSign(summary(), payload, BOX, Language.FR)


def anchors(folder: Path) -> Path:
    """The authority of the cards of :mod:`card_factory`."""
    file = folder / "authorities.pem"
    file.write_text(pem(ca_certificate()), encoding="utf-8")
    return file


@contextmanager
def signing_with(
    card: CardKeysPort, authorities: Path | None, clock: Callable[[], datetime] = now
) -> Iterator[CardSigning]:
    signing = CardSigning(card, PdfSignatures(), DocumentWriter(), authorities, clock)
    try:
        yield signing
    finally:
        signing.close()


def sign(
    signing: CardSigning,
    card: CardInfo,
    at: datetime,
    pin: bytes = PIN,
    document: ToSign | None = None,
) -> Result[Signed]:
    typed = Secret(bytearray(pin))
    result = signing.sign(card, typed, document or to_sign(), at, wanted=lambda: True)
    assert not typed, "wiped, whatever became of it"
    return result
