"""Mistakes that readers all take in the same way: the page keeps vectors and words, and looks as it did."""

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from desktop.pdf.convert import document as by_parts
from desktop.pdf.convert.fonts import embed_fonts
from desktop.pdf.convert.tidy_contents import is_untidy
from tests.pdfa.verapdf import BUILT, judge
from tests.unit.pdf.pdf_samples import changed, letter
from tests.unit.pdf.test_composite_fonts import document, named
from tests.unit.pdf.test_convert import HELLO, copy_of, difference, helvetica, page, saved, words

Mistake = Callable[[pikepdf.Pdf], None]


def _added(content: bytes) -> Mistake:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(pdf.make_stream(content))

    return change


def _what_is_no_content(pdf: pikepdf.Pdf) -> None:
    one = pdf.pages[0].Contents
    pdf.pages[0].Contents = Array([one, pikepdf.Object.parse(b"null"), 7])


def _short_names_of_colours(pdf: pikepdf.Pdf) -> None:
    image = pdf.make_stream(zlib.compress(b"\0\1\1\0"), Filter=Name.FlateDecode)
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 2, 2
    image.ColorSpace = Array([Name.I, Name.RGB, 1, String("\0\0\0abc")])
    image.BitsPerComponent = 8
    pdf.pages[0].Resources.XObject = Dictionary(I=image)
    _added(b"q 90 0 0 90 90 90 cm /I Do Q")(pdf)


def _kind_of_a_note(pdf: pikepdf.Pdf) -> None:
    look = pdf.make_stream(b"1 0 0 rg 0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    note = Dictionary(Type=Name.annot, Subtype=Name.Stamp, Rect=[9, 9, 99, 99], F=4, AP=Dictionary(N=look))
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])


def _marks_with_much_to_say(pdf: pikepdf.Pdf) -> None:
    said = Dictionary(MCID=0, Private=pdf.make_stream(b"x"), Inner=Dictionary(Type=Name.Odd))
    pdf.pages[0].Resources.Properties = Dictionary(M=pdf.make_indirect(said))
    _added(b"/Span /M BDC 0 0 m n EMC")(pdf)


MISTAKES: dict[str, Mistake] = {
    "an intent that is none": _added(b"/RelativeColormetric ri 9 9 99 99 re f"),
    "a mark without a name": _added(b"12 /Odd BDC 9 9 99 99 re f EMC"),
    "a point without a name": _added(b"12 /Odd DP 9 9 99 99 re f"),
    "an end without its beginning": _added(b"ET 9 9 99 99 re f"),
    "a beginning without its end": _added(b"9 9 99 99 re f BT"),
    "what is no content": _what_is_no_content,
    "short names of colours": _short_names_of_colours,
    "the kind of a note": _kind_of_a_note,
    "marks with much to say": _marks_with_much_to_say,
}


def mistaken(name: str) -> bytes:
    return changed(letter(None), MISTAKES[name])


@pytest.mark.parametrize("name", MISTAKES)
def test_the_page_keeps_its_vectors(name: str) -> None:
    content = mistaken(name)
    made = copy_of(content)
    assert made.pictured_pages == ()
    assert words(made.content) == words(content)
    assert difference(content, made.content) < 0.1


@pytest.mark.skipif(not (BUILT / "judge.jar").exists(), reason="the judge is built by dev.py test pdfa")
def test_the_judge_takes_every_copy_spelled_anew() -> None:
    said = zip(MISTAKES, judge(("2b", copy_of(mistaken(name)).content) for name in MISTAKES), strict=True)
    assert [(name, sentence.rules) for name, sentence in said if not sentence.conforms] == []


def test_a_program_of_a_composite_font_may_call_itself_that_of_a_simple_one() -> None:
    content = document(named(None), 1, (700, 300), "Type1C")
    made = copy_of(content)
    assert (made.changes, made.pictured_pages) == ((), ())
    assert difference(content, made.content) < 0.1


def test_what_is_no_matter_of_spelling_is_not_spelled_anew() -> None:
    assert is_untidy("content", "")
    assert is_untidy("not_checked", "obj 3 0 (Page) content: BT without ET")
    assert not is_untidy("not_checked", "obj 3 0 (Page) content: Tj with no current font")


def test_fonts_of_ours_that_look_otherwise_give_way_to_drawn_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    content = saved(page(HELLO, Font=helvetica()))
    embed = embed_fonts

    def blurred(pdf: pikepdf.Pdf) -> list[str]:
        """As if Liberation had other shapes."""
        changes = embed(pdf)
        pdf.pages[0].contents_add(pdf.make_stream(b"0 0 300 300 re f"))
        return changes

    monkeypatch.setattr(by_parts, "embed_fonts", blurred)
    made = copy_of(content)
    assert made.pictured_pages == ()
    assert made.changes == ("pdfa.change_drawn_fonts",)
    assert words(made.content) == words(content)
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert "/FontDescriptor" in pdf.pages[0].Resources.Font.F1
