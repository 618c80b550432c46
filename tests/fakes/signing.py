"""Signing and judging signatures in memory."""

from collections.abc import Callable
from datetime import datetime

from desktop.domain.card import CardInfo, Certificate
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.secret import Secret
from desktop.domain.signature import UNSIGNED, FoundSignature, SignatureFinding, Signed, ToSign
from desktop.ports.pdf_signatures import PdfSignaturePort, PreparedPdf, Stamp
from desktop.ports.signing import SigningPort
from tests.fakes.gate import Gate


class FakeSigning(SigningPort):
    """Signs what it is given; ``refusals``: what the next calls say instead, one each.

    ``findings``: what is said of a file or a JWS; of anything else, that it bears no signature.
    """

    def __init__(self) -> None:
        self.signed: list[ToSign] = []
        self.refusals: list[Failure] = []
        self.findings: dict[bytes, SignatureFinding] = {}
        self.gate = Gate()

    def sign(
        self,
        card: CardInfo,
        pin: Secret | None,
        document: ToSign,
        at: datetime,
        *,
        wanted: Callable[[], bool],
    ) -> Result[Signed]:
        if pin is not None:
            pin.wipe()
        if not self.gate.passes():
            return Failure(Code.CARD_REMOVED)
        if not wanted():
            return Failure(Code.CANCELLED)
        if self.refusals:
            return self.refusals.pop(0)
        self.signed.append(document)
        return Signed(document.pdf + b"\n% signed", b"head..signature", at)

    def check_pdf(self, pdf: bytes) -> SignatureFinding:
        return self.findings.get(pdf, UNSIGNED)

    def check_jws(self, jws: bytes, payload: bytes) -> SignatureFinding:
        return self.findings.get(jws, UNSIGNED)

    def warm(self) -> None:
        """Nothing takes time here."""

    def close(self) -> None:
        self.gate.open()


class FakePdfSignatures(PdfSignaturePort):
    """``found``: what is read of a file. ``failure``: what every call says instead. ``wiped``: how often."""

    def __init__(self) -> None:
        self.found: dict[bytes, tuple[FoundSignature, ...]] = {}
        self.failure: Failure | None = None
        self.wiped = 0

    def prepare(
        self, pdf: bytes, stamp: Stamp, certificate: Certificate, at: datetime
    ) -> Result[PreparedPdf]:
        return self.failure or PreparedPdf(pdf, b"attributes of " + pdf, b"", (0, 0))

    def finish(self, prepared: PreparedPdf, certificate: Certificate, signature: bytes) -> Result[bytes]:
        return self.failure or prepared.content + signature

    def signatures(self, pdf: bytes) -> Result[tuple[FoundSignature, ...]]:
        return self.failure or self.found.get(pdf, ())

    def warm(self) -> None:
        """Nothing takes time here."""

    def wipe(self) -> None:
        self.wiped += 1

    def close(self) -> None:
        self.wipe()
