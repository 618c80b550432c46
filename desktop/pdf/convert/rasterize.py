"""Whole pages as pictures, with the text behind them still to be searched, selected and read aloud."""

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name
from PIL import Image

from desktop.domain.errors import Failure
from desktop.pdf.convert.crop_boxes import ordered
from desktop.pdf.convert.image_objects import image_stream, with_few_levels
from desktop.pdf.convert.invisible_text import InvisibleTextFont
from desktop.pdf.render import OpenDocuments
from desktop.ports.pdf import PageText

DPI = 200
MOST_PIXELS = 20_000_000
LEAST_SIDE, LONGEST_SIDE = 3.0, 14_400.0  # points that PDF/A allows
MOST_COLOURS = 256
MOST_LETTERS = 5_000  # of a page that are looked for in its picture
FAINT = 12  # of 255: less contrast than that is nothing
JPEG_QUALITY = 88
_DRAWN_ANEW = (
    "/Contents", "/Resources", "/Group", "/Thumb", "/StructParents", "/PieceInfo", "/Metadata",
    "/SeparationInfo", "/B", "/AA", "/Trans", "/PresSteps", "/VP", "/LastModified", "/BoxColorInfo",
)  # fmt: skip


class PageTooLarge(Exception):
    """A page so long and thin that no picture of it can be made."""


class PageRasterizer:
    """Draws pages of the original document; use as a context."""

    def __init__(self, content: bytes, flat: bytes | None = None) -> None:
        """The text is read from *flat*, where fields are text already, when it is given.

        Raises PdfiumError when PDFium cannot open *content*.
        """
        self._pdf = pdfium.PdfDocument(content)
        self._pdf.init_forms()
        self._texts = OpenDocuments()
        self._texts.open(0, flat or content)
        self._text_fonts: dict[int, InvisibleTextFont] = {}
        self.undrawn: dict[int, tuple[int, int]] = {}
        """For each page drawn: letters that its picture does not show (a missing font), and all letters."""

    def __enter__(self) -> "PageRasterizer":
        return self

    def __exit__(self, *_: object) -> None:
        self._texts.release(0)
        self._pdf.close()

    def replace(self, pdf: pikepdf.Pdf, number: int, *, whole: bool = False) -> bool:
        """Page *number* (0-based) of *pdf* becomes the picture of the same page of the original.

        Its boxes, turn and links stay; with *whole* the page takes the shown size and keeps nothing. So it
        does when PDF/A does not take its size, which is then brought into the limits. True when the shown
        size changed.
        """
        target = pdf.pages[number].obj
        shown = self._pdf[number]
        try:
            width, height = shown.get_size()
            scale = min(DPI / 72, (MOST_PIXELS / (width * height)) ** 0.5)
            scale = max(scale, 1.0 / min(width, height))
            if width * height * scale * scale > 2 * MOST_PIXELS:
                raise PageTooLarge
            picture = with_few_levels(_smallest(shown.render(scale=scale).to_pil().convert("RGB")))
        finally:
            shown.close()
        paper = _on_paper(width, height)
        if whole or not _fits(target):
            _take_size(target, *paper)
        image = image_stream(pdf, picture, quality=_quality(picture))
        for key in _DRAWN_ANEW:
            if key in target:
                del target[key]
        _keep_links(target)
        text_font = self._text_fonts.setdefault(id(pdf), InvisibleTextFont(pdf))
        text = self._texts.page_text(0, number)
        shown_text = PageText(number, "", ()) if isinstance(text, Failure) else text
        self.undrawn[number] = _undrawn(shown_text, picture, picture.width / width)
        words = b"" if isinstance(text, Failure) else text_font.content(text, height)
        matrix = _shown_to_page(target, width, height)
        content = b"q %s cm q %.3f 0 0 %.3f 0 0 cm /Im0 Do Q %s Q" % (matrix, width, height, words)
        resources = Dictionary(XObject=Dictionary(Im0=image))
        if words:
            resources.Font = Dictionary(F0=text_font.font)
        target.Contents = pdf.make_stream(content)
        target.Resources = resources
        text_font.finish()
        return paper != (width, height)


