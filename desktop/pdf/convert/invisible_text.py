"""Invisible text: one small font whose single empty glyph stands for every character."""

import io
import unicodedata
from collections.abc import Iterator
from functools import cache

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, String

from desktop.pdf.convert.unicode_map import unicode_map
from desktop.ports.pdf import PageText

Box = tuple[float, float, float, float]
ADVANCE = 500  # of 1000
LONGEST_WORD = 500  # characters; PDF/A limits a string to 32,767 bytes
SOME_DAY = 3_500_000_000  # seconds since 1904: the same font every time
RIGHT, LEFT, UP, DOWN = "right", "left", "up", "down"
NAME = "/AAAAAA+DSPUnseen"
_UNSPEAKABLE = {"\0", "\ufeff", "\ufffe", "\uffff", "\ufffd"}


class InvisibleTextFont:
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
        way = RIGHT
        for word, boxes in _words(page):
            way = _way(word, boxes, way)
            # the space keeps words apart, and gives a single character the width that readers ask for
            codes = b"".join(b"%04X" % self._code(sign) for sign in word + " ")
            lines.append(_placed(codes, len(word), _around(boxes), way, height))
        return b"BT 3 Tr\n" + b"\n".join(lines) + b"\nET" if lines else b""

    def finish(self) -> None:
        """Write the tables for the characters seen so far."""
        self._to_unicode.write(unicode_map(self._codes))
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


def _words(page: PageText) -> Iterator[tuple[str, list[Box]]]:
    """Each word with the rectangles of its characters."""
    word: list[str] = []
    boxes: list[Box] = []
    for sign, box in zip(page.content, page.boxes, strict=True):
        blank = sign.isspace() or sign in _UNSPEAKABLE
        if word and (blank or _apart(_around(boxes[-1:]), box) or len(word) >= LONGEST_WORD):
            yield "".join(word), boxes
            word, boxes = [], []
        if not blank:
            word.append(sign)
            boxes.append(box)
    if word:
        yield "".join(word), boxes


def _apart(first: Box, second: Box) -> bool:
    """A line break inside a word: the next character stands elsewhere."""
    gap = max(first[3] - first[1], first[2] - first[0], 4.0)
    return (
        second[0] > first[2] + gap or second[2] < first[0] - gap
        or second[1] > first[3] + gap or second[3] < first[1] - gap
    )  # fmt: skip


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _way(word: str, boxes: list[Box], before: str) -> str:
    """Where the word runs as the page is shown; one character runs as the word before it."""
    if len(word) < 2:
        return before
    across = (boxes[-1][0] + boxes[-1][2] - boxes[0][0] - boxes[0][2]) / 2
    down = (boxes[-1][1] + boxes[-1][3] - boxes[0][1] - boxes[0][3]) / 2
    if abs(down) > abs(across):
        return DOWN if down > 0 else UP
    from_right = unicodedata.bidirectional(word[0]) in ("R", "AL")
    return LEFT if across < 0 and not from_right else RIGHT


def _placed(codes: bytes, count: int, box: Box, way: str, height: float) -> bytes:
    left, top, right, bottom = box
    across, down = max(right - left, 0.5), max(bottom - top, 0.5)
    size, length = (down, across) if way in (RIGHT, LEFT) else (across, down)
    turn = {
        RIGHT: (1, 0, 0, 1, left, height - bottom),
        LEFT: (-1, 0, 0, -1, right, height - top),
        UP: (0, 1, -1, 0, right, height - bottom),
        DOWN: (0, -1, 1, 0, left, height - top),
    }[way]
    stretch = 100 * length / (count * size * ADVANCE / 1000)
    return b"/F0 %.2f Tf %.2f Tz %d %d %d %d %.2f %.2f Tm <%s> Tj" % (size, stretch, *turn, codes)


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
