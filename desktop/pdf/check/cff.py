"""CFF fonts whose inner dictionaries repeat the unit matrix (typst writes them): the same font without it."""

import io

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Stream

_UNIT = (1, 0, 0, 1, 0, 0)
_THOUSANDTH = (0.001, 0, 0, 0.001, 0, 0)


def drop_unit_matrices(pdf: pikepdf.Pdf) -> None:
    """Rewrite such font programs of the copy in memory; any other matrix stays and is not vouched for."""
    for thing in pdf.objects:
        program = thing.get("/FontFile3") if isinstance(thing, Dictionary) else None
        if isinstance(program, Stream):
            plain = _without_unit_matrices(program.read_bytes())
            if plain is not None:
                program.write(plain)


def _without_unit_matrices(data: bytes) -> bytes | None:
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    top = fonts[fonts.fontNames[0]]
    inner = getattr(top, "FDArray", None)
    if inner is None or tuple(top.rawDict.get("FontMatrix", ())) != _THOUSANDTH:
        return None
    found = [part for part in inner if "FontMatrix" in part.rawDict]
    if not found or any(tuple(part.rawDict["FontMatrix"]) != _UNIT for part in found):
        return None
    for part in found:
        del part.rawDict["FontMatrix"]
        part.__dict__.pop("FontMatrix", None)
    out = io.BytesIO()
    fonts.compile(out, TTFont(recalcBBoxes=False), isCFF2=False)
    return out.getvalue()
