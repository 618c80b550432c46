"""Windows: one job object ends the children with the program and caps their memory."""

import ctypes
import subprocess
import sys

PROCESS_MEMORY = 0x100
KILL_ON_JOB_CLOSE = 0x2000
EXTENDED_LIMITS = 9


class _Basic(ctypes.Structure):
    _fields_ = [
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("smallest_set", ctypes.c_size_t),
        ("largest_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    ]


class _Extended(ctypes.Structure):
    _fields_ = [
        ("basic", _Basic),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    ]


def confine(process: subprocess.Popen[bytes], memory: int | None) -> object | None:
    """Put a started process into a job of its own with at most *memory* bytes (None: no job).

    Keep the answer as long as the process may live.
    """
    if sys.platform == "win32" and memory is not None:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
        limits = _Extended()
        limits.basic.flags = PROCESS_MEMORY | KILL_ON_JOB_CLOSE
        limits.process_memory = memory
        kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        kernel.AssignProcessToJobObject(job, ctypes.c_void_p(int(process._handle)))
        return _Job(job, kernel.CloseHandle)
    return None


class _Job:
    """Closes the job handle, which ends what still runs in it."""

    def __init__(self, handle: ctypes.c_void_p, close: "ctypes._NamedFuncPointer") -> None:
        self._handle = handle
        self._close = close

    def __del__(self) -> None:
        self._close(self._handle)
