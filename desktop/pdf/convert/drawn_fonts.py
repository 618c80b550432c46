"""Fonts that PDF/A does not take, drawn anew: outlines as PDFium draws them, widths as the document counts.

A page whose font is only named, of a kind that is not allowed, or broken in a way that readers forgive keeps
its vectors and its text. It looks as the picture of it would, and is compared by the user as that would be.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from desktop.pdf.check.font_errors import BROKEN_FONT
from desktop.pdf.check.usage import Unclear
from desktop.pdf.convert.drawn_program import bounds, program_by_name, program_by_number
from desktop.pdf.convert.encodings import code_names
from desktop.pdf.convert.glyph_outlines import Outline, look_alike, outlines_of
from desktop.pdf.convert.shown_strings import shown_strings
from desktop.pdf.convert.unicode_map import unicode_rows
from desktop.pdf.convert.widths import cid_widths

Place = tuple[int, int]

CHANGE = "pdfa.change_drawn_fonts"
_SIMPLE = ("/Type1", "/MMType1", "/TrueType")
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_SYMBOLIC = 4
_NO_LETTERS = re.compile(r"[^A-Za-z0-9-]")
_DEEPEST = 20
_GROUPS = ("/XObject", "/Pattern", "/Font", "/ExtGState")


def draw_fonts(pdf: pikepdf.Pdf, written: pikepdf.Pdf, places: set[Place]) -> bool:
    """Draw the fonts of *pdf* whose objects are *places* in *written*, its copy.

    Each sign is compared with what it was. False when no font was: their pages become pictures.
    """
    chosen = list(_twins(pdf, written, places))
    try:
        shown = shown_strings(pdf) if chosen else {}
    except Unclear:
        return False
    drawn = [_draw_safely(pdf, font, shown.get(font.objgen, set())) for font in chosen]
    return any(drawn)


def _draw_safely(pdf: pikepdf.Pdf, font: Object, strings: set[bytes]) -> bool:
    """A font too odd for our libraries stays as it was."""
    try:
        return bool(strings) and _draw(pdf, font, strings)
    except (*BROKEN_FONT, pikepdf.PdfError, pdfium.PdfiumError):
        return False


def _draw(pdf: pikepdf.Pdf, font: Object, strings: set[bytes]) -> bool:
    made: Object | None = None
    size = 1
    if str(font.get("/Subtype")) in _SIMPLE:
        codes = sorted({code for words in strings for code in words})
        glyphs = outlines_of(font, codes, size)
        if _is_whole(glyphs):
            made = _simple(pdf, font, _told(font, glyphs))
    elif font.get("/Subtype") == Name.Type0 and font.get("/Encoding") == Name("/Identity-H"):
        size, inner = 2, _inner(font)
        if inner is None or not _is_embedded(inner) or any(len(words) % size for words in strings):
            return False
        codes = sorted(
            {int.from_bytes(words[at : at + 2]) for words in strings for at in range(0, len(words), 2)}
        )
        glyphs = outlines_of(font, codes, size)
        if _is_whole(glyphs) and all(glyph.embedded for glyph in glyphs.values()):
            made = _composite(pdf, font, inner, glyphs)
    if made is None or not look_alike(font, pdf.make_indirect(made), codes, size):
        return False
    for key in list(font.keys()):
        del font[key]
    for key, value in made.items():
        font[key] = value
    return True


def _is_whole(glyphs: Mapping[int, Outline]) -> bool:
    """Every sign has an outline, but for spaces: else it may come from a font that is not known here."""
    return bool(glyphs) and all(glyph.contours or glyph.text.isspace() for glyph in glyphs.values())


def _told(font: Object, glyphs: Mapping[int, Outline]) -> dict[int, Outline]:
    """With the widths that the document gives, where it gives any."""
    given, first = font.get("/Widths"), font.get("/FirstChar", 0)
    if not isinstance(given, Array) or not isinstance(first, int):
        return dict(glyphs)
    widths = {first + place: float(width) for place, width in enumerate(given)}
    return {code: replace(glyph, width=widths.get(code, glyph.width)) for code, glyph in glyphs.items()}


def _simple(pdf: pikepdf.Pdf, font: Object, glyphs: dict[int, Outline]) -> Object:
    names = _names(font, glyphs)
    name = _name(font)
    program = pdf.make_stream(program_by_name(name[1:], {names[code]: glyphs[code] for code in glyphs}))
    program.Subtype = Name.Type1C
    first, last = min(glyphs), max(glyphs)
    differences: list[object] = []
    for code in sorted(glyphs):
        differences += [code, Name("/" + names[code])]
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(name), FirstChar=first, LastChar=last,
        Widths=Array([glyphs[code].width if code in glyphs else 0 for code in range(first, last + 1)]),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array(differences)),
        FontDescriptor=_descriptor(pdf, name, glyphs, program), ToUnicode=_characters(pdf, font, glyphs, 1),
    )  # fmt: skip


def _composite(pdf: pikepdf.Pdf, font: Object, inner: Object, glyphs: dict[int, Outline]) -> Object:
    told, default = cid_widths(inner), float(inner.get("/DW", 1000))
    glyphs = {code: replace(glyph, width=told.get(code, default)) for code, glyph in glyphs.items()}
    name = _name(font)
    program = pdf.make_stream(program_by_number(name[1:], glyphs))
    program.Subtype = Name.CIDFontType0C
    widths: list[object] = []
    for code in sorted(glyphs):
        widths += [code, Array([glyphs[code].width])]
    system = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
    made = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name(name), CIDSystemInfo=system, DW=0,
        W=Array(widths), FontDescriptor=_descriptor(pdf, name, glyphs, program),
    )  # fmt: skip
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name(f"{name}-Identity-H"),
        Encoding=Name("/Identity-H"), DescendantFonts=Array([pdf.make_indirect(made)]),
        ToUnicode=_characters(pdf, font, glyphs, 2),
    )  # fmt: skip


def _descriptor(pdf: pikepdf.Pdf, name: str, glyphs: Mapping[int, Outline], program: Stream) -> Object:
    box = bounds(list(glyphs.values()))
    return pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor, FontName=Name(name), Flags=_SYMBOLIC, FontBBox=Array(box),
            ItalicAngle=0, Ascent=box[3], Descent=box[1], CapHeight=box[3], StemV=80, FontFile3=program,
        )
    )  # fmt: skip


def _characters(pdf: pikepdf.Pdf, font: Object, glyphs: Mapping[int, Outline], size: int) -> Object:
    """Those of the font; where it has none, as PDFium read them: what is no character is not told."""
    known = font.get("/ToUnicode")
    if isinstance(known, Stream):
        return known
    rows = [(code, glyph.text) for code, glyph in glyphs.items() if glyph.text.isprintable() and glyph.text]
    return pdf.make_stream(unicode_rows(rows, size))


def _names(font: Object, glyphs: Mapping[int, Outline]) -> dict[int, str]:
    """A name for each code, that of its encoding where no other has it."""
    known = code_names(font) or {}
    names: dict[int, str] = {}
    for code in glyphs:
        name = known.get(code, "")
        plain = name.isascii() and name.isalnum() and name not in names.values()
        names[code] = name if plain else f"code{code}"
    return names


def _name(font: Object) -> str:
    plain = _NO_LETTERS.sub("", str(font.get("/BaseFont", ""))[1:].split("+", 1)[-1])
    return f"/DSPCCC+{plain[:60] or 'Font'}"


def _inner(font: Object) -> Object | None:
    inner = font.get("/DescendantFonts")
    one = inner[0] if isinstance(inner, Array) and len(inner) else None
    return one if isinstance(one, Dictionary) else None


def _is_embedded(font: Object) -> bool:
    descriptor = font.get("/FontDescriptor")
    return isinstance(descriptor, Dictionary) and any(key in descriptor for key in _PROGRAMS)


def _twins(pdf: pikepdf.Pdf, written: pikepdf.Pdf, places: set[Place]) -> Iterator[Object]:
    """The fonts of *pdf* that were written as *places*; both have the same shape."""
    seen: set[Place] = set()
    waiting = [(page.obj, copy.obj, 0) for page, copy in zip(pdf.pages, written.pages, strict=True)]
    while waiting:
        thing, copy, depth = waiting.pop()
        notes, looks = thing.get("/Annots"), copy.get("/Annots")
        if isinstance(notes, Array) and isinstance(looks, Array) and len(notes) == len(looks):
            pairs = zip(notes, looks, strict=True)
            waiting += [(a, b, depth + 1) for a, b in pairs if _both(a, b)]
        for key in ("/AP", "/N"):
            a, b = thing.get(key), copy.get(key)
            if _both(a, b):
                waiting.append((a, b, depth + 1))
        resources, other = thing.get("/Resources"), copy.get("/Resources")
        if not _both(resources, other) or depth > _DEEPEST:
            continue
        for group in _GROUPS:
            ours, theirs = resources.get(group), other.get(group)
            for name, inner in ours.items() if _both(ours, theirs) else ():
                same = theirs.get(name)
                if not _both(inner, same) or not inner.is_indirect or inner.objgen in seen:
                    continue
                seen.add(inner.objgen)
                if group == "/Font":
                    if places & _objects(same):
                        yield inner
                else:
                    waiting.append((inner, same, depth + 1))


def _both(one: object, other: object) -> bool:
    return isinstance(one, Dictionary | Stream) and isinstance(other, Dictionary | Stream)


def _objects(font: Object) -> set[Place]:
    """Of a font: itself, the one inside, what describes it and its program."""
    found = set()
    for one in (font, _inner(font)):
        if one is None:
            continue
        descriptor = one.get("/FontDescriptor")
        found |= {one.objgen}
        if isinstance(descriptor, Dictionary):
            found |= {descriptor.objgen} | {descriptor[key].objgen for key in _PROGRAMS if key in descriptor}
    return found - {(0, 0)}
