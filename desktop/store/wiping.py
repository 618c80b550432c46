"""Overwriting what held a key."""

import ctypes
import sys


def wipe(buffer: bytearray) -> None:
    """Overwrite with zeros."""
    buffer[:] = bytes(len(buffer))


def overwrite(spent: str | bytes) -> None:
    """Zero an ASCII str or bytes that nobody else holds: Python would leave it in freed memory as it is."""
    offset = sys.getsizeof(spent) - len(spent) - 1
    ctypes.memset(id(spent) + offset, 0, len(spent))
