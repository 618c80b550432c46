"""How long a call to a child has taken: by the wall, or by the work that the child could do meanwhile.

A busy PC gives a child a part of each second only; a file is not called unsafe for that.
"""

import ctypes
import sys
import time
from collections.abc import Callable

Clock = Callable[[], float]
PATIENCE = 3.0  # times its deadline that a call may take by the wall


def by_the_wall() -> Clock:
    """Seconds since now."""
    began = time.monotonic()
    return lambda: time.monotonic() - began


def by_its_work(
    pid: int, used: Callable[[int], float | None] | None = None, now: Clock = time.monotonic
) -> Clock:
    """Seconds of processor that *pid* used since now; no less than a share of those that passed.

    *used*: seconds of processor of a process since it began, None where the system does not tell; then the
    wall counts.
    """
    used = used or processor_seconds
    began, at_first = now(), used(pid)

    def spent() -> float:
        passed, since = now() - began, used(pid)
        if since is None or at_first is None:
            return passed
        return max(min(since - at_first, passed), passed / PATIENCE)

    return spent


if sys.platform == "linux":

    def processor_seconds(pid: int) -> float | None:
        """Of all its threads; None when it is gone."""
        every_thread = 2  # CPUCLOCK_SCHED of clock_getcpuclockid(3)
        try:
            return time.clock_gettime((~pid << 3) | every_thread)
        except OSError:
            return None
elif sys.platform == "win32":

    def processor_seconds(pid: int) -> float | None:
        """Of all its threads; None when it is gone."""
        query = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        process = ctypes.c_void_p(kernel.OpenProcess(query, 0, pid))
        if not process:
            return None
        try:
            times = [
                ctypes.c_uint64() for _ in range(4)
            ]  # begun, ended, kernel, user: tenths of microseconds
            if not kernel.GetProcessTimes(process, *map(ctypes.byref, times)):
                return None
            return (times[2].value + times[3].value) / 1e7
        finally:
            kernel.CloseHandle(process)
else:

    def processor_seconds(_pid: int) -> float | None:
        """Not told here without another library: the wall counts."""
        return None
