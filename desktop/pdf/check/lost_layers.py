"""Marks of layers in a document without layers: what is left when pages are taken out of another document.

Without /OCProperties nothing can be switched off, and PDF/A has no rule for the marks (ISO 19005-2, 6.9).
"""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from desktop.pdf.check.usage import Unclear, instructions, resources_of
from desktop.pdf.check.vouched import Pardon

_PARDON = Pardon("pikepdf:optional-content", r"optional content \((BDC|DP) /OC\) is not supported")


def settle_lost_layers(pdf: pikepdf.Pdf, part: int) -> list[Pardon]:
    """Show the engine the layers as plain property lists; nothing changes in a document that has layers."""
    layers = [thing for thing in pdf.objects if _is_layer(thing)]
    if part == 1 or "/OCProperties" in pdf.Root or not layers:
        return []
    try:
        if not all(_names_are_there(content, resources) for content, resources in _contents(pdf)):
            return []
    except (Unclear, pikepdf.PdfError):
        return []
    for layer in layers:
        del layer["/Type"]
    for thing in pdf.objects:
        for one in (thing, *_notes(thing)):
            if isinstance(one, Dictionary | Stream) and isinstance(one.get("/OC"), Dictionary):
                del one["/OC"]
    return [_PARDON]


def _is_layer(thing: object) -> bool:
    return isinstance(thing, Dictionary) and not isinstance(thing, Stream) and thing.get("/Type") == Name.OCG


def _notes(thing: object) -> list[object]:
    notes = thing.get("/Annots") if isinstance(thing, Dictionary) else None
    return list(notes) if isinstance(notes, Array) else []


def _contents(pdf: pikepdf.Pdf) -> Iterator[tuple[Object, Object | None]]:
    for page in pdf.pages:
        yield page.obj, resources_of(page.obj)
    for thing in pdf.objects:
        if isinstance(thing, Stream) and (thing.get("/Subtype") == Name.Form or "/PatternType" in thing):
            yield thing, thing.get("/Resources")
        elif isinstance(thing, Dictionary) and thing.get("/Subtype") == Name.Type3:
            raise Unclear


def _names_are_there(content: Object, resources: Object | None) -> bool:
    """True when every mark of a layer names a property list: the engine does not look at these."""
    lists = resources.get("/Properties") if isinstance(resources, Dictionary) else None
    for operands, operator in instructions(content):
        if operator in ("BDC", "DP") and len(operands) == 2 and operands[0] == Name.OC:
            name = operands[1]
            if not (isinstance(name, Name) and isinstance(lists, Dictionary) and str(name) in lists):
                return False
    return True
