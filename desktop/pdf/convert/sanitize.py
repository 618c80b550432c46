"""Takes out, or fixes in place, what a document that is kept may not do: run, hide, change, point outside."""

from collections.abc import Callable, Iterator
from functools import partial

import pikepdf
import pikepdf.pdfa
from pikepdf import Array, Dictionary, Name, Stream, String

from desktop.pdf.check.direct_values import put_values_in_place
from desktop.pdf.check.known_keys import drop_private_keys
from desktop.pdf.convert.annotations import draw_links, flatten, told_of_note
from desktop.pdf.convert.layers import merge_layers
from desktop.pdf.convert.spellings import correct_spellings
from desktop.pdf.convert.strip_keys import dictionaries, spell_font_names, strip_stray_keys
from desktop.pdf.convert.target import FILES_LOST, PLAIN, Target, has_files

_KEPT_IN_CATALOG = (
    "/Type", "/Pages", "/Lang", "/Metadata", "/OutputIntents", "/Names", "/Dests", "/Outlines", "/OpenAction",
    "/MarkInfo", "/StructTreeRoot", "/PageLabels", "/PageMode", "/PageLayout", "/ViewerPreferences",
    "/Version",
)  # fmt: skip
_LEAST_CATALOG = ("/Type", "/Pages", "/Lang", "/Metadata", "/OutputIntents")
_PAGE_EXTRAS = (
    "/AA", "/PresSteps", "/Trans", "/Dur", "/PieceInfo", "/Thumb", "/SeparationInfo", "/TemplateInstantiated",
    "/VP", "/AF", "/Tabs", "/B", "/ID", "/PZ", "/BoxColorInfo",
)  # fmt: skip
_HARMLESS_ACTIONS = ("/GoTo", "/URI")
_NAMED = ("/NextPage", "/PrevPage", "/FirstPage", "/LastPage")
_LINK_KEYS = (
    "/Type", "/Subtype", "/Rect", "/Border", "/BS", "/C", "/F", "/A", "/Dest", "/H", "/QuadPoints",
    "/StructParent", "/P", "/NM", "/M", "/Contents", "/AP", "/AS",
)  # fmt: skip
_MEDIA = ("/Movie", "/Sound", "/Screen", "/3D", "/RichMedia", "/TrapNet", "/PrinterMark")
_INVISIBLE = 1
_TOLD_OF_CATALOG = (
    ("/Outlines", "pdfa.change_bookmarks"),
    ("/PageLabels", "pdfa.change_page_labels"),
    ("/Dests", "pdfa.change_links"),
    ("/Names", "pdfa.change_links"),
)
FORM_CHANGE = "pdfa.change_form"


def sanitize(pdf: pikepdf.Pdf, target: Target = PLAIN) -> list[str]:
    """Change *pdf* in memory, on its way to *target*; the text keys of what a reader may miss."""
    changes: list[str] = []
    if pdf.is_encrypted:
        changes.append("pdfa.change_protection")
    put_values_in_place(pdf)
    drop_private_keys(pdf)
    spell_font_names(pdf)
    _externalize_inline_images(pdf)
    correct_spellings(pdf)
    steps: tuple[Callable[[pikepdf.Pdf], Iterator[str]], ...] = (
        _form, partial(_catalog, target=target), _actions, _annotations, merge_layers, strip_stray_keys,
    )  # fmt: skip
    for step in steps:
        changes += [change for change in dict.fromkeys(step(pdf)) if change not in changes]
    return changes


def _externalize_inline_images(pdf: pikepdf.Pdf) -> None:
    """Readers disagree on where the data of some end: as objects they have a length."""
    for page in pdf.pages:
        try:
            page.externalize_inline_images()
        except (pikepdf.PdfError, RuntimeError, TypeError):
            continue  # a page that cannot be read becomes a picture


def is_drawn_by_program(pdf: pikepdf.Pdf) -> bool:
    """A dynamic XFA form: its pages only say « please wait », so a copy would be of nothing."""
    form = pdf.Root.get("/AcroForm")
    has_xfa = isinstance(form, Dictionary) and "/XFA" in form
    return bool(has_xfa and (pdf.Root.get("/NeedsRendering") is True or len(form.get("/Fields", [])) == 0))


