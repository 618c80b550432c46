"""Copies of PDFs: what they keep, what they take out and say, and what is refused."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageChops, ImageStat

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import text
from desktop.pdf.convert import convert
from desktop.pdf.convert import document as by_parts
from desktop.services.deposit import must_be_compared
from tests.unit.pdf.pdf_samples import changed, letter

HELLO = b"BT /F1 24 Tf 72 700 Td (Bonjour l'\351quipe) Tj ET"


def page(contents: bytes, size: tuple[float, float] = (595, 842), **resources: object) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=size)
    pdf.pages[0].Contents = pdf.make_stream(contents)
    pdf.pages[0].Resources = Dictionary(**resources)
    return pdf


def helvetica(name: str = "Helvetica") -> Dictionary:
    return Dictionary(
        F1=Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/" + name), Encoding=Name.WinAnsiEncoding
        )
    )


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    pdf.close()
    return out.getvalue()


def copy_of(content: bytes) -> Conversion:
    made = convert(content)
    assert isinstance(made, Conversion), made
    assert made.report.confirmed is not None
    assert all(text(change) for change in made.changes)
    return made


def darkest(content: bytes) -> int:
    """Of the first page: 0 is black."""
    return min(drawn(content).tobytes())


def drawn(content: bytes, number: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    try:
        picture: Image.Image = document[number].render(scale=1.5).to_pil().convert("L")
        return picture
    finally:
        document.close()


def words(content: bytes, number: int = 0) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return str(document[number].get_textpage().get_text_range())
    finally:
        document.close()


def difference(first: bytes, second: bytes, number: int = 0) -> float:
    before, after = drawn(first, number), drawn(second, number)
    assert before.size == after.size
    return float(ImageStat.Stat(ImageChops.difference(before, after)).mean[0])


@pytest.fixture
def _no_drawn_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A font that can be neither put in nor drawn."""
    monkeypatch.setattr(by_parts, "draw_fonts", lambda *_: False)


def test_a_conforming_file_is_its_own_copy() -> None:
    content = letter("PDF/A-2B")
    made = copy_of(content)
    assert made.content == content
    assert not made.differs
    assert made.changes == ()


def test_a_missing_font_is_put_in_and_the_text_stays_text() -> None:
    content = saved(page(HELLO, Font=helvetica()))
    made = copy_of(content)
    assert made.changes == ("pdfa.change_fonts",)
    assert made.pictured_pages == ()
    assert "Bonjour l'équipe" in words(made.content)
    assert difference(content, made.content) < 1


@pytest.mark.parametrize("name", ["Symbol", "Wingdings", "ArialNarrow", "Univers"])
def test_a_font_of_other_widths_is_never_replaced(name: str) -> None:
    """Replacing it would move or change letters: it, or its page, is drawn as it is shown, and told of."""
    content = saved(page(HELLO, Font=helvetica(name)))
    made = copy_of(content)
    assert "pdfa.change_fonts" not in made.changes
    assert must_be_compared(made)
    assert difference(content, made.content) < 2


@pytest.mark.usefixtures("_no_drawn_fonts")
def test_only_the_pages_that_need_it_become_pictures() -> None:
    pdf = pikepdf.open(io.BytesIO(letter(None, pages=3)))
    pdf.pages[1].Resources.Font["/T3"] = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 600, 600], FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=Dictionary(box=pdf.make_stream(b"600 0 0 0 500 500 d1 0 0 500 500 re f")),
        Encoding=Dictionary(Differences=Array([97, Name.box])), FirstChar=97, LastChar=97, Widths=[650],
    )  # fmt: skip
    pdf.pages[1].contents_add(pdf.make_stream(b"BT /T3 20 Tf 60 60 Td (aaa) Tj ET"))
    content = saved(pdf)
    made = copy_of(content)
    assert made.pictured_pages == (2,)
    for number in range(3):
        assert difference(content, made.content, number) < 1
        assert f"Page {number + 1}. Évolution" in words(made.content, number)


@pytest.mark.usefixtures("_no_drawn_fonts")
def test_a_pictured_page_keeps_its_unit() -> None:
    """Two points a unit: without it the page would print at half its size."""
    pdf = page(HELLO, Font=helvetica("Univers"))
    pdf.pages[0].UserUnit = 2
    made = copy_of(saved(pdf, min_version="1.6"))
    assert made.pictured_pages == (1,)
    with pikepdf.open(io.BytesIO(made.content)) as copy:
        assert copy.pages[0].UserUnit == 2


