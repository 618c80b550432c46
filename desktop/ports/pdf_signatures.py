"""Signatures inside PDF files, before anybody asks whose they are."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from desktop.domain.card import Certificate
from desktop.domain.errors import Result
from desktop.domain.signature import FoundSignature, SignatureBox


@dataclass(frozen=True, slots=True)
class Stamp:
    """A visible signature: ``page`` is a one-page PDF/A of our own writing, drawn into ``box``."""

    page: bytes = field(repr=False)
    box: SignatureBox


@dataclass(frozen=True, slots=True)
class PreparedPdf:
    """A PDF with room for its signature. ``to_sign``: the CMS attributes that the card's key signs.

    ``digest`` is that of the file without the room, which lies between the two offsets of ``room``.
    """

    content: bytes = field(repr=False)
    to_sign: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    room: tuple[int, int]


class PdfSignaturePort(Protocol):
    """Calls are made in a child process; one that prepared a file holds it until :meth:`wipe`."""

    def prepare(
        self, pdf: bytes, stamp: Stamp, certificate: Certificate, at: datetime
    ) -> Result[PreparedPdf]:
        """Make room for a PAdES-B-B signature (ETSI EN 319 142-1) that claims *at*; SIGNING_FAILED."""
        ...

    def finish(self, prepared: PreparedPdf, certificate: Certificate, signature: bytes) -> Result[bytes]:
        """Put *signature* in, as a card gives it (PKCS#1 v1.5, or r‖s); SIGNING_FAILED."""
        ...

    def signatures(self, pdf: bytes) -> Result[tuple[FoundSignature, ...]]:
        """All signatures in their order; FILE_UNSAFE or CHILD_CRASHED for a file that no reader survives."""
        ...

    def warm(self) -> None:
        """Start the child before it is needed; returns at once."""
        ...

    def wipe(self) -> None:
        """End the child that prepared a file."""
        ...

    def close(self) -> None:
        """The same, for good: later calls answer CANCELLED."""
        ...
