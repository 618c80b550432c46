"""How long a token's PIN may be: PKCS#11's own word for it, which python-pkcs11 does not hand on.

Read with ctypes from the loaded module's ``C_GetTokenInfo`` (CK_TOKEN_INFO of PKCS#11 2.40).
"""

import ctypes
import sys
from collections.abc import Callable
from typing import Any

PinLengths = Callable[[Any], tuple[int, int] | None]
_LONGEST = 255  # bytes; more is no PIN that a person types
_PACKED = 1 if sys.platform == "win32" else 0  # on Windows the module's structures have no gaps
_GET_TOKEN_INFO = 6  # its place in CK_FUNCTION_LIST, counted from C_Initialize


class _FunctionList(ctypes.Structure):
    if _PACKED:
        _pack_ = _PACKED
    _fields_ = (("version", ctypes.c_ubyte * 2), ("functions", ctypes.c_void_p * (_GET_TOKEN_INFO + 1)))


class _TokenInfo(ctypes.Structure):
    if _PACKED:
        _pack_ = _PACKED
    _fields_ = (
        ("names", ctypes.c_ubyte * 96),
        ("flags", ctypes.c_ulong),
        ("sessions", ctypes.c_ulong * 4),
        ("max_pin", ctypes.c_ulong),
        ("min_pin", ctypes.c_ulong),
        ("memory", ctypes.c_ulong * 4),
        ("versions", ctypes.c_ubyte * 4),
        ("clock", ctypes.c_ubyte * 16),
    )


def module_pin_lengths(code: Any) -> PinLengths:
    """*code*: the module as ``ctypes.CDLL`` loaded it. What is given back asks for a slot of python-pkcs11's:
    shortest and longest PIN in bytes, None where the token does not say or says what cannot be."""

    def asked(slot: Any) -> tuple[int, int] | None:
        listed = ctypes.POINTER(_FunctionList)()
        if code.C_GetFunctionList(ctypes.byref(listed)) != 0:
            return None
        kind = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p)
        info = _TokenInfo()
        if kind(listed.contents.functions[_GET_TOKEN_INFO])(slot.slot_id, ctypes.byref(info)) != 0:
            return None
        return possible(info.min_pin, info.max_pin)

    return asked


def possible(shortest: int, longest: int) -> tuple[int, int] | None:
    """Both as the token gave them, where they can be true; a longest one under 4 was never filled in."""
    if longest < 4 or shortest > longest:
        return None
    return max(1, shortest), min(longest, _LONGEST)
