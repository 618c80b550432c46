"""Frames on a pipe: a length (8 bytes, big endian) and that many bytes.

No buffer stands between a frame and the pipe: a secret is written from its own bytearray, and read into the
one that is kept.
"""

from collections.abc import Callable
from typing import TypeAlias

# Both give the number of bytes that passed; reading gives 0 at the pipe's end.
Read: TypeAlias = Callable[[memoryview], int | None]
Write: TypeAlias = Callable[[memoryview], int | None]
NextFrame: TypeAlias = Callable[[], bytearray]
_HEAD = 8


class PipeClosed(Exception):
    """The other side is gone, or what it says is no frame."""


def write_frame(write: Write, payload: bytes | bytearray) -> None:
    """Write one frame; :class:`PipeClosed`."""
    try:
        for part in (len(payload).to_bytes(_HEAD, "big"), payload):
            left = memoryview(part)
            while left:
                left = left[write(left) or 0 :]
    except (OSError, ValueError) as error:  # ValueError: closed meanwhile by a kill
        raise PipeClosed from error


def read_frame(read: Read, largest: int) -> bytearray:
    """Read one frame of at most *largest* bytes, straight into the answer; :class:`PipeClosed`."""
    length = int.from_bytes(_read_exactly(read, _HEAD), "big")
    if length > largest:
        raise PipeClosed
    return _read_exactly(read, length)


def _read_exactly(read: Read, count: int) -> bytearray:
    buffer = bytearray(count)
    left = memoryview(buffer)
    while left:
        try:
            got = read(left)
        except (OSError, ValueError) as error:
            raise PipeClosed from error
        if not got:
            raise PipeClosed
        left = left[got:]
    return buffer
