"""Font programs that the engine reads otherwise than readers do: shown to it as plain ones, not blindly."""

import io

import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from pikepdf import Array, Dictionary, Name

from desktop.domain.deposit import CheckReport
from desktop.pdf.check import check
from desktop.pdf.check.font_matrices import straighten
from desktop.pdf.convert.cff_widths import tell_exact_widths
from tests.unit.pdf.pdf_samples import changed, letter
from tests.unit.pdf.test_convert import copy_of

CHARSET, UNIQUE_ID = 15, 13  # operators of a CFF
GLYPHS = [".notdef", "space", "exclam", "quotedbl"]


def _drawn(advance: int) -> object:
    pen = T2CharStringPen(advance, None)
    pen.moveTo((0, 0))
    pen.lineTo((advance, 0))
    pen.lineTo((advance, advance))
    pen.closePath()
    return pen.getCharString()


def _cff(advance: int, matrix: list[float] | None, *, charset: bool = True) -> bytes:
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(GLYPHS)
    builder.setupCharacterMap({})
    info = {} if matrix is None else {"FontMatrix": matrix}
    builder.setupCFF("Odd", info, {name: _drawn(advance) for name in GLYPHS}, {})
    out = io.BytesIO()
    builder.font["CFF "].cff.compile(out, builder.font)
    if charset:
        return out.getvalue()
    whole = out.getvalue()
    for place in (place for place in range(120) if whole[place] == CHARSET):
        bare = whole[:place] + bytes([UNIQUE_ID]) + whole[place + 1 :]
        fonts = CFFFontSet()
        fonts.decompile(io.BytesIO(bare), None)
        if "charset" not in fonts[fonts.fontNames[0]].rawDict:
            return bare
    raise AssertionError("no charset")


def _confirmed(program: bytes, width: float) -> bool:
    def change(pdf: pikepdf.Pdf) -> None:
        stream = pdf.make_stream(program, Subtype=Name.Type1C)
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name.Odd, Flags=32, FontBBox=[0, 0, 999, 999], ItalicAngle=0,
            Ascent=800, Descent=0, CapHeight=700, StemV=80, FontFile3=stream,
        )  # fmt: skip
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Odd, FirstChar=33, LastChar=33, Widths=[width],
            FontDescriptor=pdf.make_indirect(descriptor), Encoding=Name.WinAnsiEncoding,
        )  # fmt: skip
        page = pdf.pages[0]
        page.obj.Resources.Font["/F9"] = pdf.make_indirect(font)
        page.contents_add(pdf.make_stream(b"BT /F9 9 Tf 9 9 Td (!) Tj ET"))

    report = check(changed(letter("PDF/A-2B"), change, compress_streams=False))
    assert isinstance(report, CheckReport)
    return report.confirmed is not None


UNIT_2048 = [1 / 2048, 0, 0, 1 / 2048, 0, 0]


@pytest.mark.parametrize(
    ("matrix", "advance"),
    [
        (None, 600),
        (UNIT_2048, 1229),
        ([0.000999999, 0, 0, 0.000999999, 0, 0], 600),
        ([0.001, 0, 0.0002, 0.001, 0, 0], 600),
    ],
)
def test_the_width_counts_in_the_unit_of_the_font(matrix: list[float] | None, advance: int) -> None:
    assert _confirmed(_cff(advance, matrix), 600)
    assert not _confirmed(_cff(advance, matrix), 603)


@pytest.mark.parametrize(
    "matrix", [[0.001, 0.0002, 0, 0.001, 0, 0], [0.001, 0, 0, 0.002, 0, 0], [0.001, 0, 0, 0.001, 0.1, 0]]
)
def test_a_font_turned_or_stretched_is_not_vouched_for(matrix: list[float]) -> None:
    assert not _confirmed(_cff(600, matrix), 600)


def test_a_charset_left_to_the_standard_is_that_of_the_standard() -> None:
    program = _cff(600, None, charset=False)
    assert _confirmed(program, 600)
    assert not _confirmed(program, 640)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (b"0.001 0 0.000167 0.001 0 0 ", b"0.001 0 0        0.001 0 0 "),
        (b".001 0 -0.2 .001 0 0", b".001 0 0    .001 0 0"),
        (b"0.0005 0 0 0.001 0 0", b"0.0005 0 0 0.001 0 0"),
        (b"0.001 0.1 0 0.001 0 0", b"0.001 0.1 0 0.001 0 0"),
    ],
)
def test_of_a_type_1_program_only_the_slant_is_taken_and_no_byte_moves(told: bytes, shown: bytes) -> None:
    with pikepdf.new() as pdf:
        program = pdf.make_stream(b"%!PS\n/FontMatrix [" + told + b"]readonly def\neexec \x80\x01")
        pdf.Root.Odd = pdf.make_indirect(
            Dictionary(Type=Name.Font, FontDescriptor=Dictionary(FontFile=program), Widths=Array([600]))
        )
        straighten(pdf)
        assert program.read_bytes() == b"%!PS\n/FontMatrix [" + shown + b"]readonly def\neexec \x80\x01"


def _short_table(content: bytes, kept: int) -> bytes:
    """The letter with a table of widths of its font cut after *kept* bytes, and keys that are no font's."""

    def change(pdf: pikepdf.Pdf) -> None:
        for thing in list(pdf.objects):
            program = thing.get("/FontFile2") if isinstance(thing, Dictionary) else None
            if program is not None:
                with TTFont(io.BytesIO(program.read_bytes()), lazy=True) as font:
                    data = font.getTableData("hmtx")
                    font["hmtx"] = DefaultTable("hmtx")
                    font["hmtx"].data = data[:kept]
                    out = io.BytesIO()
                    font.save(out, reorderTables=None)
                program.write(out.getvalue())
            if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Font:
                thing["/Embed"] = True

    return changed(content, change)


def test_a_short_table_of_widths_and_stray_keys_cost_no_vectors() -> None:
    content = _short_table(letter(None), 40)
    copy = copy_of(content)
    assert copy.pictured_pages == ()
    assert not copy.differs


def test_a_rounded_width_is_told_as_the_font_has_it() -> None:
    """Counted from a fraction: veraPDF leaves that out, and 1 of 1000 would be exceeded."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(GLYPHS)
    builder.setupCharacterMap({})
    private = {"nominalWidthX": 435.7, "defaultWidthX": 300.25}
    drawn = {name: _drawn(471) for name in GLYPHS}  # beside the base: 906.7
    builder.setupCFF("Odd", {}, drawn, private)
    out = io.BytesIO()
    builder.font["CFF "].cff.compile(out, builder.font)
    with pikepdf.open(io.BytesIO(letter(None))) as pdf:
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name.Odd, Flags=32, FontBBox=[0, 0, 999, 999], ItalicAngle=0,
            Ascent=800, Descent=0, CapHeight=700, StemV=80,
            FontFile3=pdf.make_stream(out.getvalue(), Subtype=Name.Type1C),
        )  # fmt: skip
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Odd, FirstChar=33, LastChar=33, Widths=[907],
            FontDescriptor=pdf.make_indirect(descriptor), Encoding=Name.WinAnsiEncoding,
        )  # fmt: skip
        font = pdf.make_indirect(font)
        tell_exact_widths(pdf)
        assert float(font.Widths[0]) == pytest.approx(906.7)
        font.Widths = Array([910])  # another width, not a rounded one
        tell_exact_widths(pdf)
        assert float(font.Widths[0]) == 910