def has_filled_form(pdf: pikepdf.Pdf) -> bool:
    """True when a field holds something."""
    return any(_is_filled(field) for field in _fields(pdf))


def _is_filled(field: pikepdf.Object) -> bool:
    value = field.get("/V")
    if value is None or isinstance(value, Dictionary):
        return False
    if isinstance(value, Name):
        return bool(value != Name.Off)
    return len(value) > 0 if isinstance(value, Array | Stream) else bool(str(value).strip())


def _fields(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    form = pdf.Root.get("/AcroForm")
    top = form.get("/Fields") if isinstance(form, Dictionary) else None
    waiting = list(top) if isinstance(top, Array) else []
    seen: set[tuple[int, int]] = set()
    while waiting:
        field = waiting.pop()
        if not isinstance(field, Dictionary) or (field.is_indirect and field.objgen in seen):
            continue
        seen.add(field.objgen)
        yield field
        kids = field.get("/Kids")
        waiting += list(kids) if isinstance(kids, Array) else []


def _form(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What is written in the fields becomes part of the page."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    if next(_fields(pdf), None) is not None or "/XFA" in form:
        yield FORM_CHANGE
    if "/XFA" in form:
        del form["/XFA"]
    flatten(pdf, range(len(pdf.pages)), lambda note: note.get("/Subtype") == Name.Widget)
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]


def _catalog(pdf: pikepdf.Pdf, target: Target) -> Iterator[str]:
    root = pdf.Root
    kept_names = ("/Dests", "/EmbeddedFiles") if target.keeps_files else ("/Dests",)
    kept = (*_KEPT_IN_CATALOG, "/AF") if target.keeps_files else _KEPT_IN_CATALOG
    opening = root.get("/OpenAction")
    if opening is not None and not _is_plain_destination(opening):
        yield "pdfa.change_javascript" if _kind(opening) == "/JavaScript" else "pdfa.change_opening_action"
        del root["/OpenAction"]
    if "/AA" in root:
        yield "pdfa.change_opening_action"
    if "/Collection" in root or (has_files(pdf) and not target.keeps_files):
        yield FILES_LOST
    names = root.get("/Names")
    if isinstance(names, Dictionary):
        if "/JavaScript" in names:
            yield "pdfa.change_javascript"
        for key in [key for key in names.keys() if key not in kept_names]:  # noqa: SIM118
            del names[key]
        if len(names) == 0:
            del root["/Names"]
    for key in [key for key in root.keys() if key not in (*kept, "/OCProperties")]:  # noqa: SIM118
        del root[key]


def _is_plain_destination(action: pikepdf.Object) -> bool:
    if isinstance(action, Array):
        return True
    return isinstance(action, Dictionary) and _kind(action) == "/GoTo" and "/Next" not in action


def _kind(action: pikepdf.Object | None) -> str:
    return str(action.get("/S", "")) if isinstance(action, Dictionary) else ""


def _actions(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Actions of pages, links, fields and bookmarks that run or launch something."""
    for thing in dictionaries(pdf):
        if "/AA" in thing:
            yield "pdfa.change_javascript" if _runs(thing.AA) else "pdfa.change_opening_action"
            del thing["/AA"]
        action = thing.get("/A")
        if isinstance(action, Dictionary) and "/S" in action and not _is_harmless(action):
            yield "pdfa.change_javascript" if _runs(action) else "pdfa.change_action"
            del thing["/A"]


def _runs(actions: pikepdf.Object) -> bool:
    if not isinstance(actions, Dictionary):
        return False
    return any(_kind(action) == "/JavaScript" for action in [actions, *actions.values()])


def _is_harmless(action: pikepdf.Object) -> bool:
    kind = _kind(action)
    if "/Next" in action:
        return False
    return kind in _HARMLESS_ACTIONS or (kind == "/Named" and str(action.get("/N")) in _NAMED)


def _annotations(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for key in _PAGE_EXTRAS:
            if key in page.obj:
                del page.obj[key]
        notes = page.obj.get("/Annots")
        if not isinstance(notes, Array):
            if "/Annots" in page.obj:
                del page.obj["/Annots"]
            continue
        for note in notes:
            if isinstance(note, Dictionary):
                yield from _annotation(note)
    draw_links(pdf)
    hidden = pikepdf.pdfa.repair_annotation_flags(pdf)
    if hidden.removed.total() > hidden.removed["Popup"]:
        yield "pdfa.change_hidden"
    flatten(
        pdf, range(len(pdf.pages)), lambda note: str(note.get("/Subtype")) in (*_MEDIA, "/FileAttachment")
    )


def _annotation(note: pikepdf.Object) -> Iterator[str]:
    kind = str(note.get("/Subtype", ""))
    if kind == "/Link":
        for key in [key for key in note.keys() if key not in _LINK_KEYS]:  # noqa: SIM118
            del note[key]
        yield from _plain_destination(note)
    elif kind == "/FileAttachment":
        yield FILES_LOST
    elif kind in _MEDIA:
        yield from told_of_note(note)
    flags = note.get("/F", 0)
    if isinstance(flags, int) and flags & _INVISIBLE and kind not in _MEDIA:
        note.F = flags & ~_INVISIBLE  # it hides only kinds that a reader does not know
    looks = note.get("/AP")
    if isinstance(looks, Dictionary):
        for state in ("/R", "/D"):
            if state in looks:
                del looks[state]


def _plain_destination(link: pikepdf.Object) -> Iterator[str]:
    """An action in the place of a destination is followed, as readers do; any other is told of."""
    place = link.get("/Dest")
    if not isinstance(place, Dictionary) or isinstance(place, Stream):
        return
    del link["/Dest"]
    if "/D" in place and _kind(place) == "/GoTo" and "/A" not in link:
        link.A = Dictionary(S=Name.GoTo, D=place.D)
    elif "/A" not in link:
        yield "pdfa.change_javascript" if _runs(place) else "pdfa.change_action"


def strip_catalog(pdf: pikepdf.Pdf, target: Target = PLAIN) -> list[str]:
    """Leave of the document's own entries only what a page needs to be shown, and the files of *target*."""
    names = pdf.Root.get("/Names")
    gone = [key for key in pdf.Root.keys() if key not in _LEAST_CATALOG]  # noqa: SIM118
    if target.keeps_files and "/AF" in gone:
        gone.remove("/AF")
    for key in gone:
        del pdf.Root[key]
    if target.keeps_files and isinstance(names, Dictionary) and "/EmbeddedFiles" in names:
        if "/Dests" not in names:
            gone.remove("/Names")
        pdf.Root.Names = Dictionary(EmbeddedFiles=names.EmbeddedFiles)
    return [change for key, change in _TOLD_OF_CATALOG if key in gone]


def told_of_pictures(pdf: pikepdf.Pdf) -> list[str]:
    """Text keys of what a new document of pictures does not have any more."""
    told = [change for key, change in _TOLD_OF_CATALOG if key in pdf.Root and key != "/Names"]
    linked = any(note.get("/Subtype") == Name.Link for note in _notes(pdf))
    return [*told, "pdfa.change_links"] if linked else told


def keep_title(source: pikepdf.Pdf, target: pikepdf.Pdf) -> None:
    """What the document says of itself, in a new one of pictures."""
    for key in ("/Title", "/Author", "/Subject", "/Keywords"):
        said = source.docinfo.get(key)
        if isinstance(said, String) and str(said).strip():
            target.docinfo[key] = str(said)
    language = source.Root.get("/Lang")
    if isinstance(language, String) and str(language).strip():
        target.Root.Lang = str(language)


def _notes(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    for page in pdf.pages:
        notes = page.obj.get("/Annots")
        yield from (
            note for note in (notes if isinstance(notes, Array) else []) if isinstance(note, Dictionary)
        )


def drop_structure(pdf: pikepdf.Pdf) -> None:
    """Tags that point at nothing any more."""
    for key in ("/StructTreeRoot", "/MarkInfo"):
        if key in pdf.Root:
            del pdf.Root[key]
