"""The name of the glyph that each code of a simple font stands for."""

import pikepdf
from pikepdf import Dictionary, Name

from desktop.pdf.pikepdf_internals import STANDARD, DifferencesError, encoding_table, parse_differences

NONSYMBOLIC = 32
_MAC = "/MacRomanEncoding"


def code_names(font: pikepdf.Object) -> dict[int, str] | None:
    """Glyph name of each code, from the encoding that the font names."""
    encoding = font.get("/Encoding")
    descriptor = font.get("/FontDescriptor")
    told = descriptor.get("/Flags") if isinstance(descriptor, Dictionary) else 0
    flags = int(told) if isinstance(told, int) else 0
    base: object = encoding
    differences: dict[int, str] = {}
    if isinstance(encoding, Dictionary):
        base = encoding.get("/BaseEncoding")
        try:
            if "/Differences" in encoding:
                differences = parse_differences(encoding.get("/Differences"))
        except DifferencesError:
            return None
    if base is None:
        symbolic = flags & 4 and not flags & NONSYMBOLIC
        if symbolic and not differences and font.get("/Subtype") == Name.TrueType:
            return None
        table = encoding_table(STANDARD)
    elif str(base) in ("/WinAnsiEncoding", "/StandardEncoding", _MAC):
        table = encoding_table(str(base)[1:])
    else:
        return None
    return {**table, **differences}
