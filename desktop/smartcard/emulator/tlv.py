"""BER-TLV as PIV uses it: tags of one to three bytes, definite lengths."""

from collections.abc import Iterator


def tlv(tag: int, value: bytes) -> bytes:
    """Encode one object."""
    head = tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")
    size = len(value)
    if size < 0x80:
        return head + bytes([size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return head + bytes([0x80 | len(length)]) + length + value


def parse(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Decode objects with one-byte tags; ValueError when the data is cut."""
    at = 0
    while at < len(data):
        tag = data[at]
        at += 1
        size, at = _length(data, at)
        if at + size > len(data):
            raise ValueError("object is cut")
        yield tag, data[at : at + size]
        at += size


def _length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise ValueError("length is missing")
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    count = first & 0x7F
    return int.from_bytes(data[at : at + count], "big"), at + count
