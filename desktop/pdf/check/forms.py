"""Interactive forms: judged here, then shown to the engine as plain annotations with the same looks.

ISO 19005-1, 6.6 and 6.9; ISO 19005-2/3, 6.3.3 and 6.4. Signatures are not judged.
"""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from desktop.pdf.check.finding import Finding, certain, unsure

MOST_FIELDS = 5_000
DEEPEST = 30
_FORM_KEYS = {"/Fields", "/DR", "/DA", "/NeedAppearances", "/SigFlags", "/Q", "/CO", "/XFA"}
# What a plain annotation does not have and PDF/A does not speak of; the engine sees everything else.
_OF_FIELDS = {
    *(
        "/Type",
        "/Subtype",
        "/Parent",
        "/Kids",
        "/AP",
        "/AS",
        "/P",
        "/H",
        "/MK",
        "/BS",
        "/Border",
        "/Contents",
    ),
    *(
        "/NM",
        "/M",
        "/FT",
        "/T",
        "/TU",
        "/TM",
        "/Ff",
        "/V",
        "/DV",
        "/DA",
        "/DS",
        "/RV",
        "/Q",
        "/MaxLen",
        "/Opt",
    ),
    *("/TI", "/I"),
}
_KINDS = (Name.Tx, Name.Btn, Name.Ch)  # not signatures
_ICONS = {"/I", "/RI", "/IX"}


class _Odd(Exception):
    """Something that is not vouched for; the form stays as it is and the engine objects."""


def settle_form(pdf: pikepdf.Pdf, part: int) -> Iterator[Finding]:
    """Findings on the form; a form without any is taken off the copy in memory."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    try:
        findings = list(_check_form(pdf, form, part))
        if not findings:
            _show_as_annotations(pdf)
            del pdf.Root["/AcroForm"]
        yield from findings
    except _Odd as reason:
        yield unsure("form", str(reason))


def _check_form(pdf: pikepdf.Pdf, form: Object, part: int) -> Iterator[Finding]:
    if "/XFA" in form:
        yield unsure("form", "XFA") if part == 1 else certain("form", "6.4.2", "XFA")
    if form.get("/NeedAppearances") is True:
        yield certain("form", "6.9" if part == 1 else "6.4.1", "NeedAppearances")
    if set(form.keys()) - _FORM_KEYS:
        raise _Odd("unusual form")
    fields = _Fields(form)
    for field in fields.inner:
        if "/AA" in field:
            yield certain("action", "6.6.2" if part == 1 else "6.4.1", "action of a field")
        if "/A" in field and not is_widget(field):
            raise _Odd("a field with an action")
    widgets = list(_widgets(pdf))
    if not fields.widgets <= {widget.objgen for widget in widgets}:
        raise _Odd("a widget on no page")
    for stray in [widget for widget in widgets if widget.objgen not in fields.widgets]:
        if "/Parent" in stray or stray.get("/FT", Name.Tx) not in _KINDS:
            raise _Odd("a widget of no field")
    for widget in widgets:
        yield from _check_widget(widget, part)


def _check_widget(widget: Object, part: int) -> Iterator[Finding]:
    if "/A" in widget or "/AA" in widget:
        yield certain("action", "6.6.1" if part == 1 else "6.4.1", "action of a field")
    looks = widget.get("/AP")
    if looks is None:
        if part == 1 or not _is_empty(widget.get("/Rect")):
            yield certain("annotation_look", "6.9" if part == 1 else "6.3.3", "a field without appearance")
        return
    if not isinstance(looks, Dictionary) or set(looks.keys()) != {"/N"}:
        raise _Odd("appearances of a field")
    normal = looks.N
    states = isinstance(normal, Dictionary) and not isinstance(normal, Stream)
    button = inherited(widget, "/FT") == Name.Btn
    if states is not button:
        raise _Odd("appearance states of a field")
    if states and not (len(normal) and all(isinstance(state, Stream) for state in normal.values())):
        raise _Odd("appearance states of a field")
    drawn = widget.get("/MK")
    if drawn is not None and not (isinstance(drawn, Dictionary) and _ICONS.isdisjoint(drawn.keys())):
        raise _Odd("icons of a field")


def _show_as_annotations(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if not isinstance(annotations, Array):
            continue
        shown: list[Object] = []
        for annotation in annotations:
            if is_widget(annotation):
                shown += [pdf.make_indirect(_plain(annotation, look)) for look in _looks(annotation)]
            else:
                shown.append(annotation)
        page.obj["/Annots"] = Array(shown)


def _plain(widget: Object, look: Object | None) -> Object:
    kept = {key: value for key, value in widget.items() if key not in _OF_FIELDS}
    plain = Dictionary({"/Type": Name.Annot, "/Subtype": Name.Square, **kept})
    if look is not None:
        plain["/AP"] = Dictionary(N=look)
    return plain


def _looks(widget: Object) -> list[Object | None]:
    """Every appearance of a widget: one, or one a state."""
    looks = widget.get("/AP")
    if looks is None:
        return [None]
    return [looks.N] if isinstance(looks.N, Stream) else list(looks.N.values())


class _Fields:
    """The tree of fields: every node of it, and the places of those that are widgets."""

    def __init__(self, form: Object) -> None:
        self.inner: list[Object] = []
        self.widgets: set[tuple[int, int]] = set()
        self._seen: set[tuple[int, int]] = set()
        top = form.get("/Fields")
        waiting: list[tuple[object, Object | None, int]] = [
            (field, None, 0) for field in (top if isinstance(top, Array) else [])
        ]
        while waiting:
            field, parent, depth = waiting.pop()
            if not isinstance(field, Dictionary) or not field.is_indirect or depth > DEEPEST:
                raise _Odd("fields that cannot be followed")
            self._note(field, parent)
            kids = field.get("/Kids")
            if isinstance(kids, Array) and len(kids):
                waiting += [(kid, field, depth + 1) for kid in kids]
            elif inherited(field, "/FT") not in _KINDS:
                raise _Odd("a signature or an unknown field")

    def _note(self, field: Object, parent: Object | None) -> None:
        if field.objgen in self._seen or len(self._seen) > MOST_FIELDS:
            raise _Odd("a field twice, or too many")
        self._seen.add(field.objgen)
        above = field.get("/Parent")
        if (above.objgen if isinstance(above, Dictionary) else None) != (
            parent.objgen if parent is not None else None
        ):
            raise _Odd("a field whose parent is another")
        kind = inherited(parent, "/FT")
        if kind is not None and field.get("/FT", kind) != kind:
            raise _Odd("a field of two kinds")
        self.inner.append(field)
        if is_widget(field):
            self.widgets.add(field.objgen)


def _widgets(pdf: pikepdf.Pdf) -> Iterator[Object]:
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        yield from (one for one in (annotations if isinstance(annotations, Array) else []) if is_widget(one))


def is_widget(annotation: object) -> bool:
    """True for the place of a field on a page."""
    return isinstance(annotation, Dictionary) and annotation.get("/Subtype") == Name.Widget


def inherited(field: Object | None, key: str) -> Object | None:
    """What a field says of *key*, itself or a field above it."""
    node: Object | None = field
    for _ in range(DEEPEST):
        if not isinstance(node, Dictionary):
            return None
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return None


def _is_empty(box: Object | None) -> bool:
    if not isinstance(box, Array) or len(box) != 4:
        raise _Odd("rectangle of a field")
    return bool(box[0] == box[2] and box[1] == box[3])
