"""Invisible text: one small font whose single empty glyph stands for every character."""

import io
from collections.abc import Iterator
from functools import cache

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, String

from desktop.ports import PageText

Box = tuple[float, float, float, float]
ADVANCE = 500  # of 1000
LONGEST_WORD = 500  # characters; PDF/A limits a string to 32,767 bytes
SOME_DAY = 3_500_000_000  # seconds since 1904: the same font every time
NAME = "/AAAAAA+DSPUnseen"
_UNSPEAKABLE = {"\0", "\ufeff", "\ufffe", "\uffff", "\ufffd"}


class UnseenText:
    """The font of one document; codes are given as characters come, so that any script fits."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._codes: dict[str, int] = {}
        self._to_unicode = pdf.make_stream(b"")
        self._map = pdf.make_stream(b"")
        self.font = self._make_font()

    def content(self, page: PageText, height: float) -> bytes:
        """Operators that lay the page's words where they were, in points from the lower left."""
        lines = []
        for word, box in _words(page):
            codes = b"".join(b"%04X" % self._code(sign) for sign in word)
            lines.append(_placed(codes, len(word), box, height))
        return b"BT 3 Tr\n" + b"\n".join(lines) + b"\nET" if lines else b""

    def finish(self) -> None:
        """Write the tables for the characters seen so far."""
        self._to_unicode.write(_unicode_map(self._codes))
        self._map.write(b"\0\0" + b"\0\1" * len(self._codes))

    def _code(self, sign: str) -> int:
        if len(self._codes) >= 0xFFF0:
            return self._codes.get(sign, 1)
        return self._codes.setdefault(sign, len(self._codes) + 1)

    def _make_font(self) -> pikepdf.Object:
        pdf = self._pdf
        program = pdf.make_stream(_program())
        program.Length1 = len(_program())
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name(NAME), Flags=4, FontBBox=[0, 0, ADVANCE, 1000],
            ItalicAngle=0, Ascent=1000, Descent=0, CapHeight=1000, StemV=80, FontFile2=program,
        )  # fmt: skip
        system = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
        inner = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name(NAME), CIDSystemInfo=system, DW=ADVANCE,
            FontDescriptor=pdf.make_indirect(descriptor), CIDToGIDMap=self._map,
        )  # fmt: skip
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name(NAME), Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]), ToUnicode=self._to_unicode,
        )  # fmt: skip
        return pdf.make_indirect(font)


def _words(page: PageText) -> Iterator[tuple[str, Box]]:
    """Each word, followed by a space that belongs to it, with the rectangle around it."""
    word: list[str] = []
    around: Box | None = None
    for sign, box in zip(page.content, page.boxes, strict=True):
        if sign.isspace() or sign in _UNSPEAKABLE:
            if word and around is not None:
                yield "".join(word), around
            word, around = [], None
            continue
        if around is not None and (_apart(around, box) or len(word) >= LONGEST_WORD):
            yield "".join(word), around
            word, around = [], None
        word.append(sign)
        around = box if around is None else _joined(around, box)
    if word and around is not None:
        yield "".join(word), around


def _apart(first: Box, second: Box) -> bool:
    """A line break inside a word: the next character stands elsewhere."""
    gap = max(first[3] - first[1], first[2] - first[0], 4.0)
    return second[0] > first[2] + gap or second[1] > first[3] + gap or second[3] < first[1] - gap


def _joined(first: Box, second: Box) -> Box:
    return (
        min(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), max(first[3], second[3])
    )  # fmt: skip


def _placed(codes: bytes, count: int, box: Box, height: float) -> bytes:
    left, top, right, bottom = box
    across, down = max(right - left, 0.5), max(bottom - top, 0.5)
    if count > 2 and down > 2 * across:  # written upwards
        size, length, turn = across, down, b"0 1 -1 0 %.2f %.2f Tm" % (right, height - bottom)
    else:
        size, length, turn = down, across, b"1 0 0 1 %.2f %.2f Tm" % (left, height - bottom)
    stretch = 100 * length / (count * size * ADVANCE / 1000)
    return b"/F0 %.2f Tf %.2f Tz %s <%s> Tj" % (size, stretch, turn, codes)


def _unicode_map(codes: dict[str, int]) -> bytes:
    rows = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    entries = [f"<{code:04X}> <{sign.encode('utf-16-be').hex().upper()}>" for sign, code in codes.items()]
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        rows += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    rows.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(rows).encode()


@cache
def _program() -> bytes:
    """A TrueType font with .notdef and one empty glyph."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "unseen"])
    builder.setupCharacterMap({0x20: "unseen"})
    builder.setupGlyf({".notdef": Glyph(), "unseen": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (ADVANCE, 0), "unseen": (ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=1000, descent=0)
    builder.setupNameTable({"familyName": "DSPUnseen", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = SOME_DAY
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()
