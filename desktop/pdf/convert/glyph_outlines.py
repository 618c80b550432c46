"""The outlines of a font as PDFium draws them: what every page of this program shows is drawn by it.

PDFium finds outlines by the character that a code stands for; a map of our own gives each code a character
that no other has, so that every code is found, and none for another.
"""

import ctypes
import io
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pikepdf import Dictionary
from PIL import Image, ImageChops, ImageStat

from desktop.pdf.convert.unicode_map import unicode_map

EM = 1000.0
MOST_CODES = 2_000  # of a font; there are 6,400 characters that are nobody's (U+E000 to U+F8FF)
_NOBODYS = 0xE000
_SIZE, _GAP = 5, 10  # of the letters of a sheet, and between them
_CELL, _LETTER, _CELLS = 128, 64, 16  # pixels of a sign's place and of the sign, and places of a row
_OTHERWISE = 0.05  # of the ink of a sign
Step = tuple[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Outline:
    """What one code draws: ``width`` and ``contours`` in thousandths of the size, ``text`` as it is read.

    ``embedded``: it comes from the file; else from a font that PDFium takes instead.
    """

    width: float
    contours: tuple[tuple[Step, ...], ...]
    text: str
    embedded: bool


def outlines_of(font: pikepdf.Object, codes: Sequence[int], size: int) -> dict[int, Outline]:
    """Each code, of *size* bytes, of a font; {} when PDFium does not take the font."""
    if not 0 < len(codes) <= MOST_CODES:
        return {}
    signs = {chr(_NOBODYS + number): code for number, code in enumerate(codes)}
    document = pdfium.PdfDocument(_sheet(font, codes, size, unicode_map(signs, size)))
    try:
        found = _outlines(document, signs)
    finally:
        document.close()
    if not found:
        return found
    texts = _texts(font, codes, size, [found[code].width for code in codes])
    drawn = next((code for code in codes if found[code].contours), None)
    for code in codes:
        if drawn is not None and not found[code].contours and not texts.get(code):
            texts[code] = _between(font, drawn, code, size)
    return {code: replace(outline, text=texts.get(code, "")) for code, outline in found.items()}


def _sheet(font: pikepdf.Object, codes: Sequence[int], size: int, characters: bytes | None = None) -> bytes:
    """A document with one line of text, in which each code stands by itself."""
    apart = b" %d " % (-1000 * _GAP // _SIZE)
    shown = apart.join(b"<%s>" % code.to_bytes(size).hex().encode() for code in codes)
    content = b"BT /F %d Tf [%s] TJ ET" % (_SIZE, shown)
    return _document(font, content, (9 * _GAP, 9 * _GAP), characters)


def _document(
    font: pikepdf.Object, content: bytes, paper: tuple[int, int], characters: bytes | None = None
) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=paper)
        copied = pdf.copy_foreign(font)
        if characters is not None:
            copied.ToUnicode = pdf.make_stream(characters)
        pdf.pages[0].Resources = Dictionary(Font=Dictionary(F=copied))
        pdf.pages[0].Contents = pdf.make_stream(content)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def look_alike(font: pikepdf.Object, other: pikepdf.Object, codes: Sequence[int], size: int) -> bool:
    """True when PDFium draws every code with both fonts as one and the same sign."""
    for start in range(0, len(codes), _CELLS * _CELLS):
        some = codes[start : start + _CELLS * _CELLS]
        before, after = _specimen(font, some, size), _specimen(other, some, size)
        changed = ImageChops.difference(before, after)
        for place in range(len(some)):
            left, top = place % _CELLS * _CELL, before.height - (place // _CELLS + 1) * _CELL
            box = (left, top, left + _CELL, top + _CELL)
            most = max(_ink(ImageChops.invert(picture.crop(box))) for picture in (before, after))
            if _ink(changed.crop(box)) > _OTHERWISE * most:
                return False
    return True


def _ink(picture: Image.Image) -> float:
    return float(ImageStat.Stat(picture).sum[0])


def _specimen(font: pikepdf.Object, codes: Sequence[int], size: int) -> Image.Image:
    """Each code in a place of its own, so large that PDFium fills outlines."""
    rows = (len(codes) - 1) // _CELLS + 1
    places = (
        b"1 0 0 1 %d %d Tm <%s> Tj"
        % (
            place % _CELLS * _CELL + _CELL // 4,
            place // _CELLS * _CELL + _CELL // 4,
            code.to_bytes(size).hex().encode(),
        )
        for place, code in enumerate(codes)
    )
    content = b"BT /F %d Tf %s ET" % (_LETTER, b" ".join(places))
    document = pdfium.PdfDocument(_document(font, content, (_CELLS * _CELL, rows * _CELL)))
    try:
        picture: Image.Image = document[0].render(scale=1).to_pil()
        return picture.convert("L")
    finally:
        document.close()


def _texts(font: pikepdf.Object, codes: Sequence[int], size: int, widths: Sequence[float]) -> dict[int, str]:
    """What PDFium reads where each code stands."""
    starts = [
        place * _GAP + advance * _SIZE / EM
        for place, advance in enumerate(accumulate(widths[:-1], initial=0.0))
    ]
    document = pdfium.PdfDocument(_sheet(font, codes, size))
    try:
        textpage = document[0].get_textpage()
        found: dict[int, str] = {}
        for place in range(textpage.count_chars()):
            x, y = ctypes.c_double(), ctypes.c_double()
            pdfium_c.FPDFText_GetCharOrigin(textpage, place, x, y)
            number = bisect_right(starts, x.value + _GAP / 4) - 1
            sign = chr(pdfium_c.FPDFText_GetUnicode(textpage, place))
            stands = number >= 0 and abs(starts[number] - x.value) < _GAP / 4
            if stands and not pdfium_c.FPDFText_IsGenerated(textpage, place) and sign >= " ":
                found[codes[number]] = found.get(codes[number], "") + sign
        return found
    finally:
        document.close()


def _between(font: pikepdf.Object, drawn: int, blank: int, size: int) -> str:
    """What PDFium reads between two signs: a space beside gaps it does not tell."""
    around, inside = (code.to_bytes(size).hex().encode() for code in (drawn, blank))
    content = b"BT /F %d Tf 9 9 Td <%s%s%s> Tj ET" % (_SIZE, around, inside, around)
    document = pdfium.PdfDocument(_document(font, content, (9 * _GAP, 9 * _GAP)))
    try:
        read = str(document[0].get_textpage().get_text_range())
    finally:
        document.close()
    return read[1:-1] if len(read) > 2 and read[0] == read[-1] else ""


def _outlines(document: pdfium.PdfDocument, signs: Mapping[str, int]) -> dict[int, Outline]:
    texts = document[0].get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_TEXT,))
    shown = next((pdfium_c.FPDFTextObj_GetFont(text) for text in texts), None)
    if not shown:
        return {}
    embedded = pdfium_c.FPDFFont_GetIsEmbedded(shown) == 1
    found: dict[int, Outline] = {}
    for sign, code in signs.items():
        width = ctypes.c_float()
        if not pdfium_c.FPDFFont_GetGlyphWidth(shown, ord(sign), EM, width):
            return {}
        found[code] = Outline(float(width.value), tuple(_contours(shown, ord(sign))), "", embedded)
    return found


def _contours(font: object, sign: int) -> Iterator[tuple[Step, ...]]:
    path = pdfium_c.FPDFFont_GetGlyphPath(font, sign, EM)
    steps: list[Step] = []
    for number in range(pdfium_c.FPDFGlyphPath_CountGlyphSegments(path) if path else 0):
        segment = pdfium_c.FPDFGlyphPath_GetGlyphPathSegment(path, number)
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO and steps:
            yield tuple(steps)
            steps = []
        steps.append((kind, (x.value * EM, y.value * EM)))
    if steps:
        yield tuple(steps)
