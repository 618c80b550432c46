"""Signing and judging signatures in memory."""

from datetime import datetime

from desktop.domain.card import CardInfo
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.secret import Secret
from desktop.domain.signature import UNSIGNED, SignatureFinding, Signed, ToSign
from desktop.ports.signing import DocumentSigningPort, SignatureCheckPort
from tests.fakes.gate import Gate


class FakeSigning(DocumentSigningPort):
    """Signs what it is given; ``refusals``: what the next calls say instead, one each."""

    def __init__(self) -> None:
        self.signed: list[ToSign] = []
        self.refusals: list[Failure] = []
        self.gate = Gate()

    def sign(self, card: CardInfo, pin: Secret | None, document: ToSign, at: datetime) -> Result[Signed]:
        if pin is not None:
            pin.wipe()
        if card.signature is None:
            return Failure(Code.SIGNATURE_KEY_MISSING)
        if not self.gate.passes():
            return Failure(Code.CARD_REMOVED)
        if self.refusals:
            return self.refusals.pop(0)
        self.signed.append(document)
        return Signed(document.pdf + b"\n% signed", b"head..signature", at)

    def warm(self) -> None:
        """Nothing takes time here."""

    def close(self) -> None:
        self.gate.open()


class FakeSignatureCheck(SignatureCheckPort):
    """``findings``: what is said of a file or a JWS; of anything else that it bears none."""

    def __init__(self) -> None:
        self.findings: dict[bytes, SignatureFinding] = {}

    def check_pdf(self, pdf: bytes) -> SignatureFinding:
        return self.findings.get(pdf, UNSIGNED)

    def check_jws(self, jws: bytes, payload: bytes) -> SignatureFinding:
        return self.findings.get(jws, UNSIGNED)
