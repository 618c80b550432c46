"""Mistakes that every reader takes in the same way, set right before the engine is asked."""

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from desktop.pdf.check.known_keys import keep_only
from desktop.pdf.convert.strip_keys import dictionaries

_OF_A_MARK = ("/MCID", "/Lang", "/ActualText", "/Alt", "/E")
_SHORT = {
    "/G": Name.DeviceGray, "/RGB": Name.DeviceRGB, "/CMYK": Name.DeviceCMYK, "/I": Name.Indexed,
}  # fmt: skip


def correct_spellings(pdf: pikepdf.Pdf) -> None:
    """Change *pdf* in memory."""
    for page in pdf.pages:
        _contents(page.obj)
        notes = page.obj.get("/Annots")
        for note in notes if isinstance(notes, Array) else ():
            if isinstance(note, Dictionary) and "/Subtype" in note:
                note.Type = Name.Annot
    for thing in list(dictionaries(pdf)):
        _marks(thing)
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image:
            _colours(thing)
        elif thing.get("/Subtype") == Name.CIDFontType0:
            _program(thing)


def _contents(page: Object) -> None:
    """What is no stream among the contents of a page draws nothing."""
    parts = page.get("/Contents")
    if isinstance(parts, Array) and not all(isinstance(part, Stream) for part in parts):
        page.Contents = Array([part for part in parts if isinstance(part, Stream)])


def _marks(owner: Object) -> None:
    """Of what a content says of its marks stays what is read aloud; layers are dealt with elsewhere."""
    resources = owner.get("/Resources")
    lists = resources.get("/Properties") if isinstance(resources, Dictionary) else None
    for said in lists.values() if isinstance(lists, Dictionary) else ():
        if isinstance(said, Dictionary) and str(said.get("/Type", "")) not in ("/OCG", "/OCMD"):
            keep_only(said, _OF_A_MARK)


def _colours(image: Object) -> None:
    """Names that are short in a content are so in a picture that was taken out of it."""
    space = image.get("/ColorSpace")
    if isinstance(space, Name) and str(space) in _SHORT:
        image.ColorSpace = _SHORT[str(space)]
    elif isinstance(space, Array):
        for place, value in enumerate(space[:2]):
            if isinstance(value, Name) and str(value) in _SHORT:
                space[place] = _SHORT[str(value)]


def _program(font: Object) -> None:
    """A program that names its glyphs is a program of a composite font as well (ISO 32000-1, 9.7.4.2)."""
    descriptor = font.get("/FontDescriptor")
    program = descriptor.get("/FontFile3") if isinstance(descriptor, Dictionary) else None
    if isinstance(program, Stream) and program.get("/Subtype") == Name.Type1C:
        program.Subtype = Name.CIDFontType0C
