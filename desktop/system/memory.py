"""How the C library keeps memory for this process, where it can be told (glibc)."""

import ctypes
import sys

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # <malloc.h>
_LARGE = 256 * 1024


def spare_memory() -> None:
    """Call it before the first thread.

    A pool for every worker would keep what that worker once needed, and a page's picture that was freed would
    raise the size from which memory goes back to the system: a tenth of this process.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return
    for option, value in ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE)):
        mallopt(option, value)


def give_back() -> None:
    """What was freed goes back to the system."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
