"""The data of one stream behind its filters, each decoded to its last byte."""

import base64
import binascii
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

PIECE = 1 << 20
MOST = 512 << 20  # bytes unpacked of one stream; more is a bomb, which the limits of the child stop

_SHORT = {
    "/Fl": "/FlateDecode", "/A85": "/ASCII85Decode", "/AHx": "/ASCIIHexDecode", "/LZW": "/LZWDecode",
    "/RL": "/RunLengthDecode", "/DCT": "/DCTDecode", "/CCF": "/CCITTFaxDecode",
}  # fmt: skip
_OF_QPDF = ("/LZWDecode", "/RunLengthDecode")
_OF_IMAGES = ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode")
_PNG = 10
_FLUSHED = b"\0\0\xff\xff"  # all of it was written, but for the last, empty block
_LINE_ENDS = b"\r\n\0 "


Inflated = Callable[[bytes], bytes]


class Undecodable(Exception):
    """Why the data of a stream cannot be had whole."""


def inflate(packed: bytes) -> bytes:
    """One zlib stream to its end and checksum; only a checksum that is cut off is forgiven.

    Raises Undecodable.
    """
    data, told = _inflate(packed)
    if len(told) == 4 and told.strip(_LINE_ENDS) and int.from_bytes(told) != zlib.adler32(data):
        raise Undecodable("checksum of compressed data")
    return data


def _inflate(packed: bytes) -> tuple[bytes, bytes]:
    """The data, and the checksum that follows them."""
    if len(packed) < 2 or packed[0] & 15 != zlib.DEFLATED or int.from_bytes(packed[:2]) % 31:
        if not packed.strip(_LINE_ENDS):
            return b"", b""
        raise Undecodable("compressed data")
    unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    parts: list[bytes] = []
    count = 0
    waiting: bytes = packed[2:]
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(waiting, PIECE)
            waiting = unpacker.unconsumed_tail
            parts.append(piece)
            count += len(piece)
            if count > MOST:
                raise MemoryError
            if not waiting and not unpacker.eof and len(piece) < PIECE:
                if packed.rstrip(b"\r\n").endswith(_FLUSHED):
                    break
                raise Undecodable("compressed data end too early")
    except zlib.error as problem:
        raise Undecodable("compressed data") from problem
    return b"".join(parts), unpacker.unused_data[:4]


def inflate_unsummed(packed: bytes) -> bytes:
    """The same without its checksum, which some writers get wrong. Raises Undecodable."""
    return _inflate(packed)[0]


def decoded(stream: Object, inflated: Inflated) -> tuple[bytes, list[str]]:
    """Data behind the general filters, and the picture filters that are left. Raises Undecodable.

    *inflated*: how compressed data are read; a font tells by its tables whether it is whole.
    """
    try:
        data = bytes(stream.get_raw_stream_buffer())
    except pikepdf.PdfError as problem:
        raise Undecodable("no data") from problem
    filters, parameters = _filters(stream)
    for number, name in enumerate(filters):
        if name in _OF_IMAGES:
            return data, filters[number:]
        data = _through(name, parameters[number], data, inflated)
    return data, []


def _filters(stream: Object) -> tuple[list[str], list[Object | None]]:
    named = stream.get("/Filter", stream.get("/F"))
    if isinstance(named, Dictionary):
        raise Undecodable("data outside the file")
    names = [named] if isinstance(named, Name) else list(named) if isinstance(named, Array) else []
    given = stream.get("/DecodeParms", stream.get("/DP"))
    listed = list(given) if isinstance(given, Array) else [given]
    parameters = [value if isinstance(value, Dictionary) else None for value in listed]
    parameters += [None] * (len(names) - len(parameters))
    return [_SHORT.get(str(name), str(name)) for name in names], parameters


def _through(name: str, parameters: Object | None, data: bytes, inflated: Inflated) -> bytes:
    if name == "/FlateDecode":
        return _without_row_marks(inflated(data), parameters)
    if name == "/ASCII85Decode":
        return _ascii85(data)
    if name == "/ASCIIHexDecode":
        return _hexadecimal(data)
    if name in _OF_QPDF:
        return _by_qpdf(name, parameters, data)
    if name == "/Crypt":
        return data  # identity: qpdf has decrypted already
    raise Undecodable(f"unknown filter {name}")


def _without_row_marks(data: bytes, parameters: Object | None) -> bytes:
    """As many bytes as the rows hold without their PNG marks; their values do not matter here."""
    predictor = parameters.get("/Predictor", 1) if parameters is not None else 1
    if not isinstance(predictor, int) or predictor < _PNG or parameters is None:
        return data
    columns, colours, bits = (
        int(parameters.get(key, least))
        for key, least in (("/Columns", 1), ("/Colors", 1), ("/BitsPerComponent", 8))
    )
    row = (columns * colours * bits + 7) // 8
    return data[: len(data) - len(data) // (row + 1)]


def _ascii85(data: bytes) -> bytes:
    body, end, _ = data.partition(b"~>")
    if not end:
        raise Undecodable("ASCII85 without end")
    try:
        return base64.a85decode(body, ignorechars=b" \t\n\r\v\0\f")
    except ValueError as problem:
        raise Undecodable("ASCII85") from problem


def _hexadecimal(data: bytes) -> bytes:
    body, end, _ = data.partition(b">")
    digits = b"".join(body.split())
    if not end:
        raise Undecodable("hexadecimal without end")
    try:
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error as problem:
        raise Undecodable("hexadecimal") from problem


def _by_qpdf(name: str, parameters: Object | None, data: bytes) -> bytes:
    with pikepdf.new() as scratch:
        stream = scratch.make_stream(data)
        stream.Filter = Name(name)
        if parameters is not None:
            stream.DecodeParms = Dictionary(
                {key: value for key, value in parameters.items() if isinstance(value, int)}
            )
        try:
            return bytes(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
        except pikepdf.PdfError as problem:
            raise Undecodable(name[1:]) from problem
