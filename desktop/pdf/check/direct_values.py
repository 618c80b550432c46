"""Values that a writer put behind a reference where others write them in place: both mean the same.

macOS writes the address of a link so, hyperref the titles of bookmarks; the engine wants them in place.
"""

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

_DEEPEST = 100
_NUMBERS = ("/BC", "/Matte", "/Matrix", "/Decode")
_LABEL = {"/Type", "/S", "/P", "/St"}


def put_values_in_place(pdf: pikepdf.Pdf) -> None:
    """Change *pdf* in memory: no name and no string stands behind a reference any more.

    Nor do the few numbers of a mask or a picture, its filters, nor what a label of pages holds.
    """
    _put_numbers_in_place(pdf)
    if not any(isinstance(thing, String | Name) for thing in pdf.objects):
        return
    for top in list(pdf.objects):
        waiting: list[tuple[pikepdf.Object, int]] = [(top, 0)]
        while waiting:
            thing, depth = waiting.pop()
            for key, value in _entries(thing):
                if isinstance(value, String | Name) and value.is_indirect:
                    thing[key] = _copy(value)
                elif _is_inside(value) and depth < _DEEPEST:
                    waiting.append((value, depth + 1))


def _put_numbers_in_place(pdf: pikepdf.Pdf) -> None:
    for top in pdf.objects:
        if not isinstance(top, Dictionary | Stream):
            continue
        for thing in (top, top.get("/SMask"), top.get("/PageLabels")):
            if not isinstance(thing, Dictionary | Stream):
                continue
            if isinstance(thing, Stream):
                _put_filters_in_place(thing)
            for key in _NUMBERS:
                value = thing.get(key)
                if isinstance(value, Array) and value.is_indirect and not any(map(_is_object, value)):
                    thing[key] = Array(list(value))
            labels = thing.get("/Nums")
            for place, label in enumerate(labels) if isinstance(labels, Array) else ():
                if isinstance(label, Dictionary) and label.is_indirect and set(label.keys()) <= _LABEL:
                    labels[place] = Dictionary(dict(label.items()))


def _put_filters_in_place(stream: pikepdf.Object) -> None:
    """What the data went through; a table that several pictures share stays behind its reference."""
    for key in ("/Filter", "/DecodeParms"):
        value = stream.get(key)
        if isinstance(value, Array) and value.is_indirect:
            value = stream[key] = Array(list(value))
        elif isinstance(value, Dictionary) and not isinstance(value, Stream) and value.is_indirect:
            stream[key] = Dictionary(dict(value.items()))
        for place, inner in enumerate(value) if isinstance(value, Array) else ():
            if isinstance(inner, Dictionary) and inner.is_indirect:
                value[place] = Dictionary(dict(inner.items()))


def _is_object(value: object) -> bool:
    return isinstance(value, pikepdf.Object)


def _entries(thing: pikepdf.Object) -> list[tuple[object, object]]:
    if isinstance(thing, Array):
        return list(enumerate(thing))
    return list(thing.items()) if isinstance(thing, Dictionary | Stream) else []


def _is_inside(value: object) -> bool:
    return isinstance(value, Array | Dictionary) and not value.is_indirect


def _copy(value: pikepdf.Object) -> pikepdf.Object:
    return (
        String(bytes(value))
        if isinstance(value, String)
        else pikepdf.Object.parse(value.unparse(resolved=True))
    )
