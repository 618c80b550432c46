"""What a doctor forwards on trust: small files (``cases/``) of which a copy once showed less than the paper.

Each stands for its kind. They are synthetic: a page of test words, a form, a scan, with one thing wrong.
"""

import io
import re
import zlib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from desktop.domain.deposit import CheckReport, Conversion, Verdict
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import Language, failure_text
from desktop.pdf.check import check
from desktop.pdf.convert import convert, document
from desktop.pdf.convert.fidelity import same_text
from desktop.pdf.render import OpenDocuments
from desktop.ports.pdf import OpenedPdf, PageImage, PageText
from desktop.services.deposit import must_be_compared
from desktop.ui.views.verdict_box import change_words
from tests.unit.pdf.test_convert import copy_of, helvetica, page, saved

CASES = Path(__file__).with_name("cases")


def case(name: str) -> bytes:
    return (CASES / f"{name}.pdf").read_bytes()


def words_of(content: bytes, number: int = 0) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return " ".join(str(document[number].get_textpage().get_text_range()).split())
    finally:
        document.close()


def damaged_pages(content: bytes) -> list[int | None]:
    report = check(content)
    assert isinstance(report, CheckReport)
    assert report.confirmed is None
    return [reason.page for reason in report.reasons if reason.family == "page_damaged"]


# --- nothing that cannot be decoded passes unnoticed


@pytest.mark.parametrize(
    "name", ["blank_broken_jbig2", "blank_broken_jpeg", "blank_damaged_flate", "blank_unknown_filter"]
)
def test_a_page_of_which_nothing_can_be_read_is_named_and_not_copied(name: str) -> None:
    assert damaged_pages(case(name)) == [1]
    refused = convert(case(name))
    assert isinstance(refused, Failure)
    assert refused.code is Code.FILE_PAGE_DAMAGED
    assert "1" in failure_text(refused, language=Language.FR)


def test_a_page_half_of_which_can_be_read_is_for_the_doctor_to_decide() -> None:
    assert damaged_pages(case("half_damaged_flate")) == [1]
    copy = copy_of(case("half_damaged_flate"))
    assert copy.damaged_pages == (1,)
    assert must_be_compared(copy)
    assert "1" in change_words(copy)[0]


