"""PDF/A-3: a file may belong to a page or an image as well as to the document (ISO 19005-3, 6.8)."""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from desktop.pdf.check.usage import appearances_of, resources_of

MOST_OWNERS = 50_000


def gather_associated_files(pdf: pikepdf.Pdf) -> None:
    """Show the engine the files of pages and their parts as those of the document; other /AF it refuses.

    Only what belongs to something that readers know is an associated file.
    """
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Filespec:
            if "/Thumb" in thing:
                del thing["/Thumb"]
            if isinstance(thing.get("/AFRelationship"), Name):
                thing["/AFRelationship"] = Name.Unspecified
    gathered: list[Object] = []
    for owner in owners(pdf):
        if isinstance(owner.get("/AF"), Array):
            gathered += list(owner.AF)
            del owner["/AF"]
    if gathered:
        listed = pdf.Root.get("/AF")
        pdf.Root["/AF"] = Array([*(list(listed) if isinstance(listed, Array) else []), *gathered])


def owners(pdf: pikepdf.Pdf) -> Iterator[Object]:
    """What may own a file and can be reached: pages, annotations, images and forms, structure elements."""
    waiting: list[object] = []
    for page in pdf.pages:
        yield page.obj
        annotations = page.obj.get("/Annots")
        yield from (one for one in (annotations if isinstance(annotations, Array) else []) if _is_plain(one))
        waiting += [*_drawn(resources_of(page.obj)), *appearances_of(page.obj)]
    structure = pdf.Root.get("/StructTreeRoot")
    if isinstance(structure, Dictionary):
        waiting += _elements(structure)
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < MOST_OWNERS:
        thing = waiting.pop()
        if not isinstance(thing, Dictionary | Stream) or not thing.is_indirect or thing.objgen in seen:
            continue
        seen.add(thing.objgen)
        yield thing
        waiting += _drawn(thing.get("/Resources")) if isinstance(thing, Stream) else _elements(thing)


def _is_plain(thing: object) -> bool:
    return isinstance(thing, Dictionary) and not isinstance(thing, Stream)


def _drawn(resources: Object | None) -> list[object]:
    group = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    if not isinstance(group, Dictionary):
        return []
    streams = [one for _, one in group.items() if isinstance(one, Stream)]
    return [one for one in streams if one.get("/Subtype") in (Name.Form, Name.Image)]


def _elements(node: Object) -> list[object]:
    kids = node.get("/K")
    return [
        kid
        for kid in (kids if isinstance(kids, Array) else [kids])
        if isinstance(kid, Dictionary)
        and "/S" in kid
        and kid.get("/Type", Name.StructElem) == Name.StructElem
    ]
