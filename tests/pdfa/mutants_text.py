"""Kinds of faults in fonts: Type 3, CMaps, encodings, notdef, subsets, tables of the font program."""

import random
import struct

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from tests.pdfa.mutants_core import add_resource, all_fonts, descriptors, kind, page_of

TABLES = (b"head", b"hhea", b"maxp", b"hmtx", b"loca", b"glyf", b"cmap", b"post", b"cvt ", b"fpgm", b"prep")


def _having(pdf: Pdf, dice: random.Random, key: str, among: list[Object] | None = None) -> Object:
    """A font (or descriptor) with *key*; IndexError when there is none, so that the kind does not apply."""
    return dice.choice([font for font in (among if among is not None else all_fonts(pdf)) if key in font])


@kind
def font_type3(pdf: Pdf, dice: random.Random) -> bool:
    page = page_of(pdf, dice)
    glyph = dice.choice(
        [
            b"500 0 0 0 500 500 d1 0 0 500 500 re f",
            b"500 0 d0 0 0 9 9 re f",
            b"500 0 d0 1 0 0 rg 0 0 9 9 re f",
        ]
        + [b"500 0 d0 zorglub", b"400 0 d0 0 0 9 9 re f", b"500 0 d0 0 0 0 1 k 0 0 9 9 re f"]
    )
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=[0, 0, 500, 500],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=Dictionary(a=pdf.make_stream(glyph)),
        Encoding=Dictionary(Type=Name.Encoding, Differences=[97, Name.a]),
        FirstChar=97,
        LastChar=97,
        Widths=[500],
        Resources=Dictionary(),
    )
    add_resource(pdf, page, "/Font", "/Ft", pdf.make_indirect(font))
    text = dice.choice([b"(a)", b"(ab)"])
    pikepdf.Page(page).contents_add(pdf.make_stream(b"BT /Ft 9 Tf 9 9 Td " + text + b" Tj ET"))
    return True


@kind
def font_cmap(pdf: Pdf, dice: random.Random) -> bool:
    names = [Name("/Identity-V"), Name("/UniGB-UTF16-H"), Name("/90ms-RKSJ-H"), Name("/Custom-H")]
    _having(pdf, dice, "/DescendantFonts")["/Encoding"] = dice.choice(names)
    return True


@kind
def font_cmap_embedded(pdf: Pdf, dice: random.Random) -> bool:
    font = _having(pdf, dice, "/DescendantFonts")
    inside, outside = dice.choice([(0, 0), (0, 1), (1, 0)])
    order = dice.choice(["Identity", "Japan1"])
    body = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo 3 dict dup begin "
        f"/Registry (Adobe) def /Ordering ({order}) def /Supplement 0 def end def /CMapName /Mine def "
        f"/CMapType 1 def /WMode {inside} def 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        "1 begincidrange <0000> <FFFF> 0 endcidrange endcmap CMapName currentdict"
        " /CMap defineresource pop end end"
    )
    info = Dictionary(Registry=String("Adobe"), Ordering=String(order), Supplement=dice.choice([0, 3]))
    stream = pdf.make_stream(
        body.encode(), Type=Name.CMap, CMapName=Name.Mine, CIDSystemInfo=info, WMode=outside
    )
    if dice.random() < 0.3:
        stream["/UseCMap"] = dice.choice([Name("/Identity-H"), Name("/Other-H")])
    font["/Encoding"] = stream
    return True


@kind
def font_character_collection(pdf: Pdf, dice: random.Random) -> bool:
    info = _having(pdf, dice, "/CIDSystemInfo").CIDSystemInfo
    change = dice.randrange(4)
    if change == 0:
        info["/Ordering"] = String("Japan1")
    elif change == 1:
        info["/Supplement"] = 9
    elif change == 2:
        del info["/Registry"]
    else:
        info["/Registry"] = String("Nobody")
    return True


@kind
def font_glyph_map(pdf: Pdf, dice: random.Random) -> bool:
    font = _having(pdf, dice, "/CIDToGIDMap")
    maps = [Name.Identity, Name.Other, pdf.make_stream(b"\x00\x00" * 99), pdf.make_stream(b"\x00\x01\x02")]
    font["/CIDToGIDMap"] = dice.choice(maps)
    return True


@kind
def font_codes_shown(pdf: Pdf, dice: random.Random) -> bool:
    """Codes that may have no glyph, seen or unseen."""
    page = page_of(pdf, dice)
    names = list(page.Resources.Font.keys())
    show = dice.choice([b"<0000>", b"<00>", b"<FFFF>", b"<FF>", b"(\\001\\002)", b"<000>", b"()", b"<0041>"])
    mode = dice.choice([b"0", b"0", b"3", b"7"])
    content = b"q BT " + mode + b" Tr " + dice.choice(names).encode() + b" 9 Tf 9 9 Td " + show + b" Tj ET Q"
    pikepdf.Page(page).contents_add(pdf.make_stream(content))
    return True


