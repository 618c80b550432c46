"""A font program in CFF, made of outlines."""

import io
from collections.abc import Mapping
from typing import Any

import pypdfium2.raw as pdfium_c
from fontTools.cffLib import (
    CFFFontSet,
    CharStrings,
    FDArrayIndex,
    FDSelect,
    FontDict,
    GlobalSubrsIndex,
    PrivateDict,
    TopDict,
    TopDictIndex,
)
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from desktop.pdf.convert.glyph_outlines import Outline, Step


def program_by_name(name: str, glyphs: Mapping[str, Outline]) -> bytes:
    """For a simple font (Type1C); every glyph of *glyphs* has its name."""
    return _program(name, list(glyphs), list(glyphs.values()), keyed=None)


def program_by_number(name: str, glyphs: Mapping[int, Outline]) -> bytes:
    """For a composite font (CIDFontType0C); the key of a glyph is its CID."""
    numbers = sorted(glyphs)
    names = [f"cid{number:05d}" for number in numbers]
    return _program(name, names, [glyphs[number] for number in numbers], keyed=max(numbers) + 1)


def _program(name: str, names: list[str], glyphs: list[Outline], *, keyed: int | None) -> bytes:
    fonts = CFFFontSet()
    fonts.major, fonts.minor = 1, 0
    fonts.fontNames, fonts.topDictIndex = [name], TopDictIndex()
    fonts.GlobalSubrs = GlobalSubrsIndex()
    private = PrivateDict()
    top = TopDict()
    top.charset, top.GlobalSubrs = [".notdef", *names], fonts.GlobalSubrs
    top.FontBBox = list(bounds(glyphs))
    if keyed is None:
        top.Private = private
        strings = CharStrings(None, top.charset, fonts.GlobalSubrs, private, None, None)
    else:
        top.ROS, top.CIDCount = ("Adobe", "Identity", 0), keyed
        inner = FontDict()
        inner.FontName, inner.Private = name, private
        top.FDArray, top.FDSelect = FDArrayIndex(), FDSelect()
        top.FDArray.append(inner)
        top.FDSelect.format, top.FDSelect.gidArray = 3, [0] * len(top.charset)
        strings = CharStrings(None, top.charset, fonts.GlobalSubrs, None, top.FDSelect, top.FDArray)
    for glyph, outline in zip(top.charset, [Outline(0, (), "", embedded=True), *glyphs], strict=True):
        drawn = _drawn(outline, private, fonts.GlobalSubrs)
        if keyed is not None:
            drawn.fdSelectIndex = 0
        strings[glyph] = drawn
    top.CharStrings = strings
    fonts.topDictIndex.append(top)
    out = io.BytesIO()
    fonts.compile(out, TTFont(recalcBBoxes=False), isCFF2=False)
    return out.getvalue()


def _drawn(outline: Outline, private: PrivateDict, subroutines: GlobalSubrsIndex) -> Any:
    pen = T2CharStringPen(round(outline.width), None)
    for contour in outline.contours:
        _draw(pen, contour)
    return pen.getCharString(private, subroutines)


def _draw(pen: T2CharStringPen, contour: tuple[Step, ...]) -> None:
    bends: list[tuple[float, float]] = []
    for kind, point in contour:
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            pen.moveTo(point)
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
            pen.lineTo(point)
        else:
            bends.append(point)
            if len(bends) == 3:
                pen.curveTo(*bends)
                bends = []
    pen.closePath()


def bounds(glyphs: list[Outline]) -> tuple[int, int, int, int]:
    """Left, bottom, right and top of all outlines, in thousandths."""
    points = [point for glyph in glyphs for contour in glyph.contours for _, point in contour] or [(0.0, 0.0)]
    across, down = zip(*points, strict=True)
    return round(min(across)), round(min(down)), round(max(across)), round(max(down))
