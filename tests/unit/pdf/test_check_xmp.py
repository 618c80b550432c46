"""The XMP layer: predefined types, extension schemas, encodings, agreement with /Info."""

import io

import pikepdf
import pytest
from pikepdf import Dictionary, Name, String

from desktop.pdf.check import xmp
from desktop.pdf.check.info_agreement import check_agreement
from desktop.pdf.check.rdf import Form, read_packet
from desktop.pdf.check.xmp import Metadata, _check_packet
from desktop.pdf.check.xmp_types import Types, simplified
from tests.unit.pdf.pdf_samples import letter

SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:xmpTPg="http://ns.adobe.com/xap/1.0/t/pg/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
    ' xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
    ' xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" xmlns:my="http://example.org/my/"'
    ' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"'
    ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
)


def packet(body: str) -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {SPACES}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="w"?>'
    ).encode()


def faults(body: str | bytes, part: int = 2) -> list[tuple[str, bool]]:
    data = body if isinstance(body, bytes) else packet(body)
    return [(found.family, found.certain) for found in _check_packet(data, read_packet(data), part, {})]


GOOD = [
    "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>A</rdf:li><rdf:li xml:lang='fr'>B</rdf:li></rdf:Alt>"
    "</dc:title>",
    "<dc:creator><rdf:Seq><rdf:li>Dr A</rdf:li></rdf:Seq></dc:creator>",
    "<dc:subject><rdf:Bag/></dc:subject>",
    "<dc:date><rdf:Seq><rdf:li>2026-01-05</rdf:li></rdf:Seq></dc:date>",
    "<dc:format>application/pdf</dc:format>",
    "<xmp:CreateDate>2026-01-05T10:00:00+01:00</xmp:CreateDate><xmp:ModifyDate>2026</xmp:ModifyDate>",
    "<xmp:Rating>-1.5</xmp:Rating>",
    "<xmpTPg:NPages>+3</xmpTPg:NPages>",
    "<tiff:BitsPerSample><rdf:Seq><rdf:li>8</rdf:li></rdf:Seq></tiff:BitsPerSample>",
    "<xmpMM:History><rdf:Seq><rdf:li rdf:parseType='Resource'><stEvt:action>saved</stEvt:action>"
    "<stEvt:when>2026-01-05</stEvt:when></rdf:li></rdf:Seq></xmpMM:History>",
    "<xmpMM:History><rdf:Seq><rdf:li stEvt:action='saved'/></rdf:Seq></xmpMM:History>",
]
WRONG = [
    "<dc:title>A</dc:title>",
    "<dc:title><rdf:Alt><rdf:li>A</rdf:li></rdf:Alt></dc:title>",
    "<dc:creator><rdf:Bag><rdf:li>Dr A</rdf:li></rdf:Bag></dc:creator>",
    "<dc:format>pdf</dc:format>",
    "<xmp:CreateDate>yesterday</xmp:CreateDate>",
    "<xmp:Rating>good</xmp:Rating>",
    "<xmpTPg:NPages>1.5</xmpTPg:NPages>",
    "<my:Note>x</my:Note>",
    "<pdf:Trapped>False</pdf:Trapped>",
    "<xmpMM:History><rdf:Seq><rdf:li rdf:parseType='Resource'><stEvt:zorg>1</stEvt:zorg></rdf:li></rdf:Seq>"
    "</xmpMM:History>",
]
UNSURE = [
    "<xmp:CreateDate>2026-13-05</xmp:CreateDate>",
    "<dc:source>a</dc:source><dc:source>b</dc:source>",
    "<dc:title><rdf:Alt><rdf:li xml:lang='fr'>A</rdf:li><rdf:li>B</rdf:li></rdf:Alt></dc:title>",
    "<dc:source rdf:parseType='Literal'>a</dc:source>",
]


@pytest.mark.parametrize("body", GOOD)
def test_predefined_properties_of_the_right_type(body: str) -> None:
    assert faults(body) == []


@pytest.mark.parametrize("body", WRONG)
def test_wrong_types_and_unknown_properties_are_violations(body: str) -> None:
    assert faults(body) == [("metadata_property", True)]


@pytest.mark.parametrize("body", UNSURE)
def test_border_cases_are_neither_approved_nor_refused(body: str) -> None:
    found = faults(body)
    assert found
    assert not any(certain for _, certain in found)


def test_the_two_xmp_specifications_differ() -> None:
    rating = "<xmp:Rating>3</xmp:Rating>"
    assert faults(rating, 1) == [("metadata_property", True)]
    text_form = "<photoshop:SupplementalCategories>a</photoshop:SupplementalCategories>"
    assert faults(text_form, 1) == []
    assert faults(text_form, 2) == [("metadata_property", True)]


def extension(property_fields: str, value_type: str = "Text", prefix: str = "pdfaSchema") -> str:
    return (
        "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        f"<{prefix}:schema>Mine</{prefix}:schema>"
        "<pdfaSchema:namespaceURI>http://example.org/my/</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>my</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
        "<rdf:li rdf:parseType='Resource'><pdfaProperty:name>Note</pdfaProperty:name>"
        f"<pdfaProperty:valueType>{value_type}</pdfaProperty:valueType>{property_fields}"
        "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"
    )


CATEGORY = "<pdfaProperty:category>external</pdfaProperty:category>"
COMPLETE = CATEGORY + "<pdfaProperty:description>d</pdfaProperty:description>"


@pytest.mark.parametrize("part", [1, 2, 3])
def test_an_extension_schema_defines_properties(part: int) -> None:
    assert faults(extension(COMPLETE) + "<my:Note>x</my:Note>", part) == []
    assert faults(extension(COMPLETE) + "<my:Other>x</my:Other>", part) == [("metadata_property", True)]
    assert faults(extension(COMPLETE, "Integer") + "<my:Note>x</my:Note>", part) == [
        ("metadata_property", True)
    ]
    assert faults(extension(COMPLETE, "bag of Integer") + "<my:Note>1</my:Note>", part)[0][1]


