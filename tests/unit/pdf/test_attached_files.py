"""A paper of PDF/A-3 is copied with its files and what its metadata say of them, or their loss is told."""

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from desktop.domain.deposit import Conversion
from desktop.pdf.convert import convert
from desktop.pdf.convert import document as by_parts
from desktop.services.deposit import must_be_compared
from tests.pdfa.verapdf import BUILT, judge
from tests.unit.pdf.pdf_samples import changed, letter

INVOICE = b"<?xml version='1.0'?><invoice>12</invoice>"
LOST = "pdfa.change_attachment"
_INVOICES = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_ACCESSIBLE = "http://www.aiim.org/pdfua/ns/id/"
_WORDS = """
<rdf:Description rdf:about="" xmlns:fx="%(invoices)s" fx:DocumentType="INVOICE" fx:DocumentFileName="a.xml"/>
<rdf:Description rdf:about="" xmlns:pdfuaid="%(accessible)s" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag>%(schemas)s</rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""
_SCHEMA = """<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>%s</pdfaSchema:schema>
<pdfaSchema:namespaceURI>%s</pdfaSchema:namespaceURI><pdfaSchema:prefix>%s</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>%s</rdf:Seq></pdfaSchema:property></rdf:li>"""
_PROPERTY = """<rdf:li rdf:parseType="Resource"><pdfaProperty:name>%s</pdfaProperty:name>
<pdfaProperty:valueType>%s</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>of an invoice</pdfaProperty:description></rdf:li>"""
Change = Callable[[pikepdf.Pdf], None]


def specification(pdf: pikepdf.Pdf) -> pikepdf.Object:
    stream = pdf.make_stream(INVOICE, Type=Name.EmbeddedFile, Subtype=Name("/text/xml"))
    stream.Params = Dictionary(ModDate=String("D:20260101000000Z"))
    spec = Dictionary(Type=Name.Filespec, F=String("a.xml"), UF=String("a.xml"), EF=Dictionary(F=stream))
    spec.AFRelationship = Name.Alternative
    return pdf.make_indirect(spec)


def invoice(pdf: pikepdf.Pdf) -> None:
    spec = specification(pdf)
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a.xml"), spec])))
    pdf.Root.AF = Array([spec])
    properties = "".join(_PROPERTY % (name, "Text") for name in ("DocumentType", "DocumentFileName"))
    schemas = _SCHEMA % ("Invoices", _INVOICES, "fx", properties)
    schemas += _SCHEMA % ("PDF/UA", _ACCESSIBLE, "pdfuaid", _PROPERTY % ("part", "Integer"))
    words = _WORDS % {"invoices": _INVOICES, "accessible": _ACCESSIBLE, "schemas": schemas}
    packet = pdf.Root.Metadata.read_bytes().replace(b"</rdf:RDF>", words.encode())
    pdf.Root.Metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)


def opens_something(pdf: pikepdf.Pdf) -> None:
    invoice(pdf)
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def of_a_page(pdf: pikepdf.Pdf) -> None:
    opens_something(pdf)
    pdf.pages[0].AF = pdf.Root.AF
    del pdf.Root.AF
    del pdf.Root.Names


def with_more_said(pdf: pikepdf.Pdf) -> None:
    opens_something(pdf)
    pdf.Root.AF[0].Thumb = pdf.make_stream(b"")
    del pdf.Root.AF[0]["/AFRelationship"]
    del pdf.Root.AF[0].EF.F["/Subtype"]


def with_odd_metadata(pdf: pikepdf.Pdf) -> None:
    opens_something(pdf)
    packet = pdf.Root.Metadata.read_bytes().replace(b'fx:DocumentType="', b'fx:Unknown="1" fx:DocumentType="')
    pdf.Root.Metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)


def copy_of(change: Change) -> Conversion:
    made = convert(changed(letter("PDF/A-3U"), change))
    assert isinstance(made, Conversion), made
    return made


def packet_of(made: Conversion) -> bytes:
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        return bytes(pdf.Root.Metadata.read_bytes())


@pytest.mark.parametrize("change", [opens_something, of_a_page, with_more_said, with_odd_metadata])
def test_the_copy_has_the_files(change: Change) -> None:
    made = copy_of(change)
    assert made.report.confirmed == "3b"
    assert LOST not in made.changes
    assert not must_be_compared(made)
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        (spec,) = list(pdf.Root.AF)
        assert bytes(spec.EF.F.read_bytes()) == INVOICE
        assert str(spec.UF) == "a.xml"
        assert "/AFRelationship" in spec


def test_what_an_invoice_says_of_itself_stays_where_it_conforms() -> None:
    assert b"INVOICE" in packet_of(copy_of(opens_something))
    assert b"schemas" in packet_of(copy_of(opens_something))
    assert b"INVOICE" not in packet_of(copy_of(with_odd_metadata))


def test_level_a_becomes_level_b_and_nothing_is_said_of_pdf_ua() -> None:
    def of_level_a(pdf: pikepdf.Pdf) -> None:
        opens_something(pdf)
        packet = re.sub(rb"conformance>\w<", b"conformance>A<", pdf.Root.Metadata.read_bytes())
        assert b"conformance>A<" in packet
        pdf.Root.Metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)

    made = copy_of(of_level_a)
    assert made.report.declared == "3b"
    assert b"INVOICE" in packet_of(made)
    with pikepdf.open(io.BytesIO(made.content)) as pdf, pdf.open_metadata() as told:
        assert f"{{{_ACCESSIBLE}}}part" not in told


def test_pictures_alone_keep_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_parts, "ROUNDS", 0)
    made = copy_of(opens_something)
    assert (made.report.confirmed, made.pictured_pages) == ("3b", (1,))
    assert LOST not in made.changes
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert [bytes(file.get_file().read_bytes()) for file in pdf.attachments.values()] == [INVOICE]


def test_a_file_that_nobody_vouches_for_goes_and_is_told() -> None:
    def nameless(pdf: pikepdf.Pdf) -> None:
        opens_something(pdf)
        del pdf.Root.AF[0]["/F"], pdf.Root.AF[0]["/UF"]

    made = copy_of(nameless)
    assert made.report.confirmed == "2b"
    assert LOST in made.changes
    assert must_be_compared(made)


def test_a_paper_that_declares_another_part_loses_them_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_a_page_alone(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].AF = Array([specification(pdf)])

    content = changed(letter(None), of_a_page_alone)
    made = convert(content)
    assert isinstance(made, Conversion)
    assert (made.report.confirmed, LOST in made.changes) == ("2b", True)
    monkeypatch.setattr(by_parts, "draw_field_values", "stops the parts")
    drawn = convert(content)
    assert isinstance(drawn, Conversion)
    assert (drawn.pictured_pages, LOST in drawn.changes) == ((1,), True)


@pytest.mark.skipif(not (BUILT / "judge.jar").exists(), reason="the judge is built by dev.py test pdfa")
def test_the_judge_takes_every_copy_with_files() -> None:
    kinds = (opens_something, of_a_page, with_more_said, with_odd_metadata)
    said = judge([("3b", copy_of(change).content) for change in kinds])
    assert [sentence.rules for sentence in said if not sentence.conforms] == []
