"""How the C library and Python keep memory for this process: given back, and overwritten where it was freed.

Freed memory keeps what was in it. glibc overwrites a block when it is freed (``M_PERTURB``, mallopt(3)), but
for the few that each thread keeps at hand, so the program begins with none there
(:func:`desktop.system.environment.restart`). Python's own small blocks are out of its reach, and Windows and
macOS cannot be told: what Python has free is taken once more, in every size, filled, and freed again.
"""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator
from typing import Any

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD, _PERTURB = -8, -3, -1, -6  # <malloc.h>
_LARGE = 256 * 1024
_FILL = 0x5A
_STEP = 16  # Python's size classes and the C library's
_SMALLEST, _LARGEST = 64, 512  # bytes with their header; up to which Python keeps blocks of its own
_SLICE = 4096


def spare_memory() -> None:
    """Call it before the first thread.

    A pool for every worker would keep what that worker once needed, and a page's picture that was freed would
    raise the size from which memory goes back to the system: a tenth of this process. What is freed is
    overwritten.
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        for option, value in (
            (_ARENA_MAX, 2),
            (_MMAP_THRESHOLD, _LARGE),
            (_TRIM_THRESHOLD, _LARGE),
            (_PERTURB, _FILL),
        ):
            mallopt(option, value)


def give_back() -> None:
    """What was freed goes back to the system."""
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def overwrite_freed() -> Iterator[None]:
    """Overwrite what Python has free, in steps of some milliseconds each.

    First what only cycles hold is freed. The stack stays as it is, and on Windows and macOS what the C
    library has free.
    """
    gc.collect()
    yield
    for size in range(_SMALLEST, _LARGEST + 1, _STEP):
        yield from _take_small(size)
    give_back()


def _take_small(size: int) -> Iterator[None]:
    """Every free block of one of Python's size classes: taken until no old pool has one left."""
    content = size - sys.getsizeof(b"")
    taken: list[bytes] = []
    for _ in range(_slices(size)):
        taken += [bytes([_FILL]) * content for _ in range(_SLICE)]
        yield
    del taken


def _slices(size: int) -> int:
    return max(1, 2 * 1024 * 1024 // (size * _SLICE))


def _of_glibc(name: str) -> Any:
    if sys.platform != "linux":
        return None
    with contextlib.suppress(AttributeError):
        return ctypes.CDLL(None)[name]
    return None
