"""Which pages draw an object: a picture replaces every page that needs a forbidden thing, and no other."""

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

Place = tuple[int, int]

_ELSEWHERE = ("/Parent", "/P", "/Dest", "/D", "/StructParent", "/Popup", "/IRT", "/Prev", "/Next")


def pages_using(pdf: pikepdf.Pdf, wanted: set[Place]) -> dict[Place, set[int]]:
    """For each wanted object the pages (0-based) that reach it; none for what belongs to the document."""
    if not wanted:
        return {}
    below: dict[Place, frozenset[Place]] = {}
    found: dict[Place, set[int]] = {place: set() for place in wanted}
    for number, page in enumerate(pdf.pages):
        for place in _reached(page.obj, wanted, below):
            found[place].add(number)
    return found


def _reached(page: pikepdf.Object, wanted: set[Place], below: dict[Place, frozenset[Place]]) -> set[Place]:
    """Resources that pages share are walked once: *below* keeps what hangs under each page-level object."""
    hit = {page.objgen} & wanted
    for child in _children(page):
        if child.objgen not in below:
            below[child.objgen] = frozenset(_under(child, wanted))
        hit |= below[child.objgen]
    return hit


def _under(start: pikepdf.Object, wanted: set[Place]) -> set[Place]:
    seen: set[Place] = set()
    waiting = [start]
    while waiting:
        thing = waiting.pop()
        if thing.objgen in seen:
            continue
        seen.add(thing.objgen)
        waiting += [child for child in _children(thing) if child.objgen not in seen]
    return seen & wanted


def _children(thing: pikepdf.Object) -> list[pikepdf.Object]:
    """The indirect objects that one object names, through its direct arrays and dictionaries."""
    found: list[pikepdf.Object] = []
    waiting: list[tuple[object, int]] = [(thing, 0)]
    while waiting:
        value, depth = waiting.pop()
        if not isinstance(value, pikepdf.Object) or depth > 100:
            continue
        if depth and value.is_indirect:
            if isinstance(value, Array | Dictionary | Stream) and _is_no_page(value):
                found.append(value)
        elif isinstance(value, Dictionary | Stream):
            waiting += [(inner, depth + 1) for key, inner in value.items() if key not in _ELSEWHERE]
        elif isinstance(value, Array):
            waiting += [(inner, depth + 1) for inner in value]
    return found


def _is_no_page(value: pikepdf.Object) -> bool:
    """Links lead to other pages, which are not part of this one."""
    return isinstance(value, Array | Stream) or value.get("/Type") not in (Name.Page, Name.Pages)