@pytest.mark.usefixtures("_no_drawn_fonts")
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_pictured_page_stands_as_it_stood(turn: int) -> None:
    pdf = page(HELLO + b" 1 0 0 rg 60 60 40 20 re f", Font=helvetica("Univers"))
    pdf.pages[0].MediaBox = [-20, 30, 575, 872]
    pdf.pages[0].CropBox = [10, 40, 500, 800]
    pdf.pages[0].Rotate = turn
    content = saved(pdf)
    made = copy_of(content)
    assert made.pictured_pages == (1,)
    assert difference(content, made.content) < 2
    assert "Bonjour" in words(made.content)


def test_printing_colours_become_screen_colours() -> None:
    content = saved(page(b"1 0.6 0 0.1 k 100 100 200 200 re f 0 0 0 1 K 50 50 m 300 50 l S"))
    made = copy_of(content)
    assert made.changes == ("pdfa.change_colours",)
    assert made.pictured_pages == ()
    assert difference(content, made.content) < 1


def test_what_runs_hides_or_is_attached_goes_and_is_told() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.Print))
        pdf.attachments["a.csv"] = b"1;2"
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])
        note.A = Dictionary(S=Name.Launch, F=String("calc.exe"))
        pdf.pages[0].Annots = Array([note])  # a direct object

    made = copy_of(changed(letter(None), change))
    assert set(made.changes) == {
        "pdfa.change_javascript", "pdfa.change_opening_action", "pdfa.change_attachment", "pdfa.change_action"
    }  # fmt: skip
    for gone in (b"JavaScript", b"Launch", b"calc.exe", b"EmbeddedFile"):
        assert gone not in made.content


def test_a_filled_form_is_fixed_and_shown_first() -> None:
    """« Told first, never changed silently »: it counts as different, whatever the pictures say."""
    pdf = page(b"")
    look = pdf.make_stream(b"/Tx BMC q BT /F1 12 Tf 2 5 Td (aucune allergie) Tj ET Q EMC")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 20])
    look.Resources = Dictionary(Font=helvetica())
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), V=String("aucune allergie"),
            Rect=[60, 700, 260, 720], F=4, AP=Dictionary(N=look),
        )
    )  # fmt: skip
    pdf.pages[0].Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=Dictionary(Font=helvetica()))
    content = saved(pdf)
    made = copy_of(content)
    assert "pdfa.change_form" in made.changes
    assert made.differs
    assert made.pictured_pages == ()
    assert "aucune allergie" in words(made.content)
    assert darkest(made.content) < 100  # ink


def test_a_hidden_layer_stays_hidden() -> None:
    pdf = page(b"/OC /L0 BDC 0 0 500 500 re f EMC 520 520 40 40 re f")
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("correction")))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))
    pdf.pages[0].Resources.Properties = Dictionary(L0=layer)
    content = saved(pdf)
    made = copy_of(content)
    assert "pdfa.change_layers" in made.changes
    assert difference(content, made.content) < 1


def test_protection_that_needs_no_password_is_taken_off() -> None:
    protection = pikepdf.Encryption(owner="o", user="", R=6)
    made = copy_of(changed(letter(None), lambda pdf: None, encryption=protection))
    assert made.changes == ("pdfa.change_protection",)


def test_a_page_larger_than_pdfa_allows_is_told_of() -> None:
    content = saved(page(b"0 0 9000 9000 re f", size=(14300, 14300)))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.pages[0].MediaBox = [0, 0, 20000, 10000]
        content = saved(pdf)
    made = copy_of(content)
    assert made.differs
    assert "pdfa.change_page_size" in made.changes


def _signed(pdf: pikepdf.Pdf) -> None:
    signature = Dictionary(
        Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=[0, 1, 2, 3], Contents=b"00"
    )
    field = pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("s"), Rect=[0, 0, 0, 0], F=132)
    )
    field.V = pdf.make_indirect(signature)
    pdf.pages[0].Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