def _inside(what: str) -> bytes:
    """A page of words that draws one damaged thing more, each in a place of its own."""
    pdf = page(b"BT /F1 24 Tf 72 700 Td (Resultat) Tj ET q 99 0 0 99 72 400 cm /X Do Q", Font=helvetica())
    broken = b"\x78\x9c" + b"\xff" * 40
    made = pdf.make_stream(b"")
    if what in ("image", "mask"):
        rows = b"\0" * (8 * 8)
        made = pdf.make_stream(rows if what == "mask" else rows[: 8 * 5])
        made.Type, made.Subtype, made.Width, made.Height = Name.XObject, Name.Image, 8, 8
        made.ColorSpace, made.BitsPerComponent = Name.DeviceGray, 8
        if what == "mask":
            mask = pdf.make_stream(b"")
            mask.write(broken, filter=Name.FlateDecode)
            mask.Type, mask.Subtype, mask.Width, mask.Height = Name.XObject, Name.Image, 8, 8
            mask.ColorSpace, mask.BitsPerComponent = Name.DeviceGray, 8
            made.SMask = mask
    elif what in ("form", "nested"):
        inner = pdf.make_stream(b"")
        inner.write(broken, filter=Name.FlateDecode)
        inner.Type, inner.Subtype, inner.BBox = Name.XObject, Name.Form, Array([0, 0, 1, 1])
        made = inner
        if what == "nested":
            made = pdf.make_stream(b"/Y Do")
            made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, 1, 1])
            made.Resources = Dictionary(XObject=Dictionary(Y=inner))
    elif what == "font":
        program = pdf.make_stream(b"")
        program.write(broken, filter=Name.FlateDecode)
        pdf.pages[0].Resources.Font.F1.FontDescriptor = pdf.make_indirect(
            Dictionary(Type=Name.FontDescriptor, FontName=Name.Helvetica, Flags=32, FontFile2=program)
        )
    pdf.pages[0].Resources.XObject = Dictionary(X=made)
    return saved(pdf, recompress_flate=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


@pytest.mark.parametrize("what", ["image", "mask", "form", "nested", "font"])
def test_what_a_page_draws_is_decoded_wherever_it_stands(what: str) -> None:
    assert damaged_pages(_inside(what)) == [1]
    copy = copy_of(_inside(what))
    assert copy.damaged_pages == (1,)
    assert copy.differs


def test_a_number_that_one_flipped_bit_changed_is_found_by_the_checksum() -> None:
    whole = saved(page(b"BT /F1 24 Tf 72 700 Td (1,5 mg) Tj ET", Font=helvetica()), compress_streams=False)
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        packed = bytearray(zlib.compress(pdf.pages[0].Contents.read_bytes(), 0))
        packed[packed.index(b"1,5")] ^= 1
        pdf.pages[0].Contents = pdf.make_stream(b"")
        pdf.pages[0].Contents.write(bytes(packed), filter=Name.FlateDecode)
        out = io.BytesIO()
        pdf.save(out, recompress_flate=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert damaged_pages(out.getvalue()) == [1]


def _packed(data: bytes, kind: str) -> tuple[bytes, Name]:
    packer = zlib.compressobj()
    whole = packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)
    match kind:
        case "flushed, not finished":
            return whole, Name.FlateDecode
        case "without checksum":
            return zlib.compress(data)[:-4], Name.FlateDecode
        case "line end after it":
            return zlib.compress(data) + b"\r\n", Name.FlateDecode
        case "run length":
            runs = b"".join(
                bytes([len(data[at : at + 100]) - 1]) + data[at : at + 100] for at in range(0, len(data), 100)
            )
            return runs + b"\x80", Name.RunLengthDecode
        case _:
            return data.hex().encode() + b">", Name.ASCIIHexDecode


@pytest.mark.parametrize(
    "kind", ["flushed, not finished", "without checksum", "line end after it", "run length", "hexadecimal"]
)
def test_what_every_reader_decodes_is_not_called_damaged(kind: str) -> None:
    pdf = page(b"", Font=helvetica())
    packed, name = _packed(b"BT /F1 24 Tf 72 700 Td (Bonjour) Tj ET " + b"% rien\n" * 300, kind)
    pdf.pages[0].Contents.write(packed, filter=name)
    content = saved(pdf, recompress_flate=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert damaged_pages(content) == []
    assert "Bonjour" in words_of(copy_of(content).content)


# --- forms by value


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("form_value_without_AP", "1,5 mg"),
        ("form_signs_NeedAppearances", "Müller ≤ 5 µg, Δ −2,5 ≥ €"),
        ("form_choice_label", "250 mg"),
        ("form_text_layer_lost", "quatorze jours au moins; ne pas arrêter sans avis."),
        ("form_password", "*********"),
        ("link_with_AP", "ARRET DU TRAITEMENT"),
    ],
)
def test_what_a_reader_sees_is_drawn_and_read_in_the_copy(name: str, words: str) -> None:
    copy = copy_of(case(name))
    assert words in words_of(copy.content)
    assert copy.pictured_pages == ()
    assert "pdfa.change_field_value" not in copy.changes


def test_an_export_code_and_a_password_are_shown_nowhere() -> None:
    assert "500" not in words_of(copy_of(case("form_choice_label")).content)
    assert b"secret" not in copy_of(case("form_password")).content


def field(**entries: object) -> bytes:
    """A page with one field of 200 by 60 points and no appearance."""
    pdf = page(b"BT /F1 12 Tf 72 780 Td (Compte rendu) Tj ET", Font=helvetica())
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), F=4,
            Rect=Array([72, 600, 272, 660]), DA=String("/Helv 10 Tf 0 g"), **entries,
        )
    )  # fmt: skip
    pdf.pages[0].Annots = Array([widget])
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([widget]), DR=Dictionary(Font=Dictionary(Helv=helvetica().F1))
    )
    return saved(pdf)


