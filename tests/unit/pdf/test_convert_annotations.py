"""Notes in copies: what a reader draws for them is kept, and what they lose is said."""

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageChops

from desktop.domain.deposit import Conversion
from desktop.domain.texts import text
from desktop.pdf.convert import convert
from desktop.pdf.convert import document as by_parts
from desktop.pdf.convert.fidelity import compare

FIXED, WORDS_GONE, NOT_DRAWN = (
    "pdfa.change_annotation", "pdfa.change_note_words", "pdfa.change_note_gone",
)  # fmt: skip
Note = Callable[[pikepdf.Pdf], Dictionary]


def prescription(*notes: Note) -> bytes:
    """A page full of lines, with notes on it."""
    lines = [
        f"BT /F1 11 Tf 50 {790 - 15 * n} Td (Amoxicilline 500 mg, {n} fois par jour, sept jours) Tj ET"
        for n in range(50)
    ]
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        page = pdf.pages[0].obj
        page.Contents = pdf.make_stream("\n".join(lines).encode())
        page.Resources = Dictionary(Font=Dictionary(F1=_helvetica()))
        if notes:
            page.Annots = Array([pdf.make_indirect(note(pdf)) for note in notes])
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _helvetica() -> Dictionary:
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )


def _note(kind: str, rectangle: list[float], **more: object) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name("/" + kind), Rect=Array(rectangle), F=4, **more)


def strike(_: pikepdf.Pdf) -> Dictionary:
    quad = Array([50, 649, 300, 649, 50, 637, 300, 637])
    return _note("StrikeOut", [50, 637, 300, 649], QuadPoints=quad, C=Array([1, 0, 0]))


def ink(_: pikepdf.Pdf) -> Dictionary:
    line = Array([410, 30, 440, 55, 470, 30, 495, 55])
    return _note("Ink", [400, 20, 500, 65], InkList=Array([line]), C=Array([0, 0, 1]))


def sticky(_: pikepdf.Pdf) -> Dictionary:
    return _note("Text", [500, 780, 520, 800], Contents=String("ALLERGIE PENICILLINE"), Name=Name.Note)


def turned_sticky(_: pikepdf.Pdf) -> Dictionary:
    """With a key of one writer that PDF/A-2 does not know: it can be no note of the copy."""
    return _note("Text", [500, 780, 520, 800], Contents=String("ALLERGIE"), Name=Name.Note, Rotation=90)


def bare_free_text(_: pikepdf.Pdf) -> Dictionary:
    return _note("FreeText", [300, 10, 500, 40], Contents=String("ALLERGIE"), DA=String("/Helv 14 Tf"))


def free_text(pdf: pikepdf.Pdf) -> Dictionary:
    looks = pdf.make_stream(b"BT /F1 12 Tf 4 8 Td (ALLERGIE) Tj ET")
    looks.Type, looks.Subtype, looks.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 30])
    looks.Resources = Dictionary(Font=Dictionary(F1=_helvetica()))
    return _note("FreeText", [300, 10, 500, 40], Contents=String("ALLERGIE"), AP=Dictionary(N=looks))


def copy_of(content: bytes) -> Conversion:
    made = convert(content)
    assert isinstance(made, Conversion), made
    assert made.report.confirmed == "2b" and all(text(change) for change in made.changes)
    return made


def drawn(content: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    try:
        picture: Image.Image = document[0].render(scale=2).to_pil().convert("RGB")
        return picture
    finally:
        document.close()


def words(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return str(document[0].get_textpage().get_text_range())
    finally:
        document.close()


def coloured(picture: Image.Image) -> int:
    """Pixels of a clear colour: nothing but the notes has any here."""
    red, _, blue = picture.split()
    return sum(ImageChops.difference(red, blue).histogram()[100:])


@pytest.mark.parametrize("note", [strike, ink])
def test_a_mark_that_only_a_reader_draws_is_kept_and_shown_first(note: Note) -> None:
    """Struck out is not prescribed: the copy must not give the medicine back."""
    content = prescription(note)
    made = copy_of(content)
    assert coloured(drawn(made.content)) > 0.8 * coloured(drawn(content)) > 0
    assert made.differs and NOT_DRAWN not in made.changes
    assert made.pictured_pages == ()
    assert "sept jours" in words(made.content)


def test_one_that_cannot_be_drawn_alone_is_drawn_with_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_parts, "draw_bare_notes", lambda *_: False)
    content = prescription(strike)
    made = copy_of(content)
    assert coloured(drawn(made.content)) > 0.8 * coloured(drawn(content)) > 0
    assert made.differs and FIXED in made.changes
    assert made.pictured_pages == (1,)


def test_words_that_a_click_opens_stay_or_are_said_to_be_gone() -> None:
    with pikepdf.open(io.BytesIO(copy_of(prescription(sticky)).content)) as pdf:
        assert str(pdf.pages[0].Annots[0].Contents) == "ALLERGIE PENICILLINE"
    made = copy_of(prescription(turned_sticky))
    assert made.differs and {FIXED, WORDS_GONE} <= set(made.changes)


def test_a_note_that_nobody_here_can_draw_is_not_said_to_be_fixed() -> None:
    made = copy_of(prescription(bare_free_text))
    assert made.differs and NOT_DRAWN in made.changes and FIXED not in made.changes


@pytest.mark.parametrize("beside", [(), (strike,)])
def test_what_is_written_on_the_page_can_still_be_read(
    beside: tuple[Note, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As text of the page, or behind its picture."""
    monkeypatch.setattr(by_parts, "draw_bare_notes", lambda *_: False)
    made = copy_of(prescription(free_text, *beside))
    assert "ALLERGIE" in words(made.content)
    assert bool(made.pictured_pages) is bool(beside)
    assert WORDS_GONE not in made.changes


@pytest.mark.parametrize("note", [strike, ink, sticky])
def test_a_lost_mark_is_a_change_on_the_fullest_page(note: Note) -> None:
    likeness = compare(prescription(note), prescription())
    assert likeness.changed == {0}
    assert not compare(prescription(note), prescription(note)).changed
