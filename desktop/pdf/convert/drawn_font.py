"""A Liberation face put into a document for words that we write ourselves, in any script that it has."""

import io
from functools import cache

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, String

from desktop.common.resource_files import resource
from desktop.pdf.convert.encodings import NONSYMBOLIC
from desktop.pdf.convert.unicode_map import unicode_map

ASCENT, DESCENT = 0.905, 0.212  # of Liberation, in parts of the size


class DrawnFont:
    """One face of one document; a character's code is the number of its glyph."""

    def __init__(self, pdf: pikepdf.Pdf, face: str) -> None:
        self._pdf, self._face = pdf, face
        self._font = _face(face)
        self._glyphs: dict[int, str] = self._font.getBestCmap()
        self._scale: float = 1000 / self._font["head"].unitsPerEm
        self._codes: dict[str, int] = {}
        self._program = pdf.make_stream(b"")
        self._to_unicode = pdf.make_stream(b"")
        self._inner = pdf.make_indirect(self._descendant())
        self.resource = pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type0, BaseFont=self._name, Encoding=Name("/Identity-H"),
                DescendantFonts=Array([self._inner]), ToUnicode=self._to_unicode,
            )
        )  # fmt: skip

    def has(self, sign: str) -> bool:
        """True when the face can show this character."""
        return ord(sign) in self._glyphs

    def width(self, words: str) -> float:
        """Length in parts of the size; a character that the face lacks counts nothing."""
        return sum((self._advance(sign) for sign in words if self.has(sign)), 0.0) / 1000

    def shown(self, words: str) -> bytes:
        """Operand of Tj; what the face lacks is left out, see :meth:`has`."""
        codes = [self._code(sign) for sign in words if self.has(sign)]
        return b"<%s>" % b"".join(b"%04X" % code for code in codes)

    def finish(self) -> None:
        """Write program, widths and Unicode map of the characters used so far."""
        program = _subset(self._face, frozenset(ord(sign) for sign in self._codes))
        self._program.write(program)
        self._program.Length1 = len(program)
        self._to_unicode.write(unicode_map(self._codes))
        widths: list[object] = []
        for sign, code in sorted(self._codes.items(), key=lambda entry: entry[1]):
            widths += [code, Array([round(self._advance(sign))])]
        self._inner.W = Array(widths)

    def _code(self, sign: str) -> int:
        return self._codes.setdefault(sign, self._font.getGlyphID(self._glyphs[ord(sign)]))

    def _advance(self, sign: str) -> float:
        return float(self._font["hmtx"][self._glyphs[ord(sign)]][0]) * self._scale

    @property
    def _name(self) -> Name:
        return Name(f"/DSPBBB+{self._face}")

    def _descendant(self) -> Dictionary:
        head = self._font["head"]
        box = [round(value * self._scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)]
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=self._name, Flags=NONSYMBOLIC, FontBBox=box,
            ItalicAngle=int(self._font["post"].italicAngle), Ascent=905, Descent=-212, CapHeight=729,
            StemV=80, FontFile2=self._program,
        )  # fmt: skip
        system = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
        return Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=self._name, CIDSystemInfo=system, DW=0,
            FontDescriptor=self._pdf.make_indirect(descriptor), CIDToGIDMap=Name.Identity,
        )  # fmt: skip


@cache
def _face(face: str) -> TTFont:
    return TTFont(resource("fonts", f"{face}.ttf"))


@cache
def _subset(face: str, signs: frozenset[int]) -> bytes:
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, retain_gids=True, name_IDs=[1, 2],
        drop_tables=["DSIG", "GPOS", "GSUB", "GDEF", "kern", "FFTM", "gasp", "meta"],
    )  # fmt: skip
    options.recalc_timestamp = False
    font = TTFont(resource("fonts", f"{face}.ttf"))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=signs)
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