def test_lines_of_a_field_stay_lines() -> None:
    copy = copy_of(field(V=String("125 mg matin\n250 mg soir"), Ff=1 << 12))
    read = words_of(copy.content)
    assert read.index("125 mg matin") < read.index("250 mg soir")
    boxes = _places(copy.content, "250")
    assert boxes[1] < _places(copy.content, "125")[1] - 5


def _places(content: bytes, words: str) -> tuple[float, float]:
    text = pypdfium2.PdfDocument(content)[0].get_textpage()
    index, _ = text.search(words).get_next()
    left, bottom, _, _ = text.get_charbox(index)
    return left, bottom


def test_a_comb_gives_each_sign_its_cell() -> None:
    copy = copy_of(field(V=String("1985"), Ff=1 << 24, MaxLen=10))
    assert "1985" in words_of(copy.content).replace(" ", "")
    text = pypdfium2.PdfDocument(copy.content)[0].get_textpage()
    signs = str(text.get_text_range())
    first, last = (text.get_charbox(signs.index(sign))[0] for sign in "15")
    assert last - first == pytest.approx(3 * 20, abs=3)


@pytest.mark.parametrize("words", ["Жанна Łukasz", "≤ 0,5 − ½ • Ž µ", "a" * 600])
def test_signs_and_long_values_are_all_there(words: str) -> None:
    copy = copy_of(field(V=String(words)))
    cut = "pdfa.change_field_cut" in copy.changes
    assert cut or "".join(words.split()) in "".join(words_of(copy.content).split())


def test_signs_that_no_font_of_ours_has_are_told() -> None:
    copy = copy_of(field(V=String("日本 1,5 mg")))
    assert "pdfa.change_field_signs" in copy.changes
    assert must_be_compared(copy)


def test_a_field_that_shows_another_value_than_it_holds_is_told() -> None:
    with pikepdf.open(io.BytesIO(case("form_choice_label"))) as pdf:
        del pdf.Root.AcroForm.NeedAppearances
        pdf.Root.AcroForm.Fields[0].V = String("250 mg")
        pdf.Root.AcroForm.Fields[0].Opt = Array([])
        pdf.Root.AcroForm.Fields[0].AP.N.write(b"BT /F1 12 Tf 2 7 Td (999 mg) Tj ET")
        out = io.BytesIO()
        pdf.save(out)
    copy = copy_of(out.getvalue())
    assert "999 mg" in words_of(copy.content)
    assert "pdfa.change_field_value" in copy.changes


@pytest.mark.parametrize(
    ("paper", "copy"),
    [
        ("1,5 mg", "15 mg"),
        ("−2 °C", "2 °C"),
        ("dose -2", "dose 2"),
        ("≤ 5", "5"),
        ("10²", "102"),
        ("50 %", "50"),
    ],
)
def test_a_sign_less_is_another_text(paper: str, copy: str) -> None:
    page_of_words = "texte courant de la page, " * 40
    assert not same_text(page_of_words + paper, page_of_words + copy)
    assert same_text(page_of_words + paper, page_of_words + paper)


@pytest.mark.parametrize(
    ("paper", "copy"), [("compte-\nrendu", "compte rendu"), ("ﬁn  du\njour", "fin du jour")]
)
def test_lines_hyphens_and_ligatures_may_come_otherwise(paper: str, copy: str) -> None:
    assert same_text(paper, copy)


# --- the same thing, written otherwise


@pytest.mark.parametrize("name", ["quartz_indirect_uri", "page_private_keys"])
def test_indirect_values_and_private_keys_cost_neither_vectors_nor_links_nor_title(name: str) -> None:
    copy, control = copy_of(case(name)), copy_of(case("quartz_control_direct_uri"))
    assert copy.pictured_pages == control.pictured_pages == ()
    with pikepdf.open(io.BytesIO(copy.content)) as pdf:
        assert pdf.pages[0].Annots[0].A.URI == "https://example.org/"
        assert pdf.docinfo.Title == "Lettre"


