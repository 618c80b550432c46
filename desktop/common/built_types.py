"""Types that msgspec decodes into, built before two threads meet in them.

What msgspec 0.22 knows of a class it builds at the first use, and another thread that uses the class by then
gets it half built: the process ends with a segmentation fault. So each type is built under one lock, with all
that it holds, before anybody decodes into it.
"""

import threading
from typing import TypeVar

import msgspec

T = TypeVar("T")
_building = threading.Lock()
_built: set[object] = set()


def built(kind: type[T]) -> type[T]:
    """*kind* itself, for msgspec to decode into from any thread."""
    if kind not in _built:
        with _building:
            msgspec.msgpack.Decoder(kind)  # takes each type that msgspec takes; JSON's refuses some keys
            _built.add(kind)
    return kind
