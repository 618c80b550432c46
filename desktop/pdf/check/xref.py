"""The cross-reference sections of a file as written, from the newest to the oldest."""

import re
from dataclasses import dataclass, field

import pikepdf

from desktop.pdf.check.tokens import WHITE, without_text

_START = re.compile(rb"startxref[" + WHITE + rb"]*(\d+)")
_SUBSECTION = re.compile(rb"(\d+)([" + WHITE + rb"]+)(\d+)([ ]*(?:\r\n|\n|\r|[ ]))")
_ENTRY = re.compile(rb"[" + WHITE + rb"]*(\d{10}) (\d{5}) ([nf])")
_OBJECT = re.compile(rb"[" + WHITE + rb"]*(\d+)[" + WHITE + rb"]+(\d+)[" + WHITE + rb"]+obj")
_NUMBER_AFTER = re.compile(rb"[" + WHITE + rb"]+(\d+)[" + WHITE + rb"]*(?=[/>])")
_IDENTIFIER = re.compile(rb"/ID[" + WHITE + rb"]*\[[" + WHITE + rb"]*([<(][^\]]+)\]", re.DOTALL)
MOST_SECTIONS = 1000


class Broken(Exception):
    """The sections cannot be followed; the text says where."""


@dataclass(slots=True)
class Sections:
    """Offsets of the live objects, and what was seen on the way."""

    offsets: dict[tuple[int, int], int] = field(default_factory=dict)
    identifiers: list[bytes] = field(default_factory=list)  # one a trailer, newest first; empty = no /ID
    trailers: list[bytes] = field(default_factory=list)  # dictionaries that stand in no object
    keyword_eol_wrong: bool = False
    header_space_wrong: bool = False
    streams: set[int] = field(default_factory=set)  # offsets of the objects read as cross-reference streams


def read_sections(data: bytes, pdf: pikepdf.Pdf) -> Sections:
    """Follow ``startxref`` and every /Prev and /XRefStm. Raises Broken."""
    starts = list(_START.finditer(data, max(0, len(data) - 2048)))
    if not starts or starts[-1].start() != data.rfind(b"startxref"):
        raise Broken("no startxref at the end")
    found = Sections()
    seen: set[int] = set()
    waiting = [int(starts[-1].group(1))]
    removed: set[int] = set()
    while waiting:
        offset = waiting.pop(0)
        if offset in seen:
            raise Broken("the cross-reference sections go round in a circle")
        seen.add(offset)
        if len(seen) > MOST_SECTIONS or offset >= len(data):
            raise Broken("the cross-reference sections lead nowhere")
        if data.startswith(b"xref", offset):
            trailer = _read_table(data, offset, found, removed)
            waiting += _pointers(trailer)
        else:
            trailer, previous = _read_stream(data, offset, pdf, found, removed)
            waiting += previous
        identifier = _IDENTIFIER.search(trailer)
        elsewhere = b"<>" if re.search(rb"/ID[" + WHITE + rb"]*(\d|\[)", trailer) else b""
        found.identifiers.append(identifier.group(1) if identifier else elsewhere)
    _check_numbers(pdf, removed)
    return found


def _pointers(trailer: bytes) -> list[int]:
    """Where a trailer sends its reader; one that could be read in two ways is not followed."""
    bare = without_text(trailer)
    if b"#" in bare or bare.count(b"<<") != bare.count(b">>"):
        raise Broken("a trailer with escaped names or without end")
    found = []
    for key in (b"/XRefStm", b"/Prev"):
        parts = bare.split(key)
        number = _NUMBER_AFTER.match(parts[1]) if len(parts) == 2 else None
        if number is not None:
            found.append(int(number.group(1)))
        elif len(parts) > 1:
            raise Broken("a trailer that names its predecessor in an unusual way")
    return found


def _check_numbers(pdf: pikepdf.Pdf, known: set[int]) -> None:
    """Every object that the parser sees stands in a section that was read here."""
    with pikepdf.explicit_conversion():
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Object) and thing.is_indirect and thing.objgen[0] not in known:
                raise Broken(f"object {thing.objgen[0]} is in no section")


def _read_table(data: bytes, offset: int, found: Sections, removed: set[int]) -> bytes:
    place = offset + 4
    break_ = re.compile(rb"(\r\n|\n|\r)\d").match(data, place)
    if break_ is None:
        found.keyword_eol_wrong = True
    place = re.compile(rb"[" + WHITE + rb"]*").match(data, place).end()  # type: ignore[union-attr]
    while (header := _SUBSECTION.match(data, place)) is not None:
        if header.group(2) != b" ":
            found.header_space_wrong = True
        first, count = int(header.group(1)), int(header.group(3))
        place = header.end()
        for number in range(first, first + count):
            entry = _ENTRY.match(data, place)
            if entry is None:
                raise Broken("a cross-reference entry is malformed")
            place = entry.end()
            _note(found, removed, number, int(entry.group(2)), int(entry.group(1)), entry.group(3) == b"n")
        place = re.compile(rb"[" + WHITE + rb"]*").match(data, place).end()  # type: ignore[union-attr]
    if not data.startswith(b"trailer", place):
        raise Broken("no trailer after a cross-reference table")
    end = data.find(b"startxref", place)
    trailer = data[place : end if end >= 0 else len(data)]
    found.trailers.append(trailer)
    return trailer


def _read_stream(
    data: bytes, offset: int, pdf: pikepdf.Pdf, found: Sections, removed: set[int]
) -> tuple[bytes, list[int]]:
    head = _OBJECT.match(data, offset)
    if head is None:
        raise Broken("no cross-reference section where one should be")
    place_of = (int(head.group(1)), int(head.group(2)))
    if place_of[0] in removed and found.offsets.get(place_of) != head.start(1):
        raise Broken("a cross-reference stream that a later object replaces")
    found.streams.add(head.start(1))
    end = data.find(b"stream", head.end())
    dictionary = data[head.end() : end if end >= 0 else len(data)]
    try:
        stream = pdf.get_object(place_of)
        packed = bytes(stream.read_bytes())
        widths = [int(width) for width in stream.W]
        previous = [int(stream.Prev)] if "/Prev" in stream else []
        index = [int(value) for value in stream.get("/Index", [0, int(stream.Size)])]
    except (pikepdf.PdfError, AttributeError, TypeError, ValueError) as problem:
        raise Broken("a cross-reference stream cannot be read") from problem
    if len(widths) != 3 or min(widths) < 0 or sum(widths) == 0:
        raise Broken("a cross-reference stream has odd widths")
    place = 0
    for first, count in zip(index[::2], index[1::2], strict=False):
        for number in range(first, first + min(count, len(packed) // sum(widths) + 1)):
            fields = []
            for width in widths:
                fields.append(int.from_bytes(packed[place : place + width], "big"))
                place += width
            kind = fields[0] if widths[0] else 1
            if kind == 1:
                _note(found, removed, number, fields[2], fields[1], True)
            else:  # free, or inside an object stream
                removed.add(number)
    _note(found, removed, *place_of, head.start(1), True)
    return dictionary, previous


def _note(found: Sections, removed: set[int], number: int, generation: int, offset: int, used: bool) -> None:  # noqa: FBT001
    """The newest word on an object counts."""
    if number in removed:
        return
    removed.add(number)
    if used and offset:
        found.offsets[number, generation] = offset