def test_an_extension_schema_must_be_complete() -> None:
    assert ("metadata_extension", True) in faults(extension(""))
    assert ("metadata_extension", True) in faults(extension(COMPLETE.replace("external", "other")))
    assert ("metadata_extension", True) in faults(extension(COMPLETE, "Zorglub"))


def test_encodings_and_packet_header() -> None:
    body = packet("<dc:format>application/pdf</dc:format>")
    wide = body.decode().encode("utf-16-le")
    assert faults(wide, 1) == []
    assert ("metadata_syntax", True) in faults(wide, 2)
    assert ("metadata_syntax", True) in faults(body.replace(b'id="W5', b'bytes="9" id="W5'))
    assert ("metadata_syntax", True) in faults(body.replace(b"</rdf:RDF>", b""))


def test_types_are_named_loosely() -> None:
    assert simplified("Closed Choice of Text") == "text"
    assert simplified("Bag") == "bag text"
    assert simplified("open Choice") == "text"
    types = Types.predefined(2)
    assert types.knows("seq bag ResourceEvent")
    assert not types.knows("Zorglub")


def test_a_packet_is_read_as_a_tree() -> None:
    found = read_packet(packet("<dc:creator><rdf:Seq><rdf:li>A</rdf:li></rdf:Seq></dc:creator>"))
    (creator,) = found.properties
    assert (creator.form, [child.value for child in creator.children]) == (Form.SEQ, ["A"])


@pytest.mark.parametrize(
    ("info", "body", "expected"),
    [
        ({"/Producer": "A"}, "<pdf:Producer>A</pdf:Producer>", []),
        ({"/Producer": "A"}, "<pdf:Producer>B</pdf:Producer>", [True]),
        ({"/Producer": "A"}, "", [True]),
        ({"/Producer": "A "}, "<pdf:Producer>A</pdf:Producer>", [False]),
        ({"/Author": "A"}, "<dc:creator><rdf:Seq><rdf:li>A</rdf:li></rdf:Seq></dc:creator>", []),
        ({"/ModDate": "D:20260105100000Z"}, "<xmp:ModifyDate>2026-01-05T11:00:00+01:00</xmp:ModifyDate>", []),
        (
            {"/ModDate": "D:20260105100000+01'00'"},
            "<xmp:ModifyDate>2026-01-05T10:00:00Z</xmp:ModifyDate>",
            [True],
        ),
        ({"/ModDate": "D:20260105"}, "<xmp:ModifyDate>2026-01-05</xmp:ModifyDate>", [False]),
        ({"/ModDate": "D:20260105100000Z"}, "", [False]),
    ],
)
def test_information_dictionary_and_xmp_agree(info: dict[str, str], body: str, expected: list[bool]) -> None:
    entries = Dictionary({key: String(value) for key, value in info.items()})
    assert [found.certain for found in check_agreement(entries, read_packet(packet(body)))] == expected


def headed(header: str, before: str = "", encoding: str = "utf-8") -> bytes:
    """A packet whose header is *header*, after *before*."""
    text = packet("").decode().replace('<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>', before + header)
    return ("\ufeff" if encoding != "utf-8" else "").encode(encoding) + text.encode(encoding)


FLAWED = '<?xpacket begin="" bytes="100"?>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (headed('<?xpacket begin=""?>'), []),
        (headed(FLAWED), [True]),
        (headed(FLAWED, encoding="utf-16-be"), [True]),
        (headed(FLAWED, encoding="utf-16-le"), [True]),
        (headed(FLAWED, before="<!-- <?xpacket a?> -->"), [True]),
        (headed(FLAWED, before="<?other <!-- ?>"), [True]),
        (headed(FLAWED, before="<?xpacket a?>"), [False]),
        (headed("<?xpacket begin='' bytes=100?>"), [False]),
        (headed('<?xpacket begin=""?>').replace(b'end="w"', b'end="w" bytes="1"'), [False]),
        (headed("<!-- " + FLAWED + " -->"), []),
    ],
)
def test_attributes_of_the_header_are_found_wherever_it_stands(data: bytes, expected: list[bool]) -> None:
    assert [certain for _, certain in faults(data, part=1)] == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe" + "Résumé".encode("utf-16-le"),
        b"\xfe\xff" + "Résumé".encode("utf-16-be") + b"\x00",
        b"\xfe\xff\xd8\x00\x00A",
        b"A\xadB",
    ],
)
def test_information_in_an_encoding_that_readers_take_differently_is_not_vouched_for(raw: bytes) -> None:
    body = f"<pdf:Producer>{str(String(raw)).encode('utf-8', 'replace').decode()}</pdf:Producer>"
    found = list(check_agreement(Dictionary(Producer=String(raw)), read_packet(packet(body))))
    assert [finding.certain for finding in found] == [False]


def test_more_packets_than_are_read_are_not_vouched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        for _ in range(3):
            stream = pdf.make_stream(packet(""), Type=Name.Metadata, Subtype=Name.XML)
            pdf.Root[f"/Own{stream.objgen[0]}"] = pdf.make_indirect(Dictionary(Metadata=stream))

    with pikepdf.open(io.BytesIO(letter("PDF/A-2B"))) as pdf:
        add(pdf)
        assert not list(Metadata(pdf).check(2))
        monkeypatch.setattr(xmp, "MOST_STREAMS", 2)
        assert [found.certain for found in Metadata(pdf).check(2)] == [False]
