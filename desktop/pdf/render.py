"""Pictures, text and search of opened documents (PDFium), inside the render child."""

import ctypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.folding import Folded, fold, fold_with_places
from desktop.pdf.reading_order import in_reading_order
from desktop.ports.pdf import Hit, OpenedPdf, PageImage, PageText

if TYPE_CHECKING:
    from desktop.pdf.render_image import ImageFile

MOST_PIXELS = 40_000_000  # 160 MB; a larger page is drawn smaller
MOST_PAGES = 20_000
MOST_HITS = 10_000
DEVICE = 1000  # device units a point, so that PDFium's whole-number answer is exact enough
HEADER_WITHIN = 1024
HYPHEN = 2  # PDFium's mark for a hyphen at a line's end

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class _Opened:
    pdf: pdfium.PdfDocument
    content: bytes  # PDFium reads from it as long as the document is open
    texts: dict[int, PageText] = field(default_factory=dict)
    folded: dict[int, Folded] = field(default_factory=dict)


class OpenDocuments:
    """The documents that this child holds, by handle."""

    def __init__(self) -> None:
        self._opened: dict[int, _Opened] = {}
        self._pictures: dict[int, ImageFile] = {}

    def open(self, handle: int, content: bytes) -> Result[OpenedPdf]:
        """Hold *content* under *handle*. FILE_EMPTY, FILE_NOT_PDF, FILE_LOCKED, FILE_UNREADABLE."""
        if not content:
            return Failure.of(Code.FILE_EMPTY)
        if b"%PDF-" not in content[:HEADER_WITHIN]:
            return self._open_picture(handle, content)
        try:
            pdf = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as problem:
            locked = getattr(problem, "err_code", None) == raw.FPDF_ERR_PASSWORD
            return Failure.of(Code.FILE_LOCKED if locked else Code.FILE_UNREADABLE)
        if not 0 < len(pdf) <= MOST_PAGES:
            pdf.close()
            return Failure.of(Code.FILE_UNREADABLE)
        try:
            pdf.init_forms()
            sizes = [_size(pdf, number) for number in range(len(pdf))]
        except pdfium.PdfiumError:
            pdf.close()
            return Failure.of(Code.FILE_UNREADABLE)
        self._opened[handle] = _Opened(pdf, content)
        return OpenedPdf(handle, tuple((max(width, 1.0), max(height, 1.0)) for width, height in sizes))

    def _open_picture(self, handle: int, content: bytes) -> Result[OpenedPdf]:
        """A photo or scan that is no PDF yet, so that it can be compared with its copy."""
        from desktop.pdf.render_image import ImageFile  # only then: a child for PDFs stays small

        picture = ImageFile.open(content)
        if isinstance(picture, Failure):
            return picture
        self._pictures[handle] = picture
        return OpenedPdf(handle, picture.sizes)

    def page_image(self, handle: int, page: int, width: int, rotation: int) -> Result[PageImage]:
        """Draw one page on white; ``width`` is that of the turned picture."""
        if handle in self._pictures:
            return self._pictures[handle].draw(page, width, rotation)
        try:
            drawn = self._opened[handle].pdf[page]
        except pdfium.PdfiumError:
            return Failure.of(Code.RENDER_FAILED, page=page + 1)
        try:
            across, down = drawn.get_size()
            if rotation in (90, 270):
                across, down = down, across
            scale = min(max(width, 1) / across, (MOST_PIXELS / (across * down)) ** 0.5)
            bitmap = drawn.render(scale=scale, rotation=rotation, rev_byteorder=True, prefer_bgrx=True)
            return PageImage(page, bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
        except (pdfium.PdfiumError, ZeroDivisionError):
            return Failure.of(Code.RENDER_FAILED, page=page + 1)
        finally:
            drawn.close()

    def page_text(self, handle: int, page: int) -> Result[PageText]:
        """Text of one page with the box of each character; a picture file has none."""
        if handle in self._pictures:
            return PageText(page, "", ())
        opened = self._opened[handle]
        if page not in opened.texts:
            try:
                opened.texts[page] = _read_text(opened.pdf, page)
            except pdfium.PdfiumError:
                return Failure.of(Code.RENDER_FAILED, page=page + 1)
        return opened.texts[page]

    def find(self, handle: int, words: str) -> Result[tuple[Hit, ...]]:
        """Every hit, at most ``MOST_HITS``; a page that cannot be read has none."""
        if handle in self._pictures:
            return ()
        opened = self._opened[handle]
        wanted = fold(words)
        hits: list[Hit] = []
        for page in range(len(opened.pdf)):
            text = self.page_text(handle, page)
            if isinstance(text, Failure):
                continue
            if page not in opened.folded:
                opened.folded[page] = fold_with_places(text.content)
            for start, end in opened.folded[page].spans(wanted):
                hits.append(Hit(page, start, _lines(text.boxes[start:end])))
                if len(hits) == MOST_HITS:
                    return tuple(hits)
        return tuple(hits)

    def release(self, handle: int) -> bool:
        """Close one document."""
        if self._pictures.pop(handle, None) is not None:
            return True
        opened = self._opened.pop(handle, None)
        if opened is not None:
            opened.pdf.close()
        return opened is not None


def _size(pdf: pdfium.PdfDocument, number: int) -> tuple[float, float]:
    """In points. A crop box beside the paper leaves nothing to draw: then all of the paper is shown."""
    width, height = pdf.get_page_size(number)
    if not width or not height:
        page = pdf[number]
        page.set_cropbox(*page.get_mediabox())
        page.close()
        width, height = pdf.get_page_size(number)
    return width, height


def _read_text(pdf: pdfium.PdfDocument, number: int) -> PageText:
    page = pdf[number]
    textpage = page.get_textpage()
    try:
        place = _Placement(page)
        signs: list[str] = []
        boxes: list[Box] = []
        high = 0
        for index in range(textpage.count_chars()):
            value = raw.FPDFText_GetUnicode(textpage, index)
            if 0xD800 <= value < 0xDC00:  # first half of a character beyond the 16-bit plane
                high = value
                continue
            if 0xDC00 <= value < 0xE000:
                value = 0x10000 + ((high - 0xD800) << 10) + (value - 0xDC00) if high else 0xFFFD
            high = 0
            sign = _sign(value)
            if not sign:
                continue
            signs.append(sign)
            boxes.append(place.box(textpage, index))
            if value == HYPHEN:  # PDFium leaves out the line break that follows
                signs.append("\n")
                boxes.append((boxes[-1][2], boxes[-1][1], boxes[-1][2], boxes[-1][1]))
        ordered, places = in_reading_order(signs, boxes)
        return PageText(number, "".join(ordered), tuple(places))
    finally:
        textpage.close()
        page.close()


def _sign(value: int) -> str:
    if value == HYPHEN:
        return "-"
    if value in (0, 0xD, 0xFFFE, 0xFFFF) or value > 0x10FFFF:
        return ""
    if value < 32 and value not in (9, 10):
        return " "
    return chr(value)


class _Placement:
    """From page space to points from the top left of the page as it is shown."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        width, height = page.get_size()
        self._size = int(width * DEVICE), int(height * DEVICE)
        self._page = page
        x0, y0 = self._device(0, 0)
        x1, y1 = self._device(100, 0)
        x2, y2 = self._device(0, 100)
        self._origin = x0, y0
        self._across = (x1 - x0) / 100, (y1 - y0) / 100
        self._up = (x2 - x0) / 100, (y2 - y0) / 100
        self._edges = [ctypes.c_double() for _ in range(4)]

    def box(self, textpage: pdfium.PdfTextPage, index: int) -> Box:
        """(left, top, right, bottom) of one character."""
        left, right, bottom, top = self._edges
        raw.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
        x0, y0 = self._shown(left.value, bottom.value)
        x1, y1 = self._shown(right.value, top.value)
        return round(min(x0, x1), 2), round(min(y0, y1), 2), round(max(x0, x1), 2), round(max(y0, y1), 2)

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._origin[0] + x * self._across[0] + y * self._up[0],
            self._origin[1] + x * self._across[1] + y * self._up[1],
        )

    def _device(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self._page, 0, 0, *self._size, 0, x, y, across, down)
        return across.value / DEVICE, down.value / DEVICE


def _lines(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
    """Character boxes joined into one rectangle a line."""
    lines: list[Box] = []
    for left, top, right, bottom in boxes:
        if right <= left and bottom <= top:
            continue  # spaces that PDFium made up have no place
        if lines and top < lines[-1][3] and bottom > lines[-1][1]:
            last = lines[-1]
            lines[-1] = (min(last[0], left), min(last[1], top), max(last[2], right), max(last[3], bottom))
        else:
            lines.append((left, top, right, bottom))
    return tuple(lines)
