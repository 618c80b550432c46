"""Font programs and colour profiles must be whole: the engine reads only the parts of them that it needs."""

import struct
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Dictionary, Name, Stream

from desktop.pdf.check.cff import matrix_fault
from desktop.pdf.check.finding import Finding, unsure

_LEAST = {b"head": 54, b"hhea": 36, b"maxp": 6, b"hmtx": 4, b"loca": 4, b"glyf": 0}
_PROFILE_HEAD = 128
_ENTRY = 12
_MOST_TAGS = 200
_PADDING = 3  # bytes to the next word that some writers cut off the last table
_CFF_HEAD = 4


def check_programs(pdf: pikepdf.Pdf, part: int) -> Iterator[Finding]:
    """What is not vouched for in embedded TrueType and CFF programs and ICC profiles."""
    seen: set[tuple[int, int]] = set()
    for thing in pdf.objects:
        if isinstance(thing, Stream):
            if "/N" in thing and thing.get("/Type") != Name.ObjStm:
                yield from _look(
                    thing, profile_fault, "icc_profile", "6.2.3.2" if part == 1 else "6.2.4.2", seen
                )
        elif isinstance(thing, Dictionary):
            clause = "6.3.4" if part == 1 else "6.2.11.4.1"
            for key, fault_of in (("/FontFile2", truetype_fault), ("/FontFile3", matrix_fault)):
                for program in (thing.get(key), _inside(thing, "/FontDescriptor", key)):
                    yield from _look(program, fault_of, "font_structure", clause, seen)


def _inside(thing: pikepdf.Object, key: str, inner: str) -> pikepdf.Object | None:
    value = thing.get(key)
    return value.get(inner) if isinstance(value, Dictionary) else None


def _look(
    stream: pikepdf.Object | None,
    fault_of: Callable[[bytes], str],
    family: str,
    clause: str,
    seen: set[tuple[int, int]],
) -> Iterator[Finding]:
    if not isinstance(stream, Stream) or stream.objgen in seen:
        return
    seen.add(stream.objgen)
    try:
        fault = fault_of(stream.read_bytes())
    except (pikepdf.PdfError, struct.error):
        fault = "cannot be read"
    if fault:
        yield unsure(family, f"obj {stream.objgen[0]} {stream.objgen[1]}: {fault}", clause)


def is_font_program(data: bytes) -> bool:
    """True when *data* begin as a font program and hold the tables that they list."""
    if data[:4] in (b"\x00\x01\x00\x00", b"true", b"OTTO"):
        try:
            (count,) = struct.unpack_from(">H", data, 4)
            entries = [struct.unpack_from(">4sLLL", data, 12 + 16 * number) for number in range(count)]
        except struct.error:
            return False
        return all(offset + length <= len(data) + _PADDING for _, _, offset, length in entries)
    return data[:2] in (b"%!", b"\x80\x01") or (
        len(data) > _CFF_HEAD and data[0] == 1 and data[2] >= _CFF_HEAD
    )


def truetype_fault(data: bytes) -> str:
    """What is missing in a TrueType program, or "". Raises struct.error for one that is cut short."""
    if data[:4] not in (b"\x00\x01\x00\x00", b"true"):
        return "" if data[:4] == b"OTTO" else "no TrueType program"
    tables: dict[bytes, tuple[int, int]] = {}
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, length = struct.unpack_from(">4sLLL", data, 12 + 16 * number)
        if tag in tables or offset + length > len(data):
            return f"table {tag!r} twice or outside"
        tables[tag] = (offset, length)
    for tag, least in _LEAST.items():
        if tag not in tables or tables[tag][1] < least:
            return f"table {tag!r} is missing or short"
    (wide,) = struct.unpack_from(">H", data, tables[b"head"][0] + 50)
    (glyphs,) = struct.unpack_from(">H", data, tables[b"maxp"][0] + 4)
    (metrics,) = struct.unpack_from(">H", data, tables[b"hhea"][0] + 34)
    if wide > 1 or tables[b"loca"][1] < (glyphs + 1) * (4 if wide else 2):
        return "places of glyphs"
    if not 0 < metrics <= max(glyphs, 1) or tables[b"hmtx"][1] < 4 * metrics + 2 * (glyphs - metrics):
        return "widths of glyphs"
    return ""


def profile_fault(data: bytes) -> str:
    """What is wrong with an ICC profile, or "". Raises struct.error for one that is cut short."""
    (size,) = struct.unpack_from(">L", data, 0)
    (count,) = struct.unpack_from(">L", data, _PROFILE_HEAD)
    if data[36:40] != b"acsp" or size > len(data) or not 0 < count <= _MOST_TAGS:
        return "frame of the profile"
    for number in range(count):
        tag, offset, length = struct.unpack_from(">4sLL", data, _PROFILE_HEAD + 4 + _ENTRY * number)
        if offset < _PROFILE_HEAD or offset + length > len(data):
            return f"tag {tag!r} outside"
        if tag == b"desc" and not _is_description(data[offset : offset + length]):
            return "description of the profile"
    return ""


def _is_description(tag: bytes) -> bool:
    kind = tag[:4]
    if kind == b"desc":
        (length,) = struct.unpack_from(">L", tag, 8)
        return 12 + int(length) <= len(tag)
    if kind == b"mluc":
        count, size = struct.unpack_from(">LL", tag, 8)
        if size != _ENTRY or not count or 16 + size * count > len(tag):
            return False
        places = [struct.unpack_from(">LL", tag, 16 + size * n + 4) for n in range(count)]
        return all(offset + length <= len(tag) for length, offset in places)
    return kind == b"text"
