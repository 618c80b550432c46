"""Kinds that hit anywhere: one entry of one dictionary, one token of a content, one byte of a stream."""

import random
import re
from decimal import Decimal

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from tests.pdfa.mutants_core import all_fonts, descriptors, kind, words

NAMES = words(
    "DeviceRGB DeviceCMYK DeviceGray Normal Multiply None Identity Type1 TrueType Type0 Form Image Link"
    " Widget JavaScript Launch GoTo Named Perceptual Foo FlateDecode LZWDecode Crypt DCTDecode"
    " WinAnsiEncoding Identity-H Identity-V Type3 CalRGB ICCBased Separation Pattern GTS_PDFA1 XML"
    " Metadata Catalog Page Pages PS Symbol"
)
KEYS = words(
    "AA A AP OC SMask CA ca BM Group Metadata TR TR2 HTP HT BG UCR2 RI Filter F FFilter FDecodeParms"
    " DecodeParms Interpolate Alternates OPI Ref PS Subtype2 Intent SMaskInData Mask ImageMask Decode"
    " BitsPerComponent ColorSpace Matrix BBox Encoding ToUnicode FontFile2 CIDSet CharSet Flags Widths DW"
    " W CIDToGIDMap BaseFont Contents Annots MediaBox CropBox Rotate UserUnit Trans PresSteps Perms"
    " Requirements NeedsRendering AcroForm Names OpenAction PieceInfo Lang MarkInfo StructTreeRoot"
    " OCProperties OutputIntents Version Extensions N Alternate S Type Subtype Rect C IC AS AF EF"
    " AFRelationship UF Next Resources Index Prev Encrypt ID OP OPM"
)
TOKEN = re.compile(
    rb"\s+|\[[^\]]*\]|\((?:\\.|[^\\()])*\)|<<.*?>>|<[^>]*>|/[^\s/<>\[\]()]*|[^\s/<>\[\]()]+", re.DOTALL
)
OPERANDS = (
    *(
        b"0",
        b"0.5",
        b"-1",
        b"99999999999",
        b"32767.5",
        b"/DeviceCMYK",
        b"/Foo",
        b"(a)",
        b"<41>",
        b"<4>",
        b"<4g>",
    ),
    *(
        b"[(a) 3]",
        b"<</A 1>>",
        b"true",
        b"1e5",
        b"--5",
        b"5.",
        b"/A#42",
        b"{",
        b"1 0 0",
        b"/OC",
        b"BX",
        b"%x\n",
    ),
    *(
        b"q",
        b"Q",
        b"BT",
        b"ET",
        b"EMC",
        b"/P BMC",
        b"0 0 0 1 k",
        b"1 0 0 rg",
        b"0 0 9 9 re f",
        b"zz",
        b"/Foo gs",
    ),
)


def _value(pdf: Pdf, dice: random.Random) -> object:
    return dice.choice(
        [
            Name("/" + dice.choice(NAMES)),
            dice.choice([0, 1, -1, 3, 255, 32768, 2147483648]),
            Decimal(dice.choice(["0.5", "-1.5", "32768.5", "1E-44"])),
            String(dice.choice(["", "é", "x" * 40000, "D:20200101"])),
            dice.choice([True, False]),
            Array([]),
            Dictionary(),
            Dictionary(S=Name("/" + dice.choice(["JavaScript", "URI", "GoTo", "Launch"])), JS=String("1")),
            Array([Name("/" + dice.choice(NAMES)), Name("/" + dice.choice(NAMES))]),
            pdf.make_stream(
                b"1 0 0 rg 0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9]
            ),
            pdf.make_stream(b"abc" * 9),
            pikepdf.Object.parse(dice.choice([b"/a#ff#feb", b"/" + b"n" * 130, b"null", b"(a\\377)"])),
        ]
    )


