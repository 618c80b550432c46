"""Codes in a picture: a photo of an ordonnance or a box, or a page of a PDF file."""

from dataclasses import dataclass, field
from typing import Protocol

from desktop.domain.errors import Result


@dataclass(frozen=True, slots=True)
class PictureCode:
    """One code. ``symbology`` as in ISO/IEC 15424: ``]d2`` for a GS1 DataMatrix, ``]Q1`` for a QR code.

    ``text``: its bytes as Latin-1, GS (ASCII 29) between the elements of a GS1 code.
    """

    symbology: str
    text: str = field(repr=False)  # an ordonnance's holds its access code


class CodePicturesPort(Protocol):
    """Decodes foreign files in a killable child process."""

    def read(self, content: bytes) -> Result[tuple[PictureCode, ...]]:
        """Each code once; none where there is none that can be read.

        *content*: JPEG, PNG, TIFF, WEBP, BMP, GIF or PDF, of which the first pages are looked at. FILE_EMPTY,
        FILE_NOT_PDF (no picture either), FILE_LOCKED, FILE_UNREADABLE, FILE_UNSAFE, CANCELLED.
        """
        ...

    def warm(self) -> None:
        """Start the child before it is needed; returns at once."""
        ...

    def close(self) -> None:
        """End it for good: later calls answer CANCELLED."""
        ...
