"""A small PDF/A-1b file writer for the demo documents: embedded subset fonts, sRGB, no randomness.

Written by hand because it makes a page in about a millisecond and the same bytes every time; only what
the demo pages need exists (text, lines, filled shapes). The tests judge its output with the checker.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from io import BytesIO
from typing import Protocol

from fontTools import subset
from fontTools.ttLib import TTFont

from desktop.common.resource_files import resource

_EXTRA = "œŒŸ€–—‘’“”„•…≥≤→×≈Δ−"
_CHARACTERS = (
    "".join(chr(c) for c in range(32, 127)) + "".join(chr(c) for c in range(161, 256) if c != 173) + _EXTRA
)
_PRODUCER = "DSP Desktop, plateforme de démonstration"


class Face(StrEnum):
    """The faces of the demo pages; the value is the file in ``resources/fonts``."""

    REGULAR = "LiberationSans-Regular"
    BOLD = "LiberationSans-Bold"
    ITALIC = "LiberationSans-Italic"
    SERIF = "LiberationSerif-Regular"
    SERIF_BOLD = "LiberationSerif-Bold"
    MONO = "LiberationMono-Regular"


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A subset font: advance widths (1/1000 em) and glyph codes by character, and its PDF objects."""

    widths: dict[str, int]
    codes: dict[str, str]
    program: bytes
    length: int
    descriptor: str
    name: str
    width_array: str
    to_unicode: bytes
    cid_set: bytes

    def width(self, content: str, size: float) -> float:
        """Width of *content* in points."""
        get = self.widths.get
        return sum(get(c, 500) for c in content) * size / 1000

    def encode(self, content: str) -> str:
        """Glyph codes as hexadecimal; an unknown character becomes a question mark."""
        codes = self.codes
        return "".join(codes.get(c) or codes["?"] for c in content)


@cache
def font(face: Face) -> EmbeddedFont:
    """The subset of *face*, made once a process."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [1, 2, 6]
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "FFTM", "PfEd", "gasp"]
    worker = subset.Subsetter(options)
    worker.populate(text=_CHARACTERS)
    out = BytesIO()
    with TTFont(resource("fonts", f"{face.value}.ttf"), recalcTimestamp=False, lazy=True) as source:
        worker.subset(source)
        source.save(out, reorderTables=True)
    program = out.getvalue()
    with TTFont(BytesIO(program), recalcTimestamp=False) as made:
        return _describe(made, face, program)


def _describe(ttf: TTFont, face: Face, program: bytes) -> EmbeddedFont:
    scale = 1000 / ttf["head"].unitsPerEm
    order = ttf.getGlyphOrder()
    advances = [round(ttf["hmtx"][name][0] * scale) for name in order]
    number = {name: i for i, name in enumerate(order)}
    characters = {chr(c): number[name] for c, name in ttf.getBestCmap().items() if chr(c) in _CHARACTERS}
    name = f"{_tag(face)}+{face.value}"
    head, os2 = ttf["head"], ttf["OS/2"]
    box = " ".join(str(round(v * scale)) for v in (head.xMin, head.yMin, head.xMax, head.yMax))
    bold = "Bold" in face.value
    flags = 4 | (64 if "Italic" in face.value else 0) | (2 if "Serif" in face.value else 0)
    descriptor = (
        f"/Type/FontDescriptor/FontName/{name}/Flags {flags | (1 if 'Mono' in face.value else 0)}"
        f"/FontBBox[{box}]/ItalicAngle {-12 if 'Italic' in face.value else 0}"
        f"/Ascent {round(ttf['hhea'].ascent * scale)}/Descent {round(ttf['hhea'].descent * scale)}"
        f"/CapHeight {round(os2.sCapHeight * scale)}/StemV {140 if bold else 80}"
    )
    bits = bytearray((len(order) + 7) // 8)
    for i in range(len(order)):
        bits[i // 8] |= 0x80 >> (i % 8)
    return EmbeddedFont(
        widths={c: advances[g] for c, g in characters.items()},
        codes={c: f"{g:04X}" for c, g in characters.items()},
        program=zlib.compress(program, 9),
        length=len(program),
        descriptor=descriptor,
        name=name,
        width_array="[0[" + " ".join(map(str, advances)) + "]]",
        to_unicode=zlib.compress(_to_unicode({g: c for c, g in characters.items()}), 9),
        cid_set=zlib.compress(bytes(bits), 9),
    )


def _tag(face: Face) -> str:
    digest = hashlib.sha256(face.value.encode()).digest()
    return "".join(chr(65 + b % 26) for b in digest[:6])


def _to_unicode(characters: dict[int, str]) -> bytes:
    rows = [f"<{g:04X}> <{c.encode('utf-16-be').hex().upper()}>" for g, c in sorted(characters.items())]
    blocks = []
    for i in range(0, len(rows), 100):
        part = rows[i : i + 100]
        blocks.append(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar")
    body = "\n".join(blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


@cache
def srgb_profile() -> bytes:
    """A version 2 ICC profile of sRGB: primaries adapted to D50 and a sampled tone curve."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    def tone(step: int) -> int:
        v = step / 1023
        return round(65535 * (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4))

    label = b"sRGB IEC61966-2.1\x00"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(label)) + label + bytes(8 + 2 + 1 + 67)
    curve = (
        b"curv\0\0\0\0" + struct.pack(">I", 1024) + b"".join(struct.pack(">H", tone(i)) for i in range(1024))
    )
    tags = {
        b"desc": description,
        b"cprt": b"text\0\0\0\0Public domain\x00",
        b"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642, 1.0, 0.8249),
        b"rXYZ": b"XYZ \0\0\0\0" + fixed(0.43607, 0.22249, 0.01392),
        b"gXYZ": b"XYZ \0\0\0\0" + fixed(0.38515, 0.71687, 0.09708),
        b"bXYZ": b"XYZ \0\0\0\0" + fixed(0.14307, 0.06061, 0.71410),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    offset = 128 + 4 + 12 * len(tags)
    table, body, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for name, value in tags.items():
        if value not in places:
            places[value] = offset + len(body)
            body += value + bytes(-len(value) % 4)
        table += name + struct.pack(">II", places[value], len(value))
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI12s4s",
        128 + len(table) + len(body), b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ",
        2026, 1, 1, 0, 0, 0, b"acsp", b"\0\0\0\0", 0, b"\0\0\0\0", b"\0\0\0\0", 0, 0,
        fixed(0.9642, 1.0, 0.8249), b"\0\0\0\0",
    )  # fmt: skip
    return header + bytes(128 - len(header)) + table + body