def _dynamic(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>"))
    pdf.Root.NeedsRendering = True


REFUSALS: dict[str, tuple[Code, Callable[[], bytes]]] = {
    "empty": (Code.FILE_EMPTY, lambda: b""),
    "other": (Code.FILE_KIND_UNKNOWN, lambda: b"bonjour"),
    "locked": (
        Code.FILE_LOCKED,
        lambda: changed(letter(None), lambda pdf: None, encryption=pikepdf.Encryption(owner="o", user="u")),
    ),
    "signed": (Code.FILE_SIGNED, lambda: changed(letter(None), _signed)),
    "drawn by program": (Code.FILE_HAS_FORM, lambda: changed(letter(None), _dynamic)),
    "cut short": (Code.FILE_UNREADABLE, lambda: letter(None, pages=3)[: len(letter(None, pages=3)) // 2]),
    "no body": (Code.FILE_UNREADABLE, lambda: b"%PDF-1.4\n" + bytes(500)),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_refused_with_a_code_and_never_a_blank_page(kind: str) -> None:
    code, made = REFUSALS[kind]
    answer = convert(made())
    assert isinstance(answer, Failure)
    assert answer.code is code


def test_a_lost_content_is_refused() -> None:
    """qpdf opens such a file with an empty page: the worst copy of all."""
    content = letter(None)
    start = content.index(b"stream", content.index(b"/Filter"))
    broken = content[:start] + content[start + 400 :]
    answer = convert(broken)
    if isinstance(answer, Conversion):  # what is left must then be there to be seen
        assert darkest(answer.content) < 200
        assert answer.differs
    else:
        assert answer.code in (Code.FILE_UNREADABLE, Code.FILE_UNCONFIRMED)


def test_a_repaired_file_is_shown_first() -> None:
    content = letter(None)
    start = content.rindex(b"startxref")
    made = copy_of(content[:start] + b"startxref\n99999\n%%EOF\n")
    assert made.differs
    assert "pdfa.change_repaired" in made.changes


def test_text_that_no_font_here_can_draw_is_no_blank_copy() -> None:
    """The font is not in the file, and none that could stand for it: a picture would be empty paper."""
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/Somewhere"), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/Somewhere"), DW=1000,
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        )]),
    )  # fmt: skip
    pdf = page(b"BT /F1 24 Tf 72 700 Td <0003000400050006000700080009> Tj ET", Font=Dictionary(F1=font))
    rows = "".join(f"<{code:04X}> <{0x8A3A + code:04X}> " for code in range(3, 10))
    mapping = f"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 7 beginbfchar {rows}"
    mapping += "endbfchar endcmap"
    pdf.pages[0].Resources.Font.F1.ToUnicode = pdf.make_stream(mapping.encode())
    answer = convert(saved(pdf))
    assert answer == Failure.of(Code.FILE_UNREADABLE)


@pytest.mark.usefixtures("_no_drawn_fonts")
def test_words_behind_a_picture_are_all_there() -> None:
    """« 6 », « à » and « € » too: single characters that readers drop when they have no width."""
    line = b"BT /F1 14 Tf 72 700 Td (contr\364le \340 6 semaines, 12 \200) Tj ET"
    made = copy_of(saved(page(line, Font=helvetica("Univers"))))
    assert made.pictured_pages == (1,)
    assert words(made.content).split() == ["contrôle", "à", "6", "semaines,", "12", "€"]


def test_a_mark_that_vanishes_counts_as_a_change() -> None:
    """A layer condition hides a red square: it stays hidden, and the doctor looks at the copy."""
    pdf = pikepdf.open(io.BytesIO(letter(None)))
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("a")))
    mark = pdf.make_stream(b"1 0 0 rg 0 0 40 40 re f")
    mark.Type, mark.Subtype, mark.BBox = Name.XObject, Name.Form, Array([0, 0, 40, 40])
    mark.OC = Dictionary(Type=Name.OCMD, OCGs=Array([layer]), P=Name.AllOff)
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(ON=[layer]))
    pdf.pages[0].Resources.XObject = Dictionary(X=mark)
    pdf.pages[0].contents_add(pdf.make_stream(b"q 1 0 0 1 300 300 cm /X Do Q"))
    content = saved(pdf)
    made = copy_of(content)
    assert difference(content, made.content) < 1
    assert made.differs
    assert made.pictured_pages == ()


@pytest.mark.parametrize("off", [3, 40])
def test_widths_of_a_font_are_brought_to_those_of_the_document(off: int) -> None:
    """As programs round them, or worse: nothing moves, and the text stays text."""

    def change(pdf: pikepdf.Pdf) -> None:
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and thing.get("/Subtype") == Name.CIDFontType2:
                thing.DW = 1000
                thing.W = Array([0, Array([500 + off + 10 * (code % 7) for code in range(300)])])

    content = changed(letter(None), change)
    made = copy_of(content)
    assert made.pictured_pages == ()
    assert not made.differs
    assert difference(content, made.content) < 0.1
