"""What a reader shows for the value of a field: a label, never its export code; stars for a password."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Name, Object, Stream, String

from desktop.pdf.check.forms import inherited, is_widget

_MULTILINE, _PASSWORD, _COMB = 1 << 12, 1 << 13, 1 << 24
_HIDDEN, _NO_VIEW = 2, 32
_MOST_CELLS = 200
_LABELLED = 2


@dataclass(frozen=True, slots=True)
class ShownField:
    """One widget (page 0-based) with words; ``cells``: of a comb, or 0."""

    page: int
    widget: Object
    words: str
    multiline: bool
    cells: int


def shown_fields(pdf: pikepdf.Pdf) -> Iterator[ShownField]:
    """Text and choice fields that hold something and that a reader shows."""
    for number, page in enumerate(pdf.pages):
        for widget in _widgets(page.obj):
            kind = inherited(widget, "/FT")
            if kind not in (Name.Tx, Name.Ch) or _flags(widget, "/F") & (_HIDDEN | _NO_VIEW):
                continue
            words = _choice(widget) if kind == Name.Ch else _text(widget)
            if words.strip():
                flags = _flags(widget, "/Ff")
                text = kind == Name.Tx
                longest = inherited(widget, "/MaxLen")
                cells = longest if text and flags & _COMB and isinstance(longest, int) else 0
                several = (bool(flags & _MULTILINE) if text else "\n" in words) and not cells
                yield ShownField(number, widget, words, several, min(max(int(cells), 0), _MOST_CELLS))


def shows_values(copy: bytes, fields: Iterable[ShownField]) -> bool:
    """True when the words of every field are read, sign by sign, in the text of its page."""
    pages: dict[int, list[str]] = {}
    for shown in fields:
        pages.setdefault(shown.page, []).append(_signs(shown.words))
    document = pdfium.PdfDocument(copy)
    try:
        return all(_reads(document, number, words) for number, words in pages.items())
    finally:
        document.close()


def _reads(document: pdfium.PdfDocument, number: int, wanted: list[str]) -> bool:
    page = document[number]
    text = page.get_textpage()
    try:
        read = _signs(text.get_text_range().replace("\ufffe", "-"))
        return all(words in read for words in wanted)
    finally:
        text.close()
        page.close()


def _signs(words: str) -> str:
    """Without white space: readers place it otherwise."""
    return "".join(words.split())


def _widgets(page: Object) -> list[Object]:
    notes = page.get("/Annots")
    return [note for note in notes if is_widget(note)] if isinstance(notes, Array) else []


def _flags(widget: Object, key: str) -> int:
    value = inherited(widget, key)
    return int(value) if isinstance(value, int) else 0


def _text(widget: Object) -> str:
    words = _words(inherited(widget, "/V"))
    return "*" * len(words) if _flags(widget, "/Ff") & _PASSWORD else words


def _choice(widget: Object) -> str:
    chosen = inherited(widget, "/V")
    options = inherited(widget, "/Opt")
    labels: dict[str, str] = {}
    for option in options if isinstance(options, Array) else ():
        if isinstance(option, Array) and len(option) == _LABELLED:
            labels[_words(option[0])] = _words(option[1])
    values = list(chosen) if isinstance(chosen, Array) else [chosen]
    return "\n".join(labels.get(_words(value), _words(value)) for value in values)


def _words(value: object) -> str:
    if isinstance(value, Stream):
        value = String(value.read_bytes())
    if isinstance(value, Name):
        return str(value)[1:]
    words = str(value) if isinstance(value, String) else ""
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
