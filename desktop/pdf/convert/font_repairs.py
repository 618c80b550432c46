"""Fonts as readers take them: keys that are no font's go, and a table of widths that is too short is filled.

What a short table lacks, readers take from the document's own widths or draw as wide as nothing; the filled
table then gets the document's widths (:mod:`desktop.pdf.convert.widths`).
"""

import io
import struct

import pikepdf
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from pikepdf import Dictionary, Name, Stream

from desktop.pdf.check.known_keys import keep_only
from desktop.pdf.convert.strip_keys import dictionaries

_FONT = {
    *("/Type", "/Subtype", "/BaseFont", "/Name", "/FirstChar", "/LastChar", "/Widths", "/FontDescriptor"),
    *("/Encoding", "/ToUnicode", "/DescendantFonts", "/FontBBox", "/FontMatrix", "/CharProcs", "/Resources"),
}
_CID_FONT = {
    *("/Type", "/Subtype", "/BaseFont", "/CIDSystemInfo", "/DW", "/W", "/DW2", "/W2", "/FontDescriptor"),
    "/CIDToGIDMap",
}
_SIMPLE = ("/Type0", "/Type1", "/MMType1", "/TrueType", "/Type3")
_COMPOSITE = ("/CIDFontType0", "/CIDFontType2")
_NO_FONT = (TTLibError, struct.error, AssertionError, KeyError, ValueError, IndexError, TypeError)


def repair_fonts(pdf: pikepdf.Pdf) -> None:
    """Change *pdf* in memory; nothing that is shown."""
    for thing in dictionaries(pdf):
        if thing.get("/Type") == Name.Font:
            kind = str(thing.get("/Subtype", ""))
            if kind in _SIMPLE:
                keep_only(thing, _FONT)
            elif kind in _COMPOSITE:
                keep_only(thing, _CID_FONT)
        program = thing.get("/FontFile2") if isinstance(thing, Dictionary) else None
        if isinstance(program, Stream):
            _fill_widths(program)


def _fill_widths(program: Stream) -> None:
    """As many entries as the font says that it has: those that are not there are 0."""
    try:
        with TTFont(io.BytesIO(bytes(program.read_bytes())), lazy=True, recalcTimestamp=False) as font:
            glyphs = int(font["maxp"].numGlyphs)
            metrics = int(font["hhea"].numberOfHMetrics)
            data = font.getTableData("hmtx")
            wanted = 4 * metrics + 2 * (glyphs - metrics)
            if not 0 < metrics <= glyphs or len(data) >= wanted:
                return
            font["hmtx"] = DefaultTable("hmtx")
            font["hmtx"].data = data.ljust(wanted, b"\0")
            out = io.BytesIO()
            font.save(out, reorderTables=None)
    except (*_NO_FONT, pikepdf.PdfError):
        return  # the checker says what is wrong with it
    program.write(out.getvalue())
    program.Length1 = len(out.getvalue())
