"""What keeps secrets out of dumps and other people's eyes, as far as each system allows (CF-004).

Every process of the program calls :func:`harden_process` first; a spawned child starts without it.
"""

import ctypes
import faulthandler
import os
import sys
from pathlib import Path
from typing import IO

_PR_SET_DUMPABLE = 4
_SEM_NO_DIALOGS = 0x0001 | 0x0002 | 0x8000
_crash_file: IO[str] | None = None


def harden_process() -> tuple[str, ...]:
    """New files for the owner only, no core dumps, no reading by other processes; names of what took hold."""
    os.umask(0o077)
    done = ["umask"]
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(_SEM_NO_DIALOGS)
        done.append("no-crash-dialog")
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        done.append("no-core")
    if sys.platform == "linux" and _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0:
        done.append("not-dumpable")
    return tuple(done)


def write_crashes_to(path: Path) -> None:
    """Have the interpreter write function names and lines of a crash to *path* (0600), never values."""
    global _crash_file
    stop_writing_crashes()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    _crash_file = os.fdopen(descriptor, "a", encoding="utf-8")
    faulthandler.enable(_crash_file, all_threads=True)


def stop_writing_crashes() -> None:
    """Close the crash file."""
    global _crash_file
    if _crash_file is not None:
        faulthandler.disable()
        _crash_file.close()
        _crash_file = None


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
