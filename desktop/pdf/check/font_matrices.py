"""Fonts that are drawn slanted or in another unit than a thousandth: shown to the engine as plain ones.

PDF/A asks for widths (ISO 19005-2, 6.2.11.5), and a slant changes none. Of a font in another unit the
engine gets the document's widths in that unit. All on the copy in memory: what is drawn stays what it is.
"""

import io
import re
from collections.abc import Iterator

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Stream

from desktop.pdf.check.font_errors import BROKEN_FONT

_TYPE1 = re.compile(rb"(/FontMatrix\s*\[\s*0?\.001\s+0\s+)(-?[0-9.]+)(\s+0?\.001\s+0\s+0\s*\])")
_UNIT = 0.001
_NEAR = 1e-8  # of a thousandth: how writers spell it
_UNITS = (1 / 16_384, 1 / 16)


def straighten(pdf: pikepdf.Pdf) -> None:
    """Change fonts and widths of *pdf* in memory; a matrix of any other kind stays, and is objected to."""
    scales: dict[tuple[int, int], float] = {}
    for thing in list(pdf.objects):
        descriptor = thing.get("/FontDescriptor") if isinstance(thing, Dictionary) else None
        if not isinstance(descriptor, Dictionary):
            continue
        old, new = descriptor.get("/FontFile"), descriptor.get("/FontFile3")
        if isinstance(old, Stream):
            _straighten_type1(old)
        elif isinstance(new, Stream) and "/Subtype" in new:
            if new.objgen not in scales:
                scales[new.objgen] = _straighten_cff(new)
            scale = scales[new.objgen]
            if scale != 1:
                _scale_widths(thing, scale)


def _straighten_type1(program: Stream) -> None:
    data = bytes(program.read_bytes())
    plain = _TYPE1.sub(lambda found: found[1] + b"0".ljust(len(found[2])) + found[3], data, count=1)
    if plain != data:
        program.write(plain)


def _straighten_cff(program: Stream) -> float:
    """How many units of the font make a thousandth; 1 for what stays, and for what cannot be read."""
    data = bytes(program.read_bytes())
    try:
        if data.startswith(b"OTTO"):
            with TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
                scale = _without_matrix(font["CFF "].cff)
                out = io.BytesIO()
                font.save(out, reorderTables=None)
        else:
            fonts = CFFFontSet()
            fonts.decompile(io.BytesIO(data), None)
            scale = _without_matrix(fonts)
            out = io.BytesIO()
            fonts.compile(out, TTFont(recalcBBoxes=False), isCFF2=False)
    except BROKEN_FONT:
        return 1
    if scale is None:
        return 1
    program.write(out.getvalue())
    return scale


def _without_matrix(fonts: CFFFontSet) -> float | None:
    """Take the matrix out of the only font of a set; None for one that stays."""
    top = fonts[fonts.fontNames[0]]
    matrix = [float(value) for value in top.rawDict.get("FontMatrix", ())]
    if len(matrix) != 6 or any(matrix[place] for place in (1, 4, 5)) or hasattr(top, "FDArray"):
        return None
    across, _, _, up, _, _ = matrix
    if abs(across - up) > _NEAR or not _UNITS[0] <= across <= _UNITS[1]:
        return None
    del top.rawDict["FontMatrix"]
    top.__dict__.pop("FontMatrix", None)
    return 1 if abs(across - _UNIT) <= _NEAR else _UNIT / across


def _scale_widths(font: pikepdf.Object, scale: float) -> None:
    if isinstance(font.get("/Widths"), Array):
        font.Widths = Array([float(width) * scale for width in font.Widths])
    if font.get("/Subtype") in (Name.CIDFontType0, Name.CIDFontType2):
        font.DW = round(float(font.get("/DW", 1000)) * scale)
        if isinstance(font.get("/W"), Array):
            font.W = Array(list(_scaled_runs(list(font.W), scale)))


def _scaled_runs(items: list[object], scale: float) -> Iterator[object]:
    """« first [width …] » and « first last width »; what is cut short is left to the engine."""
    while items:
        yield items.pop(0)
        if items and isinstance(items[0], Array):
            yield Array([float(width) * scale for width in items.pop(0)])  # type: ignore[attr-defined]
        elif len(items) > 1:
            yield items.pop(0)
            yield float(items.pop(0)) * scale  # type: ignore[arg-type]
