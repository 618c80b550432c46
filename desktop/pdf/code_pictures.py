"""``CodePicturesPort``: the child opens a foreign picture or PDF and looks for codes in it."""

import io
import threading
from collections.abc import Iterator
from functools import partial

import pypdfium2 as pdfium
from PIL import Image

from desktop.children.standby import Standby
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.child_client import PdfChild
from desktop.pdf.image_flattening import flattened
from desktop.pdf.render import HEADER_WITHIN, OpenDocuments
from desktop.pdf.render_image import KINDS, ImageFile
from desktop.ports.code_pictures import PictureCode
from desktop.scanning.picture import codes_in

DEADLINE_S = 10.0
MOST_PAGES = 4  # an ordonnance has its code on the first
MOST_PIXELS = 40_000_000  # of a picture that is looked at whole; a larger one is read smaller
_PAGE_WIDTH = 1650  # pixels: 200 dpi of an A4 page


class CodePictures:
    """See :class:`desktop.ports.code_pictures.CodePicturesPort`."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._child = Standby(partial(PdfChild, "codes"))
        self._lock = threading.Lock()
        self._closed = False

    def read(self, content: bytes) -> Result[tuple[PictureCode, ...]]:
        """The codes of one file; the child ends with it, as it saw a foreign one."""
        with self._lock:
            if self._closed:
                return Failure.of(Code.CANCELLED)
            child = self._child.take()
        try:
            return child.call(tuple[PictureCode, ...], "codes", content, seconds=self._deadline_s)
        finally:
            child.close()

    def warm(self) -> None:
        """Start the child; returns at once."""
        with self._lock:
            if not self._closed:
                self._child.child()

    def close(self) -> None:
        """End it for good."""
        with self._lock:
            self._closed = True
            self._child.close()


def codes_of(content: bytes) -> Result[tuple[PictureCode, ...]]:
    """In the child: the codes of a picture or of the first pages of a PDF, each once."""
    if not content:
        return Failure.of(Code.FILE_EMPTY)
    pages = _pdf_pages(content) if b"%PDF-" in content[:HEADER_WITHIN] else _frames(content)
    if isinstance(pages, Failure):
        return pages
    found: dict[PictureCode, None] = {}
    try:
        for page in pages:
            found |= dict.fromkeys(codes_in(page))
    except (OSError, SyntaxError, ValueError, EOFError, pdfium.PdfiumError):
        return Failure.of(Code.FILE_UNREADABLE)
    return tuple(found)


def _frames(content: bytes) -> Result[Iterator[Image.Image]]:
    opened = ImageFile.open(content)
    if isinstance(opened, Failure):
        return opened

    def frames() -> Iterator[Image.Image]:
        for number in range(min(len(opened.sizes), MOST_PAGES)):
            with Image.open(io.BytesIO(content), formats=KINDS) as picture:
                picture.seek(number)
                shrink = (picture.width * picture.height / MOST_PIXELS) ** 0.5
                if shrink > 1:
                    picture.draft("L", (round(picture.width / shrink), round(picture.height / shrink)))
                yield flattened(picture).convert("L")

    return frames()


def _pdf_pages(content: bytes) -> Result[Iterator[Image.Image]]:
    documents = OpenDocuments()
    opened = documents.open(0, content)
    if isinstance(opened, Failure):
        return opened

    def drawn() -> Iterator[Image.Image]:
        for number in range(min(len(opened.page_sizes), MOST_PAGES)):
            page = documents.page_image(0, number, _PAGE_WIDTH, 0)
            if not isinstance(page, Failure):
                size = page.width, page.height
                yield Image.frombuffer("RGBX", size, page.pixels, "raw", "RGBX", page.stride, 1).convert("L")

    return drawn()
