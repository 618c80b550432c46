"""What the pages really draw: a thing that only stands in a resource dictionary breaks nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from desktop.pdf.check.tokens import ambiguous_byte, holds_early_end
from desktop.pdf.check.vouched import CARRIER

MOST_STREAMS = 20_000
DEEPEST = 28

_CATEGORIES = {"Do": "/XObject", "Tf": "/Font", "gs": "/ExtGState", "cs": "/ColorSpace", "CS": "/ColorSpace"}
_CATEGORIES |= {"sh": "/Shading", "scn": "/Pattern", "SCN": "/Pattern"}
_FILL_SET = {"g", "rg", "k", "cs"}
_STROKE_SET = {"G", "RG", "K", "CS"}
_FILLS = {"f", "F", "f*", "Tj", "TJ", "'", '"', "INLINE IMAGE"}
_STROKES = {"S", "s"}
_BOTH = {"B", "B*", "b", "b*"}


_INLINE_IMAGE = re.compile(rb"\sID\s")
_UNSAID = {("/ColorSpace", f"/Default{space}") for space in ("Gray", "RGB", "CMYK")}


class Unclear(Exception):
    """A content stream cannot be read for certain."""


def prune_unused(pdf: pikepdf.Pdf) -> bool:
    """Take resources off the copy in memory whose name no content stream of the file ever says.

    True when there were some.
    """
    try:
        said = _names_said(pdf)
    except Unclear:
        return False
    pruned = False
    for resources in _resource_dictionaries(pdf):
        for category in set(_CATEGORIES.values()):
            group = resources.get(category)
            if isinstance(group, Dictionary):
                unsaid = [name for name, _ in group.items() if (category, name) not in said | _UNSAID]
                for name in unsaid:
                    if name in group and not name.startswith(CARRIER):  # a null value is no entry
                        del group[name]
                        pruned = True
                if len(group) == 0:
                    del resources[category]
                    pruned = True
    return pruned


def paints_in_default_colour(pdf: pikepdf.Pdf) -> bool:
    """True unless every stroke, fill and text comes after a colour was chosen (default is DeviceGray)."""
    try:
        for page in pdf.pages:
            resources = resources_of(page.obj)
            if _Painting().paints(page.obj, resources, (False, False), 0):
                return True
            for form in appearances_of(page.obj):
                if _Painting().paints(form, form.get("/Resources"), (False, False), 0):
                    return True
    except Unclear:
        return True
    return False


def ambiguous_content(pdf: pikepdf.Pdf) -> str:
    """What stands in a content stream that readers take for different things, or ""."""
    streams = [
        thing for thing in pdf.objects if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Form
    ]
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        streams += [
            part for part in (contents if isinstance(contents, Array) else [contents]) if part is not None
        ]
    try:
        found = (_ambiguity(stream) for stream in streams if isinstance(stream, Stream))
        return next(filter(None, found), "")
    except (pikepdf.PdfError, Unclear):
        return "content that cannot be read"


def _ambiguity(stream: Object) -> str:
    data = stream.read_bytes()
    if _INLINE_IMAGE.search(data) and any(
        operator == "INLINE IMAGE" and any(holds_early_end(image.unparse()) for image in operands)
        for operands, operator in instructions(stream)
    ):
        return "inline image with EI in its data"
    return ambiguous_byte(data)


def has_transparency(pdf: pikepdf.Pdf) -> bool:
    """True when anything in the file may be see-through."""
    return any(_see_through(thing) for thing in _dictionaries(pdf))


@dataclass(slots=True)
class _Painting:
    """Follows whether fill and stroke colour were chosen, through forms that inherit them."""

    seen: set[tuple[object, ...]] = field(default_factory=set)

    def paints(
        self, content: Object, resources: Object | None, chosen: tuple[bool, bool], depth: int
    ) -> bool:
        if depth > DEEPEST or len(self.seen) > MOST_STREAMS:
            raise Unclear
        stack: list[tuple[bool, bool]] = []
        fill, stroke = chosen
        for operands, operator in instructions(content):
            if operator == "q":
                stack.append((fill, stroke))
            elif operator == "Q" and stack:
                fill, stroke = stack.pop()
            elif operator in _FILL_SET:
                fill = True
            elif operator in _STROKE_SET:
                stroke = True
            elif operator in _FILLS or operator in _BOTH or operator in _STROKES or operator == "Tr":
                if operator == "Tr" and operands and operands[0] in (1, 2, 5, 6) and not stroke:
                    return True
                if (operator in _FILLS or operator in _BOTH) and not fill:
                    return True
                if (operator in _STROKES or operator in _BOTH) and not stroke:
                    return True
            elif operator == "Do" and self._object_paints(operands, resources, (fill, stroke), depth):
                return True
        return False

    def _object_paints(
        self, operands: list[Object], resources: Object | None, chosen: tuple[bool, bool], depth: int
    ) -> bool:
        thing = named(resources, "/XObject", operands)
        if not isinstance(thing, Stream):
            raise Unclear
        if thing.get("/Subtype") != Name.Form:
            return thing.get("/ImageMask") is True and not chosen[0]
        key = (*thing.objgen, *chosen)
        if key in self.seen:
            return False
        self.seen.add(key)
        return self.paints(thing, thing.get("/Resources", resources), chosen, depth + 1)


def _see_through(thing: Object) -> bool:
    if thing.get("/SMask", Name.None_) != Name("/None") and "/SMask" in thing:
        return True
    if "/Group" in thing or "/SMaskInData" in thing:
        return True
    if thing.get("/CA", 1) != 1 or thing.get("/ca", 1) != 1:
        return True
    return thing.get("/BM", Name.Normal) not in (Name.Normal, Name.Compatible)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Object]:
    """Every dictionary and stream, the direct ones inside others too."""
    for thing in pdf.objects:
        waiting: list[tuple[object, int]] = [(thing, 0)]
        while waiting:
            value, depth = waiting.pop()
            if (depth and isinstance(value, Object) and value.is_indirect) or depth > DEEPEST:
                continue
            if isinstance(value, Dictionary | Stream):
                yield value
                waiting += [(inner, depth + 1) for _, inner in value.items()]
            elif isinstance(value, Array):
                waiting += [(inner, depth + 1) for inner in value]


def _resource_dictionaries(pdf: pikepdf.Pdf) -> Iterator[Object]:
    for thing in pdf.objects:
        resources = thing.get("/Resources") if isinstance(thing, Dictionary | Stream) else None
        if isinstance(resources, Dictionary):
            yield resources


def _names_said(pdf: pikepdf.Pdf) -> set[tuple[str, str]]:
    said: set[tuple[str, str]] = set()
    streams = [page.obj for page in pdf.pages]
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get("/Subtype") == Name.Type3:
            raise Unclear
        if isinstance(thing, Stream) and (thing.get("/Subtype") == Name.Form or "/PatternType" in thing):
            streams.append(thing)
        if isinstance(thing, Dictionary) and "/AcroForm" in thing and "/DR" in thing.AcroForm:
            raise Unclear
    if len(streams) > MOST_STREAMS:
        raise Unclear
    for stream in streams:
        for operands, operator in instructions(stream):
            category = _CATEGORIES.get(operator)
            if category is not None:
                said |= {(category, str(name)) for name in operands if isinstance(name, Name)}
            elif operator == "INLINE IMAGE":
                said |= {("/ColorSpace", str(name)) for name in _inline_spaces(operands)}
    return said


def _inline_spaces(operands: list[Object]) -> Iterator[object]:
    for image in operands:
        space = image.obj.get("/ColorSpace", image.obj.get("/CS")) if hasattr(image, "obj") else None
        yield from list(space) if isinstance(space, Array) else [space]


def instructions(content: Object) -> Iterator[tuple[list[Object], str]]:
    """Operands and operator of each instruction of a page or a form. Raises Unclear."""
    if content.get("/Type") == Name.Page and "/Contents" not in content:
        return
    try:
        for instruction in pikepdf.parse_content_stream(
            pikepdf.Page(content) if content.get("/Type") == Name.Page else content
        ):
            yield list(instruction.operands), str(instruction.operator)
    except (pikepdf.PdfError, TypeError, ValueError, AttributeError) as problem:
        raise Unclear from problem


def named(resources: Object | None, category: str, operands: list[Object]) -> Object | None:
    """The resource that an operator names, if it is there."""
    group = resources.get(category) if isinstance(resources, Dictionary) else None
    if not isinstance(group, Dictionary) or not operands or not isinstance(operands[0], Name):
        return None
    return group.get(str(operands[0]))


def resources_of(page: Object) -> Object | None:
    """The resources of a page, inherited ones too."""
    node: Object | None = page
    for _ in range(50):
        if not isinstance(node, Dictionary):
            return None
        if "/Resources" in node:
            return node.Resources
        node = node.get("/Parent")
    return None


def appearances_of(page: Object) -> Iterator[Object]:
    """Appearance streams of the annotations of a page."""
    annotations = page.get("/Annots")
    for annotation in annotations if isinstance(annotations, Array) else []:
        looks = annotation.get("/AP") if isinstance(annotation, Dictionary) else None
        for look in list(looks.values())[:100] if isinstance(looks, Dictionary) else []:
            if isinstance(look, Stream):
                yield look
            elif isinstance(look, Dictionary):
                yield from (state for state in look.values() if isinstance(state, Stream))
