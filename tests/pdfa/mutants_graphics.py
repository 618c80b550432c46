"""Kinds of faults in colours, graphics states, transparency, images and forms."""

import random

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.pdfa.mutants_core import add_resource, draw, kind, page_of, use_form, use_image, use_state


@kind
def colour_no_intent(pdf: Pdf, dice: random.Random) -> bool:
    if "/OutputIntents" not in pdf.Root:
        return False
    del pdf.Root["/OutputIntents"]
    return True


@kind
def colour_intent_damaged(pdf: Pdf, dice: random.Random) -> bool:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    data = bytearray(profile.read_bytes())
    place = dice.choice([8, 12, 16, 36])
    data[place : place + 4] = b"\x09zzz"
    profile.write(bytes(data))
    return True


@kind
def colour_intent_components(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root.OutputIntents[0].DestOutputProfile["/N"] = 4
    return True


@kind
def colour_intent_kind(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root.OutputIntents[0]["/S"] = Name.GTS_PDFX
    return True


@kind
def colour_cmyk(pdf: Pdf, dice: random.Random) -> bool:
    return draw(pdf, dice, b"0.1 0.2 0.3 0.4 k 1 1 5 5 re f")


@kind
def colour_rgb(pdf: Pdf, dice: random.Random) -> bool:
    return draw(pdf, dice, b"0.1 0.2 0.3 rg 1 1 5 5 re f")


@kind
def colour_separation(pdf: Pdf, dice: random.Random) -> bool:
    page = page_of(pdf, dice)
    function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 0, 0, 0], N=1)
    space = Array([Name.Separation, Name.Spot, dice.choice([Name.DeviceCMYK, Name.DeviceRGB]), function])
    add_resource(pdf, page, "/ColorSpace", "/CSx", space)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /CSx cs 1 scn 1 1 5 5 re f Q"))
    return True


@kind
def colour_icc_damaged(pdf: Pdf, dice: random.Random) -> bool:
    page = page_of(pdf, dice)
    profile = pdf.make_stream(b"no profile at all" * 20, N=3)
    add_resource(pdf, page, "/ColorSpace", "/CSx", Array([Name.ICCBased, profile]))
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /CSx cs 1 0 0 scn 1 1 5 5 re f Q"))
    return True


@kind
def colour_rendering_intent(pdf: Pdf, dice: random.Random) -> bool:
    return draw(pdf, dice, b"/Vivid ri 1 1 5 5 re n")


@kind
def transparency_alpha(pdf: Pdf, dice: random.Random) -> bool:
    return use_state(pdf, dice, **{dice.choice(["CA", "ca"]): 0.5})


@kind
def transparency_blend(pdf: Pdf, dice: random.Random) -> bool:
    """Forbidden in part 1 only."""
    return use_state(pdf, dice, BM=dice.choice([Name.Multiply, Name.Screen]))


@kind
def blend_mode_unknown(pdf: Pdf, dice: random.Random) -> bool:
    return use_state(pdf, dice, BM=Name.Foo)


@kind
def transparency_group(pdf: Pdf, dice: random.Random) -> bool:
    group = Dictionary(Type=Name.Group, S=Name.Transparency)
    if dice.random() < 0.5:
        group["/CS"] = dice.choice([Name.DeviceRGB, Name.DeviceCMYK])
    page_of(pdf, dice)["/Group"] = group
    return True


@kind
def transparency_soft_mask(pdf: Pdf, dice: random.Random) -> bool:
    mask = pdf.make_stream(
        b"\x80",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1,
        Height=1,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )
    return use_image(pdf, dice, SMask=mask)


@kind
def state_transfer(pdf: Pdf, dice: random.Random) -> bool:
    key = dice.choice(["TR", "TR2", "HTP"])
    return use_state(pdf, dice, **{key: Name.Identity})


@kind
def state_intent(pdf: Pdf, dice: random.Random) -> bool:
    return use_state(pdf, dice, RI=Name.Vivid)


@kind
def image_interpolated(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, Interpolate=True)


@kind
def image_alternates(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, Alternates=Array([]))


@kind
def image_bits(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, data=b"\x80\x80", BitsPerComponent=dice.choice([3, 16, 8]))


@kind
def image_rgb(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, data=b"\x80\x80\x80", ColorSpace=Name.DeviceRGB)


@kind
def image_cmyk(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, data=b"\x80\x80\x80\x80", ColorSpace=Name.DeviceCMYK)


@kind
def image_lzw(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, data=b"\x80\x20\x10\x10", Filter=Name.LZWDecode)


@kind
def image_inline(pdf: Pdf, dice: random.Random) -> bool:
    flaw = dice.choice([b"/I true ", b"/F /LZW ", b"", b"/Intent /Vivid "])
    return draw(pdf, dice, b"BI /W 1 /H 1 /BPC 8 /CS /G " + flaw + b"ID \x80 EI")


@kind
def image_opi(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, OPI=Dictionary())


@kind
def xobject_postscript(pdf: Pdf, dice: random.Random) -> bool:
    return use_form(pdf, dice, Subtype2=Name.PS)


@kind
def xobject_reference(pdf: Pdf, dice: random.Random) -> bool:
    return use_form(pdf, dice, Ref=Dictionary(F=String("x.pdf"), Page=0))


@kind
def xobject_good(pdf: Pdf, dice: random.Random) -> bool:
    return use_form(pdf, dice, b"1 1 5 5 re n")


@kind
def xobject_bad_operator(pdf: Pdf, dice: random.Random) -> bool:
    return use_form(pdf, dice, b"1 1 5 5 re n zorglub")
