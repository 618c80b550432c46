"""Lists of the CIDs of a TrueType program (/CIDSet): right ones are taken off the copy in memory.

ISO 19005-2, 6.2.11.4.2: such a list names every CID of the program, which for a TrueType program are those
that its map of CIDs has a place for. The engine does not judge them; a wrong one stays, and is objected to.
"""

import struct

import pikepdf
from pikepdf import Dictionary, Name, Object, Stream

_LEAST_DIRECTORY = 12
_ENTRY = 16


def drop_right_cid_sets(pdf: pikepdf.Pdf) -> None:
    """Change *pdf* in memory; a list that several fonts share must be right for all of them."""
    right: dict[tuple[int, int], bool] = {}
    owners: dict[tuple[int, int], Object] = {}
    for font in pdf.objects:
        descriptor = font.get("/FontDescriptor") if isinstance(font, Dictionary) else None
        if not isinstance(descriptor, Dictionary) or not isinstance(descriptor.get("/CIDSet"), Stream):
            continue
        place = descriptor.objgen if descriptor.is_indirect else font.objgen
        owners[place] = descriptor
        right[place] = right.get(place, True) and _is_right(font, descriptor)
    for place, good in right.items():
        if good:
            del owners[place]["/CIDSet"]


def _is_right(font: Object, descriptor: Object) -> bool:
    program = descriptor.get("/FontFile2")
    if font.get("/Subtype") != Name.CIDFontType2 or not isinstance(program, Stream):
        return False
    try:
        count = _count(font.get("/CIDToGIDMap"), program)
        listed = _listed(bytes(descriptor.CIDSet.read_bytes()))
    except (pikepdf.PdfError, struct.error):
        return False
    return count is not None and listed - {0} == set(range(1, count))  # veraPDF leaves CID 0 out


def _count(places: Object | None, program: Stream) -> int | None:
    """How many CIDs there are; None for a map that is none."""
    if isinstance(places, Stream):
        return len(places.read_bytes()) // 2
    return _glyphs(bytes(program.read_bytes())) if places == Name.Identity else None


def _glyphs(data: bytes) -> int | None:
    """Number of glyphs of a TrueType program. Raises struct.error for one that is cut short."""
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", data, _LEAST_DIRECTORY + _ENTRY * number)
        if tag == b"maxp":
            return int(struct.unpack_from(">H", data, offset + 4)[0])
    return None


def _listed(bits: bytes) -> set[int]:
    return {
        8 * place + bit for place, byte in enumerate(bits) if byte for bit in range(8) if byte & (0x80 >> bit)
    }
