"""Fonts that the file only names: Liberation, which is as wide, letter by letter, is put in.

Only for Latin text fonts of the three usual families, and only when every character that is shown exists
in Liberation with the width that the document counts on; never for symbols or odd widths.
"""

import io
import re
from dataclasses import dataclass
from functools import cache

import pikepdf
from fontTools import agl, subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from desktop.common.resource_files import resource
from desktop.pdf.convert.encodings import NONSYMBOLIC, code_names
from desktop.pdf.convert.strip_keys import dictionaries
from desktop.pdf.pikepdf_internals import WIN_ANSI, encoding_table, font_codes

CHANGE = "pdfa.change_fonts"
WIDTH_TOLERANCE = 1.0  # of 1000
_FAMILIES = (
    (re.compile(r"courier|liberationmono|cousine", re.I), "LiberationMono"),
    (re.compile(r"times|liberationserif|tinos|nimbusrom", re.I), "LiberationSerif"),
    (re.compile(r"helvetica|arial|liberationsans|arimo|nimbussan", re.I), "LiberationSans"),
)
_NEVER = re.compile(r"narrow|black|condensed|light|symbol|dingbat|rounded|unicode|thin|monotype", re.I)
_BOLD, _ITALIC = re.compile("bold|demi|-bd|,bd", re.I), re.compile("italic|oblique|ital", re.I)
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_FIXED, _SERIF, _ITALIC_FLAG = 1, 2, 64


@dataclass(frozen=True, slots=True)
class _Glyph:
    code: int
    name: str
    sign: str
    width: float


def embed_fonts(pdf: pikepdf.Pdf) -> list[str]:
    """Put fonts into *pdf* where that is safe; a page whose font stays out becomes a picture later."""
    waiting = [thing for thing in pdf.objects if _is_missing(thing)]
    if not waiting:
        return []
    used = font_codes(pdf)
    done = False
    for font in waiting:
        codes = set(range(32, 256)) if used is None else used.get(font.objgen, set()) or {32}
        face = face_of(str(font.get("/BaseFont", ""))[1:])
        if face is None:
            continue
        glyphs = _glyphs(font, codes, face, certain=used is not None)
        if glyphs:
            _embed(pdf, font, face, glyphs)
            done = True
    return [CHANGE] if done else []


def lacks_fonts(pdf: pikepdf.Pdf) -> bool:
    """True when a font is only named, so that readers may draw its characters otherwise or not at all."""
    return any(_is_missing(thing) or _is_missing_composite(thing) for thing in dictionaries(pdf))


def _is_missing_composite(font: object) -> bool:
    if not isinstance(font, Dictionary) or font.get("/Subtype") not in (Name.CIDFontType0, Name.CIDFontType2):
        return False
    descriptor = font.get("/FontDescriptor")
    return not isinstance(descriptor, Dictionary) or not any(key in descriptor for key in _PROGRAMS)


def face_of(name: str) -> str | None:
    """The Liberation face as wide as a font of this name, or None."""
    plain = name.split("+", 1)[-1].replace(" ", "")
    if _NEVER.search(plain):
        return None
    for pattern, family in _FAMILIES:
        if pattern.match(plain):
            bold, italic = bool(_BOLD.search(plain)), bool(_ITALIC.search(plain))
            style = {(False, False): "Regular", (True, False): "Bold", (False, True): "Italic"}
            face = f"{family}-{style.get((bold, italic), 'BoldItalic')}"
            return face if _file(face) is not None else None
    return None


def _is_missing(font: object) -> bool:
    if not isinstance(font, Dictionary) or font.get("/Type", Name.Font) != Name.Font:
        return False
    if str(font.get("/Subtype")) not in ("/Type1", "/TrueType", "/MMType1") or "/BaseFont" not in font:
        return False
    descriptor = font.get("/FontDescriptor")
    if not isinstance(descriptor, Dictionary):
        return True
    return not any(key in descriptor for key in _PROGRAMS)


