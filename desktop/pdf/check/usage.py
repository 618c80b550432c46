"""Which objects a page really draws: what stands only in a resource dictionary breaks nothing."""

from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Name, Object, Stream

MOST_STREAMS = 20_000

Place = tuple[int, int]


def drawn_objects(pdf: pikepdf.Pdf) -> set[Place]:
    """Form XObjects and fonts that content streams use, and appearance streams of annotations."""
    used: set[Place] = set()
    for page in pdf.pages:
        waiting: list[tuple[Object, Object | None]] = [(page.obj, _resources_of(page.obj))]
        waiting += [(form, form.get("/Resources")) for form in _appearances(page.obj)]
        used |= {form.objgen for form, _ in waiting[1:]}
        while waiting and len(used) < MOST_STREAMS:
            content, resources = waiting.pop()
            for drawn in _names(content, resources):
                if drawn.is_indirect and drawn.objgen not in used:
                    used.add(drawn.objgen)
                    if isinstance(drawn, Stream) and drawn.get("/Subtype") == Name.Form:
                        waiting.append((drawn, drawn.get("/Resources", resources)))
    return used


def has_transparency(pdf: pikepdf.Pdf) -> bool:
    """True when anything in the file may be see-through."""
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary | Stream):
            continue
        if thing.get("/SMask", Name.None_) != Name.None_ or "/Group" in thing or "/SMaskInData" in thing:
            return True
        if thing.get("/CA", 1) != 1 or thing.get("/ca", 1) != 1:
            return True
        if thing.get("/BM", Name.Normal) not in (Name.Normal, Name.Compatible):
            return True
        states = thing.get("/ExtGState")
        if isinstance(states, Dictionary) and any(not state.is_indirect for state in states.values()):
            return True
        resources = thing.get("/Resources")
        if isinstance(resources, Dictionary) and not resources.is_indirect and "/ExtGState" in resources:
            inner = resources.ExtGState
            if isinstance(inner, Dictionary) and any(not state.is_indirect for state in inner.values()):
                return True
    return False


def _resources_of(page: Object) -> Object | None:
    node: Object | None = page
    for _ in range(50):
        if not isinstance(node, Dictionary):
            return None
        if "/Resources" in node:
            return node.Resources
        node = node.get("/Parent")
    return None


def _appearances(page: Object) -> Iterator[Object]:
    annotations = page.get("/Annots")
    for annotation in annotations if isinstance(annotations, pikepdf.Array) else []:
        looks = annotation.get("/AP") if isinstance(annotation, Dictionary) else None
        waiting = list(looks.values()) if isinstance(looks, Dictionary) else []
        for look in waiting[:100]:
            if isinstance(look, Stream):
                yield look
            elif isinstance(look, Dictionary):
                yield from (state for state in look.values() if isinstance(state, Stream))


def _names(content: Object, resources: Object | None) -> Iterator[Object]:
    """Resources named by Do and Tf in one content stream."""
    if not isinstance(resources, Dictionary):
        return
    try:
        instructions = pikepdf.parse_content_stream(
            pikepdf.Page(content) if content.get("/Type") == Name.Page else content, "Do Tf"
        )
    except (pikepdf.PdfError, TypeError, ValueError):
        return
    for operands, operator in instructions:
        category = "/XObject" if str(operator) == "Do" else "/Font"
        group = resources.get(category)
        if operands and isinstance(group, Dictionary) and isinstance(operands[0], Name):
            found = group.get(str(operands[0]))
            if isinstance(found, Object):
                yield found
