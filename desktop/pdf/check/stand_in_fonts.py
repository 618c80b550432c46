"""CFF programs of composite fonts that the engine does not read: shown to it as plain ones, as wide.

Two kinds are good PDF: programs that name their glyphs (a CID is then the place of a glyph; ISO 32000-1,
9.7.4.2), and programs in another unit than a thousandth. PDF/A asks whether the glyphs are there and how wide
they are (ISO 19005-2, 6.2.11.4 and 6.2.11.5), so an empty TrueType program with the same places and widths
stands for them, on the copy in memory. The matrix of a part and that of its font are multiplied.
"""

import io

import pikepdf
from fontTools.cffLib import TopDict
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.basePen import NullPen
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Dictionary, Name, Object, Stream

from desktop.pdf.check.cff import matrix_fault, top_of
from desktop.pdf.check.font_errors import BROKEN_FONT

MOST_GLYPHS = 4_000
_PLAIN = (0.001, 0.0, 0.0, 0.001, 0.0, 0.0)
_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NEAR = 1e-9
_UNITS = (16, 16_384)  # that a TrueType font may have in its square
_EXACT = 1e-5  # units: how much a matrix loses by being written with a few digits
_WIDEST = 32_767  # units


class _Left(Exception):
    """A font that stays as it is; the engine objects."""


def stand_in(pdf: pikepdf.Pdf, part: int) -> bool:
    """Change fonts of *pdf* in memory; True when there were some."""
    kinds = ("/CIDFontType0C",) if part == 1 else ("/CIDFontType0C", "/OpenType")
    made: dict[tuple[int, int], tuple[Stream, Object] | None] = {}
    found = False
    for font in list(pdf.objects):
        if not isinstance(font, Dictionary) or font.get("/Subtype") != Name.CIDFontType0:
            continue
        descriptor = font.get("/FontDescriptor")
        program = descriptor.get("/FontFile3") if isinstance(descriptor, Dictionary) else None
        if not isinstance(program, Stream) or str(program.get("/Subtype")) not in kinds:
            continue
        if "/CIDSet" in descriptor and part != 1:
            continue  # what it must list depends on the program
        if program.objgen not in made:
            made[program.objgen] = _made(pdf, program)
        other = made[program.objgen]
        if other is not None:
            _put(font, *other)
            found = True
    return found


def _put(font: Object, program: Stream, places: Object) -> None:
    plain = Dictionary({key: value for key, value in font.FontDescriptor.items() if key != "/FontFile3"})
    plain.FontFile2 = program
    font.FontDescriptor = plain
    font.Subtype, font.CIDToGIDMap = Name.CIDFontType2, places


def _made(pdf: pikepdf.Pdf, program: Stream) -> tuple[Stream, Object] | None:
    """The stand-in and where its glyphs stand; None for a program that needs none, or cannot have one."""
    try:
        data = bytes(program.read_bytes())
        if matrix_fault(data):
            return None
        top = top_of(data)
        if _is_read(top):
            return None
        units = _units(top)
        count = len(top.charset)
        if count != len(top.CharStrings) or not 0 < count <= MOST_GLYPHS:
            return None
        widths = [_width(top, glyph) for glyph in top.charset]
        places = _places(top) if "ROS" in top.rawDict else None
    except (*BROKEN_FONT, _Left, pikepdf.PdfError, RecursionError):
        return None
    new = pdf.make_indirect(pdf.make_stream(_program(widths, units)))
    return new, Name.Identity if places is None else pdf.make_indirect(pdf.make_stream(places))


def _is_read(top: TopDict) -> bool:
    """True for a program that the engine reads itself."""
    inner = [_matrix(part) for part in _parts(top)]
    return bool(inner) and not any(inner) and _matrix(top) in (None, _PLAIN)


def _parts(top: TopDict) -> list[TopDict]:
    return list(top.FDArray) if "ROS" in top.rawDict else []


def _units(top: TopDict) -> int:
    """How many units of the font make its square."""
    outer = _matrix(top)
    inner = [_matrix(part) for part in _parts(top)]
    if outer is None:
        each = {_across(matrix or _PLAIN) for matrix in inner} or {_PLAIN[0]}
    else:
        each = {_across(outer) * _across(matrix or _UNIT) for matrix in inner} or {_across(outer)}
    if len(each) > 1:
        raise _Left
    exact = 1 / each.pop()
    units = round(exact)
    if not _UNITS[0] <= units <= _UNITS[1] or abs(exact - units) > _EXACT * units:
        raise _Left
    return units


def _matrix(part: TopDict) -> tuple[float, ...] | None:
    matrix = part.rawDict.get("FontMatrix")
    return None if matrix is None else tuple(float(value) for value in matrix)


def _across(matrix: tuple[float, ...]) -> float:
    """Width of a unit. A slant changes no width; what turns or mirrors is left."""
    if len(matrix) != 6 or abs(matrix[1]) > _NEAR or matrix[4] or matrix[5] or min(matrix[0], matrix[3]) <= 0:
        raise _Left
    return matrix[0]


def _width(top: TopDict, name: str) -> int:
    """In units of the font."""
    letters = top.CharStrings[name]
    letters.draw(NullPen())
    width: int = round(letters.width)
    if width != letters.width or not 0 <= width <= _WIDEST:
        raise _Left
    return width


def _places(top: TopDict) -> bytes:
    """CID → place, two bytes each."""
    numbers = [0 if name == ".notdef" else int(name.removeprefix("cid")) for name in top.charset]
    if len(set(numbers)) != len(numbers):
        raise _Left
    table = bytearray(2 * (max(numbers) + 1))
    for glyph, number in enumerate(numbers):
        table[2 * number : 2 * number + 2] = glyph.to_bytes(2, "big")
    return bytes(table)


def _program(widths: list[int], units: int) -> bytes:
    names = [".notdef", *(f"g{number}" for number in range(1, len(widths)))]
    builder = FontBuilder(units, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({})
    builder.setupGlyf(dict.fromkeys(names, Glyph()))
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in zip(names, widths, strict=True)})
    builder.setupHorizontalHeader()
    builder.setupPost(keepGlyphNames=False)
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()
