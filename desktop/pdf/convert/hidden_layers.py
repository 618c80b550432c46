"""What stands on a layer that is not shown is taken out, so that the page stays what it is without it.

Only what paints goes: colours, places and clips set inside a hidden part hold for what comes after it.
"""

import io
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Stream

from desktop.pdf.convert.fidelity import looks_alike
from desktop.pdf.convert.layers import off_layers

Place = tuple[int, int]

_PATHS = ("S", "s", "f", "F", "f*", "B", "B*", "b", "b*")
_WORDS = ("Tj", "TJ", "'", '"')
_OPEN = ("BDC", "BMC")
_PLACING = ("Td", "TD", "Tm", "T*", "BT", "ET")
_DROPPED = ("Tj", "TJ", "Do", "sh", "INLINE IMAGE")
MOST_STREAMS = 20_000


class UnclearLayer(Exception):
    """Nobody can say for certain where a hidden part ends."""


def shown_only(content: bytes) -> bytes | None:
    """The document without what its hidden layers hold; None where that cannot be had for certain.

    Every page must look as it did, layers and all.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        try:
            _drop_hidden(pdf, off_layers(pdf))
        except (UnclearLayer, pikepdf.PdfError, TypeError, ValueError, AttributeError, IndexError):
            return None
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue() if looks_alike(content, out.getvalue()) else None


def _drop_hidden(pdf: pikepdf.Pdf, off: set[Place]) -> None:
    made = [(owner, _without(owner, off)) for owner in _owners(pdf)]
    for owner, instructions in made:
        if instructions is None:
            continue
        content = pikepdf.unparse_content_stream(instructions)
        if isinstance(owner, Stream):
            owner.write(content)
        else:
            owner.Contents = pdf.make_stream(content)
    for owner, _ in made:
        for category in ("/Properties", "/XObject"):
            group = _group(owner, category)
            for name in [name for name, value in _entries(group) if _hides(value, off)]:
                del group[name]  # type: ignore[union-attr]
    for page in pdf.pages:
        notes = page.obj.get("/Annots")
        if isinstance(notes, Array):
            page.obj.Annots = Array([note for note in notes if not _hides(note, off)])


def _owners(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    yield from (page.obj for page in pdf.pages)
    forms = [thing for thing in pdf.objects if isinstance(thing, Stream)]
    forms = [thing for thing in forms if thing.get("/Subtype") == Name.Form or "/PatternType" in thing]
    if len(forms) > MOST_STREAMS:
        raise UnclearLayer
    yield from forms


def _hides(thing: object, off: set[Place]) -> bool:
    """True for a layer or a condition that is not shown, and for what is on one."""
    if not isinstance(thing, Dictionary | Stream):
        return False
    kind = thing.get("/Type")
    if kind == Name.OCG:
        return thing.objgen in off
    if kind != Name.OCMD:
        return "/OC" in thing and _hides(thing.OC, off)
    if "/VE" in thing:
        raise UnclearLayer
    groups = thing.get("/OCGs")
    listed = list(groups) if isinstance(groups, Array) else [groups]
    shown = [group.objgen not in off for group in listed if isinstance(group, Dictionary)]
    policy = str(thing.get("/P", "/AnyOn"))
    if policy not in _POLICIES:
        raise UnclearLayer
    return bool(shown) and not _POLICIES[policy](shown)


_POLICIES: dict[str, Callable[[list[bool]], bool]] = {
    "/AnyOn": any,
    "/AllOn": all,
    "/AnyOff": lambda shown: not all(shown),
    "/AllOff": lambda shown: not any(shown),
}


def _group(owner: pikepdf.Object, category: str) -> pikepdf.Object | None:
    resources = owner.get("/Resources")
    group = resources.get(category) if isinstance(resources, Dictionary) else None
    return group if isinstance(group, Dictionary) else None


def _without(owner: pikepdf.Object, off: set[Place]) -> list[pikepdf.ContentStreamInstruction] | None:
    """The instructions without what a hidden part paints; None when there is none."""
    marked = {name for name, value in _entries(_group(owner, "/Properties")) if _hides(value, off)}
    gone = {name for name, value in _entries(_group(owner, "/XObject")) if _hides(value, off)}
    if not marked and not gone:
        return None
    made: list[pikepdf.ContentStreamInstruction] = []
    marks: list[bool] = []  # of each open mark, whether it hides
    moved = False  # words that are gone would have moved the next ones
    source = owner if isinstance(owner, Stream) else pikepdf.Page(owner)
    for instruction in pikepdf.parse_content_stream(source):
        operands, word = list(instruction.operands), str(instruction.operator)
        if word in _OPEN:
            marks.append(word == "BDC" and operands[0] == Name.OC and str(operands[1]) in marked)
            if marks[-1]:
                instruction = pikepdf.ContentStreamInstruction([Name.Span], Operator("BMC"))
        elif word == "EMC":
            if not marks:
                raise UnclearLayer
            marks.pop()
        elif word in _PLACING:
            moved = False
        elif any(marks) or (word == "Do" and str(operands[0]) in gone):
            if word == '"':
                raise UnclearLayer
            moved = moved or word in _WORDS
            if word in _PATHS:
                instruction = pikepdf.ContentStreamInstruction([], Operator("n"))
            elif word == "'":
                instruction = pikepdf.ContentStreamInstruction([], Operator("T*"))
            elif word in _DROPPED:
                continue
        elif moved and word in _WORDS:
            raise UnclearLayer
        made.append(instruction)
    if marks:
        raise UnclearLayer
    return made


def _entries(group: object) -> list[tuple[str, pikepdf.Object]]:
    pairs = group.items() if isinstance(group, Dictionary) else ()
    return [(name, value) for name, value in pairs if isinstance(value, Dictionary | Stream)]
