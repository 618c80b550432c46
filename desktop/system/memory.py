"""How the C library and Python keep memory for this process: given back, and overwritten where it was freed.

Freed memory keeps what was in it. glibc overwrites a block when it is freed (``M_PERTURB``, mallopt(3)), but
for the few that each thread keeps at hand, so the program begins with none there
(:func:`desktop.system.environment.restart`). Python's own small blocks are out of its reach until they come
from there too (:func:`small_blocks_from_glibc`), and Windows and macOS cannot be told: what Python has free
is taken once more, in every size, filled, and freed again.
"""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator
from typing import Any

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD, _PERTURB = -8, -3, -1, -6  # <malloc.h>
_LARGE = 256 * 1024
# Young garbage goes as always. All old objects are looked at at once, 70 ms with 10,000 documents: not in the
# middle of a list that grows.
SELDOM = (700, 10, 1_000)
_FILL = 0x5A
_STEP = 16  # Python's size classes and the C library's
_SMALLEST, _LARGEST = 64, 512  # bytes; up to which Python keeps blocks of its own
_SHORTEST, _LONGEST = 56, 136  # bytes of glibc's, to the very end: freed blocks keep their last eight
_SLICE = 4096
_RAW, _MEMORY, _OBJECTS = 0, 1, 2  # PyMemAllocatorDomain


class _Allocator(ctypes.Structure):
    """PyMemAllocatorEx."""

    _parts = ("context", "malloc", "calloc", "realloc", "free")
    _fields_ = [(name, ctypes.c_void_p) for name in _parts]


def spare_memory() -> None:
    """Call it before the first thread.

    A pool for every worker would keep what that worker once needed, where no other can overwrite it, and a
    page's picture that was freed would raise the size from which memory goes back to the system: a tenth of
    this process. What is freed is overwritten.
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        for option, value in (
            (_ARENA_MAX, 1),
            (_MMAP_THRESHOLD, _LARGE),
            (_TRIM_THRESHOLD, _LARGE),
            (_PERTURB, _FILL),
        ):
            mallopt(option, value)


def small_blocks_from_glibc() -> None:
    """From now on Python's small blocks are overwritten as soon as they are freed, on Linux.

    Else one is given out again as it is, and a short text that lives long keeps, behind its end, that of a
    longer one before it: no later overwriting reaches that. What Python gave out before stays with it: its
    own ``free`` and ``realloc`` hand on what is not theirs (Objects/obmalloc.c). Parsing 10,000 rows of JSON
    into values takes up to a quarter longer, and as much memory; so the program starts without it. glibc
    leaves the last eight bytes of a block: a text of up to seven letters, until :func:`overwrite_freed`.
    """
    if _of_glibc("mallopt") is None:
        return
    raw, small = _Allocator(), _Allocator()
    python = ctypes.pythonapi
    python.PyMem_GetAllocator(_RAW, ctypes.byref(raw))
    for domain in (_MEMORY, _OBJECTS):
        python.PyMem_GetAllocator(domain, ctypes.byref(small))
        plain = small.context is None and raw.context is None  # debug hooks know their own blocks only
        if plain:
            small.malloc, small.calloc = raw.malloc, raw.calloc
            python.PyMem_SetAllocator(domain, ctypes.byref(small))


def settle() -> None:
    """Once the program stands, before anybody logs in: no later collection looks at what is there now.

    From here on small blocks are overwritten too: see :func:`small_blocks_from_glibc`.
    """
    small_blocks_from_glibc()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()


def give_back() -> None:
    """What was freed goes back to the system."""
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def overwrite_freed() -> Iterator[None]:
    """Overwrite what Python has free, in steps of some milliseconds each.

    First what only cycles hold is freed. On Windows and macOS the stack stays as it is, and what the C
    library has free; on Linux the workers' are overwritten too (:mod:`desktop.common.stack`).
    """
    from desktop.common.stack import overwrite_stack  # the first window needs none of it

    gc.collect()
    overwrite_stack()
    yield
    for size in range(_SMALLEST, _LARGEST + 1, _STEP):
        # a byte array's buffer comes from Python's own blocks always, and ends with a zero of its own
        yield from _take_small(bytearray, size - 1, size)
    for size in range(_SHORTEST, _LONGEST + 1, _STEP):
        yield from _take_small(bytes, size - sys.getsizeof(b""), size)
    give_back()


def _take_small(kind: type[bytes] | type[bytearray], content: int, size: int) -> Iterator[None]:
    """Every free block of one size class: taken until no old pool has one left."""
    filling = memoryview(bytes([_FILL]) * content)
    taken: list[bytes | bytearray] = []
    for _ in range(_slices(size)):
        taken += [kind(filling) for _ in range(_SLICE)]
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