def _glyphs(font: pikepdf.Object, codes: set[int], face: str, *, certain: bool) -> list[_Glyph] | None:
    """What stands for each code; None when one is unknown to Liberation or has another width."""
    names = code_names(font)
    if names is None:
        return None
    shapes, widths = _metrics(face)
    first, given = _int(font.get("/FirstChar")), font.get("/Widths")
    found = []
    for code in sorted(codes):
        name = names.get(code, "space" if code in (0xA0, 0x20) else "")
        sign = {"nbspace": " ", "sfthyphen": "-"}.get(name) or agl.toUnicode(name) if name else ""
        shape = shapes.get(ord(sign)) if len(sign) == 1 else None
        if shape is None:
            if certain:
                return None
            continue
        width = widths[shape]
        if isinstance(given, Array):
            index = code - first
            told = float(given[index]) if 0 <= index < len(given) else width
            if abs(told - width) > WIDTH_TOLERANCE:
                if certain:
                    return None
                continue
        found.append(_Glyph(code, name, sign, width))
    return found


def _int(value: object) -> int:
    return int(value) if isinstance(value, int) else 0


def _embed(pdf: pikepdf.Pdf, font: pikepdf.Object, face: str, glyphs: list[_Glyph]) -> None:
    win = encoding_table(WIN_ANSI)
    differences: list[object] = []
    for glyph in glyphs:
        if win.get(glyph.code) != glyph.name:
            differences += [glyph.code, Name("/" + glyph.name)]
    program = _subset(face, frozenset(ord(glyph.sign) for glyph in glyphs))
    stream = pdf.make_stream(program)
    stream.Length1 = len(program)
    first, last = glyphs[0].code, glyphs[-1].code
    by_code = {glyph.code: glyph.width for glyph in glyphs}
    name = Name(f"/DSPAAA+{face}")
    full = _face(face)
    scale = 1000 / full["head"].unitsPerEm
    head, os2 = full["head"], full["OS/2"]
    flags = NONSYMBOLIC
    flags |= _FIXED if "Mono" in face else 0
    flags |= _SERIF if "Serif" in face else 0
    flags |= _ITALIC_FLAG if "Italic" in face else 0
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=flags,
        FontBBox=[round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)],
        ItalicAngle=int(full["post"].italicAngle), Ascent=round(full["hhea"].ascent * scale),
        Descent=round(full["hhea"].descent * scale), CapHeight=round(os2.sCapHeight * scale),
        StemV=140 if "Bold" in face else 80, FontFile2=stream,
    )  # fmt: skip
    for key in [key for key in font.keys() if key != "/ToUnicode"]:  # noqa: SIM118
        del font[key]
    font.Type, font.Subtype, font.BaseFont = Name.Font, Name.TrueType, name
    font.FirstChar, font.LastChar = first, last
    font.Widths = Array([round(by_code.get(code, 0.0)) for code in range(first, last + 1)])
    font.FontDescriptor = pdf.make_indirect(descriptor)
    if differences:
        font.Encoding = Dictionary(
            Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=Array(differences)
        )
    else:
        font.Encoding = Name.WinAnsiEncoding


def _file(face: str) -> str | None:
    path = resource("fonts", f"{face}.ttf")
    return str(path) if path.is_file() else None


@cache
def _face(face: str) -> TTFont:
    return TTFont(_file(face))


@cache
def _metrics(face: str) -> tuple[dict[int, str], dict[str, float]]:
    """Glyph of each character, and advance widths in thousandths."""
    font = _face(face)
    scale = 1000 / font["head"].unitsPerEm
    widths = {name: advance * scale for name, (advance, _) in font["hmtx"].metrics.items()}
    return dict(font.getBestCmap()), widths


@cache
def _subset(face: str, signs: frozenset[int]) -> bytes:
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, name_IDs=[1, 2], legacy_cmap=False,
        symbol_cmap=False, drop_tables=["DSIG", "GPOS", "GSUB", "GDEF", "kern", "FFTM", "gasp", "meta"],
    )  # fmt: skip
    options.recalc_timestamp = False
    font = TTFont(_file(face))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=signs)
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