def _private(where: str) -> bytes:
    """A page with a form, a picture and a graphics state; one thing carries a key of its maker's own."""
    pdf = page(
        b"/G gs BT /F1 24 Tf 72 700 Td (Bonjour) Tj ET q 9 0 0 9 9 9 cm /I Do Q /X Do", Font=helvetica()
    )
    form, image = pdf.make_stream(b"0 0 1 rg 0 0 9 9 re f"), pdf.make_stream(b"\0")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 1, 1
    image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
    state = Dictionary(Type=Name.ExtGState, LW=1)
    resources = pdf.pages[0].Resources
    resources.XObject, resources.ExtGState = Dictionary(X=form, I=image), Dictionary(G=state)
    things = {
        "page": pdf.pages[0].obj, "form": form, "picture": image, "state": resources.ExtGState.G,
        "content": pdf.pages[0].Contents, "pages": pdf.Root.Pages, "catalogue": pdf.Root,
        "trailer": pdf.trailer,
    }  # fmt: skip
    things[where]["/MakersOwn"] = String("rien")
    return saved(pdf)


PLACES = ("page", "form", "picture", "state", "content", "pages", "catalogue", "trailer")


@pytest.mark.parametrize("where", PLACES)
def test_a_maker_s_own_key_costs_no_vector(where: str) -> None:
    copy = copy_of(_private(where))
    assert copy.pictured_pages == ()
    assert not copy.differs


@pytest.mark.parametrize("where", PLACES)
def test_a_maker_s_own_key_is_no_doubt(where: str) -> None:
    """In a file that conforms: an approval stays one (ISO 19005-2, 6.1.1 leaves unknown keys alone)."""
    with pikepdf.open(io.BytesIO(copy_of(_private("page")).content)) as pdf:
        resources = pdf.pages[0].Resources
        things = {
            "page": pdf.pages[0].obj, "form": resources.XObject.X, "picture": resources.XObject.I,
            "state": resources.ExtGState.G, "content": pdf.pages[0].Contents, "pages": pdf.Root.Pages,
            "catalogue": pdf.Root, "trailer": pdf.trailer,
        }  # fmt: skip
        things[where]["/MakersOwn"] = String("rien")
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    report = check(out.getvalue())
    assert isinstance(report, CheckReport)
    assert report.confirmed == "2b", report.reasons


def test_what_pdf_a_forbids_is_no_maker_s_own_key() -> None:
    with pikepdf.open(io.BytesIO(copy_of(_private("page")).content)) as pdf:
        pdf.pages[0].Resources.XObject.X["/OPI"] = Dictionary()
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    report = check(out.getvalue())
    assert isinstance(report, CheckReport)
    assert report.confirmed is None


@pytest.mark.parametrize("odd", [b"<42 6F 6E 6A 6F 75 72 2> Tj", b"(Bonjour)%rien\n Tj"])
@pytest.mark.parametrize("where", ["page", "form"])
def test_another_spelling_of_the_same_contents_costs_no_vector(odd: bytes, where: str) -> None:
    words = b"BT /F1 24 Tf 72 700 Td " + odd + b" ET"
    pdf = page(words if where == "page" else b"/X Do", Font=helvetica())
    if where == "form":
        form = pdf.make_stream(words)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
        form.Resources = Dictionary(Font=helvetica())
        pdf.pages[0].Resources.XObject = Dictionary(X=form)
    copy = copy_of(saved(pdf))
    assert copy.pictured_pages == ()
    assert "Bonjour" in words_of(copy.content)


def test_a_map_of_characters_that_is_a_mere_name_costs_no_vector() -> None:
    fonts = helvetica()
    fonts.F1.ToUnicode = Name("/Identity-H")
    copy = copy_of(saved(page(b"BT /F1 24 Tf 72 700 Td (Bonjour) Tj ET", Font=fonts)))
    assert copy.pictured_pages == ()
    assert "Bonjour" in words_of(copy.content)


def test_a_newer_header_costs_no_vector() -> None:
    copy = copy_of(saved(page(b"BT /F1 9 Tf (Bonjour) Tj ET", Font=helvetica()), force_version="2.0"))
    assert copy.pictured_pages == ()


