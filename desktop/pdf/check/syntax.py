"""The file-syntax layer: what a tolerant reader (qpdf, under pikepdf) repairs in silence, PDF/A forbids."""

import re
from collections.abc import Iterator, Set

import pikepdf

from desktop.pdf.check.finding import Finding, certain, unsure
from desktop.pdf.check.flate import Flate
from desktop.pdf.check.tokens import (
    WHITE,
    WHITE_BYTES,
    end_of_line,
    end_of_string,
    hexadecimal_fault,
    read_hex,
)
from desktop.pdf.check.xref import Broken, Sections, read_sections

_HEADER_1 = re.compile(rb"%PDF-\d\.\d[^\r\n]*")
_HEADER_23 = re.compile(rb"%PDF-1\.[0-7](?=[\r\n])")
_COMMENT = re.compile(rb"(?:\r\n|\r|\n)%[\x80-\xff]{4}")
_HEAD = re.compile(rb"(\d+)([" + WHITE + rb"]+)(\d+)([" + WHITE + rb"]+)obj")
_MARK = re.compile(rb"[(<%\x0b]|endobj|stream|[" + WHITE + rb"]\d+[" + WHITE + rb"]+obj\b")
_OTHER_HEAD = re.compile(rb"[\r\n]\d+ \d+ obj\b")
_GAP = re.compile(rb"[" + WHITE + rb"]+")
_EOL_ENDSTREAM = re.compile(rb"(\r\n|\n|\r)?endstream")
FAMILY = "file_syntax"


def check_syntax(data: bytes, pdf: pikepdf.Pdf, part: int) -> Iterator[Finding]:
    """Findings on the bytes of the file; *part* is 1, 2 or 3."""
    yield from _check_ends(data, part)
    try:
        sections = read_sections(data, pdf)
    except Broken as problem:
        yield unsure(FAMILY, str(problem))
        return
    yield from _check_sections(sections, part, linearized=b"/Linearized" in data[:2048])
    objects = _Objects(data, pdf, part, sections.streams)
    for place, offset in sections.offsets.items():
        finding = objects.check(place, offset)
        if finding is not None:
            yield finding
            return  # one example says enough
    yield from objects.check_object_streams()


def _check_ends(data: bytes, part: int) -> Iterator[Finding]:
    header = (_HEADER_1 if part == 1 else _HEADER_23).match(data)
    if header is None:
        yield certain(FAMILY, "6.1.2", "header")
    elif _COMMENT.match(data, header.end()) is None:
        yield certain(FAMILY, "6.1.2", "binary comment")
    elif header.end() > len(b"%PDF-1.4"):
        yield unsure(FAMILY, "more than the version in the header", "6.1.2")
    end = data.rfind(b"%%EOF")
    if end < 0:
        yield unsure(FAMILY, "no end-of-file mark", "6.1.3")
    elif data[end + 5 :] not in (b"", b"\n", b"\r", b"\r\n"):
        yield certain("after_end", "6.1.3", "data after the end-of-file mark")


def _check_sections(sections: Sections, part: int, *, linearized: bool) -> Iterator[Finding]:
    if not sections.identifiers[0]:
        yield certain(FAMILY, "6.1.3", "trailer without ID")
    elif not sections.identifiers[0].strip(b"<>() \r\n\t"):
        yield unsure(FAMILY, "an ID elsewhere or empty", "6.1.3")
    elif linearized and len(set(sections.identifiers)) > 1:
        yield unsure(FAMILY, "first and last trailer have another ID", "6.1.3")
    if sections.keyword_eol_wrong:
        yield certain(FAMILY, "6.1.4", "xref keyword")
    if sections.header_space_wrong:
        yield (
            certain(FAMILY, "6.1.4", "xref subsection header")
            if part == 1
            else unsure(FAMILY, "xref subsection header", "6.1.4")
        )
    for number, trailer in enumerate(sections.trailers):
        if b"\x0b" in trailer:
            yield unsure(FAMILY, "vertical tab in a trailer")
        fault = hexadecimal_fault(trailer)
        if fault:
            yield unsure(FAMILY, fault, "6.1.6") if number else certain(FAMILY, "6.1.6", fault)
    if part == 1 and sections.streams:
        yield certain(FAMILY, "6.1.4", "cross-reference stream")


