"""Fonts whose letters are drawings in the file (Type 3), which the engine does not know.

Each letter is content (ISO 19005-2, 6.2.2), judged by the engine as a carrier; its width is the one that
the font tells (6.2.11.5), and each code that is shown has a drawing (6.2.11.8).
"""

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from desktop.pdf.check.vouched import Carriers, Pardon
from desktop.pdf.pikepdf_internals import DifferencesError, font_codes, parse_differences

MOST_LETTERS = 5_000
TOLERATED = 1.0  # of 1000
_KEYS = {
    *("/Type", "/Subtype", "/Name", "/FontBBox", "/FontMatrix", "/CharProcs", "/Encoding", "/FirstChar"),
    *("/LastChar", "/Widths", "/FontDescriptor", "/Resources", "/ToUnicode", "/BaseFont"),
}
_STREAM_KEYS = {"/Length", "/Filter", "/DecodeParms"}
_WIDTH_FIRST = ("d0", "d1")


class _Odd(Exception):
    """Something that is not vouched for."""


def settle_type3(pdf: pikepdf.Pdf, part: int, carriers: Carriers) -> list[Pardon]:
    """The letters of every such font into carriers; [] when one font is odd."""
    fonts = [
        font for font in pdf.objects if isinstance(font, Dictionary) and font.get("/Subtype") == Name.Type3
    ]
    if part == 1 or not fonts:
        return []
    used = font_codes(pdf)
    if used is None or "/OutputIntents" not in pdf.Root:
        return []
    try:
        letters = [letter for font in fonts for letter in _judge(font, used.get(font.objgen, set()))]
    except (_Odd, pikepdf.PdfError, DifferencesError, TypeError, ValueError, AttributeError, IndexError):
        return []
    if len(letters) > MOST_LETTERS:
        return []
    pardons = [
        Pardon("pikepdf:font-type3", "Type 3 fonts are not supported", rf"^obj {_place(font)} ")
        for font in fonts
    ]
    for font, letter in letters:
        if letter.get("/Subtype") == Name.Form:
            continue  # of two fonts
        letter.Resources = font.get("/Resources", Dictionary())
        carriers.carry(letter)
        pardons.append(Pardon("pikepdf:d0-d1", "outside a Type 3", rf"^obj {_place(letter)} "))
    return pardons


def _place(thing: Object) -> str:
    return f"{thing.objgen[0]} {thing.objgen[1]}"


def _judge(font: Object, used: set[int]) -> list[tuple[Object, Stream]]:
    encoding, drawings, widths = font.get("/Encoding"), font.get("/CharProcs"), font.get("/Widths")
    matrix = font.get("/FontMatrix")
    if (
        set(font.keys()) - _KEYS
        or not isinstance(encoding, Dictionary)
        or not isinstance(drawings, Dictionary)
    ):
        raise _Odd
    if not isinstance(widths, Array) or not isinstance(matrix, Array) or len(matrix) != 6:
        raise _Odd
    names = parse_differences(encoding.get("/Differences"))
    first, scale = int(font.FirstChar), abs(float(matrix[0])) * 1000
    if int(font.LastChar) - first + 1 != len(widths):
        raise _Odd
    for code in used:
        drawing = drawings.get("/" + names[code]) if code in names else None
        if not isinstance(drawing, Stream) or not 0 <= code - first < len(widths):
            raise _Odd
        apart = abs(_width(drawing) - float(widths[code - first]))
        if apart > TOLERATED or apart * scale > TOLERATED:
            raise _Odd
    found = list(drawings.values())
    if not all(
        isinstance(each, Stream) and not set(each.keys()) - {"/Length", "/Filter", "/DecodeParms"}
        for each in found
    ):
        raise _Odd
    return [(font, each) for each in found]


def _width(drawing: Stream) -> float:
    """The advance that a drawing begins with."""
    operands, operator = pikepdf.parse_content_stream(drawing)[0]
    if str(operator) not in _WIDTH_FIRST:
        raise _Odd
    return float(operands[0])
