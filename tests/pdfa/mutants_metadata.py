"""Kinds of faults in XMP metadata and the information dictionary."""

import random
import re

from pikepdf import Name, Pdf, String

from tests.pdfa.mutants_core import add_property, edit_xmp, kind, page_of


@kind
def metadata_removed(pdf: Pdf, dice: random.Random) -> bool:
    del pdf.Root["/Metadata"]
    return True


@kind
def metadata_not_xml(pdf: Pdf, dice: random.Random) -> bool:
    return edit_xmp(pdf, lambda old: old.replace(b"</rdf:RDF>", b"</rdf:RDF", 1))


@kind
def metadata_other_part(pdf: Pdf, dice: random.Random) -> bool:
    other = dice.choice([b"1", b"2", b"3"])
    return edit_xmp(
        pdf, lambda old: re.sub(rb"(pdfaid:part(?:=['\"]|>))\d", lambda m: m.group(1) + other, old, count=1)
    )


@kind
def metadata_level_wrong(pdf: Pdf, dice: random.Random) -> bool:
    level = dice.choice([b"b", b"X", b"U", b""])
    return edit_xmp(
        pdf,
        lambda old: re.sub(
            rb"(pdfaid:conformance(?:=['\"]|>))[ABU]", lambda m: m.group(1) + level, old, count=1
        ),
    )


@kind
def metadata_no_identification(pdf: Pdf, dice: random.Random) -> bool:
    return edit_xmp(pdf, lambda old: old.replace(b"pdfaid:part", b"pdfaid:prat"))


@kind
def metadata_prefix(pdf: Pdf, dice: random.Random) -> bool:
    return edit_xmp(
        pdf, lambda old: old.replace(b"pdfaid:", b"pdfx:").replace(b"xmlns:pdfaid", b"xmlns:pdfx")
    )


@kind
def metadata_unknown_property(pdf: Pdf, dice: random.Random) -> bool:
    return add_property(pdf, 'xmlns:my="http://example.org/my/"', "<my:Note>x</my:Note>")


@kind
def metadata_wrong_type(pdf: Pdf, dice: random.Random) -> bool:
    declared, element = dice.choice(
        [
            ('xmlns:dc="http://purl.org/dc/elements/1.1/"', "<dc:rights>free</dc:rights>"),
            ('xmlns:xmp="http://ns.adobe.com/xap/1.0/"', "<xmp:MetadataDate>yesterday</xmp:MetadataDate>"),
            ('xmlns:xmpTPg="http://ns.adobe.com/xap/1.0/t/pg/"', "<xmpTPg:NPages>one</xmpTPg:NPages>"),
            ('xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"', "<xmpMM:SaveID>1.5</xmpMM:SaveID>"),
            ('xmlns:tiff="http://ns.adobe.com/tiff/1.0/"', "<tiff:BitsPerSample>8</tiff:BitsPerSample>"),
            (
                'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"',
                "<xmpRights:Marked>yes</xmpRights:Marked>",
            ),
        ]
    )
    return add_property(pdf, declared, element)


@kind
def metadata_good_property(pdf: Pdf, dice: random.Random) -> bool:
    declared, element = dice.choice(
        [
            ('xmlns:xmpTPg="http://ns.adobe.com/xap/1.0/t/pg/"', "<xmpTPg:NPages>1</xmpTPg:NPages>"),
            ('xmlns:exif="http://ns.adobe.com/exif/1.0/"', "<exif:ColorSpace>1</exif:ColorSpace>"),
            ('xmlns:tiff="http://ns.adobe.com/tiff/1.0/"', "<tiff:Make>Scanner</tiff:Make>"),
            ('xmlns:ph="http://ns.adobe.com/photoshop/1.0/"', "<ph:City>Esch</ph:City>"),
        ]
    )
    return add_property(pdf, declared, element)


@kind
def metadata_header_bytes(pdf: Pdf, dice: random.Random) -> bool:
    attribute = dice.choice([b' bytes="100"', b' encoding="UTF-8"'])
    return edit_xmp(
        pdf, lambda old: re.sub(rb"(<\?xpacket begin[^?]*)\?>", rb"\1" + attribute + b"?>", old, count=1)
    )


