"""Printing colours to screen colours: PDF/A with an sRGB intent takes no CMYK, spot or JPEG 2000.

PDFium itself says how each colour and each picture looks, so that the copy looks as the original did.
"""

import re
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Stream

from desktop.pdf.check.usage import prune_unused
from desktop.pdf.convert.colour_samples import drawn_colours, drawn_image
from desktop.pdf.convert.image_objects import image_stream
from desktop.pdf.convert.shading_colours import convert_gradients
from desktop.pdf.convert.strip_keys import dictionaries

JPEG_QUALITY = 93
DEEPEST = 20
MOST_STREAMS = 20_000

Colour = tuple[float, ...]
_SPACES = ("/Separation", "/DeviceN", "/DeviceCMYK")
_FILL = {"k": "rg", "cs": "", "scn": "rg", "sc": "rg"}
_STROKE = {"K": "RG", "CS": "", "SCN": "RG", "SC": "RG"}


def convert_printing_colours(pdf: pikepdf.Pdf) -> list[str]:
    """Change pictures and painting instructions in *pdf*; nothing of note for a reader."""
    changed = _images(pdf)
    changed = convert_gradients(pdf, _is_printing) or changed
    changed = _contents(pdf) or changed
    changed = _groups(pdf) or changed
    if changed:
        _drop_unsaid(pdf)
        prune_unused(pdf)
    return ["pdfa.change_colours"] if changed else []


def _family(space: object) -> str:
    if isinstance(space, Array) and len(space):
        return str(space[0])
    return str(space)


def _is_printing(space: object, depth: int = 0) -> bool:
    """CMYK or spot, also under a palette; an ICC profile makes any colour definite."""
    family = _family(space)
    if family in _SPACES:
        return True
    if family == "/Indexed" and isinstance(space, Array) and len(space) > 1 and depth < DEEPEST:
        return _is_printing(space[1], depth + 1)
    return False


def _images(pdf: pikepdf.Pdf) -> bool:
    changed = False
    for thing in list(pdf.objects):
        if not isinstance(thing, Stream) or thing.get("/Subtype") != Name.Image:
            continue
        filters = thing.get("/Filter")
        names = [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)]
        jpx = "/JPXDecode" in names
        if thing.get("/ImageMask") is True or not (jpx or _is_printing(thing.get("/ColorSpace"))):
            continue
        if isinstance(thing.get("/Mask"), Array) or thing.get("/SMaskInData", 0) != 0:
            continue
        picture = drawn_image(thing)
        if picture is None:
            continue
        lossy = jpx or "/DCTDecode" in names
        new = image_stream(pdf, picture, quality=JPEG_QUALITY if lossy else None)
        masks = {key: thing[key] for key in ("/SMask", "/Mask") if key in thing}
        thing.write(new.read_raw_bytes(), filter=new.Filter, decode_parms=new.get("/DecodeParms"))
        for key in [key for key in thing.keys() if key not in _IMAGE_KEYS]:  # noqa: SIM118
            del thing[key]
        for key in ("/Width", "/Height", "/ColorSpace", "/BitsPerComponent"):
            thing[key] = new[key]
        for key, mask in masks.items():
            thing[key] = mask
        changed = True
    return changed


_IMAGE_KEYS = ("/Type", "/Subtype", "/Filter", "/DecodeParms", "/Length")


def _groups(pdf: pikepdf.Pdf) -> bool:
    """Transparency is blended in screen colours."""
    changed = False
    for thing in dictionaries(pdf):
        group = thing.get("/Group")
        if isinstance(group, Dictionary) and _is_printing(group.get("/CS")):
            group.CS = Name.DeviceRGB
            changed = True
    return changed


def _contents(pdf: pikepdf.Pdf) -> bool:
    parsed: list[tuple[pikepdf.Object, pikepdf.Object | None, list[pikepdf.ContentStreamInstruction]]] = []
    wanted: dict[tuple[str, Colour], tuple[object, Colour]] = {}
    for owner, resources in _streams(pdf):
        spaces = resources.get("/ColorSpace") if isinstance(resources, Dictionary) else None
        printing = isinstance(spaces, Dictionary) and any(_is_printing(space) for space in spaces.values())
        if not printing and not _says_cmyk(owner):
            continue
        instructions = _parsed(owner)
        if instructions is None:
            continue
        parsed.append((owner, spaces, instructions))
        for space, values in _used(spaces, instructions):
            wanted.setdefault(_key(space, values), (space, values))
    if not wanted:
        return False
    screen = dict(zip(wanted, drawn_colours(list(wanted.values())), strict=True))
    changed = False
    for owner, spaces, instructions in parsed:
        rewritten = _rewritten(spaces, instructions, screen)
        if rewritten is not None:
            content = pikepdf.unparse_content_stream(rewritten)
            if isinstance(owner, Stream):
                owner.write(content)
            else:
                owner.Contents = pdf.make_stream(content)
            changed = True
    return changed