class _Objects:
    """Looks at each object where the cross-reference says that it is."""

    def __init__(self, data: bytes, pdf: pikepdf.Pdf, part: int, sections: Set[int]) -> None:
        self._data = data
        self._pdf = pdf
        self._sections = sections  # where cross-reference streams begin
        self._spacing = "6.1.8" if part == 1 else "6.1.9"
        self._stream = "6.1.7" if part == 1 else "6.1.7.1"
        self._object_streams: list[pikepdf.Stream] = []
        self._flate = Flate()

    def check(self, place: tuple[int, int], offset: int) -> Finding | None:
        """The first fault of one object, or None."""
        data = self._data
        head = _HEAD.match(data, offset)
        if head is None:
            gap = _GAP.match(data, offset)
            if gap is None or _HEAD.match(data, gap.end()) is None:
                return unsure(FAMILY, f"no object {place[0]} at its place")
            return unsure(FAMILY, f"object {place[0]} does not start at its place", self._spacing)
        if (int(head.group(1)), int(head.group(3))) != place:
            return unsure(FAMILY, f"another object at the place of {place[0]}")
        spaced = len(head.group(2)) == 1 and len(head.group(4)) == 1
        ended = {data[offset - 1 : offset], data[head.end() : head.end() + 1]} <= {b"\n", b"\r"}
        if not (spaced and ended):
            if b"/XRef" in data[head.end() : head.end() + 400]:
                return unsure(FAMILY, "spacing of a cross-reference stream", self._spacing)
            says = _doubted if b"\x0b" in data[offset - 1 : head.end() + 1] else certain
            return says(FAMILY, self._spacing, f"spacing of object {place[0]}")
        return self._check_body(place, head.end(), is_section=offset in self._sections)

    def _check_body(self, place: tuple[int, int], start: int, *, is_section: bool) -> Finding | None:
        data = self._data
        position = start
        while (mark := _MARK.search(data, position)) is not None:
            found = mark.group()
            if found == b"(":
                position = end_of_string(data, mark.end())
            elif found == b"<":
                position, fault = read_hex(data, mark.end())
                if fault:
                    binary = not data[mark.end() : position].isascii()
                    lost = binary or is_section
                    return (_doubted if lost else certain)(FAMILY, "6.1.6", fault)
            elif found == b"%":
                position = end_of_line(data, mark.end())
            elif found == b"\x0b":
                return unsure(FAMILY, f"vertical tab in object {place[0]}")
            elif found.endswith(b"obj") and found != b"endobj":
                return unsure(FAMILY, f"object {place[0]} does not end before another")
            elif found == b"stream":
                if data[start : mark.start()].rstrip(WHITE_BYTES).endswith(b">>"):
                    fault_ = self._check_stream(place, mark.end())
                    if isinstance(fault_, Finding):
                        return fault_
                    position = fault_
                else:
                    position = mark.end()
            elif is_section:  # its place is read before its end
                after = data[mark.end() : mark.end() + 1]
                return None if after in (b"\n", b"\r") else unsure(FAMILY, "end of a cross-reference stream")
            else:
                before = data[mark.start() - 1 : mark.start()]
                if before not in (b"\n", b"\r"):
                    if data[start : mark.start()].strip(WHITE_BYTES).isdigit():
                        return unsure(FAMILY, f"line end before endobj of {place[0]}", self._spacing)
                    return certain(FAMILY, self._spacing, f"line end before endobj of {place[0]}")
                after = data[mark.end() : mark.end() + 1]
                if after not in (b"\n", b"\r"):
                    known = after.isdigit() or after in (b" ", b"\t")
                    says = certain if known else _doubted
                    return says(FAMILY, self._spacing, f"line end after endobj of {place[0]}")
                return None
        return unsure(FAMILY, f"object {place[0]} has no end")

    def _check_stream(self, place: tuple[int, int], end: int) -> Finding | int:
        data = self._data
        if data.startswith(b"\r\n", end):
            start = end + 2
        elif data.startswith(b"\n", end):
            start = end + 1
        else:
            white = data[end : end + 1] in (b"\r", b" ", b"\t")
            return (certain if white else _doubted)(
                FAMILY, self._stream, f"stream keyword of object {place[0]}"
            )
        stream = self._pdf.get_object(place)
        if not isinstance(stream, pikepdf.Stream):
            return unsure(FAMILY, f"stream {place[0]} cannot be read")
        if stream.get("/Type") == pikepdf.Name.ObjStm:
            self._object_streams.append(stream)
        length = stream.get("/Length")
        if not isinstance(length, int) or length < 0:
            return unsure(FAMILY, f"length of stream {place[0]}", self._stream)
        ending = _EOL_ENDSTREAM.match(data, start + length)
        if ending is None or ending.group(1) is None:
            plain = stream.get("/Type") != pikepdf.Name.XRef and self._has_end(start)
            return (certain if plain else _doubted)(
                "stream_length", self._stream, f"length of stream {place[0]}"
            )
        if _first_filter(stream) == pikepdf.Name.FlateDecode and not self._flate.is_whole(
            memoryview(data)[start : start + length]
        ):
            return unsure("damaged", f"compressed data of stream {place[0]}")
        return ending.end()

    def _has_end(self, start: int) -> bool:
        """True when the stream ends with its own keyword, and not in another object."""
        end = self._data.find(b"endobj", start)
        body = self._data[start:end] if end >= 0 else b""
        return b"endstream" in body and _OTHER_HEAD.search(body) is None

    def check_object_streams(self) -> Iterator[Finding]:
        """Hexadecimal strings inside object streams."""
        for stream in self._object_streams:
            try:
                data = bytes(stream.read_bytes())
            except pikepdf.PdfError:
                yield unsure(FAMILY, "an object stream cannot be read")
                return
            fault = hexadecimal_fault(data)
            if fault:
                yield certain(FAMILY, "6.1.6", fault)
                return


def _doubted(family: str, clause: str, detail: str) -> Finding:
    return unsure(family, detail, clause)


def _first_filter(stream: pikepdf.Stream) -> pikepdf.Object | None:
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array):
        return filters[0] if len(filters) else None
    return filters
