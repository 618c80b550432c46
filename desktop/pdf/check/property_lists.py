"""Property lists of marked content: what they hold is said about a page and never shown.

PDF/A has no rule for them but those for every object (ISO 19005-2, 6.1.13); layers are none of them.
"""

import pikepdf
from pikepdf import Array, Dictionary, Stream

from desktop.pdf.check.vouched import Pardon

_LAYERS = ("/OCG", "/OCMD")
DEEPEST = 5


def settle_property_lists(pdf: pikepdf.Pdf) -> list[Pardon]:
    """The engine's objection to them is answered when all of the file hold plain values only."""
    for thing in pdf.objects:
        resources = thing.get("/Resources") if isinstance(thing, Dictionary | Stream) else None
        lists = resources.get("/Properties") if isinstance(resources, Dictionary | Stream) else None
        if lists is not None and not (
            isinstance(lists, Dictionary) and all(_is_plain_list(value) for value in lists.values())
        ):
            return []
    return [Pardon("pikepdf:schema-Properties", "property lists are not checked", r"\(Properties\)")]


def _is_plain_list(value: object) -> bool:
    return (
        isinstance(value, Dictionary)
        and not isinstance(value, Stream)
        and str(value.get("/Type", "")) not in _LAYERS
        and all(_is_plain(inner, 0) for inner in value.values())
    )


def _is_plain(value: object, depth: int) -> bool:
    if depth > DEEPEST or isinstance(value, Stream):
        return False
    if isinstance(value, Array):
        return all(_is_plain(inner, depth + 1) for inner in value)
    if isinstance(value, Dictionary):
        return "/Type" not in value and all(_is_plain(inner, depth + 1) for inner in value.values())
    return True
