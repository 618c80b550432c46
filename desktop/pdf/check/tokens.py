"""Strings, comments and hexadecimal strings in the bytes of PDF objects and content streams."""

import re

WHITE = rb"\x00\t\n\x0c\r "
WHITE_BYTES = b"\x00\t\n\x0c\r "
_MARK = re.compile(rb"[(<%]")
_ROUND = re.compile(rb"[()\\]")
_NOT_WHITE = re.compile(rb"[" + WHITE + rb"]+")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")
_ODD_OR_STRING = re.compile(rb"[(\x0b%]|(?<=\s)ID\s")
_END_OF_IMAGE = re.compile(rb"\sEI\s")
_BEGIN_OF_DATA = re.compile(rb"\sID[" + WHITE + rb"]")
_EARLY_END = re.compile(rb"(?<=[" + WHITE + rb"])EI|EI(?=[" + WHITE + rb"/\[\]<>(){}%])")


def hexadecimal_fault(data: bytes) -> str:
    """What is wrong with the first bad hexadecimal string of some PDF objects, or ""."""
    position = 0
    while (mark := _MARK.search(data, position)) is not None:
        position = mark.end()
        if mark.group() == b"(":
            position = end_of_string(data, position)
        elif mark.group() == b"%":
            position = end_of_line(data, position)
        elif mark.group() == b"<":
            position, fault = read_hex(data, position)
            if fault:
                return fault
    return ""


def without_text(data: bytes) -> bytes:
    """PDF objects without their strings and comments: what is left are names, numbers and signs."""
    kept: list[bytes] = []
    position = 0
    while (mark := _MARK.search(data, position)) is not None:
        kept.append(data[position : mark.start()])
        position = mark.end()
        if mark.group() == b"(":
            position = end_of_string(data, position)
        elif mark.group() == b"%":
            position = end_of_line(data, position)
        elif data[position : position + 1] == b"<":
            kept.append(b"<<")
            position += 1
        else:
            position, _ = read_hex(data, position)
        kept.append(b" ")
    return b"".join([*kept, data[position:]])


def read_hex(data: bytes, position: int) -> tuple[int, str]:
    """Where a string that began before *position* ends, and what is wrong with it (or "")."""
    if data[position : position + 1] == b"<":
        return position + 1, ""
    end = data.find(b">", position)
    if end < 0:
        return len(data), "hexadecimal string without end"
    digits = _NOT_WHITE.sub(b"", data[position:end])
    if _NOT_HEX.search(digits):
        return end + 1, "hexadecimal string with other characters"
    return end + 1, "hexadecimal string of odd length" if len(digits) % 2 else ""


def end_of_string(data: bytes, position: int) -> int:
    """Where a literal string that began before *position* ends."""
    depth = 1
    while depth and (mark := _ROUND.search(data, position)) is not None:
        position = mark.end()
        if mark.group() == b"\\":
            position += 1
        else:
            depth += 1 if mark.group() == b"(" else -1
    return position if not depth else len(data)


def end_of_line(data: bytes, position: int) -> int:
    """Where the line of *position* ends."""
    ends = [end for end in (data.find(b"\n", position), data.find(b"\r", position)) if end >= 0]
    return min(ends, default=len(data))


def holds_early_end(inline_image: bytes) -> bool:
    """True when an inline image (from BI to EI) may be read as ending inside its data."""
    begin = _BEGIN_OF_DATA.search(inline_image)
    body = inline_image[begin.end() :] if begin else inline_image
    return _EARLY_END.search(body, 0, len(body.rstrip(WHITE_BYTES)) - len(b"EI")) is not None


def ambiguous_byte(data: bytes) -> str:
    """What readers of content streams take for different things, or "".

    A vertical tab outside strings is white space to some only; a comment that touches the token before it
    belongs to that token for some. Inline images are passed over.
    """
    if b"\x0b" not in data and b"%" not in data:
        return ""
    position = 0
    while (mark := _ODD_OR_STRING.search(data, position)) is not None:
        if mark.group() == b"\x0b":
            return "vertical tab"
        if mark.group() == b"(":
            position = end_of_string(data, mark.end())
        elif mark.group() == b"%":
            if mark.start() and data[mark.start() - 1] not in WHITE_BYTES:
                return "comment without space before it"
            position = end_of_line(data, mark.end())
        else:  # the data of an inline image
            image = _END_OF_IMAGE.search(data, mark.end())
            position = image.end() if image else len(data)
    return ""
