"""macOS: the sandbox that a process may put on itself (``man 3 sandbox_init``: marked as old, but without a
successor for a program that is no app bundle).
"""

import ctypes
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.children.confinement import Held

# What lies in the homes of users stays closed but for the program's own folder.
_RULES = """(version 1)
(allow default)
(deny network*)
(deny process-fork)
(deny process-exec*)
(deny file-write*)
(allow file-write* (literal "/dev/null"))
(deny file-read-data (subpath "/Users") (subpath "/Volumes") (subpath "/private/tmp"))
{own}"""


def enter_sandbox() -> "tuple[Held, ...]":
    """What took hold; nothing where the system has no sandbox any more."""
    from desktop.children.confinement import Held

    own = "".join(f'(allow file-read-data (subpath "{path}"))\n' for path in sys.path if '"' not in path)
    library = ctypes.CDLL(None)
    try:
        enter = library.sandbox_init
    except AttributeError:
        return ()
    error = ctypes.c_char_p()
    if enter(_RULES.format(own=own).encode(), ctypes.c_uint64(0), ctypes.byref(error)):
        return ()
    return (Held.FILES, Held.NETWORK, Held.PROGRAMS)
