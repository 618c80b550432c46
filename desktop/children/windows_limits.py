"""Windows: what a child gives up by itself, before it sees a foreign file.

A low integrity (it can change no file, key or window of the user's, but still read), no privileges, no new
processes (``ProcessChildProcessPolicy``). Reading files and using the network remain possible: only an app
container would end that, and no process that runs can enter one.
"""

import ctypes
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.children.confinement import Held

_CHILD_PROCESSES = 13  # ProcessChildProcessPolicy
_ADJUST = 0x0008 | 0x0020 | 0x0080  # query, adjust privileges, adjust default
_INTEGRITY_LEVEL = 25  # TokenIntegrityLevel
_INTEGRITY = 0x20  # SE_GROUP_INTEGRITY
_LOW = "S-1-16-4096"


class _Label(ctypes.Structure):
    _fields_ = [("sid", ctypes.c_void_p), ("attributes", ctypes.c_uint32)]


def give_up_rights() -> "tuple[Held, ...]":
    """What took hold."""
    from desktop.children.confinement import Held

    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        only = ctypes.c_uint32(1)  # NoChildProcessCreation
        asked = ctypes.byref(only), ctypes.sizeof(only)
        alone = bool(kernel.SetProcessMitigationPolicy(_CHILD_PROCESSES, *asked))
        security = ctypes.WinDLL("advapi32", use_last_error=True)
        token, sid = ctypes.c_void_p(), ctypes.c_void_p()
        process = ctypes.c_void_p(kernel.GetCurrentProcess())
        if security.OpenProcessToken(process, _ADJUST, ctypes.byref(token)):
            security.AdjustTokenPrivileges(token, True, None, 0, None, None)  # all of them off
            if security.ConvertStringSidToSidW(_LOW, ctypes.byref(sid)):
                label = _Label(sid, _INTEGRITY)
                told = ctypes.byref(label), ctypes.sizeof(label)
                security.SetTokenInformation(token, _INTEGRITY_LEVEL, *told)
            kernel.CloseHandle(token)
        return (Held.PROGRAMS,) if alone else ()
    return ()
