"""Kinds of faults in patterns, shadings, colour spaces, blending and content streams, place by place."""

import random

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from tests.pdfa.mutants_core import (
    add_resource,
    annotate,
    draw,
    kind,
    page_of,
    use_form,
    use_image,
    use_state,
)

DEVICE = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}


def _space(dice: random.Random) -> tuple[Name, int]:
    name = dice.choice(list(DEVICE))
    return Name(name), DEVICE[name]


def _ramp(count: int) -> Dictionary:
    return Dictionary(FunctionType=2, Domain=[0, 1], C0=[0] * count, C1=[1] * count, N=1)


def _paint_with(pdf: Pdf, dice: random.Random, space: Object, content: bytes) -> bool:
    page = page_of(pdf, dice)
    add_resource(pdf, page, "/ColorSpace", "/CSy", space)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q " + content + b" Q"))
    return True


@kind
def pattern_tiling(pdf: Pdf, dice: random.Random) -> bool:
    page = page_of(pdf, dice)
    content = dice.choice([b"0 0 5 5 re f", b"1 0 0 rg 0 0 5 5 re f", b"0 0 0 1 k 0 0 5 5 re f", b"0 0 m zz"])
    pattern = pdf.make_stream(
        content,
        Type=Name.Pattern,
        PatternType=1,
        PaintType=1,
        TilingType=1,
        BBox=[0, 0, 9, 9],
        XStep=9,
        YStep=9,
        Resources=Dictionary(),
    )
    add_resource(pdf, page, "/Pattern", "/Px", pattern)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /Pattern cs /Px scn 5 5 40 40 re f Q"))
    return True


@kind
def pattern_shading(pdf: Pdf, dice: random.Random) -> bool:
    page = page_of(pdf, dice)
    space, count = _space(dice)
    shading = Dictionary(ShadingType=2, ColorSpace=space, Coords=[0, 0, 9, 9], Function=_ramp(count))
    add_resource(pdf, page, "/Pattern", "/Px", Dictionary(Type=Name.Pattern, PatternType=2, Shading=shading))
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /Pattern cs /Px scn 5 5 40 40 re f Q"))
    return True


@kind
def shading_painted(pdf: Pdf, dice: random.Random) -> bool:
    page = page_of(pdf, dice)
    space, count = _space(dice)
    shading = Dictionary(ShadingType=2, ColorSpace=space, Coords=[0, 0, 9, 9], Function=_ramp(count))
    add_resource(pdf, page, "/Shading", "/Shx", shading)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q 0 0 9 9 re W n /Shx sh Q"))
    return True


@kind
def colour_indexed(pdf: Pdf, dice: random.Random) -> bool:
    space, count = _space(dice)
    table = pikepdf.String(b"\x40" * count * 2)
    return _paint_with(pdf, dice, Array([Name.Indexed, space, 1, table]), b"/CSy cs 1 sc 5 5 9 9 re f")


@kind
def colour_device_n(pdf: Pdf, dice: random.Random) -> bool:
    space, count = _space(dice)
    amount = dice.choice([1, 2, 8, 9, 32, 33])
    names = Array([Name(f"/S{n}") for n in range(amount)])
    function = pdf.make_stream(
        b"{" + b" pop" * amount + b" 0" * count + b" }",
        FunctionType=4,
        Domain=[0, 1] * amount,
        Range=[0, 1] * count,
    )
    parts: list[Object] = [Name.DeviceN, names, space, function]
    if dice.random() < 0.5:
        tint = Array([Name.Separation, Name.S0, space, _ramp(count)])
        parts.append(Dictionary(Colorants=Dictionary(S0=tint)))
    return _paint_with(pdf, dice, Array(parts), b"/CSy cs" + b" 1" * amount + b" scn 5 5 9 9 re f")


@kind
def colour_calibrated(pdf: Pdf, dice: random.Random) -> bool:
    white = [0.95, 1, 1.09]
    spaces = [
        Array([Name.CalGray, Dictionary(WhitePoint=white)]),
        Array([Name.CalRGB, Dictionary(WhitePoint=white)]),
        Array([Name.Lab, Dictionary(WhitePoint=white)]),
        Array([Name.CalCMYK, Dictionary(WhitePoint=white)]),
    ]
    space = dice.choice(spaces)
    return _paint_with(
        pdf,
        dice,
        space,
        b"/CSy cs 1 sc 5 5 9 9 re f" if space is spaces[0] else b"/CSy cs 1 0 0 sc 5 5 9 9 re f",
    )


