"""``PdfSignaturePort`` over killable children: none lives longer than one document's signing or check."""

import threading
from datetime import datetime
from functools import partial
from typing import TypeVar

from desktop.children.standby import Standby
from desktop.domain.card import Certificate
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.signature import FoundSignature
from desktop.pdf.child_client import PdfChild
from desktop.ports.pdf_signatures import PreparedPdf, Stamp

T = TypeVar("T")
DEADLINE_S = 20.0


class PdfSignatures:
    """See :class:`desktop.ports.pdf_signatures.PdfSignaturePort`."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._child = Standby(partial(PdfChild, "signature"))
        self._lock = threading.Lock()
        self._closed = False

    def prepare(
        self, pdf: bytes, stamp: Stamp, certificate: Certificate, at: datetime
    ) -> Result[PreparedPdf]:
        """Room for a signature; SIGNING_FAILED."""
        chain = certificate.chain
        return _signing(self._call(PreparedPdf, "prepare", pdf, stamp, certificate.der, chain, at))

    def finish(self, prepared: PreparedPdf, certificate: Certificate, signature: bytes) -> Result[bytes]:
        """The signed file; SIGNING_FAILED."""
        return _signing(self._call(bytes, "finish", prepared, certificate.der, certificate.chain, signature))

    def signatures(self, pdf: bytes) -> Result[tuple[FoundSignature, ...]]:
        """What stands in a file; FILE_UNSAFE, CHILD_CRASHED."""
        with self._lock:
            if self._closed:
                return Failure.of(Code.CANCELLED)
            child = self._child.take()  # a signing that goes on beside keeps its own
        try:
            return child.call(tuple[FoundSignature, ...], "signatures", pdf, seconds=self._deadline_s)
        finally:
            child.close()

    def warm(self) -> None:
        """Start the child; returns at once."""
        with self._lock:
            if not self._closed:
                self._child.child()

    def wipe(self) -> None:
        """End the child that prepared a file."""
        with self._lock:
            self._child.close()

    def close(self) -> None:
        """End it for good."""
        with self._lock:
            self._closed = True
        self.wipe()

    def _call(self, kind: type[T], name: str, *arguments: object) -> Result[T]:
        with self._lock:
            if self._closed:
                return Failure.of(Code.CANCELLED)
            child = self._child.child()
        return child.call(kind, name, *arguments, seconds=self._deadline_s)


def _signing(result: Result[T]) -> Result[T]:
    """What went wrong inside says nothing to who signs; that it was ended does."""
    if isinstance(result, Failure) and result.code is not Code.CANCELLED:
        return Failure.of(Code.SIGNING_FAILED)
    return result
