"""The XMP layer: predefined and extension schemas typed, identification, agreement with /Info.

The engine knows a short list of properties and no extension schema; this layer judges the packets
instead of it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
from pikepdf import Dictionary, Name, Stream

from desktop.pdf.check.finding import Finding, certain, unsure
from desktop.pdf.check.info_agreement import check_agreement
from desktop.pdf.check.rdf import Form, Node, Packet, encoding_of, read_packet
from desktop.pdf.check.xmp_extension import EXTENSION, ExtensionSchema, check_form, read_schemas
from desktop.pdf.check.xmp_schemas import PDFAID, properties_of
from desktop.pdf.check.xmp_types import Types, Unsure

_END = re.compile(r"\s*end\s*=")
_ATTRIBUTE = re.compile(r"\b(bytes|encoding)\s*=\s*[\"']")
_PERHAPS_ATTRIBUTE = re.compile(r"bytes|encoding", re.IGNORECASE)
_STREAM_KEYS = {"/Type", "/Subtype", "/Length", "/Filter", "/DecodeParms"}
MOST_STREAMS = 2_000


class Metadata:
    """The document's main packet, read once."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._stream = pdf.Root.get("/Metadata")
        self._data: bytes | None = None
        if isinstance(self._stream, Stream):
            try:
                self._data = bytes(self._stream.read_bytes())
            except pikepdf.PdfError:
                self._data = None
        self._packet = read_packet(self._data) if self._data is not None else Packet(broken="none")

    def declared(self) -> str | None:
        """What the file says of itself, such as "1b" or "2u"; None when it says nothing."""
        part, level = self._packet.find(PDFAID, "part"), self._packet.find(PDFAID, "conformance")
        if part is None or not part.value.strip().isdigit():
            return None
        return f"{int(part.value)}{level.value.strip().lower() if level is not None else ''}"

    def is_plain(self) -> bool:
        """True when the packet was understood, so that what is not in it is not there."""
        return self._data is None or not (self._packet.odd or self._packet.broken)

    def check(self, part: int) -> Iterator[Finding]:
        """Findings on the main packet and on those of other objects."""
        missing = "6.7.2" if part == 1 else "6.6.2.1"
        if not isinstance(self._stream, Stream):
            yield certain("metadata_missing", missing, "no metadata stream")
            return
        if self._stream.get("/Type") != Name.Metadata or self._stream.get("/Subtype") != Name.XML:
            yield unsure("metadata_missing", "type of the metadata stream", missing)
        if part == 1 and "/Filter" in self._stream:
            yield certain("metadata_syntax", missing, "filtered metadata")
        if set(self._stream.keys()) - _STREAM_KEYS:
            yield unsure("not_checked", "unusual metadata stream")
        if self._data is None:
            yield unsure("metadata_syntax", "the metadata stream cannot be read")
            return
        yield from _check_packet(self._data, self._packet, part, {})
        for finding in _check_identification(self._packet, part):
            yield replace(finding, certain=finding.certain and not self._packet.odd)
        if part == 1:
            for finding in check_agreement(self._pdf.trailer.get("/Info"), self._packet):
                yield replace(finding, certain=finding.certain and not self._packet.odd)
        yield from self._check_others(part)

    def _check_others(self, part: int) -> Iterator[Finding]:
        """Packets of images, pages and fonts may use the main packet's schemas in PDF/A-2 and 3."""
        main = _schemas(self._packet, part, {}) if part != 1 else {}
        owners = self.owners()
        if len(owners) > MOST_STREAMS:
            yield unsure("not_checked", "too many metadata streams")
        for owner in owners[:MOST_STREAMS]:
            stream = owner["/Metadata"]
            if not isinstance(stream, Stream):
                yield unsure("not_checked", "metadata that is no stream")
                continue
            if part == 1 and stream.get("/Filter") not in (None, Name.FlateDecode):
                yield unsure("not_checked", "filtered metadata")
            try:
                data = bytes(stream.read_bytes())
            except pikepdf.PdfError:
                yield unsure("metadata_syntax", "a metadata stream cannot be read")
                continue
            for finding in _check_packet(data, read_packet(data), part, main):
                yield unsure(finding.family, finding.detail, finding.clause)  # not every reader looks there

    def owners(self) -> list[pikepdf.Object]:
        """Objects other than the catalog that carry a /Metadata entry."""
        root = self._pdf.Root.objgen
        return [
            thing
            for thing in self._pdf.objects
            if isinstance(thing, Dictionary | Stream) and "/Metadata" in thing and thing.objgen != root
        ]