@kind
def font_subset_name(pdf: Pdf, dice: random.Random) -> bool:
    font = _having(pdf, dice, "/BaseFont")
    name = str(font.BaseFont)[1:].partition("+")
    font["/BaseFont"] = Name(
        f"/{name[2] or name[0]}" if dice.random() < 0.5 else f"/ABCDEF+{name[2] or name[0]}"
    )
    return True


@kind
def font_entry_gone(pdf: Pdf, dice: random.Random) -> bool:
    key = dice.choice(
        [
            "/Type",
            "/Subtype",
            "/FirstChar",
            "/LastChar",
            "/Widths",
            "/Encoding",
            "/ToUnicode",
            "/FontDescriptor",
        ]
        + ["/DescendantFonts", "/CIDSystemInfo", "/W", "/DW"]
    )
    del _having(pdf, dice, key)[key]
    return True


@kind
def font_description_entry_gone(pdf: Pdf, dice: random.Random) -> bool:
    descriptor = dice.choice(descriptors(pdf))
    del descriptor[dice.choice(list(descriptor.keys()))]
    return True


@kind
def font_two_programs(pdf: Pdf, dice: random.Random) -> bool:
    descriptor = dice.choice(descriptors(pdf))
    present = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor]
    other = dice.choice([key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key not in present])
    descriptor[other] = descriptor[present[0]]
    if dice.random() < 0.5:
        del descriptor[present[0]]
    return True


@kind
def font_program_kind(pdf: Pdf, dice: random.Random) -> bool:
    program = _having(pdf, dice, "/FontFile3", descriptors(pdf)).FontFile3
    program["/Subtype"] = dice.choice([Name.Type1C, Name.CIDFontType0C, Name.OpenType, Name.Foo])
    return True


@kind
def font_program_cut(pdf: Pdf, dice: random.Random) -> bool:
    found = [d[k] for d in descriptors(pdf) for k in ("/FontFile", "/FontFile2", "/FontFile3") if k in d]
    program = dice.choice(found)
    data = program.read_bytes()
    program.write(data[: dice.choice([0, 4, len(data) // 3, len(data) // 2, len(data) - 20])])
    return True


@kind
def font_table_gone(pdf: Pdf, dice: random.Random) -> bool:
    """A table of a TrueType program under another name."""
    program = _having(pdf, dice, "/FontFile2", descriptors(pdf)).FontFile2
    data, tag = program.read_bytes(), dice.choice(TABLES)
    place = data.find(tag, 12, 12 + 16 * 30)
    if place < 0:
        return False
    program.write(data[:place] + b"zzzz" + data[place + 4 :])
    return True


@kind
def font_table_changed(pdf: Pdf, dice: random.Random) -> bool:
    """Bytes inside one table of a TrueType program."""
    program = _having(pdf, dice, "/FontFile2", descriptors(pdf)).FontFile2
    data = bytearray(program.read_bytes())
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, start, length = struct.unpack_from(">4sLLL", data, 12 + 16 * number)
        if tag == dice.choice(TABLES) and length:
            spot = start + dice.randrange(min(length, 60))
            data[spot] ^= 1 << dice.randrange(8)
            program.write(bytes(data))
            return True
    return False


@kind
def font_encoding_of_simple(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in all_fonts(pdf) if font.get("/Subtype") in (Name.TrueType, Name.Type1)]
    names = [Name.WinAnsiEncoding, Name.MacRomanEncoding, Name.StandardEncoding, Name.MacExpertEncoding]
    odd = Dictionary(Type=Name.Encoding, Differences=Array([65, Name("/.notdef"), Name.A]))
    dice.choice(fonts)["/Encoding"] = dice.choice([*names, odd])
    return True


@kind
def font_width_of_one(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in all_fonts(pdf) if isinstance(font.get("/Widths"), Array)]
    widths = dice.choice(fonts).Widths
    place = dice.randrange(len(widths))
    widths[place] = float(widths[place]) + dice.choice([0.5, 1, 1.5, 2, 50])
    return True


@kind
def font_default_width(pdf: Pdf, dice: random.Random) -> bool:
    _having(pdf, dice, "/CIDSystemInfo")["/DW"] = dice.choice([0, 500, 1000, -5])
    return True


@kind
def font_range(pdf: Pdf, dice: random.Random) -> bool:
    font = _having(pdf, dice, "/FirstChar")
    font["/FirstChar"] = int(font.FirstChar) + dice.choice([-1, 1])
    return True
