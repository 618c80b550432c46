"""How long a thread waited for a processor: on a busy machine no fault of the program's."""

import os
import sys
import threading


class RunDelay:
    """For the thread that makes it. Linux tells it; elsewhere it is always 0."""

    def __init__(self) -> None:
        self._file: int | None = None
        if sys.platform == "linux":
            try:
                path = f"/proc/self/task/{threading.get_native_id()}/schedstat"
                self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                self._file = None

    def ms(self) -> float:
        """Milliseconds ready to run and not running, since the thread began."""
        if self._file is None:
            return 0.0
        # On a processor, ready but waiting (both ns), turns: Linux, Documentation/scheduler/sched-stats.
        return int(os.pread(self._file, 100, 0).split()[1]) / 1_000_000

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
