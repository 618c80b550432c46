"""Compressed data that a tolerant reader patches in silence: it must end where it says, with its checksum."""

import zlib

PIECE = 1 << 20
MOST = 512 << 20  # bytes unpacked in all; more is a bomb and not vouched for


class Flate:
    """Looks at the compressed streams of one file."""

    def __init__(self) -> None:
        self._unpacked = 0

    def is_whole(self, packed: memoryview) -> bool:
        """True when *packed* is one complete zlib stream, apart from line ends after it."""
        unpacker = zlib.decompressobj()
        waiting: memoryview | bytes = packed
        try:
            while not unpacker.eof:
                piece = unpacker.decompress(waiting, PIECE)
                waiting = unpacker.unconsumed_tail
                self._unpacked += len(piece)
                starved = not waiting and not unpacker.eof and len(piece) < PIECE
                if starved or self._unpacked > MOST:
                    return False
        except zlib.error:
            return False
        return not unpacker.unused_data.strip(b"\r\n\x00 ")