def _check_packet(
    data: bytes, packet: Packet, part: int, main: dict[str, ExtensionSchema]
) -> Iterator[Finding]:
    syntax = "6.7.9" if part == 1 else "6.6.2.1"
    yield from _check_header(packet, part)
    yield from _check_encoding(data, part)
    if packet.broken:
        yield certain("metadata_syntax", syntax, packet.broken)
        return
    for what in packet.odd:
        yield unsure("metadata_syntax", what, syntax)
    container = packet.find(EXTENSION, "schemas")
    schemas = _schemas(packet, part, main)
    if container is not None:
        yield from check_form(container, part, schemas)
    for node in packet.properties:
        if node is container:
            continue
        for finding in _check_property(node, part, schemas, main):
            yield replace(finding, certain=finding.certain and not packet.odd)


def _check_header(packet: Packet, part: int) -> Iterator[Finding]:
    """Which of several headers counts differs from reader to reader."""
    clause, said = "6.7.5" if part == 1 else "6.6.2.1", "attributes of the packet header"
    heads = [words for words in packet.headers if not _END.match(words)]
    if len(heads) == 1 and _ATTRIBUTE.search(heads[0]):
        yield certain("metadata_syntax", clause, said)
    elif any(map(_PERHAPS_ATTRIBUTE.search, packet.headers)):
        yield unsure("metadata_syntax", said, clause)


def _schemas(packet: Packet, part: int, main: dict[str, ExtensionSchema]) -> dict[str, ExtensionSchema]:
    return read_schemas(packet.find(EXTENSION, "schemas"), part, main)


def _check_encoding(data: bytes, part: int) -> Iterator[Finding]:
    if encoding_of(data) != "utf-8":
        if part != 1:
            yield certain("metadata_syntax", "6.6.2.1", "not UTF-8")
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        yield unsure("metadata_syntax", "not UTF-8", "6.7.9" if part == 1 else "6.6.2.1")


def _check_property(
    node: Node, part: int, schemas: dict[str, ExtensionSchema], main: dict[str, ExtensionSchema]
) -> Iterator[Finding]:
    clause = "6.7.9" if part == 1 else "6.6.2.3.1"
    label = f"{node.prefix}:{node.name}"
    for known in (schemas, main):
        schema = known.get(node.uri)
        if schema is not None and node.name in schema.properties:
            yield from _check_type(node, schema.types, schema.properties[node.name], clause)
            return
    kind = properties_of(part).get(node.uri, {}).get(node.name)
    if kind is None:
        yield certain("metadata_property", clause, f"{label} is not defined")
        return
    yield from _check_type(node, Types.predefined(part), kind, clause)


def _check_type(node: Node, types: Types, kind: str, clause: str) -> Iterator[Finding]:
    label = f"{node.prefix}:{node.name}"
    try:
        if not types.fits(node, kind):
            yield certain("metadata_property", clause, f"{label} is no {kind}")
    except Unsure as reason:
        yield unsure("metadata_property", f"{label}: {reason}", clause)


def _check_identification(packet: Packet, part: int) -> Iterator[Finding]:
    clause = "6.7.11" if part == 1 else "6.6.4"
    for name in ("part", "conformance", "amd", "corr"):
        node = packet.find(PDFAID, name)
        if node is not None and node.prefix != "pdfaid":
            yield certain("identification", clause, f"prefix of {name}")
    declared = packet.find(PDFAID, "part")
    if declared is not None and (declared.form is not Form.SIMPLE or declared.value != str(part)):
        yield unsure("identification", "part", clause)
    level = packet.find(PDFAID, "conformance")
    allowed = ("A", "B") if part == 1 else ("A", "B", "U")
    if level is None or level.form is not Form.SIMPLE or level.value not in allowed:
        yield certain("identification", clause, "conformance")
