"""Linux: which system calls a process may make no more, by a filter of the kernel's (``man 2 seccomp``).

A list of what is refused, not of what is allowed: C libraries and kernels differ in the calls that they make
for the same work, and a call that nobody foresaw would break a child that does nothing wrong. What opens
files is the business of :mod:`desktop.children.landlock`. It holds for all threads and cannot be taken back.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass
from enum import Enum

_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_NO_NEW_PRIVILEGES = 38
_LOAD, _EQUAL, _AT_LEAST, _SET, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24  # where the filter finds what (little endian)
_THREAD = 0x10000  # CLONE_THREAD
_UNIX, _STREAM, _KIND = 1, 1, 0xF
_FOREIGN_NUMBERS = 0x40000000  # x32: the same calls by other numbers


class Work(Enum):
    """READING: no socket, no other process. OFFICE: programs, and a socket of its own to be reached by."""

    READING = "reading"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class _Calls:
    """Numbers of one architecture. ``others``: what nobody here has any business with.

    ``changes``: who may read a file, whose it is, its times; which Landlock leaves open.
    """

    audit: int
    seccomp: int
    socket: int
    connects: tuple[int, ...]
    sockets: tuple[int, ...]
    clone: int
    starts: tuple[int, ...]
    signals: tuple[int, ...]
    others: tuple[int, ...]
    changes: tuple[int, ...]


# The same everywhere: pidfd_send_signal, io_uring (3), open_tree … fsmount (5), pidfd_open, pidfd_getfd,
# process_madvise, mount_setattr.
_COMMON = (424, 425, 426, 427, 428, 429, 430, 431, 432, 434, 438, 440, 442)
_CLONE3, _FCHMODAT2 = 435, 452

# connects: connect. sockets: socketpair bind listen accept accept4 sendto sendmsg sendmmsg. starts: execve
# execveat fork vfork. signals: kill tgkill rt_sigqueueinfo rt_tgsigqueueinfo. others: tkill ptrace
# process_vm_readv/writev kcmp, keys, mounts, namespaces, handles, modules, kexec, bpf, perf, userfaultfd,
# SysV and POSIX queues. changes: chmod chown setxattr removexattr utime and their kind.
_X86_64 = _Calls(
    audit=0xC000003E, seccomp=317, socket=41, connects=(42,), sockets=(53, 49, 50, 43, 288, 44, 46, 307),
    clone=56, starts=(59, 322, 57, 58), signals=(62, 234, 129, 297),
    others=(200, 101, 310, 311, 312, 248, 249, 250, 165, 166, 155, 161, 272, 308, 303, 304, 175, 176, 313,
            246, 320, 321, 298, 323, 29, 64, 68, 240),
    changes=(90, 91, 92, 93, 94, 268, 260, 188, 189, 190, 197, 198, 199, 132, 235, 261, 280),
)  # fmt: skip
_ARM64 = _Calls(
    audit=0xC00000B7, seccomp=277, socket=198, connects=(203,),
    sockets=(199, 200, 201, 202, 242, 206, 211, 269), clone=220, starts=(221, 281),
    signals=(129, 131, 138, 240),
    others=(130, 117, 270, 271, 272, 217, 218, 219, 40, 39, 41, 51, 97, 268, 264, 265, 105, 106, 273, 104,
            294, 280, 241, 282, 194, 190, 186, 180),
    changes=(52, 53, 54, 55, 5, 6, 7, 14, 15, 16, 88),
)  # fmt: skip
_KNOWN = {"x86_64": _X86_64, "aarch64": _ARM64}


def offered() -> bool:
    """Whether this kernel filters, and by numbers that are known here."""
    if not sys.platform.startswith("linux") or _calls() is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    # Without a filter the kernel that knows the call says EFAULT, one that does not EINVAL or ENOSYS.
    calls = _calls()
    assert calls is not None
    answer = libc.syscall(calls.seccomp, _SET_MODE_FILTER, _ALL_THREADS, None)
    return bool(answer == -1 and ctypes.get_errno() == errno.EFAULT)


def forbid(work: Work) -> None:
    """Refuse from now on what *work* does not need. OSError when the kernel does not take the filter."""
    calls = _calls()
    if calls is None:
        raise OSError(errno.ENOSYS, "seccomp")
    program = b"".join(_program(calls, work))
    code = ctypes.create_string_buffer(program, len(program))

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    said = Filter(len(program) // 8, ctypes.cast(code, ctypes.c_void_p))
    if libc.syscall(calls.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(said)):
        raise OSError(ctypes.get_errno(), "seccomp")


def _calls() -> _Calls | None:
    return _KNOWN.get(platform.machine()) if sys.maxsize > 2**32 else None


def _program(calls: _Calls, work: Work) -> list[bytes]:
    refused = _refuse(errno.EPERM)
    lines = [
        _line(_LOAD, _ARCHITECTURE), _line(_EQUAL, calls.audit, 1, 0), _line(_RETURN, _KILL),
        _line(_LOAD, _NUMBER), _line(_AT_LEAST, _FOREIGN_NUMBERS, 0, 1), refused,
        _line(_EQUAL, _CLONE3, 0, 1), _refuse(errno.ENOSYS),  # the C library then takes clone, which tells
    ]  # fmt: skip
    if work is Work.READING:
        forbidden = (calls.socket, *calls.connects, *calls.sockets, *calls.starts, *calls.changes, _FCHMODAT2)
        # It may end itself (abort), and nobody else.
        for number in calls.signals:
            lines += [
                _line(_EQUAL, number, 0, 4), _line(_LOAD, _FIRST), _line(_EQUAL, os.getpid(), 0, 1),
                _line(_RETURN, _ALLOW), refused,
            ]  # fmt: skip
        # A thread of this process is started, a process is not.
        lines += [
            _line(_EQUAL, calls.clone, 0, 4), _line(_LOAD, _FIRST), _line(_SET, _THREAD, 0, 1),
            _line(_RETURN, _ALLOW), refused,
        ]  # fmt: skip
    else:
        forbidden = calls.connects
        # Its own socket is how LibreOffice hears of a second start; it connects to nobody.
        lines += [
            _line(_EQUAL, calls.socket, 0, 7), _line(_LOAD, _FIRST), _line(_EQUAL, _UNIX, 0, 4),
            _line(_LOAD, _SECOND), _line(_AND, _KIND), _line(_EQUAL, _STREAM, 0, 1),
            _line(_RETURN, _ALLOW), refused,
        ]  # fmt: skip
    for number in (*forbidden, *calls.others, *_COMMON):
        lines += [_line(_EQUAL, number, 0, 1), refused]
    return [*lines, _line(_RETURN, _ALLOW)]


def _refuse(error: int) -> bytes:
    return _line(_RETURN, _REFUSE | error)


def _line(code: int, value: int, met: int = 0, unmet: int = 0) -> bytes:
    """One instruction: *met* and *unmet* are how many lines are left out."""
    return struct.pack("=HBBI", code, met, unmet, value)