@cache
def _packed_profile() -> bytes:
    return zlib.compress(srgb_profile(), 9)


@dataclass(frozen=True, slots=True)
class PdfPage:
    """The drawing operators of one A4 page and the faces they use (named ``/F`` + rank in :class:`Face`)."""

    operators: str
    faces: frozenset[Face]


def face_name(face: Face) -> str:
    """Resource name of *face* on every page."""
    return f"F{list(Face).index(face)}"


def write_pdf(pages: list[PdfPage], title: str, author: str, day: date, identity: str) -> bytes:
    """One PDF/A-1b file; *identity* makes its /ID, *day* its dates (noon UTC)."""
    faces = [face for face in Face if any(face in page.faces for page in pages)]
    objects: list[bytes] = []

    def add(content: str, stream: bytes | None = None) -> int:
        raw = content.encode("latin-1")
        if stream is not None:
            raw = b"<<%s/Length %d>>\nstream\n%s\nendstream" % (raw, len(stream), stream)
        objects.append(raw)
        return len(objects)

    stamp = f"{day:%Y%m%d}120000Z"
    count = len(pages)
    first_font = 6
    first_page = first_font + 1 + 6 * len(faces)
    kids = " ".join(f"{first_page + 2 * i} 0 R" for i in range(count))
    add(
        "<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R/Lang(fr)"
        "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"
        "/Info(sRGB IEC61966-2.1)/DestOutputProfile 5 0 R>>]>>"
    )
    add(f"<</Type/Pages/Kids[{kids}]/Count {count}>>")
    add(
        f"<</Title{_text(title)}/Author{_text(author)}/Producer{_text(_PRODUCER)}"
        f"/CreationDate(D:{stamp})/ModDate(D:{stamp})>>"
    )
    add("/Type/Metadata/Subtype/XML", _xmp(title, author, day))
    add("/N 3/Filter/FlateDecode", _packed_profile())
    resources = "".join(f"/{face_name(face)} {first_font + 1 + 6 * i} 0 R" for i, face in enumerate(faces))
    add(f"<</Font<<{resources}>>>>")
    for face in faces:
        _add_font(add, font(face), len(objects) + 1)
    for i, page in enumerate(pages):
        add(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.28 841.89]/Resources {first_font} 0 R"
            f"/Contents {first_page + 2 * i + 1} 0 R>>"
        )
        add("/Filter/FlateDecode", zlib.compress(page.operators.encode("latin-1"), 6))
    return _assemble(objects, hashlib.md5(identity.encode(), usedforsecurity=False).hexdigest())


class _Add(Protocol):
    def __call__(self, content: str, stream: bytes | None = None) -> int: ...


def _add_font(add: _Add, f: EmbeddedFont, at: int) -> None:
    add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{f.name}/Encoding/Identity-H"
        f"/DescendantFonts[{at + 1} 0 R]/ToUnicode {at + 4} 0 R>>"
    )
    add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{f.name}/CIDToGIDMap/Identity/DW 500/W{f.width_array}"
        f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {at + 2} 0 R>>"
    )
    add(f"<<{f.descriptor}/FontFile2 {at + 3} 0 R/CIDSet {at + 5} 0 R>>")
    add(f"/Length1 {f.length}/Filter/FlateDecode", f.program)
    add("/Filter/FlateDecode", f.to_unicode)
    add("/Filter/FlateDecode", f.cid_set)


def _assemble(objects: list[bytes], file_id: str) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for i, raw in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, raw)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += (
        f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R/Info 3 0 R/ID[<{file_id}><{file_id}>]>>\n"
        f"startxref\n{start}\n%%EOF\n"
    ).encode("ascii")
    return bytes(out)


def _text(content: str) -> str:
    return "<" + (b"\xfe\xff" + content.encode("utf-16-be")).hex().upper() + ">"


def _escaped(content: str) -> str:
    return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _xmp(title: str, author: str, day: date) -> bytes:
    when = f"{day.isoformat()}T12:00:00Z"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
        ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">\n'
        "<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\n"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{_escaped(title)}</rdf:li></rdf:Alt></dc:title>\n'
        f"<dc:creator><rdf:Seq><rdf:li>{_escaped(author)}</rdf:li></rdf:Seq></dc:creator>\n"
        f"<xmp:CreateDate>{when}</xmp:CreateDate><xmp:ModifyDate>{when}</xmp:ModifyDate>\n"
        f"<pdf:Producer>{_escaped(_PRODUCER)}</pdf:Producer>\n"
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    ).encode()
