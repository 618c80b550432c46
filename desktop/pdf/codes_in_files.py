"""In the child: a foreign picture or PDF is opened and looked at for codes."""

import io
from collections.abc import Iterator

import pypdfium2 as pdfium
from PIL import Image

from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.image_flattening import flattened
from desktop.pdf.render import HEADER_WITHIN, OpenDocuments
from desktop.pdf.render_image import KINDS, ImageFile
from desktop.ports.code_pictures import PictureCode
from desktop.scanning.picture import codes_in

MOST_PAGES = 4  # an ordonnance has its code on the first
MOST_PIXELS = 40_000_000  # of a picture that is looked at whole; a larger one is read smaller
_PAGE_WIDTH = 1650  # pixels: 200 dpi of an A4 page


def codes_of(content: bytes) -> Result[tuple[PictureCode, ...]]:
    """The codes of a picture or of the first pages of a PDF, each once."""
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
