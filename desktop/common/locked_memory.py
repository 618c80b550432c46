"""What is kept out of swap, where the system allows it (CF-004)."""

import ctypes
import sys


def lock_memory(buffer: bytearray) -> bool:
    """Keep *buffer* out of swap; False where the system refuses. It must not grow afterwards.

    Its pages stay locked when it is gone: others of their bytes may belong to another secret.
    """
    if not buffer:
        return False
    start = (ctypes.c_char * len(buffer)).from_buffer(buffer)
    address, length = ctypes.c_void_p(ctypes.addressof(start)), ctypes.c_size_t(len(buffer))
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.VirtualLock(address, length))
    return bool(ctypes.CDLL(None).mlock(address, length) == 0)