def _undrawn(text: PageText, picture: Image.Image, scale: float) -> tuple[int, int]:
    """Letters in whose place is nothing but paper, and letters in all."""
    grey = picture.convert("L")
    right_edge, bottom_edge = picture.width / scale, picture.height / scale
    letters = [
        box
        for sign, box in zip(text.content, text.boxes, strict=True)
        if sign.isalnum() and box[0] < right_edge and box[1] < bottom_edge and box[2] > 0 and box[3] > 0
    ][:MOST_LETTERS]
    missing = 0
    for left, top, right, bottom in letters:
        corners = [round(value * scale) for value in (left - 1, top - 1, right + 1, bottom + 1)]
        cut = grey.crop(
            (corners[0], corners[1], max(corners[2], corners[0] + 1), max(corners[3], corners[1] + 1))
        )
        darkest, lightest = cut.getextrema()
        missing += lightest - darkest < FAINT  # type: ignore[operator]
    return missing, len(letters)


def _smallest(picture: Image.Image) -> Image.Image:
    """Grey when there is no colour."""
    grey = picture.convert("L")
    return grey if grey.convert("RGB").tobytes() == picture.tobytes() else picture


def _quality(picture: Image.Image) -> int | None:
    """Text and drawings without loss; photos and scans as JPEG."""
    if picture.mode == "L":
        histogram = picture.histogram()
        edges = sum(histogram[:32]) + sum(histogram[224:])
        return None if edges > 0.9 * picture.width * picture.height else JPEG_QUALITY
    return None if picture.getcolors(MOST_COLOURS) is not None else JPEG_QUALITY


def _on_paper(width: float, height: float) -> tuple[float, float]:
    """The size as shown, or the nearest one that PDF/A allows."""
    shrunk = min(1.0, LONGEST_SIDE / max(width, height))
    return max(width * shrunk, LEAST_SIDE), max(height * shrunk, LEAST_SIDE)


def _fits(page: pikepdf.Object) -> bool:
    """True when every box of the page is neither too small nor too large."""
    for key in ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
        if key in page:
            left, bottom, right, top = (float(value) for value in page[key])
            if not all(LEAST_SIDE <= abs(side) <= LONGEST_SIDE for side in (right - left, top - bottom)):
                return False
    return True


def _take_size(page: pikepdf.Object, width: float, height: float) -> None:
    for key in ("/CropBox", "/Rotate", "/TrimBox", "/BleedBox", "/ArtBox", "/UserUnit"):
        if key in page:
            del page[key]
    page.MediaBox = Array([0, 0, round(width, 3), round(height, 3)])


def _keep_links(page: pikepdf.Object) -> None:
    notes = page.get("/Annots")
    if notes is None:
        return
    kept = [note for note in notes if isinstance(note, Dictionary) and note.get("/Subtype") == Name.Link]
    if kept:
        page.Annots = Array(kept)
    else:
        del page["/Annots"]


def _shown_to_page(page: pikepdf.Object, width: float, height: float) -> bytes:
    """Matrix from the page as shown (points, from its lower left) to the page's own space."""
    wrapped = pikepdf.Page(page)
    left, bottom, right, top = ordered(wrapped.cropbox)
    media = ordered(wrapped.mediabox)
    within = max(left, media[0]), max(bottom, media[1]), min(right, media[2]), min(top, media[3])
    if within[0] < within[2] and within[1] < within[3]:  # a page is never shown beyond its paper
        left, bottom, right, top = within
    turn = int(page.get("/Rotate", 0)) % 360
    across, down = (right - left, top - bottom) if turn in (0, 180) else (top - bottom, right - left)
    x, y = across / width, down / height
    a, b, c, d, e, f = {
        90: (0.0, x, -y, 0.0, right, bottom),
        180: (-x, 0.0, 0.0, -y, right, top),
        270: (0.0, -x, y, 0.0, left, top),
    }.get(turn, (x, 0.0, 0.0, y, left, bottom))
    return b"%.5f %.5f %.5f %.5f %.3f %.3f" % (a, b, c, d, e, f)
