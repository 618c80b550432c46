"""Kinds of faults in fonts."""

import random

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.pdfa.mutants_core import add_resource, all_fonts, descriptors, kind, page_of


@kind
def font_file_removed(pdf: Pdf, dice: random.Random) -> bool:
    found = [(d, k) for d in descriptors(pdf) for k in ("/FontFile", "/FontFile2", "/FontFile3") if k in d]
    if not found:
        return False
    descriptor, key = dice.choice(found)
    del descriptor[key]
    return True


@kind
def font_standard_used(pdf: Pdf, dice: random.Random) -> bool:
    page = page_of(pdf, dice)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    add_resource(pdf, page, "/Font", "/Fx", pdf.make_indirect(font))
    mode = dice.choice([b"", b"", b"3 Tr "])
    pikepdf.Page(page).contents_add(pdf.make_stream(b"BT " + mode + b"/Fx 9 Tf 10 10 Td (Hello) Tj ET"))
    return True


@kind
def font_standard_unused(pdf: Pdf, dice: random.Random) -> bool:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    add_resource(pdf, page_of(pdf, dice), "/Font", "/Fx", pdf.make_indirect(font))
    return True


@kind
def font_widths_wrong(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in all_fonts(pdf) if isinstance(font.get("/Widths"), Array)]
    if not fonts:
        return False
    font = dice.choice(fonts)
    font["/Widths"] = Array([int(float(width)) + 77 for width in font.Widths])
    return True


@kind
def font_widths_short(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [
        font for font in all_fonts(pdf) if isinstance(font.get("/Widths"), Array) and len(font.Widths) > 1
    ]
    if not fonts:
        return False
    font = dice.choice(fonts)
    font["/Widths"] = Array(list(font.Widths)[:-1])
    return True


@kind
def font_cid_widths_wrong(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in all_fonts(pdf) if isinstance(font.get("/W"), Array)]
    if not fonts:
        return False
    font = dice.choice(fonts)
    del font["/W"]
    font["/DW"] = 333
    return True


@kind
def font_no_cid_map(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in all_fonts(pdf) if "/CIDToGIDMap" in font]
    if not fonts:
        return False
    del dice.choice(fonts)["/CIDToGIDMap"]
    return True


@kind
def font_name_missing(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in all_fonts(pdf) if "/BaseFont" in font]
    if not fonts:
        return False
    del dice.choice(fonts)["/BaseFont"]
    return True


@kind
def font_type_wrong(pdf: Pdf, dice: random.Random) -> bool:
    fonts = all_fonts(pdf)
    if not fonts:
        return False
    dice.choice(fonts)["/Subtype"] = dice.choice([Name.Type9, Name.MMType1])
    return True


@kind
def font_encoding_changed(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in all_fonts(pdf) if font.get("/Subtype") == Name.TrueType]
    if not fonts:
        return False
    dice.choice(fonts)["/Encoding"] = Dictionary(
        Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=Array([65, Name.zorglub])
    )
    return True


@kind
def font_symbolic_flag(pdf: Pdf, dice: random.Random) -> bool:
    found = descriptors(pdf)
    if not found:
        return False
    descriptor = dice.choice(found)
    descriptor["/Flags"] = int(descriptor.get("/Flags", 0)) ^ 36
    return True


@kind
def font_unknown_glyph(pdf: Pdf, dice: random.Random) -> bool:
    page = page_of(pdf, dice)
    resources = page.get("/Resources")
    names = list(resources.Font.keys()) if resources is not None and "/Font" in resources else []
    if not names:
        return False
    show = f"BT {dice.choice(names)} 9 Tf 1 1 Td <07F0> Tj ET".encode()
    pikepdf.Page(page).contents_add(pdf.make_stream(show))
    return True


@kind
def font_file_damaged(pdf: Pdf, dice: random.Random) -> bool:
    found = [d[k] for d in descriptors(pdf) for k in ("/FontFile", "/FontFile2", "/FontFile3") if k in d]
    if not found:
        return False
    stream = dice.choice(found)
    data = bytearray(stream.read_bytes())
    for _ in range(40):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    stream.write(bytes(data))
    return True


@kind
def font_cidset_wrong(pdf: Pdf, dice: random.Random) -> bool:
    found = descriptors(pdf)
    if not found:
        return False
    dice.choice(found)["/CIDSet"] = pdf.make_stream(b"\x80\x01")
    return True


@kind
def font_charset_wrong(pdf: Pdf, dice: random.Random) -> bool:
    found = [d for d in descriptors(pdf) if "/FontFile" in d or "/FontFile3" in d]
    if not found:
        return False
    dice.choice(found)["/CharSet"] = String("/A/B/zorglub")
    return True
