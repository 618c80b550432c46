"""The same thing written in another way that every reader understands: no doubt, no picture, no loss.

Each shape was met in public files that veraPDF calls conforming (Factur-X, scans) or that lost their vectors.
"""

import io
import re
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from desktop.domain.deposit import CheckReport, Conversion
from desktop.pdf.check import check
from desktop.pdf.convert import convert
from desktop.pdf.convert import document as by_parts
from tests.pdfa.verapdf import BUILT, judge
from tests.unit.pdf.pdf_samples import changed, letter

Change = Callable[[pikepdf.Pdf], object]
AS_IT_IS = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}


def _shows_attachments(pdf: pikepdf.Pdf) -> None:
    pdf.Root.PageMode = Name.UseAttachments


def _shows_layers(pdf: pikepdf.Pdf) -> None:
    pdf.Root.PageMode = Name.UseOC


def _intent_with_more(pdf: pikepdf.Pdf) -> None:
    for key, said in (("/Author", ""), ("/Creator", "x"), ("/Title", "")):
        pdf.Root.OutputIntents[0][key] = String(said)


def _marks_in_the_pages(pdf: pikepdf.Pdf) -> None:
    """An old library lets /MarkInfo point at the tree of pages."""
    pdf.Root.Pages.Marked = True
    pdf.Root.MarkInfo = pdf.Root.Pages


def _filter_elsewhere(pdf: pikepdf.Pdf) -> None:
    image = pdf.make_stream(zlib.compress(b"\x10\x80\xa0\xff"))
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 2, 2
    image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
    image.Filter = pdf.make_indirect(Array([Name.FlateDecode]))
    image.DecodeParms = pdf.make_indirect(Array([pdf.make_indirect(Dictionary(Predictor=1))]))
    page = pdf.pages[0].obj
    page.Resources.XObject = Dictionary(I=image)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q 90 0 0 90 90 90 cm /I Do Q"))


def _link(pdf: pikepdf.Pdf, **entries: object) -> None:
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, F=4, Rect=Array([9, 9, 99, 99]), Border=Array([0] * 3)
    )
    for key, value in entries.items():
        note["/" + key] = value
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])


def _address_with_a_sharp(pdf: pikepdf.Pdf) -> None:
    address = String("https://example.org/Software_categories#Categorization")
    _link(pdf, A=Dictionary(S=Name.URI, URI=address))


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return next(iter(dict(pdf.pages[0].Resources.Font).values()))


def _fonts_with_more(pdf: pikepdf.Pdf) -> None:
    """Writers name the kind of a font program, or leave notes of their own."""
    inner = _font(pdf).DescendantFonts[0]
    inner.FontDescriptor.FontFile2.Type = Name.Font
    for thing in (_font(pdf), inner, inner.FontDescriptor, inner.FontDescriptor.FontFile2):
        thing.Private = String("x")


def _marked(pdf: pikepdf.Pdf, mark: bytes, lists: Dictionary) -> None:
    page = pdf.pages[0].obj
    page.Resources.Properties = lists
    pikepdf.Page(page).contents_add(pdf.make_stream(mark + b" BDC 0 0 m EMC n"))


def _marks_of_lost_layers(pdf: pikepdf.Pdf) -> None:
    """Pages taken out of a document with layers."""
    layer = Dictionary(
        Type=Name.OCG, Name=String("a"), Usage=Dictionary(Print=Dictionary(PrintState=Name.ON))
    )
    _marked(pdf, b"/OC /MC0", Dictionary(MC0=pdf.make_indirect(layer)))
    _filter_elsewhere(pdf)
    pdf.pages[0].Resources.XObject.I.OC = pdf.pages[0].Resources.Properties.MC0


SHAPES: tuple[Change, ...] = (
    _shows_attachments, _shows_layers, _intent_with_more, _marks_in_the_pages, _filter_elsewhere,
    _address_with_a_sharp, _fonts_with_more, _marks_of_lost_layers,
)  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_conforming_file_stays_approved(shape: Change) -> None:
    content = changed(letter("PDF/A-3U"), shape, **AS_IT_IS)
    report = check(content)
    assert isinstance(report, CheckReport)
    assert report.confirmed == "3b", report.reasons


@pytest.mark.skipif(not (BUILT / "judge.jar").exists(), reason="the judge is built by dev.py test pdfa")
def test_the_judge_takes_every_such_shape() -> None:
    files = {shape.__name__: changed(letter("PDF/A-3U"), shape, **AS_IT_IS) for shape in SHAPES}
    files["rows behind the last"] = _with_rows_behind_the_last(_with_a_stream_of_references(), 1)
    said = zip(files, judge([("3b", content) for content in files.values()]), strict=True)
    assert [(name, sentence.rules) for name, sentence in said if not sentence.conforms] == []


def test_a_mark_of_a_layer_that_is_not_there_is_a_doubt() -> None:
    def lost(pdf: pikepdf.Pdf) -> None:
        _marks_of_lost_layers(pdf)
        pikepdf.Page(pdf.pages[0].obj).contents_add(pdf.make_stream(b"/OC /MC1 BDC EMC"))

    report = check(changed(letter("PDF/A-3U"), lost, **AS_IT_IS))
    assert isinstance(report, CheckReport)
    assert report.confirmed is None