@kind
def metadata_header_hidden(pdf: Pdf, dice: random.Random) -> bool:
    """The attribute stands in UTF-16, behind another header or where only some readers see it."""
    flawed = dice.choice([b' bytes="100"', b' bytes="100"', b" encoding='UTF-8'", b" bytes=100", b""])
    before = dice.choice(
        [b"", b"<!-- <?xpacket a?> -->", b"<?xpacket a?>", b"<?other <!-- ?>", b"<!--x-->\n"]
    )

    def change(old: bytes) -> bytes:
        new = before + re.sub(rb"(<\?xpacket\s+begin[^?]*)\?>", rb"\1" + flawed + b"?>", old, count=1)
        text = new.decode("utf-8").replace("\ufeff", "")
        encoding, mark = dice.choice(
            [("utf-8", b""), ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"")]
        )
        return mark + text.encode(encoding)

    return edit_xmp(pdf, change)


@kind
def metadata_header_further(pdf: Pdf, dice: random.Random) -> bool:
    """A second header, inside or at the end."""
    more = dice.choice(
        [b'<?xpacket begin="" bytes="9"?>', b'<?xpacket end="w" bytes="9"?>', b"<?xpacket bytes='9'?>"]
    )
    place = dice.choice(
        [rb"(?=<rdf:RDF)", rb"(?=<x:xmpmeta)", rb"(?=</rdf:RDF>)", rb"(?=<\?xpacket end)", rb"\Z"]
    )
    return edit_xmp(pdf, lambda old: re.sub(place, more, old, count=1))


@kind
def metadata_info_encoding(pdf: Pdf, dice: random.Random) -> bool:
    """The same words in an encoding that PDF 1.4 does not know, or bytes without a letter."""
    words = dice.choice(["Résumé", "A", "日本"])
    little, big = words.encode("utf-16-le"), words.encode("utf-16-be")
    raw, read = dice.choice(
        [(b"\xff\xfe" + little, words), (b"\xfe\xff" + big, words), (b"A\xadB", str(String(b"A\xadB")))]
        + [
            (b"\xfe\xff" + big + b"\x00", words),
            (b"\xff\xfe" + big, words),
            (b"\xff\xfe" + little + b"A", words),
        ]
    )
    pdf.docinfo["/Producer"] = String(raw)
    named = re.compile(rb"<pdf:Producer>.*?</pdf:Producer>", re.DOTALL)
    element = b"<pdf:Producer>" + read.encode() + b"</pdf:Producer>"
    if edit_xmp(pdf, lambda old: named.sub(element, old)):
        return True
    return add_property(pdf, 'xmlns:pdf="http://ns.adobe.com/pdf/1.3/"', element.decode())


@kind
def metadata_title_differs(pdf: Pdf, dice: random.Random) -> bool:
    pdf.docinfo["/Title"] = String("Another title é")
    return True


@kind
def metadata_date_differs(pdf: Pdf, dice: random.Random) -> bool:
    pdf.docinfo[dice.choice(["/ModDate", "/CreationDate"])] = String("D:20200102030405+01'00'")
    return True


@kind
def metadata_producer_differs(pdf: Pdf, dice: random.Random) -> bool:
    pdf.docinfo["/Producer"] = String("Somebody else")
    return True


@kind
def metadata_duplicate_property(pdf: Pdf, dice: random.Random) -> bool:
    return add_property(
        pdf,
        'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"',
        "<pdfaid:conformance>B</pdfaid:conformance>",
    )


@kind
def metadata_extension_incomplete(pdf: Pdf, dice: random.Random) -> bool:
    fields = [
        "<pdfaProperty:name>Note</pdfaProperty:name>",
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>",
        "<pdfaProperty:category>external</pdfaProperty:category>",
        "<pdfaProperty:description>a note</pdfaProperty:description>",
    ]
    gone = dice.randrange(5)  # 4 = complete
    kept = "".join(field for place, field in enumerate(fields) if place != gone)
    return add_property(
        pdf,
        'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" xmlns:my="http://example.org/my/"',
        "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<pdfaSchema:schema>Mine</pdfaSchema:schema>"
        "<pdfaSchema:namespaceURI>http://example.org/my/</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>my</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
        f"<rdf:li rdf:parseType='Resource'>{kept}</rdf:li></rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas><my:Note>x</my:Note>",
    )


@kind
def metadata_on_page(pdf: Pdf, dice: random.Random) -> bool:
    body = dice.choice(
        [b"<x/>", pdf.Root.Metadata.read_bytes(), pdf.Root.Metadata.read_bytes().replace(b"part", b"prat")]
    )
    stream = pdf.make_stream(body, Type=Name.Metadata, Subtype=Name.XML)
    page_of(pdf, dice)["/Metadata"] = stream
    return True