def _drop_unsaid(pdf: pikepdf.Pdf) -> None:
    """Printing colours that no content with these very resources names any more; others may say the name."""
    said: dict[tuple[int, int], set[str]] = {}
    groups: dict[tuple[int, int], pikepdf.Object] = {}
    for owner, resources in _streams(pdf):
        spaces = resources.get("/ColorSpace") if isinstance(resources, Dictionary) else None
        if isinstance(owner, Stream) and resources is None:
            return  # it draws with the resources of whoever draws it
        if not isinstance(spaces, Dictionary) or not any(_is_printing(space) for space in spaces.values()):
            continue
        holders = [each for each in (spaces, resources, owner) if each is not None and each.is_indirect]
        place = holders[0].objgen if holders else owner.objgen
        groups[place] = spaces
        instructions = _parsed(owner)
        names = {"*"} if instructions is None else _names_of_spaces(instructions)
        said.setdefault(place, set()).update(names)
    for place, spaces in groups.items():
        if "*" in said[place]:
            continue
        for name in [name for name, space in spaces.items() if _is_printing(space)]:
            if name not in said[place] and not name.startswith("/Default"):
                del spaces[name]


def _names_of_spaces(instructions: list[pikepdf.ContentStreamInstruction]) -> set[str]:
    found: set[str] = set()
    for operands, operator in instructions:
        if str(operator) in ("cs", "CS") and len(operands):
            found.add(str(operands[0]))
        elif str(operator) == "INLINE IMAGE":
            return {"*"}
    return found


def _streams(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, pikepdf.Object | None]]:
    for page in pdf.pages:
        yield page.obj, page.obj.get("/Resources")
    count = 0
    for thing in list(pdf.objects):
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Form and count < MOST_STREAMS:
            count += 1
            yield thing, thing.get("/Resources")


def _says_cmyk(owner: pikepdf.Object) -> bool:
    """A quick look for the operators k and K (and DeviceCMYK by name) before parsing."""
    words = _content_of(owner)
    return re.search(rb"[\s)\]>]k\s|[\s)\]>]K\s|/DeviceCMYK\b", words + b"\n") is not None


def _content_of(owner: pikepdf.Object) -> bytes:
    """The decoded instructions of a form or of a page, whose content may come in parts."""
    content = owner if isinstance(owner, Stream) else owner.get("/Contents")
    parts = content if isinstance(content, Array) else [content]
    try:
        return b"\n".join(bytes(part.read_bytes()) for part in parts if isinstance(part, Stream))
    except pikepdf.PdfError:
        return b""


def _parsed(owner: pikepdf.Object) -> list[pikepdf.ContentStreamInstruction] | None:
    try:
        source = owner if isinstance(owner, Stream) else pikepdf.Page(owner)
        return list(pikepdf.parse_content_stream(source))
    except (pikepdf.PdfError, TypeError, ValueError):
        return None


def _numbers(operands: object) -> Colour | None:
    try:
        return tuple(round(float(value), 4) for value in operands)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None


def _key(space: object, values: Colour) -> tuple[str, Colour]:
    place = str(space.objgen) if isinstance(space, pikepdf.Object) and space.is_indirect else ""
    if not place:
        place = space.unparse().decode("latin-1") if isinstance(space, pikepdf.Object) else str(space)
    return place, values


def _steps(
    spaces: pikepdf.Object | None, instructions: list[pikepdf.ContentStreamInstruction]
) -> Iterator[tuple[int, str, object, Colour | None]]:
    """(index, new operator, printing space, values) of each instruction that sets a printing colour.

    Choosing a space sets its first colour: all full for spots, black for CMYK (values None = odd ones).
    """
    current: dict[str, object] = {"fill": None, "stroke": None}
    stack: list[dict[str, object]] = []
    for index, (operands, operator) in enumerate(instructions):
        word = str(operator)
        if word == "q":
            stack.append(dict(current))
        elif word == "Q" and stack:
            current = stack.pop()
        if word not in _FILL and word not in _STROKE:
            if word in ("g", "rg"):
                current["fill"] = None
            elif word in ("G", "RG"):
                current["stroke"] = None
            continue
        side, new = ("fill", "rg") if word in _FILL else ("stroke", "RG")
        if word in ("k", "K"):
            current[side] = None
            yield index, new, Name.DeviceCMYK, _numbers(operands)
        elif word in ("cs", "CS"):
            space = _named(spaces, operands)
            current[side] = space if _is_printing(space) else None
            if current[side] is not None:
                yield index, new, space, _first(space)
        elif current[side] is not None:
            yield index, new, current[side], _numbers(operands)


def _named(spaces: pikepdf.Object | None, operands: object) -> object:
    name = str(operands[0]) if len(operands) else ""  # type: ignore[index,arg-type]
    if isinstance(spaces, Dictionary) and name in spaces:
        return spaces[name]
    return Name(name) if name.startswith("/") and len(name) > 1 else None


def _first(space: object) -> Colour:
    family = _family(space)
    if family == "/DeviceCMYK":
        return (0.0, 0.0, 0.0, 1.0)
    if family == "/DeviceN" and isinstance(space, Array):
        return (1.0,) * len(space[1])
    return (0.0,) if family == "/Indexed" else (1.0,)


def _used(
    spaces: pikepdf.Object | None, instructions: list[pikepdf.ContentStreamInstruction]
) -> Iterator[tuple[object, Colour]]:
    for _, _, space, values in _steps(spaces, instructions):
        if values is not None:
            yield space, values


def _rewritten(
    spaces: pikepdf.Object | None,
    instructions: list[pikepdf.ContentStreamInstruction],
    screen: dict[tuple[str, Colour], Colour | None],
) -> list[pikepdf.ContentStreamInstruction] | None:
    made = list(instructions)
    changed = False
    for index, operator, space, values in _steps(spaces, instructions):
        colour = screen.get(_key(space, values)) if values is not None else None
        if colour is not None:
            made[index] = pikepdf.ContentStreamInstruction(list(colour), Operator(operator))
            changed = True
    return made if changed else None
