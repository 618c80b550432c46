"""Kinds of faults in XMP: every known property with right and wrong values, and the writing of the packet."""

import random
import re
import zlib
from collections.abc import Callable

from pikepdf import Name, Pdf

from tests.pdfa.mutants_core import edit_xmp, kind, words

_TYPES = "http://ns.adobe.com/xap/1.0/sType/"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpTPg": "http://ns.adobe.com/xap/1.0/t/pg/",
    "xmpBJ": "http://ns.adobe.com/xap/1.0/bj/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfx": "http://ns.adobe.com/pdfx/1.3/",
    "stRef": f"{_TYPES}ResourceRef#",
    "stEvt": f"{_TYPES}ResourceEvent#",
    "stJob": f"{_TYPES}Job#",
    "stDim": f"{_TYPES}Dimensions#",
}
PROPERTIES = words(
    "dc:contributor dc:coverage dc:creator dc:date dc:description dc:format dc:identifier dc:language"
    " dc:publisher dc:relation dc:rights dc:source dc:subject dc:title dc:type xmp:Advisory xmp:BaseURL"
    " xmp:CreateDate xmp:CreatorTool xmp:Identifier xmp:MetadataDate xmp:ModifyDate xmp:Nickname xmp:Label"
    " xmp:Rating xmpMM:DerivedFrom xmpMM:DocumentID xmpMM:History xmpMM:InstanceID"
    " xmpMM:OriginalDocumentID xmpMM:VersionID xmpMM:RenditionClass xmpMM:SaveID xmpRights:Certificate"
    " xmpRights:Marked xmpRights:Owner xmpRights:UsageTerms xmpTPg:NPages xmpTPg:MaxPageSize xmpTPg:Fonts"
    " xmpBJ:JobRef pdf:Keywords pdf:PDFVersion pdf:Producer pdf:Trapped photoshop:City"
    " photoshop:DateCreated photoshop:Urgency photoshop:SupplementalCategories photoshop:ColorMode"
    " tiff:Make tiff:Orientation tiff:BitsPerSample tiff:XResolution tiff:Copyright exif:ColorSpace"
    " exif:GPSLatitude exif:ISOSpeedRatings exif:UserComment exif:ExifVersion exif:Flash pdfaid:amd"
    " pdfaid:corr pdfaid:rev pdfuaid:part pdfx:Company"
)
PLAIN = (
    *(
        "x",
        "",
        "1",
        "-1",
        "+5",
        "1.5",
        ".5",
        "1/2",
        "True",
        "true",
        "False",
        "yes",
        "2020",
        "2020-01",
        "2020-1-2",
    ),
    *(
        "2020-01-02T03:04Z",
        "2020-01-02T03:04:05.5+01:00",
        "2020-13-02",
        "2020-02-30",
        "D:20200102",
        "02/01/2020",
    ),
    *("application/pdf", "text", "https://example.org", "12,30.5N", "12,30,15N", "fr", " 1", "1 2", "1e5"),
)
SWAPS = (
    *(("rdf:Seq", "rdf:Bag"), ("rdf:Bag", "rdf:Seq"), ("rdf:Alt", "rdf:Bag"), ("rdf:li", "rdf:lj")),
    *(
        ("rdf:about", "about"),
        ("x-default", "fr"),
        ("x:xmpmeta", "x:xapmeta"),
        ("adobe:ns:meta/", "adobe:ns:meta"),
    ),
    *(("rdf-syntax-ns#", "rdf-syntax-ns"), ("?>", "?> "), ('end="w"', 'end="r"'), (">1<", ">01<")),
    *(("<rdf:li", '<rdf:li rdf:parseType="Literal"'), (">B<", ">b<"), ('="B"', '="B "'), (">2<", "> 2<")),
    *(
        ('rdf:parseType="Resource"', 'rdf:parseType="Literal"'),
        ("xmp:", "xap:"),
        ("http://ns.", "https://ns."),
    ),
)
SIGNS = (
    *(
        "&",
        "<",
        ">",
        '"',
        " ",
        "\x00",
        "&#1;",
        "&amp;",
        "é",
        "\ufeff",
        "<!--c-->",
        "<![CDATA[x]]>",
        "<?pi x?>",
    ),
    *("\x0b", "&foo;", "\n", "text", "\u00a0"),
)


def _written(pdf: Pdf, change: Callable[[str], str]) -> bool:
    return edit_xmp(pdf, lambda old: change(old.decode("utf-8", "replace")).encode("utf-8", "replace"))


def _value(dice: random.Random, depth: int = 0) -> str:
    form = dice.randrange(8)
    if form < 4 or depth > 1:
        return dice.choice(PLAIN)
    if form < 7:
        kind_of = dice.choice(["Bag", "Seq", "Alt"])
        signs = ["", "", ' xml:lang="x-default"', ' xml:lang="fr"']
        items = "".join(
            f"<rdf:li{dice.choice(signs)}>{_value(dice, depth + 1)}</rdf:li>"
            for _ in range(dice.choice([0, 1, 1, 2]))
        )
        return f"<rdf:{kind_of}>{items}</rdf:{kind_of}>"
    fields = [
        "stRef:documentID",
        "stRef:instanceID",
        "stEvt:action",
        "stEvt:when",
        "stDim:w",
        "stDim:unit",
        "stJob:id",
    ]
    field = dice.choice(fields)
    return f"<rdf:Description><{field}>{dice.choice(PLAIN)}</{field}></rdf:Description>"


