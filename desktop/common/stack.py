"""What calls that have returned left on a thread's stack is overwritten (CF-017).

Libraries in C read answers and rows into the stack and leave them there; no allocator reaches that, and a
worker that waits keeps it for as long as it lives.
"""

import ctypes
import sys
from typing import Any

_REACH = 128 * 1024  # bytes below the caller: deeper than any call of ours was seen to go


class _Filling(ctypes.Structure):
    """So large that it is passed on the stack, as the calling convention of Linux on x86-64 has it."""

    _fields_ = [("filling", ctypes.c_char * _REACH)]


def _taker() -> Any:
    """A function of the C library that takes a number and never looks at what it is given instead."""
    if sys.platform != "linux":
        return None
    taker = ctypes.CDLL(None).labs
    taker.argtypes, taker.restype = [_Filling], None
    return taker


_FILLING, _TAKER = _Filling(), _taker()


def overwrite_stack() -> None:
    """Overwrite the stack of the calling thread below the caller, in some 10 microseconds; Linux only."""
    if _TAKER is not None:
        _TAKER(_FILLING)
