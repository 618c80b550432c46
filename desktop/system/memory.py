"""How the C library and Python keep memory for this process: given back, and overwritten where it was freed.

Freed memory keeps what was in it. glibc can overwrite a block when it is freed (``M_PERTURB``, mallopt(3)),
but for the few that each thread keeps at hand; Python's own small blocks are out of its reach, and Windows
and macOS cannot be told. So what is free is taken once more, in every size, filled, and freed again.
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
_AT_HAND, _KEPT_AT_HAND = 1040, 16  # glibc's per thread: up to which size, more than how many of each
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
    """Overwrite what this thread can reach of freed memory, in steps of some milliseconds each.

    First what only cycles hold is freed. Blocks that other threads keep at hand, the stack, and what the
    C library cut into other sizes meanwhile stay as they are.
    """
    gc.collect()
    yield
    _take_at_hand()
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


def _take_at_hand() -> None:
    malloc, free = _of_glibc("malloc"), _of_glibc("free")
    if malloc is None or free is None:
        return
    malloc.restype, malloc.argtypes, free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
    for size in range(24, _AT_HAND, _STEP):
        blocks = [malloc(size) for _ in range(_KEPT_AT_HAND)]
        for block in blocks:
            if block:
                ctypes.memset(block, _FILL, size)
        for block in blocks:
            free(block)


def _of_glibc(name: str) -> Any:
    if sys.platform != "linux":
        return None
    with contextlib.suppress(AttributeError):
        return ctypes.CDLL(None)[name]
    return None
