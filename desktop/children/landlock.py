"""Linux: which files a process may open at all, by the kernel's Landlock (``man 7 landlock``).

It holds for this thread, for the threads and programs that it starts later, and cannot be taken back. It does
not hide names, sizes and dates (``stat``), and does not hinder ``chmod`` and its kind
(:mod:`desktop.children.seccomp` does).
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_SOCKET, _TRUNCATE, _IOCTL_DEV = 1 << 5, 1 << 9, 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
# By version of the interface: all of the first, moving between folders (2), truncating (3), devices (5).
_ALL = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_ANY_TCP = 0b11  # since 4: bind and connect
_ANY_SCOPE = 0b11  # since 6: abstract sockets and signals of processes outside


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scope", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """The interface's version that this kernel offers; 0 = none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)), 0)


def restrict(
    readable: Iterable[Path],
    *,
    runnable: Iterable[Path] = (),
    writable: Iterable[Path] = (),
    sockets: Iterable[Path] = (),
) -> None:
    """Open nothing but these and what lies below them; paths that are not there are left out.

    *runnable* may be read and run, *writable* may be read and changed; below *sockets* a local socket may be
    made and taken away again (and so may any file of the user's there: no right tells them apart).
    OSError when the kernel refuses.
    """
    offered = version()
    everything = _ALL[min(offered, 5)]
    # A socket of the kernel's newer kinds is the business of seccomp; where that is missing this stands in.
    rules = _Ruleset(everything, _ANY_TCP, _ANY_SCOPE)
    size = 24 if offered >= 6 else 16 if offered >= 4 else 8
    ruleset = _checked(_libc().syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0))
    try:
        reading = _READ_FILE | _READ_DIR
        for paths, allowed in (
            (readable, reading),
            (runnable, reading | _EXECUTE),
            (writable, everything & ~_EXECUTE),
            (sockets, _MAKE_SOCKET | _REMOVE_FILE),
        ):
            for path in paths:
                _allow(ruleset, path, allowed & everything)
        _checked(_libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _checked(_libc().syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, allowed: int) -> None:
    if sys.platform != "linux":
        return
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            allowed &= _OF_FILES
        rule = _Beneath(allowed, parent)
        _checked(_libc().syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(parent)


def _checked(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), "Landlock")
    return int(answer)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
