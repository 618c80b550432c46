"""Memory, processor and privacy limits that a child process puts on itself before it sees a file."""

import ctypes
import os
import sys
import threading
import time

MEMORY = 2 << 30  # bytes of address space; a content-stream bomb of 480 MB needs about half of it
PROCESSOR_MARGIN = 5  # seconds of processor time beyond a call's own deadline


def limit_memory() -> None:
    """Cap the address space, forbid core files and reading by other processes of the user."""
    if sys.platform == "win32":
        return  # the parent puts the child into a job object, see windows_job
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "darwin":
        threading.Thread(target=_watch_memory, name="memory-limit", daemon=True).start()
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))
    pr_set_dumpable = 4
    ctypes.CDLL(None).prctl(pr_set_dumpable, 0, 0, 0, 0)


def forbid_writing() -> None:
    """No file of this process may grow: a decrypted page can never reach the disk."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def limit_processor(seconds: float) -> None:
    """End this process by the kernel when the coming call burns more than its deadline allows.

    The parent's deadline kills first; this one holds when the parent itself is gone.
    """
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    budget = int(used.ru_utime + used.ru_stime + 4 * seconds) + PROCESSOR_MARGIN  # threads add up
    resource.setrlimit(resource.RLIMIT_CPU, (budget, hard))


def _watch_memory() -> None:
    """macOS accepts RLIMIT_AS but does not hold to it, so the child looks at itself."""
    if sys.platform == "win32":
        return
    import resource

    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MEMORY:  # bytes on macOS
        time.sleep(0.1)
    os._exit(70)
