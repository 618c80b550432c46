"""Patterns, shadings, drawn letters (Type 3) and property lists, added whole or with a fault."""

import random

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from tests.pdfa.mutants_core import add_resource, kind, page_of

TILES = (
    *(b"1 0 0 rg 0 0 5 5 re f", b"0.5 g 0 0 5 5 re f", b"q 0 0 5 5 re W n 0 0 1 rg 0 0 5 5 re f Q"),
    *(b"0 0 0 1 k 0 0 5 5 re f", b"/CS9 cs 0 0 5 5 re f", b"/GS9 gs 0 0 5 5 re f", b"0 0 5 5 re f unknown"),
    *(b"BT /F9 9 Tf (a) Tj ET", b"<4> pop 0 0 5 5 re f", b"Q 0 0 5 5 re f", b"/X9 Do"),
    *(b"/DeviceCMYK cs 0 0 5 5 re f", b"BI /W 1 /H 1 /BPC 8 /CS /G ID a EI", b"0 0 5 99999999999 re f"),
    *(b"BI /W 1 /H 1 /BPC 8 /CS /CMYK ID aaaa EI",),
)  # fmt: skip
SPACES = (Name.DeviceRGB, Name.DeviceRGB, Name.DeviceGray, Name.DeviceCMYK)


def _draw(pdf: Pdf, page: Object, content: bytes) -> None:
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q " + content + b" Q"))


def _tiling(pdf: Pdf, content: bytes, **entries: object) -> Stream:
    tiling = pdf.make_stream(content)
    plain: dict[str, object] = {
        "Type": Name.Pattern, "PatternType": 1, "PaintType": 1, "TilingType": 1, "BBox": Array([0, 0, 5, 5]),
        "XStep": 6, "YStep": 6, "Resources": Dictionary(), **entries,
    }  # fmt: skip
    for key, value in plain.items():
        if value is not None:
            tiling[f"/{key}"] = value
    return tiling


def _shading(pdf: Pdf, dice: random.Random) -> Object:
    space = dice.choice(SPACES)
    count = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}[str(space)]
    function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0] * count, C1=[1] * count, N=1)
    if dice.random() < 0.3:
        parts = Array([function, function])
        function = Dictionary(
            FunctionType=3, Domain=[0, 1], Functions=parts, Bounds=[0.5], Encode=[0, 1, 0, 1]
        )
    shading = Dictionary(ShadingType=2, ColorSpace=space, Coords=[0, 0, 50, 0], Function=function)
    if dice.random() < 0.2:
        mesh = pdf.make_stream(bytes(30))
        mesh.ShadingType, mesh.ColorSpace, mesh.Decode = 4, space, Array([0, 9, 0, 9, *[0, 1] * count])
        mesh.BitsPerCoordinate, mesh.BitsPerComponent, mesh.BitsPerFlag = 8, 8, 8
        return mesh
    if dice.random() < 0.2:
        shading.Background = Array([0.5] * count)
    return shading


@kind
def drawn_tiling(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    add_resource(pdf, page, "/Pattern", "/P9", _tiling(pdf, dice.choice(TILES)))
    _draw(pdf, page, b"/Pattern cs /P9 scn 9 9 50 50 re f")


@kind
def drawn_tiling_uncoloured(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    base = dice.choice(SPACES)
    add_resource(pdf, page, "/Pattern", "/P9", _tiling(pdf, b"0 0 3 3 re f", PaintType=2))
    add_resource(pdf, page, "/ColorSpace", "/CS8", Array([Name.Pattern, base]))
    count = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}[str(base)]
    _draw(pdf, page, b"/CS8 cs " + b"0.5 " * count + b"/P9 scn 9 9 50 50 re f")


@kind
def drawn_tiling_nested(pdf: Pdf, dice: random.Random) -> None:
    """A form, a picture or a graphics state inside the tile."""
    page = page_of(pdf, dice)
    inner = pdf.make_stream(
        dice.choice(TILES), Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9])
    )
    inner.Resources = Dictionary()
    state = dice.choice(
        [Dictionary(ca=0.5), Dictionary(BM=Name.Odd), Dictionary(TR=Name.Identity), Dictionary(LW=2)]
    )
    resources = Dictionary(XObject=Dictionary(X9=inner), ExtGState=Dictionary(GS9=state))
    content = dice.choice([b"/X9 Do", b"/GS9 gs 0 g 0 0 3 3 re f", b"/X9 Do"])
    add_resource(pdf, page, "/Pattern", "/P9", _tiling(pdf, content, Resources=resources))
    _draw(pdf, page, b"/Pattern cs /P9 scn 9 9 50 50 re f")