@kind
def xmp_property(pdf: Pdf, dice: random.Random) -> bool:
    """A known or unknown property with a value of any form."""
    name, value = dice.choice(PROPERTIES), _value(dice)
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    if "<" not in value and dice.random() < 0.3:
        block = f'<rdf:Description rdf:about="" {spaces} {name}="{value}"/>'
    elif "<" not in value and dice.random() < 0.3:
        block = f'<rdf:Description rdf:about="" {spaces}><{name} rdf:resource="{value}"/></rdf:Description>'
    else:
        block = f'<rdf:Description rdf:about="" {spaces}><{name}>{value}</{name}></rdf:Description>'
    return _written(pdf, lambda old: old.replace("</rdf:RDF>", block + "</rdf:RDF>", 1))


@kind
def xmp_tag_gone(pdf: Pdf, dice: random.Random) -> bool:
    def change(old: str) -> str:
        tag = dice.choice(list(re.finditer(r"</?\w+:\w+[^>]*>", old)))
        return old[: tag.start()] + old[tag.end() :]

    return _written(pdf, change)


@kind
def xmp_element_changed(pdf: Pdf, dice: random.Random) -> bool:
    def change(old: str) -> str:
        found = dice.choice(list(re.finditer(r"<(\w+:\w+)\b[^>]*>([^<]*)</\1>", old)))
        ways = [
            "",
            found.group() * 2,
            found.group().replace(f">{found.group(2)}<", f">{dice.choice(PLAIN)}<"),
        ]
        return old[: found.start()] + dice.choice(ways) + old[found.end() :]

    return _written(pdf, change)


@kind
def xmp_attribute_changed(pdf: Pdf, dice: random.Random) -> bool:
    def change(old: str) -> str:
        found = dice.choice(list(re.finditer(r'\s(\w+:\w+)="([^"]*)"', old)))
        ways = ["", f' {found.group(1)}="{dice.choice(PLAIN)}"', found.group() * 2, found.group()[:-2] + '"']
        return old[: found.start()] + dice.choice(ways) + old[found.end() :]

    return _written(pdf, change)


@kind
def xmp_words_swapped(pdf: Pdf, dice: random.Random) -> bool:
    def change(old: str) -> str:
        before, after = dice.choice([pair for pair in SWAPS if pair[0] in old])
        return old.replace(before, after, dice.choice([1, -1]))

    return _written(pdf, change)


@kind
def xmp_sign_added(pdf: Pdf, dice: random.Random) -> bool:
    def change(old: str) -> str:
        place = dice.randrange(len(old))
        return old[:place] + dice.choice(SIGNS) + old[place:]

    return _written(pdf, change)


@kind
def xmp_sign_between_tags(pdf: Pdf, dice: random.Random) -> bool:
    def change(old: str) -> str:
        place = dice.choice([found.start() + 1 for found in re.finditer(r">\s*<", old)])
        return old[:place] + dice.choice(SIGNS) + old[place:]

    return _written(pdf, change)


@kind
def xmp_encoding(pdf: Pdf, dice: random.Random) -> bool:
    coding = dice.choice(["utf-16", "utf-16-be", "utf-32", "latin-1"])
    return edit_xmp(pdf, lambda old: old.decode("utf-8", "replace").encode(coding, "replace"))


@kind
def xmp_type_of_extension(pdf: Pdf, dice: random.Random) -> bool:
    names = [
        "Text",
        "Foo",
        "Integer",
        "bag Text",
        "Bag Integer",
        "Lang Alt",
        "open Choice",
        "XPath",
        "Date",
        "seq",
    ]

    def change(old: str) -> str:
        found = list(re.finditer(r"(pdfaProperty|pdfaField):valueType>([^<]*)<", old))
        spot = dice.choice(found)
        return old[: spot.start(2)] + dice.choice(names) + old[spot.end(2) :]

    return _written(pdf, change)


@kind
def xmp_part_of_extension(pdf: Pdf, dice: random.Random) -> bool:
    def change(old: str) -> str:
        found = dice.choice(list(re.finditer(r"<(pdfa\w+:\w+)[^>]*>[^<]*</\1>", old)))
        if found.group(1).startswith("pdfaid"):
            return old
        ways = ["", found.group() * 2, re.sub(r":(\w)", r":x\1", found.group())]
        return old[: found.start()] + dice.choice(ways) + old[found.end() :]

    return _written(pdf, change)


@kind
def xmp_stream_entry(pdf: Pdf, dice: random.Random) -> bool:
    stream = pdf.Root.Metadata
    change = dice.randrange(3)
    if change == 0:
        del stream[dice.choice(["/Type", "/Subtype"])]
    elif change == 1:
        stream["/Subtype"] = Name.Foo
    else:
        stream.write(zlib.compress(stream.read_bytes()), filter=Name.FlateDecode)
    return True
