"""Widths that the document and its font give differently: the font's own table takes the document's.

Readers step by the document's widths and draw the font's outlines, so nothing moves; PDF/A only wants that
both say the same. TrueType only, where the table stands apart from the outlines.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field

import pikepdf
from fontTools import agl
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Stream

from desktop.pdf.check.font_errors import BROKEN_FONT
from desktop.pdf.convert.encodings import code_names
from desktop.pdf.pikepdf_internals import font_codes

TOLERATED = 1.0  # of 1000

Place = tuple[int, int]


@dataclass(slots=True)
class _Program:
    """A font program and the widths (thousandths) that the document gives its glyphs."""

    stream: pikepdf.Stream
    font: TTFont
    widths: dict[str, float] = field(default_factory=dict)
    contradicts: bool = False  # one outline under two widths


def reconcile_widths(pdf: pikepdf.Pdf) -> bool:
    """Change the fonts of *pdf* where that is possible; False when none was. The gate says if it helped."""
    used = font_codes(pdf)
    if used is None:
        return False
    programs: dict[Place, _Program] = {}
    for thing in pdf.objects:
        stream = _program(thing)
        if stream is None:
            continue
        try:
            program = programs.get(stream.objgen) or _Program(stream, _opened(stream))
            programs[stream.objgen] = program
            for glyph, width in _told(thing, used.get(thing.objgen, set()), program.font):
                if abs(program.widths.setdefault(glyph, width) - width) > TOLERATED:
                    program.contradicts = True
        except BROKEN_FONT:
            continue
    changed = [_write(program) for program in programs.values() if not program.contradicts]
    return any(changed)


def _inner(font: pikepdf.Object) -> pikepdf.Object:
    inner = font.get("/DescendantFonts")
    return inner[0] if isinstance(inner, Array) and len(inner) else font


def _program(font: object) -> pikepdf.Stream | None:
    """The TrueType program of a font that text can be set in."""
    if not isinstance(font, Dictionary) or str(font.get("/Subtype")) not in ("/Type0", "/TrueType"):
        return None
    inner = _inner(font)
    descriptor = inner.get("/FontDescriptor") if isinstance(inner, Dictionary) else None
    program = descriptor.get("/FontFile2") if isinstance(descriptor, Dictionary) else None
    return program if isinstance(program, Stream) else None


def _opened(program: pikepdf.Stream) -> TTFont:
    return TTFont(
        io.BytesIO(bytes(program.read_bytes())), lazy=True, recalcTimestamp=False, recalcBBoxes=False
    )


def _told(font: pikepdf.Object, codes: set[int], program: TTFont) -> list[tuple[str, float]]:
    """Glyph and width, in thousandths, of the codes that are shown."""
    inner = _inner(font)
    if inner.get("/Subtype") == Name.CIDFontType2:
        if font.get("/Encoding") != Name("/Identity-H"):
            return []
        widths = cid_widths(inner)
        default = float(inner.get("/DW", 1000))
        glyphs = _cid_glyphs(inner)
        order = program.getGlyphOrder()
        return [(order[glyphs(code)], widths.get(code, default)) for code in codes]
    given, first = font.get("/Widths"), int(font.get("/FirstChar", 0))
    if not isinstance(given, Array):
        return []
    shapes = _simple_glyphs(font, program)
    return [
        (shapes[code], float(given[code - first]))
        for code in codes
        if code in shapes and 0 <= code - first < len(given)
    ]


def cid_widths(inner: pikepdf.Object) -> dict[int, float]:
    """Width of each CID that a composite font names (/W), in thousandths."""
    found: dict[int, float] = {}
    items = list(inner.get("/W", []))
    while len(items) >= 2:
        start = int(items.pop(0))
        second = items.pop(0)
        if isinstance(second, Array):
            found |= {start + step: float(width) for step, width in enumerate(second)}
        elif items:
            width = float(items.pop(0))
            found |= dict.fromkeys(range(start, min(int(second), 0xFFFF) + 1), width)
    return found


def _cid_glyphs(inner: pikepdf.Object) -> Callable[[int], int]:
    mapping = inner.get("/CIDToGIDMap")
    if not isinstance(mapping, Stream):
        return lambda cid: cid
    table = bytes(mapping.read_bytes())
    return lambda cid: int.from_bytes(table[2 * cid : 2 * cid + 2], "big")


def _simple_glyphs(font: pikepdf.Object, program: TTFont) -> dict[int, str]:
    """The glyph of each code, as the standard finds it (ISO 32000-1, 9.6.6.4)."""
    tables = {(table.platformID, table.platEncID): table.cmap for table in program["cmap"].tables}
    names = code_names(font) if "/Encoding" in font else None
    if names is not None and (3, 1) in tables:
        signs = {code: agl.toUnicode(name) for code, name in names.items()}
        unicode = tables[3, 1]
        return {
            code: unicode[ord(sign)]
            for code, sign in signs.items()
            if len(sign) == 1 and ord(sign) in unicode
        }
    symbols = tables.get((3, 0))
    if symbols is not None:
        return {code % 256: glyph for code, glyph in symbols.items() if code < 256 or code >> 8 == 0xF0}
    return dict(tables.get((1, 0), {}))


def _write(program: _Program) -> bool:
    font = program.font
    try:
        scale = font["head"].unitsPerEm / 1000
        metrics = font["hmtx"].metrics
        changed = False
        for glyph, width in program.widths.items():
            advance, bearing = metrics[glyph]
            if abs(advance / scale - width) > TOLERATED:
                metrics[glyph] = (round(width * scale), bearing)
                changed = True
        if not changed:
            return False
        out = io.BytesIO()
        font.save(out, reorderTables=None)
    except BROKEN_FONT:
        return False
    program.stream.write(out.getvalue())
    program.stream.Length1 = len(out.getvalue())
    return True