def _with_rows_behind_the_last(content: bytes, rows: int) -> bytes:
    """*content*, which ends in a cross-reference stream, with more rows in it than it says; or with fewer."""
    start = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    head, packed = re.split(rb"stream\r?\n", content[start:].split(b"endstream")[0], maxsplit=1)
    columns = int(re.findall(rb"/Columns (\d+)", head)[0]) + 1
    table = zlib.decompress(packed)
    table = table + (b"\2" + bytes(columns - 1)) * rows if rows > 0 else table[: rows * columns]
    packed = zlib.compress(table)
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), head)
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return content[:start] + head + b"stream\n" + packed + end


def _with_a_stream_of_references() -> bytes:
    streams = pikepdf.ObjectStreamMode.generate
    return changed(letter("PDF/A-3U"), lambda _: None, object_stream_mode=streams)


def test_rows_behind_the_last_of_a_cross_reference_stream_are_none() -> None:
    plain = _with_a_stream_of_references()
    for rows, confirmed in ((0, "3b"), (1, "3b"), (-1, None)):
        content = _with_rows_behind_the_last(plain, rows) if rows else plain
        report = check(content)
        assert not rows or content != plain
        assert (report.confirmed if isinstance(report, CheckReport) else None) == confirmed, rows


def test_a_name_that_is_no_utf8_is_still_found_beside_an_address() -> None:
    def odd(pdf: pikepdf.Pdf) -> None:
        _address_with_a_sharp(pdf)
        pdf.pages[0].Annots[0].NM = String("a(b\\)c")
        pdf.Root.ViewerPreferences = pikepdf.Object.parse(b"<</A (x\\)y) /B /caf#e9>>")

    report = check(changed(letter("PDF/A-2B"), odd, **AS_IT_IS))
    assert isinstance(report, CheckReport)
    assert report.confirmed is None


def _copy(content: bytes) -> Conversion:
    made = convert(content)
    assert isinstance(made, Conversion), made
    return made


def test_a_document_whose_marks_are_its_pages_is_copied() -> None:
    """The keys that marks do not have were taken off the pages: « unreadable »."""
    made = _copy(changed(letter(None), _marks_in_the_pages))
    assert made.pictured_pages == ()
    assert made.report.pages == 1


def test_an_action_in_the_place_of_a_destination_is_followed() -> None:
    def odd(pdf: pikepdf.Pdf) -> None:
        place = Array([pdf.pages[0].obj, Name.XYZ, 118, 160, 0])
        _link(pdf, Dest=Dictionary(Type=Name.Action, S=Name.GoTo, D=place))

    made = _copy(changed(letter(None), odd))
    assert made.pictured_pages == ()
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert pdf.pages[0].Annots[0].A.D[1] == Name.XYZ


@pytest.mark.parametrize(
    ("kind", "told"), [("/Launch", "pdfa.change_action"), ("/JavaScript", "pdfa.change_javascript")]
)
def test_what_else_stands_there_is_told(kind: str, told: str) -> None:
    made = _copy(changed(letter(None), lambda pdf: _link(pdf, Dest=Dictionary(S=Name(kind)))))
    assert made.pictured_pages == ()
    assert told in made.changes


def test_a_mask_that_is_only_a_name_costs_no_vector() -> None:
    def odd(pdf: pikepdf.Pdf) -> None:
        _filter_elsewhere(pdf)
        pdf.pages[0].Resources.XObject.I.SMask = Name("/None")

    assert _copy(changed(letter(None), odd)).pictured_pages == ()


def test_pictures_of_all_pages_keep_title_and_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_parts, "ROUNDS", 0)
    made = _copy(letter(None))
    assert made.pictured_pages == (1,)
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert pdf.docinfo.Title == "Lettre de sortie"
        assert pdf.Root.Lang == "fr"
        assert b"Lettre de sortie" in pdf.Root.Metadata.read_bytes()


def test_a_picture_that_is_a_mask_as_well_costs_no_vector() -> None:
    def both(pdf: pikepdf.Pdf) -> None:
        _filter_elsewhere(pdf)
        images = pdf.pages[0].Resources.XObject
        mask = images.I
        images.J = pdf.make_stream(zlib.compress(bytes(4)), **_plain_picture())
        images.J.SMask = mask
        pikepdf.Page(pdf.pages[0].obj).contents_add(pdf.make_stream(b"q 90 0 0 90 200 90 cm /J Do Q"))

    content = changed(letter(None), both)
    made = _copy(content)
    assert made.pictured_pages == ()
    assert not made.differs
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        images = pdf.pages[0].Resources.XObject
        assert images.J.SMask.objgen != images.I.objgen
        assert images.J.SMask.read_bytes() == images.I.read_bytes()


def _plain_picture() -> dict[str, object]:
    return {
        "Type": Name.XObject, "Subtype": Name.Image, "Width": 2, "Height": 2, "BitsPerComponent": 8,
        "ColorSpace": Name.DeviceGray, "Filter": Name.FlateDecode,
    }  # fmt: skip
