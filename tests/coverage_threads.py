"""Counts what runs in Qt's worker threads: coverage knows only the threads that Python itself started."""

import sys
import threading
from typing import Any

from desktop.ui import tasks


def count_worker_threads() -> None:
    """Give every lane's worker the trace function of the run."""
    plain = tasks._Work.__call__

    def counted(self: Any) -> None:
        sys.settrace(threading.gettrace())
        plain(self)

    tasks._Work.__call__ = counted  # type: ignore[method-assign]
