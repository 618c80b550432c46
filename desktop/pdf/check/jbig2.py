"""The frame of an embedded JBIG2 stream (ITU-T T.88, 7.2): segments that follow one another to the end."""

_REGIONS = {4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43}
_OTHERS = {0, 16, 48, 49, 50, 51, 52, 53, 62}
_UNKNOWN_LENGTH = 0xFFFFFFFF
_LONG_COUNT = 7


def is_whole_jbig2(data: bytes) -> bool:
    """True when every segment is of a known kind and fits, and one of them draws something."""
    place, draws = 0, False
    while place + 11 <= len(data):
        number = int.from_bytes(data[place : place + 4])
        flags = data[place + 4]
        place += 5
        count = data[place] >> 5
        if count == _LONG_COUNT:
            count = int.from_bytes(data[place : place + 4]) & 0x1FFFFFFF
            place += 4 + (count + 8) // 8
        else:
            place += 1
        place += count * (1 if number <= 256 else 2 if number <= 65_536 else 4)
        place += 4 if flags & 64 else 1
        length = int.from_bytes(data[place : place + 4])
        place += 4
        kind = flags & 63
        if kind not in _REGIONS | _OTHERS:
            return False
        draws = draws or kind in _REGIONS
        if length == _UNKNOWN_LENGTH:
            return draws
        place += length
        if place > len(data):
            return False
    return draws
