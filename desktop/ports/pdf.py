"""Documents: judged, copied, drawn and written, in child processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from desktop.domain.deposit import CheckReport, Conversion
from desktop.domain.errors import Result
from desktop.domain.proposal import FileHints
from desktop.ports.paper import PrintersPort


@dataclass(frozen=True, slots=True)
class OpenedPdf:
    """A document held by the render child; sizes in points, one a page."""

    handle: int
    page_sizes: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as RGBX8888 rows (``stride`` bytes each)."""

    page: int
    width: int
    height: int
    stride: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class PageText:
    """Text of a page and a box a character: (left, top, right, bottom) in points from the top left."""

    page: int
    content: str
    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One search hit: page (0-based) and its rectangles in points from the top left."""

    page: int
    start: int
    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class CopyWords:
    """What a copy says of itself: ``feet``, one a page; ``title`` and ``cover`` of a signed one's sheet."""

    language: str
    feet: tuple[str, ...]
    title: str
    cover: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PdfCopy:
    """A copy to keep; a signed document is its own bytes, and ``cover`` the sheet that lies beside it."""

    content: bytes
    cover: bytes = b""


class PdfaPort(Protocol):
    """Whether a file is PDF/A, and a copy of it that is."""

    def check(self, content: bytes) -> Result[CheckReport]:
        """Verdict on PDF/A-1b, 2b, 3b. FILE_NOT_PDF, FILE_LOCKED, FILE_UNREADABLE, FILE_UNSAFE."""
        ...

    def hints(self, content: bytes) -> Result[FileHints]:
        """What a PDF says of itself, for a title and a date to propose; nothing of any other file."""
        ...

    def convert(self, content: bytes, name: str, *, signature_may_go: bool = False) -> Result[Conversion]:
        """A conforming copy of a PDF, an image or an office file, or a sentence why not.

        *signature_may_go*: the user was told that the copy loses the signature; else FILE_SIGNED.
        """
        ...


class PdfPagesPort(Protocol):
    """Documents as pictures and text."""

    def open(self, content: bytes) -> Result[OpenedPdf]:
        """Hold a document in the render child."""
        ...

    def page_image(self, opened: OpenedPdf, page: int, width: int, rotation: int) -> Result[PageImage]:
        """Page (0-based) at *width* device pixels, rotated by 0, 90, 180 or 270 degrees."""
        ...

    def page_text(self, opened: OpenedPdf, page: int) -> Result[PageText]:
        """Text of a page (0-based)."""
        ...

    def find(self, opened: OpenedPdf, words: str) -> Result[tuple[Hit, ...]]:
        """All hits, accents and case folded."""
        ...

    def release(self, opened: OpenedPdf) -> None:
        """Forget a document; the child overwrites nothing but is ended by :meth:`wipe`."""
        ...

    def wipe(self) -> None:
        """Kill the children: on lock and record close, so that no decrypted page stays in memory."""
        ...


class PdfCopiesPort(PdfPagesPort, PrintersPort, Protocol):
    """Documents as pictures, as copies to keep, and on paper."""

    def copy(self, opened: OpenedPdf, words: CopyWords) -> Result[PdfCopy]:
        """A PDF/A that our own check approves, with its text and a foot below each page (CF-068).

        A signed document comes as it is, with a cover sheet. CANCELLED, FILE_UNSAFE, and what no conforming
        copy can be made of.
        """
        ...


class PdfPort(PdfaPort, PdfCopiesPort, Protocol):
    """All PDF work, in killable children with time and memory limits; files never touch the disk in clear."""

    def warm(self) -> None:
        """Start the children before they are needed; returns at once."""
        ...

    def close(self) -> None:
        """End the children for good."""
        ...


class DocumentWriterPort(Protocol):
    """Writes the program's own documents as PDF/A-1a (typst), each in a child that ends with it."""

    def write(self, template: str, language: str, data: Mapping[str, object]) -> Result[bytes]:
        """Render a template of ``resources/templates``."""
        ...

    def close(self) -> None:
        """End what is being written, for good."""
        ...
