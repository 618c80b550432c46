"""What nobody sees and PDF/A does not take: stray keys of resources, fonts, graphics states and pictures."""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from desktop.pdf.check.known_keys import keep_only

DEEPEST = 100

_RESOURCES = (
    "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/Properties",
)  # fmt: skip
_DESCRIPTOR = (
    "/Type", "/FontName", "/FontFamily", "/FontStretch", "/FontWeight", "/Flags", "/FontBBox", "/ItalicAngle",
    "/Ascent", "/Descent", "/Leading", "/CapHeight", "/XHeight", "/StemV", "/StemH", "/AvgWidth", "/MaxWidth",
    "/MissingWidth", "/FontFile", "/FontFile2", "/FontFile3", "/Style", "/Lang", "/FD",
)  # fmt: skip
_STATE_EXTRAS = ("/TR", "/TR2", "/HTP", "/HTO", "/HT", "/BG", "/BG2", "/UCR", "/UCR2", "/OPM")
_STREAM_EXTRAS = ("/Alternates", "/OPI", "/PS", "/Subtype2", "/F", "/FFilter", "/FDecodeParms")
_COLOURS_OF = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_BY_COUNT = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
_INTENTS = ("/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation")


def dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary and stream of the file, the direct ones inside others too."""
    for top in list(pdf.objects):
        waiting: list[tuple[object, int]] = [(top, 0)]
        while waiting:
            value, depth = waiting.pop()
            if depth > DEEPEST or (depth and isinstance(value, pikepdf.Object) and value.is_indirect):
                continue
            if isinstance(value, Dictionary | Stream):
                yield value
                waiting += [(inner, depth + 1) for _, inner in value.items()]
            elif isinstance(value, Array):
                waiting += [(inner, depth + 1) for inner in value]


def spell_font_names(pdf: pikepdf.Pdf) -> None:
    """Names of fonts in UTF-8, as PDF/A-2 asks (6.1.8); older writers used the letters of their system."""
    for thing in dictionaries(pdf):
        for key in ("/BaseFont", "/FontName"):
            name = thing.get(key)
            if isinstance(name, Name) and not _is_utf8(bytes(name)):
                thing[key] = Name(bytes(name).decode("latin-1"))


def _is_utf8(letters: bytes) -> bool:
    try:
        letters.decode()
    except UnicodeDecodeError:
        return False
    return True


def strip_stray_keys(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Change *pdf* in memory; there is nothing to tell the user of."""
    root = pdf.Root.objgen
    for thing in dictionaries(pdf):
        for key in ("/Metadata", "/PieceInfo", "/AF"):
            if key in thing and thing.objgen != root:
                del thing[key]
        if isinstance(thing, Stream):
            _plain_stream(thing)
            if thing.get("/Subtype") == Name.Image:
                _plain_image(thing)
        resources = thing.get("/Resources")
        if isinstance(resources, Dictionary):
            _plain_resources(pdf, resources)
        states = thing.get("/ExtGState")
        for state in states.values() if isinstance(states, Dictionary) else ():
            if isinstance(state, Dictionary):
                _plain_state(state)
        if thing.get("/Type") == Name.FontDescriptor:
            keep_only(thing, _DESCRIPTOR)  # with it go lists of glyphs, which need not be there and often lie
        if thing.get("/Subtype") == Name.CIDFontType2 and "/CIDToGIDMap" not in thing:
            thing.CIDToGIDMap = Name.Identity  # what readers do without it
        line = thing.get("/BS")
        if isinstance(line, Dictionary) and line.is_indirect:
            thing.BS = Dictionary(**{key[1:]: value for key, value in line.items()})
    _part_masks(pdf)
    yield from ()


def _part_masks(pdf: pikepdf.Pdf) -> None:
    """A picture that is drawn and is the mask of another as well becomes two: the engine takes it for one."""
    images = [thing for thing in pdf.objects if isinstance(thing, Stream) and "/SMask" in thing]
    if not images:
        return
    groups = (thing.get("/XObject") for thing in dictionaries(pdf))
    drawn = {one.objgen for group in groups if isinstance(group, Dictionary) for _, one in group.items()}
    for image in images:
        mask = image.SMask
        if isinstance(mask, Stream) and mask.objgen in drawn:
            own = pdf.make_stream(mask.read_raw_bytes())
            for key, value in mask.items():
                if key != "/Length":
                    own[key] = value
            image.SMask = own


def _plain_resources(pdf: pikepdf.Pdf, resources: pikepdf.Object) -> None:
    keep_only(resources, _RESOURCES)
    for key in [key for key, group in resources.items() if not isinstance(group, Dictionary)]:
        del resources[key]
    fonts = resources.get("/Font", Dictionary())
    for name, font in list(fonts.items()):
        if isinstance(font, Dictionary) and not font.is_indirect:
            fonts[name] = pdf.make_indirect(font)  # so that it can be found and named
        if isinstance(font, Dictionary) and not isinstance(font.get("/ToUnicode"), Stream | None):
            del fonts[name]["/ToUnicode"]  # the name of an encoding says nothing about characters


def _plain_stream(thing: pikepdf.Object) -> None:
    for key in _STREAM_EXTRAS:
        if key in thing:
            del thing[key]
    if str(thing.get("/Intent", "/Perceptual")) not in _INTENTS:
        del thing["/Intent"]


def _plain_image(image: pikepdf.Object) -> None:
    """A profile for another number of colours than the picture has is none: readers go by the number.

    So is a mask that is only a name.
    """
    if isinstance(image.get("/SMask"), Name):
        del image["/SMask"]
    space = image.get("/ColorSpace")
    if not isinstance(space, Array) or len(space) != 2 or space[0] != Name.ICCBased:
        return
    profile = space[1]
    count = profile.get("/N") if isinstance(profile, Stream) else None
    if count not in _BY_COUNT:
        return
    try:
        kind = bytes(profile.read_bytes())[16:20]
    except pikepdf.PdfError:
        return
    if kind in _COLOURS_OF and _COLOURS_OF[kind] != count:
        image.ColorSpace = _BY_COUNT[count]


def _plain_state(state: pikepdf.Object) -> None:
    for key in _STATE_EXTRAS:
        if key in state:
            del state[key]
    if "/RI" in state and str(state.RI) not in _INTENTS:
        del state["/RI"]
