"""Layers: the marks go and the content stays; pages with a hidden one are drawn as they are shown."""

from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Name, Operator, Stream


def off_layers(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """The layers that are not shown when the document is opened."""
    layers = pdf.Root.get("/OCProperties")
    if not isinstance(layers, Dictionary):
        return set()
    shown = layers.get("/D", Dictionary())
    all_off = shown.get("/BaseState") == Name.OFF
    off = list(shown.get("/OFF", [])) if not all_off else list(layers.get("/OCGs", []))
    return {group.objgen for group in off if isinstance(group, Dictionary)}


def hidden_layers(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """The layers that are not shown, and conditions that may hide; asked before :func:`merge_layers`."""
    if not isinstance(pdf.Root.get("/OCProperties"), Dictionary):
        return set()
    hidden = off_layers(pdf)
    for thing in pdf.objects:
        if isinstance(thing, Dictionary | Stream):
            condition = thing if thing.get("/Type") == Name.OCMD else thing.get("/OC")
            if isinstance(condition, Dictionary) and _may_hide(condition):
                hidden.add(thing.objgen)
    return hidden


def _may_hide(condition: pikepdf.Object) -> bool:
    """True when all layers may be shown and this still not."""
    return "/VE" in condition or condition.get("/P") in (Name.AllOff, Name.AnyOff)


def merge_layers(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Take every mark of a layer off *pdf*."""
    if "/OCProperties" not in pdf.Root:
        return
    yield "pdfa.change_layers"
    del pdf.Root["/OCProperties"]
    for page in pdf.pages:
        _unmark(pdf, page.obj)
    for thing in list(pdf.objects):
        if isinstance(thing, Dictionary | Stream) and "/OC" in thing:
            del thing["/OC"]
        if isinstance(thing, Stream) and (thing.get("/Subtype") == Name.Form or "/PatternType" in thing):
            _unmark(pdf, thing)


def _unmark(pdf: pikepdf.Pdf, owner: pikepdf.Object) -> None:
    """« /OC /name BDC » in a content becomes a mark that says nothing."""
    resources = owner.get("/Resources")
    lists = resources.get("/Properties") if isinstance(resources, Dictionary) else None
    if not isinstance(lists, Dictionary):
        return
    names = {name for name, value in lists.items() if _is_layer(value)}
    if not names:
        return
    instructions = []
    for operands, operator in pikepdf.parse_content_stream(
        owner if isinstance(owner, Stream) else pikepdf.Page(owner)
    ):
        if str(operator) == "BDC" and len(operands) == 2 and operands[0] == Name.OC:
            operands, operator = [Name.Span], Operator("BMC")
        instructions.append(pikepdf.ContentStreamInstruction(operands, operator))
    content = pikepdf.unparse_content_stream(instructions)
    if isinstance(owner, Stream):
        owner.write(content)
    else:
        owner.Contents = pdf.make_stream(content)
    for name in names:
        del lists[name]
    if len(lists) == 0:
        del resources["/Properties"]


def _is_layer(value: object) -> bool:
    return isinstance(value, Dictionary) and str(value.get("/Type")) in ("/OCG", "/OCMD")
