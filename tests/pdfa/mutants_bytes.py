"""Kinds of faults in the bytes of the file, which a tolerant reader repairs in silence."""

import random
import re
from collections.abc import Callable

from tests.pdfa.mutants_core import raw


def _once(pattern: bytes, new: bytes) -> Callable[[bytes], bytes | None]:
    def change(content: bytes) -> bytes | None:
        changed = re.sub(pattern, new, content, count=1, flags=re.DOTALL)
        return changed if changed != content else None

    return change


@raw
def raw_leading_bytes(content: bytes, dice: random.Random) -> bytes:
    return dice.choice([b"\n", b" ", b"junk\n"]) + content


@raw
def raw_header_version(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"\A%PDF-\d\.\d", dice.choice([b"%PDF-1.9", b"%PDF-2.0", b"%PDF-1.x", b"%PDF-1.7"]))(
        content
    )


@raw
def raw_header_line(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"\A(%PDF-\d\.\d)", rb"\1" + dice.choice([b" ", b"abc"]))(content)


@raw
def raw_no_comment(content: bytes, dice: random.Random) -> bytes | None:
    line = re.match(rb"%PDF-\d\.\d[\r\n]+%([^\r\n]*)", content)
    if line is None:
        return None
    return content[: line.start(1)] + b"a" * len(line.group(1)) + content[line.end(1) :]


@raw
def raw_trailing_data(content: bytes, dice: random.Random) -> bytes:
    return content.rstrip(b"\r\n") + dice.choice([b"\n\n", b"\njunk", b" ", b"\n", b"\r\n", b"\x00"])


@raw
def raw_no_id(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"/ID(\s*\[\s*[<(])", rb"/Id\1")(content)


@raw
def raw_stream_length(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb"/Length (\d+)(?! \d+ R)", content))
    if not found:
        return None
    spot = dice.choice(found)
    value = str(max(0, int(spot.group(1)) + dice.choice([-1, 1, 2, -3]))).encode()
    if len(value) != len(spot.group(1)):
        return None
    return content[: spot.start(1)] + value + content[spot.end(1) :]


@raw
def raw_stream_line_end(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb">>\s*stream(\r\n)", content))
    if not found:
        return None
    spot = dice.choice(found)
    return content[: spot.start(1)] + b"\r " + content[spot.end(1) :]


@raw
def raw_endstream(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb"(\r\n|\n|\r)endstream", content))
    if not found:
        return None
    spot = dice.choice(found)
    return content[: spot.start(1)] + b" " * len(spot.group(1)) + content[spot.end(1) :]


@raw
def raw_object_spacing(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb"[\r\n]\d+ \d+ obj(\r\n|\n|\r)", content))
    if not found:
        return None
    spot = dice.choice(found)
    return content[: spot.start(1)] + b" " * len(spot.group(1)) + content[spot.end(1) :]


@raw
def raw_endobj(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb"(\r\n|\n|\r)endobj", content))
    if not found:
        return None
    spot = dice.choice(found)
    return content[: spot.start(1)] + b" " * len(spot.group(1)) + content[spot.end(1) :]


@raw
def raw_xref_keyword(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"(?<=[\r\n])xref(\r\n|\n|\r)0", dice.choice([b"xref 0", b"xref  0"]))(content)


@raw
def raw_hex_string(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"(/ID\s*\[\s*<[0-9A-Fa-f]{6})[0-9A-Fa-f]", dice.choice([rb"\1 ", rb"\1g"]))(content)


@raw
def raw_flipped_byte(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << dice.randrange(8))]) + content[place + 1 :]


@raw
def raw_truncated(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) // 2, len(content))]