def _near(value: object, dice: random.Random) -> object:
    """A value a little beside *value*; of another kind for what has no neighbours."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return dice.choice([value + 1, value - 1, -value, value * 2, value ^ 4, value ^ 32])
    if isinstance(value, Decimal):
        return dice.choice([-value, value + 1, int(value)])
    if isinstance(value, Name):
        return dice.choice([Name(f"{value}x"), Name("/x" + str(value)[1:]), String(str(value)[1:])])
    if isinstance(value, String):
        return dice.choice([String(f"{value}x"), String(str(value)[:-1])])
    if isinstance(value, Array) and len(value):
        return Array(dice.choice([list(value)[:-1], [*value, value[-1]], [Array(list(value))]]))
    return Name.Foo


def _containers(pdf: Pdf) -> list[Object]:
    found: list[Object] = [pdf.trailer, pdf.Root]
    for thing in pdf.objects:
        waiting = [(thing, 0)]
        while waiting:
            value, depth = waiting.pop()
            if not isinstance(value, Object) or (depth and value.is_indirect):
                continue
            if isinstance(value, Dictionary | Stream):
                found.append(value)
                waiting += [(inner, depth + 1) for _, inner in value.items()]
            elif isinstance(value, Array) and len(value) < 300:
                waiting += [(inner, depth + 1) for inner in value]
    return found


def _keys(container: Object) -> list[str]:
    return [key for key, _ in container.items() if key != "/Length"]


@kind
def anywhere_entry_gone(pdf: Pdf, dice: random.Random) -> bool:
    container = dice.choice(_containers(pdf))
    del container[dice.choice(_keys(container))]
    return True


@kind
def anywhere_entry_near(pdf: Pdf, dice: random.Random) -> bool:
    container = dice.choice(_containers(pdf))
    key = dice.choice(_keys(container))
    container[key] = _near(container[key], dice)
    return True


@kind
def anywhere_entry_changed(pdf: Pdf, dice: random.Random) -> bool:
    container = dice.choice(_containers(pdf))
    container[dice.choice(_keys(container))] = _value(pdf, dice)
    return True


@kind
def anywhere_entry_added(pdf: Pdf, dice: random.Random) -> bool:
    dice.choice(_containers(pdf))["/" + dice.choice(KEYS)] = _value(pdf, dice)
    return True


@kind
def anywhere_token(pdf: Pdf, dice: random.Random) -> bool:
    """One token of a page or a form: gone, changed, added, or glued to the next."""
    streams = [
        thing for thing in pdf.objects if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Form
    ]
    streams += [page.obj.Contents for page in pdf.pages if isinstance(page.obj.get("/Contents"), Stream)]
    stream = dice.choice(streams)
    tokens = TOKEN.findall(stream.read_bytes())
    place = dice.randrange(len(tokens))
    change = dice.randrange(4)
    if change == 0:
        del tokens[place]
    elif change == 1:
        tokens[place] = dice.choice(OPERANDS)
    elif change == 2:
        tokens.insert(place, b" " + dice.choice(OPERANDS) + b" ")
    else:
        other = dice.randrange(len(tokens))
        tokens[place], tokens[other] = tokens[other], tokens[place]
    stream.write(b"".join(tokens))
    return True


@kind
def anywhere_stream_byte(pdf: Pdf, dice: random.Random) -> bool:
    """Bytes of a font program, a profile, a map or any other stream."""
    streams = [thing for thing in pdf.objects if isinstance(thing, Stream)]
    keys = ("/FontFile", "/FontFile2", "/FontFile3", "/ToUnicode", "/Encoding", "/CIDToGIDMap")
    fonts = [thing[key] for thing in [*all_fonts(pdf), *descriptors(pdf)] for key in keys if key in thing]
    stream = dice.choice(dice.choice([[f for f in fonts if isinstance(f, Stream)] or streams, streams]))
    data = bytearray(stream.read_bytes())
    place = dice.randrange(dice.choice([len(data), min(len(data), 128), min(len(data), 1024)]))
    change = dice.randrange(4)
    if change == 0:
        data[place] = dice.randrange(256)
    elif change == 1:
        data[place : place + 4] = dice.randbytes(4)
    elif change == 2:
        del data[place : place + dice.randrange(1, 40)]
    else:
        data[place:place] = bytes(dice.randrange(1, 8))
    stream.write(bytes(data))
    return True


@kind
def anywhere_information(pdf: Pdf, dice: random.Random) -> bool:
    keys = [
        "/Title",
        "/Author",
        "/Subject",
        "/Keywords",
        "/Creator",
        "/Producer",
        "/CreationDate",
        "/ModDate",
    ]
    key = dice.choice([*keys, "/Trapped", "/Foo"])
    if key in pdf.docinfo and dice.random() < 0.5:
        old = str(pdf.docinfo[key])
        pdf.docinfo[key] = String(
            dice.choice([f"{old} ", f"{old}x", old[:-1], old.upper(), old.replace("'", "")])
        )
    elif key in pdf.docinfo and dice.random() < 0.5:
        del pdf.docinfo[key]
    else:
        pdf.docinfo[key] = String(
            dice.choice(["", "é", "D:2020", "D:20200102030405Z", "D:20200102030405+01'00'"])
        )
    return True
