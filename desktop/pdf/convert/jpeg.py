"""JPEG files walked marker by marker: only what draws the picture goes into a copy.

Phones hang films, second pictures and places behind the last marker and between the others.
"""

import re

_START, _END, _START_OF_SCAN = 0xD8, 0xD9, 0xDA
_STANDALONE = (0x01, *range(0xD0, 0xD8))  # markers without a length; none has a place between segments
_APPLICATION = range(0xE0, 0xF0)
_JFIF, _ADOBE, _COMMENT = 0xE0, 0xEE, 0xFE
_FRAMES = [marker for marker in range(0xC0, 0xD0) if marker not in (0xC4, 0xC8, 0xCC)]
_FILL = re.compile(rb"\xff+")
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # past stuffed bytes, restarts and fill


def strip_metadata(content: bytes) -> bytes | None:
    """The JPEG up to its real end, without notes, thumbnails and comments; None for an odd one."""
    kept, place = [content[:2]], 2
    while (marker := _marker(content, place)) is not None:
        code, body = marker
        if code == _END:
            return b"".join([*kept, b"\xff\xd9"])
        end = body + int.from_bytes(content[body : body + 2], "big")
        if code in (_START, 0, *_STANDALONE) or not body + 2 <= end <= len(content):
            return None
        kept.append(_kept(code, content[body + 2 : end]))
        if code == _START_OF_SCAN:
            found = _NEXT_MARKER.search(content, end)
            if found is None:
                return None  # without its end nobody knows what is picture and what is not
            kept.append(content[end : found.start()])
            end = found.start()
        place = end
    return None


def coding(content: bytes) -> int:
    """The marker that tells how a JPEG is coded (0xC0 = baseline), 0 when none is found."""
    place = 2
    while (marker := _marker(content, place)) is not None:
        code, body = marker
        if code in _FRAMES:
            return code
        place = body + max(int.from_bytes(content[body : body + 2], "big"), 2)
    return 0


def _marker(content: bytes, place: int) -> tuple[int, int] | None:
    """The marker at *place* and where its body begins; None when there is none."""
    fill = _FILL.match(content, place)
    if fill is None or fill.end() >= len(content):
        return None
    return content[fill.end()], fill.end() + 1


def _kept(code: int, body: bytes) -> bytes:
    """A segment, b"" for one that draws nothing; what tells of colours and density without its thumbnail."""
    if code == _COMMENT:
        return b""
    if code in _APPLICATION:
        if code == _JFIF and body.startswith(b"JFIF\0") and len(body) >= 14:
            body = body[:12] + b"\0\0"
        elif code == _ADOBE and body.startswith(b"Adobe") and len(body) >= 12:
            body = body[:12]
        else:
            return b""
    return bytes([0xFF, code]) + (len(body) + 2).to_bytes(2, "big") + body
