"""Signing a summary in both its forms: all but the card's own time."""

import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from desktop.domain.card import CardInfo
from desktop.domain.errors import Failure, Result
from desktop.domain.secret import Secret
from desktop.domain.signature import ToSign
from desktop.pdf.signature_service import PdfSignatures
from desktop.pdf.write import DocumentWriter
from desktop.signing.service import CardSigning
from desktop.smartcard import soft_keys
from desktop.smartcard.certificates import signing_digest
from tests.answers import present
from tests.fakes import FakeCard
from tests.samples.practice import card, certificate
from tests.unit.signing.signing_kit import to_sign
from tests.unit.smartcard.card_factory import pair

_TIMES = 5
_PIN_S = 2.0  # nobody types a PIN faster; the child starts meanwhile


class TimedCard(FakeCard):
    """Signs at once, in memory; ``spent``: seconds that its key took, which are the card's."""

    def __init__(self) -> None:
        super().__init__()
        keys = pair("Dr gp sign", "rsa", "sign")
        self._key = soft_keys.load_key(keys)
        self.own = card(signature=certificate(der=soft_keys.certificate_der(keys.certificate_pem)))
        self.spent = 0.0

    def sign_documents(
        self, card: CardInfo, pin: Secret | None, documents: tuple[bytes, ...]
    ) -> Result[tuple[bytes, ...]]:
        began = time.perf_counter()
        digests = (signing_digest(present(card.signature), document) for document in documents)
        made = tuple(soft_keys.sign_digest(self._key, digest) for digest in digests)
        self.spent += time.perf_counter() - began
        return made


class Signer:
    """Signs again and again; close it at the end."""

    def __init__(self) -> None:
        self.card = TimedCard()
        pdf, writer = PdfSignatures(), DocumentWriter()
        self.signing = CardSigning(self.card, pdf, writer, None, lambda: datetime.now(UTC))

    def seconds(self, document: ToSign) -> float:
        """What one signing takes without the card's time; its child is started, if nobody warmed it."""
        self.card.spent = 0.0
        began = time.perf_counter()
        result = self.signing.sign(self.card.own, None, document, datetime.now(UTC), wanted=lambda: True)
        whole = time.perf_counter() - began
        assert not isinstance(result, Failure), result
        return whole - self.card.spent


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians of :data:`_TIMES`."""
    signer = Signer()
    try:
        signer.seconds(to_sign())  # typst and PyJWT are loaded once
        cold = [signer.seconds(to_sign()) for _ in range(_TIMES)]
        warm = []
        for _ in range(_TIMES):
            signer.signing.warm()
            time.sleep(_PIN_S)
            warm.append(signer.seconds(to_sign()))
    finally:
        signer.signing.close()
    return [
        ("signing both forms, without the card's time, after a PIN was typed", "≤ 500 ms", _words(warm)),
        ("the same at once, its child not started", "≤ 1500 ms", _words(cold)),
    ]


def _words(values: list[float]) -> str:
    return f"{statistics.median(values) * 1000:.0f} ms (max {max(values) * 1000:.0f})"