@kind
def colour_default(pdf: Pdf, dice: random.Random) -> bool:
    """Device colour with a default space that makes it independent, or only seems to."""
    page = page_of(pdf, dice)
    space = Array([Name.CalRGB, Dictionary(WhitePoint=[0.95, 1, 1.09])])
    add_resource(
        pdf, page, "/ColorSpace", dice.choice(["/DefaultRGB", "/DefaultCMYK", "/DefaultGray"]), space
    )
    pikepdf.Page(page).contents_add(pdf.make_stream(dice.choice([b"q 1 0 0 rg", b"q 1 0 0 0 k", b"q 1 g"])))
    pikepdf.Page(page).contents_add(pdf.make_stream(b"5 5 9 9 re f Q"))
    return True


@kind
def colour_profile_version(pdf: Pdf, dice: random.Random) -> bool:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    data = bytearray(profile.read_bytes())
    data[8] = dice.choice([1, 2, 3, 4, 5])
    return _paint_with(
        pdf, dice, Array([Name.ICCBased, pdf.make_stream(bytes(data), N=3)]), b"/CSy cs 1 0 0 sc 5 5 9 9 re f"
    )


@kind
def colour_profile_cut(pdf: Pdf, dice: random.Random) -> bool:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    data = profile.read_bytes()
    profile.write(data[: dice.choice([0, 60, 128, 140, len(data) // 2, len(data) - 4])])
    return True


@kind
def colour_two_intents(pdf: Pdf, dice: random.Random) -> bool:
    first = pdf.Root.OutputIntents[0]
    data = first.DestOutputProfile.read_bytes()
    same = dice.random() < 0.5
    profile = first.DestOutputProfile if same else pdf.make_stream(data, N=3)
    kind_of = dice.choice([Name.GTS_PDFA1, Name.GTS_PDFX])
    pdf.Root.OutputIntents.append(
        Dictionary(
            Type=Name.OutputIntent,
            S=kind_of,
            OutputConditionIdentifier=pikepdf.String("x"),
            DestOutputProfile=profile,
        )
    )
    return True


@kind
def inline_image_colour(pdf: Pdf, dice: random.Random) -> bool:
    space, count = dice.choice([(b"/G", 1), (b"/RGB", 3), (b"/CMYK", 4)])
    return draw(pdf, dice, b"BI /W 1 /H 1 /BPC 8 /CS " + space + b" ID " + b"\x41" * count + b" EI")


@kind
def inline_image_filter(pdf: Pdf, dice: random.Random) -> bool:
    name = dice.choice([b"/AHx", b"/LZW", b"/LZWDecode", b"/ASCIIHexDecode", b"/Crypt", b"/Fl"])
    return draw(pdf, dice, b"BI /W 1 /H 1 /BPC 8 /CS /G /F " + name + b" ID 80> EI")


@kind
def look_of_annotation_colour(pdf: Pdf, dice: random.Random) -> bool:
    content = dice.choice(
        [b"0 0 0 1 k 0 0 5 5 re f", b"1 0 0 rg 0 0 5 5 re f", b"zorglub", b"/G gs", b"q 0 0 m n"]
    )
    look = pdf.make_stream(
        content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=Dictionary()
    )
    return annotate(pdf, dice, Subtype=Name.Square, AP=Dictionary(N=look))


@kind
def annotation_colour(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(pdf, dice, Subtype=Name.Square, C=dice.choice([[], [1], [1, 0, 0], [0, 0, 0, 1]]))


@kind
def state_soft_mask(pdf: Pdf, dice: random.Random) -> bool:
    group = Dictionary(S=Name.Transparency)
    if dice.random() < 0.5:
        group["/CS"] = Name(dice.choice(list(DEVICE)))
    form = pdf.make_stream(
        b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Group=group
    )
    mask = dice.choice(
        [Name("/None"), Dictionary(S=Name.Luminosity, G=form), Dictionary(S=Name.Alpha, G=form)]
    )
    return use_state(pdf, dice, SMask=mask)


@kind
def state_blend_list(pdf: Pdf, dice: random.Random) -> bool:
    modes = [[Name.Normal], [Name.Multiply, Name.Normal], [Name.Foo]]
    return use_state(pdf, dice, BM=Array(dice.choice(modes)))


@kind
def state_opaque(pdf: Pdf, dice: random.Random) -> bool:
    return use_state(
        pdf, dice, CA=dice.choice([1, 1.0, 0.999]), ca=1, BM=dice.choice([Name.Normal, Name.Compatible])
    )


@kind
def state_halftone(pdf: Pdf, dice: random.Random) -> bool:
    halftone = Dictionary(Type=Name.Halftone, HalftoneType=dice.choice([1, 5, 6]), Frequency=60, Angle=45)
    halftone["/SpotFunction"] = Name.Round
    if dice.random() < 0.5:
        halftone["/HalftoneName"] = pikepdf.String("x")
    return use_state(pdf, dice, HT=halftone)


@kind
def state_overprint(pdf: Pdf, dice: random.Random) -> bool:
    return use_state(pdf, dice, OP=True, op=dice.choice([True, False]), OPM=dice.choice([0, 1]))


@kind
def group_in_form(pdf: Pdf, dice: random.Random) -> bool:
    group = Dictionary(Type=Name.Group, S=Name.Transparency)
    if dice.random() < 0.5:
        group["/CS"] = Name(dice.choice(list(DEVICE)))
    return use_form(pdf, dice, b"0 0 5 5 re n", Group=group)


@kind
def image_masked(pdf: Pdf, dice: random.Random) -> bool:
    mask = pdf.make_stream(b"\x80", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    mask.ImageMask, mask.BitsPerComponent = True, dice.choice([1, 8])
    return use_image(pdf, dice, Mask=dice.choice([mask, Array([0, 5]), Array([300, 5])]))


@kind
def image_intent(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, Intent=dice.choice([Name.Perceptual, Name.Vivid]))


@kind
def image_with_profile(pdf: Pdf, dice: random.Random) -> bool:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    space = Array([Name.ICCBased, profile])
    return use_image(pdf, dice, data=b"abcd", ColorSpace=space, Width=dice.choice([1, 2]))


@kind
def image_jpeg2000(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, data=b"\x00\x00\x00\x0cjP  \r\n\x87\n", Filter=Name.JPXDecode)


@kind
def form_in_form(pdf: Pdf, dice: random.Random) -> bool:
    depth = dice.choice([3, 9, 29, 40])
    inner: Stream = pdf.make_stream(b"0 0 m n", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    for _ in range(depth):
        resources = Dictionary(XObject=Dictionary(F=inner))
        inner = pdf.make_stream(
            b"q /F Do Q", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=resources
        )
    add_resource(pdf, page := page_of(pdf, dice), "/XObject", "/Fx", inner)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /Fx Do Q"))
    return True


@kind
def resources_inherited(pdf: Pdf, dice: random.Random) -> bool:
    page = page_of(pdf, dice)
    if "/Resources" not in page:
        return False
    page.Parent["/Resources"] = page.Resources
    del page["/Resources"]
    return True


CONTENT = (
    *(b"q", b"Q", b"BT", b"ET", b"EMC", b"/P BMC", b"/P <</MCID 0>> BDC EMC", b"BX zorglub EX", b"EX", b"BX"),
    *(b"1 0 0 1 0 cm", b"0 0 0 rg 1", b"/Perceptual ri", b"/Vivid ri", b"9 i", b"-1 w", b"3 J", b"[1 2] 0 d"),
    *(b"1 2 d0", b"PS", b"/X Do", b"/X gs", b"/X sh", b"/X cs", b"/DeviceCMYK cs", b"/DeviceRGB CS", b"1 Tr"),
    *(
        b"BT 9 Tr ET",
        b"<41> Tj",
        b"BT (a) Tj ET",
        b"true",
        b"null",
        b"0 0 m 1 1 l S",
        b"W n",
        b"0 0 9 9 re f",
    ),
    *(
        b"/OC /X BDC EMC",
        b"/Span /X BDC EMC",
        b"/Span <</ActualText (a)>> BDC EMC",
        b"MP",
        b"/P MP",
        b"F",
        b"f*",
    ),
    *(
        b"%",
        b"% comment",
        b"\x00",
        b"\x0b",
        b"1e5 w",
        b"--1 w",
        b"+1 w",
        b"1. w",
        b".5 w",
        b"16#FF w",
        b"{ }",
        b"]",
    ),
)


@kind
def content_instruction(pdf: Pdf, dice: random.Random) -> bool:
    """One more instruction at the end of a page."""
    page = page_of(pdf, dice)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"\n" + dice.choice(CONTENT) + b"\n"))
    return True


@kind
def content_cut(pdf: Pdf, dice: random.Random) -> bool:
    page = pikepdf.Page(page_of(pdf, dice))
    page.contents_coalesce()
    data = page.obj.Contents.read_bytes()
    page.obj.Contents.write(data[: dice.randrange(len(data))])
    return True
