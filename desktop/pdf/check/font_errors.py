"""What fontTools raises for a font program that is broken."""

import struct

from fontTools.ttLib import TTLibError

BROKEN_FONT = (
    TTLibError,
    struct.error,
    AssertionError,
    KeyError,
    ValueError,
    IndexError,
    TypeError,
    AttributeError,
)