@kind
def drawn_tiling_odd(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    odd: dict[str, object] = dice.choice(
        [{"Resources": None}, {"XStep": 0}, {"BBox": None}, {"PaintType": 3}, {"Metadata": Dictionary()},
         {"F": String("a")}]
    )  # fmt: skip
    add_resource(pdf, page, "/Pattern", "/P9", _tiling(pdf, b"0 g 0 0 3 3 re f", **odd))
    _draw(pdf, page, b"/Pattern cs /P9 scn 9 9 50 50 re f")


@kind
def drawn_pattern_missing(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    add_resource(pdf, page, "/Pattern", "/P9", _tiling(pdf, b"0 g 0 0 3 3 re f"))
    _draw(pdf, page, b"/Pattern cs /P8 scn 9 9 50 50 re f")


@kind
def drawn_shading(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    add_resource(pdf, page, "/Shading", "/Sh9", _shading(pdf, dice))
    _draw(pdf, page, b"9 9 50 50 re W n /Sh9 sh")


@kind
def drawn_shading_pattern(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    pattern = Dictionary(Type=Name.Pattern, PatternType=2, Shading=_shading(pdf, dice))
    state = dice.choice([None, None, Dictionary(ca=0.5), Dictionary(BM=Name.Odd), Dictionary(TR2=Name.X)])
    if state is not None:
        pattern.ExtGState = state
    add_resource(pdf, page, "/Pattern", "/P9", pdf.make_indirect(pattern))
    _draw(pdf, page, b"/Pattern CS /P9 SCN 9 9 50 50 re S")


def _type3(pdf: Pdf, letter: bytes, widths: list[float], **entries: object) -> Object:
    plain: dict[str, object] = {
        "Type": Name.Font, "Subtype": Name.Type3, "FontBBox": Array([0, 0, 1000, 1000]),
        "FontMatrix": Array([0.001, 0, 0, 0.001, 0, 0]), "CharProcs": Dictionary(a=pdf.make_stream(letter)),
        "Encoding": Dictionary(Type=Name.Encoding, Differences=Array([97, Name.a, Name.b])), "FirstChar": 97,
        "LastChar": 96 + len(widths), "Widths": Array(widths), "Resources": Dictionary(), **entries,
    }  # fmt: skip
    return pdf.make_indirect(
        Dictionary({f"/{key}": value for key, value in plain.items() if value is not None})
    )


@kind
def drawn_letters(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    start = dice.choice([b"500 0 0 0 500 500 d1 ", b"500 0 d0 ", b"500 0 0 0 500 500 d1 "])
    letter = start + dice.choice([*TILES, b"0 0 500 500 re f", b"0 0 500 500 re f"])
    add_resource(pdf, page, "/Font", "/F9", _type3(pdf, letter, [500]))
    _draw(pdf, page, b"BT /F9 12 Tf 9 9 Td (aa) Tj ET")


@kind
def drawn_letters_width(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    letter = b"%d 0 d0 0 0 500 500 re f" % dice.choice([500, 501, 502, 490, 600, 0])
    add_resource(pdf, page, "/Font", "/F9", _type3(pdf, letter, [500]))
    _draw(pdf, page, b"BT /F9 12 Tf 9 9 Td (aa) Tj ET")


@kind
def drawn_letters_missing(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    letter = b"500 0 d0 0 0 500 500 re f"
    entries: dict[str, object] = dice.choice(
        [
            {"CharProcs": None},
            {"Encoding": None},
            {"Widths": None},
            {"FontMatrix": None},
            {},
            {"ToUnicode": Name.X},
        ]
    )
    add_resource(pdf, page, "/Font", "/F9", _type3(pdf, letter, [500, 500, 500], **entries))
    _draw(pdf, page, b"BT /F9 12 Tf 9 9 Td " + dice.choice([b"(ab)", b"(ac)", b"(a)", b"(z)"]) + b" Tj ET")


@kind
def drawn_property_list(pdf: Pdf, dice: random.Random) -> None:
    page = page_of(pdf, dice)
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("a")))
    held = dice.choice(
        [Dictionary(MCID=7), Dictionary(Lang=String("fr")), Dictionary(ActualText=String("a")), group,
         Array([1]), Dictionary(Odd=pdf.make_stream(b"", F=String("x"))),
         Dictionary(Metadata=pdf.make_stream(b"x"))]
    )  # fmt: skip
    add_resource(pdf, page, "/Properties", "/MC9", held)
    tag = dice.choice([b"/Span", b"/Span", b"/OC"])
    _draw(pdf, page, tag + b" /MC9 BDC 0 g 9 9 5 5 re f EMC")
