"""CFF fonts as the engine reads them: no unit matrices inside (typst writes them), the charset told."""

import io
import struct
from collections.abc import Callable, Iterator

import pikepdf
from fontTools.cffLib import CFFFontSet, TopDict, cffISOAdobeStrings
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Stream

from desktop.pdf.check.font_errors import BROKEN_FONT

_UNIT = (1, 0, 0, 1, 0, 0)
_NUMBERS, _MATRIX = b"\x0c\x1e", b"\x0c\x07"  # operators ROS and FontMatrix
_HEAD = 65_536
_CLEARED = (
    "version", "Notice", "Copyright", "FullName", "FamilyName", "Weight", "isFixedPitch", "ItalicAngle",
    "UnderlinePosition", "UnderlineThickness", "PaintType",
)  # fmt: skip
_THOUSANDTH = (0.001, 0, 0, 0.001, 0, 0)


def drop_unit_matrices(pdf: pikepdf.Pdf) -> None:
    """Rewrite such font programs of the copy in memory; any other matrix stays and is not vouched for."""
    _rewrite(pdf, _unit_matrices_dropped)


def write_charsets(pdf: pikepdf.Pdf) -> None:
    """Say in the program which glyphs it has where it leaves that to the standard (ISOAdobe)."""
    _rewrite(pdf, _charset_written)


def matrix_fault(data: bytes) -> str:
    """Why a reader may take the matrix of a CFF program with numbered glyphs for another, or "".

    Operands of an operator that a reader does not know, or of the one that numbers the glyphs, may still wait
    when the matrix comes (veraPDF then takes the first six).
    """
    start = max(data.find(b"\x01\x00\x04"), 0) if data.startswith(b"OTTO") else 0
    head = data[start : start + _HEAD]
    if _NUMBERS not in head or _MATRIX not in head:
        return ""
    try:
        top = top_of(data)
    except BROKEN_FONT:
        return "a program that cannot be read"
    operators = list(top.rawDict)
    if "ROS" not in operators or "FontMatrix" not in operators:
        return ""
    before = operators[operators.index("FontMatrix") - 1]
    return "" if before in _CLEARED else f"the matrix comes after {before}"


def top_of(data: bytes) -> TopDict:
    """The font of a CFF program, alone or in OpenType. Raises one of BROKEN_FONT."""
    if data.startswith(b"OTTO"):
        fonts = TTFont(io.BytesIO(data), lazy=True)["CFF "].cff
    else:
        fonts = CFFFontSet()
        fonts.decompile(io.BytesIO(data), None)
    if len(fonts.fontNames) != 1:
        raise ValueError("more than one font")
    return fonts[fonts.fontNames[0]]


def _rewrite(pdf: pikepdf.Pdf, change: Callable[[CFFFontSet], bool]) -> None:
    for program in _programs(pdf):
        fonts = CFFFontSet()
        try:
            fonts.decompile(io.BytesIO(program.read_bytes()), None)
            if not change(fonts):
                continue
            out = io.BytesIO()
            fonts.compile(out, TTFont(recalcBBoxes=False), isCFF2=False)
        except BROKEN_FONT:
            continue  # the engine says what is wrong with it
        program.write(out.getvalue())


def _programs(pdf: pikepdf.Pdf) -> Iterator[Stream]:
    for thing in pdf.objects:
        program = thing.get("/FontFile3") if isinstance(thing, Dictionary) else None
        if isinstance(program, Stream) and str(program.get("/Subtype")) != "/OpenType":
            yield program


def _unit_matrices_dropped(fonts: CFFFontSet) -> bool:
    top = fonts[fonts.fontNames[0]]
    inner = getattr(top, "FDArray", None)
    if inner is None or tuple(top.rawDict.get("FontMatrix", ())) != _THOUSANDTH:
        return False
    found = [part for part in inner if "FontMatrix" in part.rawDict]
    if not found or any(tuple(part.rawDict["FontMatrix"]) != _UNIT for part in found):
        return False
    for part in found:
        del part.rawDict["FontMatrix"]
        part.__dict__.pop("FontMatrix", None)
    return True


def _charset_written(fonts: CFFFontSet) -> bool:
    top = fonts[fonts.fontNames[0]]
    if "charset" in top.rawDict or "ROS" in top.rawDict:
        return False
    top.file.seek(top.rawDict["CharStrings"])
    (count,) = struct.unpack(">H", top.file.read(2))
    if not 0 < count <= len(cffISOAdobeStrings):
        return False
    top.charset = list(cffISOAdobeStrings[:count])
    return True