@pytest.mark.parametrize("name", ["wrong_inherited_colourspace_2b", "wrong_inline_a85_EI_2b"])
def test_what_another_reader_refuses_is_not_approved(name: str) -> None:
    report = check(case(name))
    assert isinstance(report, CheckReport)
    assert report.verdict is not Verdict.CONFORMING
    assert copy_of(case(name)).report.confirmed


def test_inline_images_become_objects_with_a_length() -> None:
    copy = copy_of(case("inline_a85_EI_plus"))
    with pikepdf.open(io.BytesIO(copy.content)) as pdf:
        assert b"BI" not in pdf.pages[0].Contents.read_bytes()
        assert len(pdf.pages[0].Resources.XObject) == 1


def test_a_portfolio_is_refused_with_its_reason() -> None:
    assert convert(case("portfolio")) == Failure.of(Code.FILE_PORTFOLIO)


def test_a_long_document_is_called_long_and_not_unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_PAGES", 2)
    pdf = page(b"")
    for _ in range(2):
        pdf.add_blank_page()
    assert convert(saved(pdf)) == Failure.of(Code.FILE_TOO_LONG, pages=3, most=2)


# --- turned pages

TURNS = {
    0: b"1 0 0 1 72 700", 90: b"0 1 -1 0 100 72", 180: b"-1 0 0 -1 500 100", 270: b"0 -1 1 0 100 700",
}  # fmt: skip


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("written", TURNS)
def test_lines_are_read_in_their_order_however_page_and_words_are_turned(turned: int, written: int) -> None:
    words = b"BT /F1 12 Tf %s Tm (un) Tj 0 -20 Td (deux) Tj 0 -20 Td (trois) Tj ET" % TURNS[written]
    pdf = page(words, Font=helvetica())
    pdf.pages[0].Rotate = turned
    documents = OpenDocuments()
    documents.open(0, saved(pdf))
    text = documents.page_text(0, 0)
    assert isinstance(text, PageText)
    assert text.content.split() == ["un", "deux", "trois"]
    assert len(text.boxes) == len(text.content)


# --- no odd byte stops the helper


@pytest.mark.parametrize("name", ["crash_basefont_latin1", "crash_cropbox_outside"])
def test_odd_bytes_and_boxes_give_a_copy(name: str) -> None:
    assert "Ordonnance de test" in words_of(copy_of(case(name)).content)


def test_a_page_whose_crop_box_lies_beside_the_paper_is_shown_whole() -> None:
    documents = OpenDocuments()
    opened = documents.open(0, case("crash_cropbox_outside"))
    assert isinstance(opened, OpenedPdf)
    assert opened.page_sizes == ((595.0, 842.0),)
    picture = documents.page_image(0, 0, 595, 0)
    assert isinstance(picture, PageImage)
    assert (picture.width, picture.height) == (595, 842)
    assert min(picture.pixels[0::4]) < 128


def test_a_file_that_stops_a_library_becomes_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: pikepdf.Pdf) -> list[str]:
        raise KeyError("odd")

    monkeypatch.setattr(document, "embed_fonts", stop)
    copy = copy_of(case("quartz_control_direct_uri"))
    assert copy.pictured_pages == (1,)
    assert "pdfa.change_links" in copy.changes
    assert "Ordonnance de test" in words_of(copy.content)


def test_a_file_that_cannot_even_be_drawn_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> Conversion:
        raise KeyError("odd")

    monkeypatch.setattr(document, "_convert", stop)
    monkeypatch.setattr(document, "_only_pictures", stop)
    assert convert(case("quartz_control_direct_uri")) == Failure.of(Code.FILE_UNREADABLE)


def test_every_case_is_played() -> None:
    """A case that is copied here and named by no test proves nothing."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert {path.stem for path in CASES.glob("*.pdf")} <= _names(source)


def _names(source: str) -> set[str]:
    return set(re.findall(r'"(\w+)"', source))


def test_the_pictures_of_the_copies_are_not_empty() -> None:
    for name in ("form_value_without_AP", "form_password", "link_with_AP"):
        document = pypdfium2.PdfDocument(copy_of(case(name)).content)
        drawn: Image.Image = document[0].render().to_pil().convert("L")
        assert min(drawn.tobytes()) < 128
