"""What becomes of the notes of a page: fixed as they look, and what goes with that is said."""

from collections.abc import Callable, Iterable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

FIXED = "pdfa.change_annotation"
WORDS_GONE = "pdfa.change_note_words"
NOT_DRAWN = "pdfa.change_note_gone"

_DRAWN = "/DSPDrawn"
_NO_NOTES = ("/Link", "/Widget", "/Popup")
# What PDFium draws although the file holds no picture of it.
_DRAWN_ANYHOW = (
    "/Circle", "/Highlight", "/Ink", "/Square", "/Squiggly", "/StrikeOut", "/Text", "/Underline",
)  # fmt: skip


def flatten(pdf: pikepdf.Pdf, pages: Iterable[int], chosen: Callable[[pikepdf.Object], bool]) -> int:
    """Draw the chosen annotations into their pages by the picture that the file holds; the number of them."""
    kept: dict[int, list[pikepdf.Object]] = {}
    count = 0
    wanted = set(pages)
    for number, page in enumerate(pdf.pages):
        notes = page.obj.get("/Annots")
        if not isinstance(notes, Array):
            continue
        flat = [note for note in notes if number in wanted and isinstance(note, Dictionary) and chosen(note)]
        if not flat:
            kept[number] = list(notes)
            del page.obj["/Annots"]
            continue
        kept[number] = [note for note in notes if not (isinstance(note, Dictionary) and chosen(note))]
        page.obj.Annots = Array(flat)
        count += len(flat)
    if count:
        pdf.flatten_annotations("screen")
    for number, notes in kept.items():
        page = pdf.pages[number].obj
        if notes:
            page.Annots = Array(notes)
        elif "/Annots" in page:
            del page["/Annots"]
    return count


def flatten_markup(pdf: pikepdf.Pdf, pages: set[int]) -> bool:
    """Comments and marks of these pages become part of them; False when there were none.

    One without a picture of its own would vanish: see :func:`pages_without_appearance`.
    """
    return flatten(pdf, pages, lambda note: note.get("/Subtype") != Name.Link) > 0


def has_drawn_links(pdf: pikepdf.Pdf) -> bool:
    """True when a link has a picture of its own, which readers show."""
    return any(_drawn_link(note) for page in pdf.pages for note in _links(page.obj))


def draw_links(pdf: pikepdf.Pdf) -> None:
    """What a link draws becomes part of its page; the link stays, without a picture (6.5.3; 6.3.3)."""
    for page in pdf.pages:
        for note in [note for note in _links(page.obj) if _drawn_link(note)]:
            picture = {key: note[key] for key in ("/Rect", "/AP", "/AS", "/F") if key in note}
            page.obj.Annots.append(
                pdf.make_indirect(Dictionary({"/Subtype": Name.Stamp, _DRAWN: True, **picture}))
            )
            del note["/AP"]
    flatten(pdf, range(len(pdf.pages)), lambda note: _DRAWN in note)


def _links(page: pikepdf.Object) -> list[pikepdf.Object]:
    notes = page.get("/Annots")
    listed = list(notes) if isinstance(notes, Array) else []
    return [note for note in listed if isinstance(note, Dictionary) and note.get("/Subtype") == Name.Link]


def _drawn_link(note: pikepdf.Object) -> bool:
    return "/AP" in note and not _is_bare(note)


def has_free_text(pdf: pikepdf.Pdf) -> bool:
    """True when a note is written on a page."""
    return any(note.get("/Subtype") == Name.FreeText for page in pdf.pages for note in _notes(page.obj))


def flatten_free_text(pdf: pikepdf.Pdf) -> None:
    """Notes written on a page become its text."""
    flatten(pdf, range(len(pdf.pages)), lambda note: note.get("/Subtype") == Name.FreeText)


def pages_without_appearance(pdf: pikepdf.Pdf, pages: set[int]) -> set[int]:
    """Pages with a note that has no picture of its own: only what a reader draws for it shows it."""
    return {number for number in pages if any(_is_bare(note) for note in _notes(pdf.pages[number].obj))}


def told_of(pdf: pikepdf.Pdf, pages: set[int]) -> list[str]:
    """Text keys of what is to be said when the notes of these pages are fixed; none without notes."""
    told: list[str] = []
    for number in sorted(pages):
        for note in _notes(pdf.pages[number].obj):
            told += [change for change in told_of_note(note) if change not in told]
    return told


def told_of_note(note: pikepdf.Object) -> Iterator[str]:
    """What is to be said of one note that is fixed."""
    kind = str(note.get("/Subtype", ""))
    bare = _is_bare(note)
    yield NOT_DRAWN if bare and kind not in _DRAWN_ANYHOW else FIXED
    if kind != "/FreeText" and _has_words(note):
        yield WORDS_GONE


def _notes(page: pikepdf.Object) -> list[pikepdf.Object]:
    notes = page.get("/Annots")
    if not isinstance(notes, Array):
        return []
    return [
        note
        for note in notes
        if isinstance(note, Dictionary) and str(note.get("/Subtype", "")) not in _NO_NOTES
    ]


def _is_bare(note: pikepdf.Object) -> bool:
    """True for a note with a place on the page and no picture that could be drawn there."""
    if not _has_room(note.get("/Rect")):
        return False
    looks = note.get("/AP")
    normal = looks.get("/N") if isinstance(looks, Dictionary) else None
    if isinstance(normal, Dictionary):
        state = note.get("/AS")
        normal = normal.get(str(state)) if isinstance(state, Name) else None
    return not (isinstance(normal, Stream) and _has_room(normal.get("/BBox")))


def drawn_by_readers(note: object) -> bool:
    """True for a note that the file holds no picture of and PDFium draws."""
    return isinstance(note, Dictionary) and _is_bare(note) and str(note.get("/Subtype", "")) in _DRAWN_ANYHOW


def _has_room(box: pikepdf.Object | None) -> bool:
    try:
        left, bottom, right, top = (float(value) for value in box)  # type: ignore[union-attr]
    except (TypeError, ValueError):
        return False
    return left != right and bottom != top


def _has_words(note: pikepdf.Object) -> bool:
    words = (note.get("/Contents"), note.get("/RC"))
    return any(isinstance(each, Stream) or (each is not None and str(each).strip()) for each in words)
