"""Composite fonts: programs that name their glyphs or count in other units, and lists of their CIDs.

What PDF/A asks of them is whether the glyphs are there, and as wide as the document says; the judge decides.
"""

import io
from collections.abc import Callable, Sequence

import pikepdf
import pytest
from fontTools.cffLib import FDArrayIndex, FDSelect, FontDict, TopDict
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import encodeFloat
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, String

from desktop.domain.deposit import CheckReport
from desktop.pdf.check import check
from tests.pdfa.verapdf import BUILT, judge
from tests.unit.pdf.pdf_samples import changed, letter

ADVANCES = {".notdef": 500, "A": 700, "B": 300}
FINE = 1 / 2048
PLAIN = [0.001, 0, 0, 0.001, 0, 0]
UNIT = [1, 0, 0, 1, 0, 0]
AS_IT_IS = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}
Matrix = Sequence[float] | None


def _drawn(advance: int) -> object:
    pen = T2CharStringPen(advance, None)
    pen.moveTo((0, 0))
    pen.lineTo((advance, 0))
    pen.lineTo((advance, advance))
    pen.closePath()
    return pen.getCharString()


def _font(**said: str) -> TTFont:
    """An OpenType font that names its glyphs."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(list(ADVANCES))
    builder.setupCharacterMap({})
    builder.setupCFF("Odd", said, {name: _drawn(advance) for name, advance in ADVANCES.items()}, {})
    builder.setupHorizontalMetrics({name: (advance, 0) for name, advance in ADVANCES.items()})
    builder.setupHorizontalHeader()
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    return TTFont(io.BytesIO(out.getvalue()))


def _with_matrix(part: TopDict | FontDict, matrix: Matrix) -> None:
    if matrix is not None:
        part.rawDict["FontMatrix"] = part.FontMatrix = list(matrix)


def named(matrix: Matrix) -> bytes:
    font = _font()
    _with_matrix(font["CFF "].cff[0], matrix)
    out = io.BytesIO()
    font["CFF "].cff.compile(out, font, isCFF2=False)
    return out.getvalue()


def named_opentype(matrix: Matrix) -> bytes:
    font = _font()
    _with_matrix(font["CFF "].cff[0], matrix)
    out = io.BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()


def numbered(matrix: Matrix, inner: Matrix, **said: str) -> bytes:
    """A program of CIDs 0, 5 and 6, in one part."""
    font = _font(**said)
    top = font["CFF "].cff[0]
    letters = top.CharStrings
    for glyph in ADVANCES:
        letters[glyph].decompile()
    part = FontDict()
    part.Private, part.strings, part.FontName = top.Private, top.strings, "Part"
    _with_matrix(part, inner)
    top.FDArray, top.FDSelect = FDArrayIndex(), FDSelect()
    top.FDArray.append(part)
    top.FDArray.strings, top.FDArray.GlobalSubrs = top.strings, top.GlobalSubrs
    top.FDSelect.format, top.FDSelect.gidArray = 0, [0, 0, 0]
    top.ROS, top.CIDCount = ("Adobe", "Identity", 0), 7
    del top.Private
    top.rawDict.pop("Private", None)
    numbers = [".notdef", "cid00005", "cid00006"]
    letters.charStrings = {
        number: letters.charStrings[name] for name, number in zip(ADVANCES, numbers, strict=True)
    }
    top.charset, letters.fdArray, letters.fdSelect = numbers, top.FDArray, top.FDSelect
    _with_matrix(top, matrix)
    out = io.BytesIO()
    font["CFF "].cff.compile(out, font, isCFF2=False)
    return out.getvalue()


def thousandths(program: bytes) -> bytes:
    """*program* with its matrix of 0.002, which fontTools leaves out when it is the usual one."""
    return program.replace(encodeFloat(0.002), encodeFloat(0.001))


def document(program: bytes, first: int, widths: Sequence[float], kind: str = "CIDFontType0C") -> bytes:
    """A page with two codes from *first* on in a font of *program*."""

    def change(pdf: pikepdf.Pdf) -> None:
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name.Odd, Flags=4, FontBBox=[0, 0, 999, 999], ItalicAngle=0,
            Ascent=800, Descent=0, CapHeight=700, StemV=80,
            FontFile3=pdf.make_stream(program, Subtype=Name("/" + kind)),
        )  # fmt: skip
        inner = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name.Odd, DW=500,
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            W=Array([first, Array(list(widths))]), FontDescriptor=pdf.make_indirect(descriptor),
        )  # fmt: skip
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.Odd, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
        )  # fmt: skip
        page = pdf.pages[0].obj
        page.Resources.Font.Odd = pdf.make_indirect(font)
        codes = b"%04x%04x" % (first, first + 1)
        words = b"BT /Odd 20 Tf 50 300 Td <%s> Tj ET" % codes
        pikepdf.Page(page).contents_add(pdf.make_stream(words))

    return changed(letter("PDF/A-2B"), change, **AS_IT_IS)


def scaled(across: float) -> list[float]:
    return [700 * across * 1000, 300 * across * 1000]


def square(across: float, up: float | None = None, slant: float = 0) -> list[float]:
    return [across, 0, slant, across if up is None else up, 0, 0]


def vertical(content: bytes) -> bytes:
    """*content* with its font written from top to bottom."""

    def change(pdf: pikepdf.Pdf) -> None:
        font = pdf.pages[0].Resources.Font.Odd
        font.Encoding = Name("/Identity-V")
        font.DescendantFonts[0].DW2 = Array([880, -1000])
        font.DescendantFonts[0].W2 = Array([1, Array([-1000, 350, 880])])

    return changed(content, change, **AS_IT_IS)


GOOD: dict[str, Callable[[], bytes]] = {
    "named": lambda: document(named(None), 1, (700, 300)),
    "vertical": lambda: vertical(document(named(None), 1, (700, 300))),
    "vertical, numbered": lambda: vertical(document(numbered(None, None), 5, (700, 300))),
    "named, OpenType": lambda: document(named_opentype(None), 1, (700, 300), "OpenType"),
    "named, fine": lambda: document(named(square(FINE)), 1, scaled(FINE)),
    "named, fine, OpenType": lambda: document(named_opentype(square(FINE)), 1, scaled(FINE), "OpenType"),
    "named, wide": lambda: document(named(square(0.002, 0.001)), 1, scaled(0.002)),
    "named, slanted": lambda: document(named(square(FINE, slant=0.0001)), 1, scaled(FINE)),
    "numbered, thousandths inside": lambda: document(numbered(None, PLAIN), 5, (700, 300)),
    "numbered, thousandths by a unit": lambda: document(
        thousandths(numbered(square(0.002), UNIT, Notice="x")), 5, (700, 300)
    ),
    "numbered, fine inside": lambda: document(numbered(None, square(FINE)), 5, scaled(FINE)),
    "numbered, fine": lambda: document(numbered(square(FINE), None, Notice="x"), 5, scaled(FINE)),
    "numbered, a unit outside": lambda: document(numbered(UNIT, square(FINE), Notice="x"), 5, scaled(FINE)),
    "numbered, a unit inside": lambda: document(numbered(square(FINE), UNIT, Weight="Bold"), 5, scaled(FINE)),
    "numbered, by both": lambda: document(
        numbered(square(0.002), square(0.25), Notice="x"), 5, scaled(0.0005)
    ),
}
BAD: dict[str, Callable[[], bytes]] = {
    "vertical, wrong width": lambda: vertical(document(named(None), 1, (650, 300))),
    "numbered, the matrix behind the numbers": lambda: document(
        numbered(square(FINE), None), 5, scaled(FINE)
    ),
    "numbered, a matrix of thousandths behind them": lambda: document(
        thousandths(numbered(square(0.002), UNIT)), 5, (700, 300)
    ),
    "named, wrong width": lambda: document(named(None), 1, (650, 300)),
    "named, fine, width of thousandths": lambda: document(named(square(FINE)), 1, (700, 300)),
    "named, wide, plain widths": lambda: document(named(square(0.002, 0.001)), 1, (700, 300)),
    "named, mirrored": lambda: document(named(square(-FINE, FINE)), 1, scaled(FINE)),
    "named, a glyph too few": lambda: document(named(None), 2, (300, 500)),
    "numbered, a glyph too few": lambda: document(numbered(None, square(FINE)), 6, (300 * FINE * 1000, 500)),
    "numbered, fine inside, width of thousandths": lambda: document(
        numbered(None, square(FINE)), 5, (700, 300)
    ),
    "numbered, by both, width of one": lambda: document(
        numbered(square(0.002), square(0.25), Notice="x"), 5, scaled(0.002)
    ),
}


def confirmed(content: bytes) -> str | None:
    report = check(content)
    assert isinstance(report, CheckReport)
    return report.confirmed


@pytest.mark.parametrize("name", GOOD)
def test_a_program_whose_glyphs_are_as_wide_as_told_is_approved(name: str) -> None:
    assert confirmed(GOOD[name]()) == "2b"


@pytest.mark.parametrize("name", BAD)
def test_one_that_lacks_a_glyph_or_a_width_is_not(name: str) -> None:
    assert confirmed(BAD[name]()) is None


def _truetype(pdf: pikepdf.Pdf) -> pikepdf.Object:
    font = next(iter(dict(pdf.pages[0].Resources.Font).values()))
    inner = font.DescendantFonts[0]
    for one in (font, inner):
        one.BaseFont = Name("/ABCDEF+Liberation")
    inner.FontDescriptor.FontName = Name("/ABCDEF+Liberation")
    return inner


def listing(mapped: int, listed: range) -> bytes:
    """The letter with a map of so many CIDs, and a list of the CIDs *listed*."""

    def change(pdf: pikepdf.Pdf) -> None:
        inner = _truetype(pdf)
        inner.CIDToGIDMap = pdf.make_stream(bytes(inner.CIDToGIDMap.read_bytes())[: 2 * mapped])
        bits = bytearray(listed.stop // 8 + 1)
        for cid in listed:
            bits[cid // 8] |= 0x80 >> cid % 8
        inner.FontDescriptor.CIDSet = pdf.make_stream(bytes(bits))

    return changed(letter("PDF/A-2B"), change, **AS_IT_IS)


RIGHT = {(64, range(64)), (64, range(1, 64)), (99, range(99))}
WRONG = {(64, range(63)), (64, range(65)), (64, range(2, 64)), (99, range(64))}


@pytest.mark.parametrize(("mapped", "listed"), sorted(RIGHT | WRONG, key=str))
def test_a_list_of_cids_must_name_every_one(mapped: int, listed: range) -> None:
    assert confirmed(listing(mapped, listed)) == ("2b" if (mapped, listed) in RIGHT else None)


@pytest.mark.skipif(not (BUILT / "judge.jar").exists(), reason="the judge is built by dev.py test pdfa")
def test_the_judge_takes_every_such_font_and_no_other() -> None:
    good = {name: made() for name, made in GOOD.items()} | {str(one): listing(*one) for one in RIGHT}
    bad = {name: made() for name, made in BAD.items()} | {str(one): listing(*one) for one in WRONG}
    files = {**good, **bad}
    said = dict(zip(files, judge([("2b", content) for content in files.values()]), strict=True))
    assert {name: said[name].rules for name in good if not said[name].conforms} == {}
    assert [name for name in bad if said[name].conforms] == []
