"""``SigningPort``: the card signs, the PDF and the JWS carry it; and what others' signatures are worth.

The two signatures are prepared before the card is asked, so that one entry of the PIN makes both.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.card import CardInfo, Certificate
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import day_words, hour_words
from desktop.domain.secret import Secret
from desktop.domain.signature import (
    UNSIGNED,
    FoundSignature,
    SignatureBox,
    SignatureDoubt,
    SignatureFinding,
    SignatureState,
    Signed,
    ToSign,
)
from desktop.ports.card import CardKeysPort
from desktop.ports.pdf import DocumentWriterPort
from desktop.ports.pdf_signatures import PdfSignaturePort, PreparedPdf, Stamp

if TYPE_CHECKING:
    from cryptography import x509

log = logging.getLogger("dsp.signing")
_LARGEST_JWS = 256 * 1024  # bytes without the payload; one with four certificates has about 10,000
_UNREADABLE = SignatureFinding(SignatureState.UNVERIFIABLE, doubt=SignatureDoubt.UNREADABLE)
_WORTH = (SignatureState.BROKEN, SignatureState.UNVERIFIABLE, SignatureState.VALID)


class CardSigning:
    """See :class:`desktop.ports.signing.SigningPort`."""

    def __init__(
        self,
        card: CardKeysPort,
        pdf: PdfSignaturePort,
        writer: DocumentWriterPort,
        authorities: Path | None,
        now: Callable[[], datetime],
    ) -> None:
        """*authorities*: PEM of those that issue professional cards, None: no signature is vouched for."""
        self._card = card
        self._pdf = pdf
        self._writer = writer
        self._authorities = authorities
        self._now = now

    # -- signing ------------------------------------------------------------------------------

    def sign(
        self,
        card: CardInfo,
        pin: Secret | None,
        document: ToSign,
        at: datetime,
        *,
        wanted: Callable[[], bool],
    ) -> Result[Signed]:
        """As the port says; the child that held the document is ended."""
        try:
            if card.signature is None:
                return Failure.of(card.no_signature)
            at = at.replace(microsecond=0)  # neither form has a place for more
            return self._sign(card, card.signature, pin, document, at, wanted)
        finally:
            if pin is not None:
                pin.wipe()
            self._pdf.wipe()

    def _sign(
        self,
        card: CardInfo,
        certificate: Certificate,
        pin: Secret | None,
        document: ToSign,
        at: datetime,
        wanted: Callable[[], bool],
    ) -> Result[Signed]:
        from desktop.signing import jws  # PyJWT, which most sessions never need
        from desktop.signing.keys import made_by

        room: PreparedPdf | None = None
        if document.box is not None:
            made_room = self._room(document, document.box, certificate, at)
            if isinstance(made_room, Failure):
                return made_room
            room = made_room
        head = jws.prepare(document.payload, certificate, at)
        asked = (head.to_sign,) if room is None else (room.to_sign, head.to_sign)
        if not wanted():
            return Failure.of(Code.CANCELLED)
        made = self._card.sign_documents(card, pin, asked)
        if isinstance(made, Failure):
            return made
        if len(made) != len(asked) or not all(map(partial(made_by, certificate.der), made, asked)):
            return Failure.of(Code.SIGNATURE_WRONG)
        signed = b"" if room is None else self._pdf.finish(room, certificate, made[0])
        return signed if isinstance(signed, Failure) else Signed(signed, jws.finish(head, made[-1]), at)

    def _room(
        self, document: ToSign, box: SignatureBox, certificate: Certificate, at: datetime
    ) -> Result[PreparedPdf]:
        """The PDF with its visible signature, and room for the card's answer."""
        words = _words(certificate, box, at)
        stamp = self._writer.write("signature", document.language, words)
        if isinstance(stamp, Failure):
            return stamp
        return self._pdf.prepare(document.pdf, Stamp(stamp, box), certificate, at)

    # -- judging ------------------------------------------------------------------------------

    def check_pdf(self, pdf: bytes) -> SignatureFinding:
        """As the port says; a file that names no signed range is asked for none."""
        if b"/ByteRange" not in pdf:
            return UNSIGNED
        found = self._pdf.signatures(pdf)
        if isinstance(found, Failure):
            return _UNREADABLE
        findings = map(self._judge, found)
        return min(findings, key=lambda finding: _WORTH.index(finding.state), default=UNSIGNED)

    def check_jws(self, jws: bytes, payload: bytes) -> SignatureFinding:
        """As the port says."""
        from desktop.signing.jws import read

        if not jws:
            return UNSIGNED
        found = read(jws, payload) if len(jws) <= _LARGEST_JWS else None
        return _UNREADABLE if found is None else self._judge(found)

    def _judge(self, found: FoundSignature) -> SignatureFinding:
        from desktop.signing import trust

        try:
            if found.intact:
                return trust.finding(found, self._anchors(), self._now())
            name = trust.signer(found.certificate) if found.certificate else ("", "")
            return SignatureFinding(SignatureState.BROKEN, *name, found.claimed_at)
        except ValueError:
            return _UNREADABLE

    def _anchors(self) -> "tuple[x509.Certificate, ...]":
        """Read anew each time: seldom asked, and an installation may be mended meanwhile."""
        from desktop.signing import trust

        try:
            return () if self._authorities is None else trust.authorities(self._authorities)
        except (OSError, ValueError) as problem:
            log.warning("no authorities for signatures: %s", type(problem).__name__)
            return ()

    # -- children -----------------------------------------------------------------------------

    def warm(self) -> None:
        """Start the child that will hold the document."""
        self._pdf.warm()

    def close(self) -> None:
        """End it for good."""
        self._pdf.close()


def _words(certificate: Certificate, box: SignatureBox, at: datetime) -> dict[str, object]:
    """What the visible signature says, and its size in points."""
    return {
        "date": at,
        "signer": certificate.holder,
        "signer_id": certificate.holder_id,
        "signed_at": f"{day_words(at)}, {hour_words(at)}",
        "until": day_words(certificate.not_after),
        "width": box.width,
        "height": box.height,
    }
