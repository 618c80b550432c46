"""Widths of CFF fonts that are no whole numbers: the document tells them as the font has them.

Writers round them, which PDF/A allows within 1 of 1000 (ISO 19005-2, 6.2.11.5). But veraPDF reads the base
of a font's widths, when that is no whole number, without its fraction, and rejects some of the rounded ones.
"""

import io

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import NullPen
from pikepdf import Array, Dictionary, Name, Stream

from desktop.pdf.check.font_errors import BROKEN_FONT
from desktop.pdf.convert.encodings import code_names

ROUNDED = 1.0  # of 1000


def tell_exact_widths(pdf: pikepdf.Pdf) -> None:
    """Change rounded widths in *pdf*, in memory, by less than what nobody sees."""
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary) or thing.get("/Subtype") != Name.Type1:
            continue
        descriptor, told = thing.get("/FontDescriptor"), thing.get("/Widths")
        program = descriptor.get("/FontFile3") if isinstance(descriptor, Dictionary) else None
        if not isinstance(program, Stream) or not isinstance(told, Array):
            continue
        try:
            widths = _fractional_widths(bytes(program.read_bytes()))
            if widths:
                _tell(thing, told, widths)
        except (*BROKEN_FONT, pikepdf.PdfError):
            continue  # the checker says what is wrong with it


def _tell(font: pikepdf.Object, told: Array, widths: dict[str, float]) -> None:
    names, first = code_names(font) or {}, int(font.FirstChar)
    new = [float(width) for width in told]
    for index, width in enumerate(new):
        exact = widths.get(names.get(first + index, ""))
        if exact is not None and 0 < abs(exact - width) <= ROUNDED:
            new[index] = round(exact, 3)
    font.Widths = Array(new)


def _fractional_widths(data: bytes) -> dict[str, float]:
    """The width of each glyph of a font that counts from a fraction; {} for all others."""
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    top = fonts[fonts.fontNames[0]]
    if "ROS" in top.rawDict or "FontMatrix" in top.rawDict:
        return {}
    bases = [float(top.Private.rawDict.get(key, 0)) for key in ("nominalWidthX", "defaultWidthX")]
    if all(base.is_integer() for base in bases):
        return {}
    found = {}
    for name in top.charset:
        glyph = top.CharStrings[name]
        glyph.draw(NullPen())
        found[name] = float(glyph.width)
    return found
