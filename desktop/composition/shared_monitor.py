"""One reader monitor for the first screen and for the session after it."""

import threading
from collections.abc import Callable
from typing import Protocol

from desktop.domain.card import ReaderSnapshot
from desktop.ports.card import ReaderMonitorPort


class RememberingMonitor(ReaderMonitorPort, Protocol):
    """A monitor that can be asked what it said last."""

    def latest(self) -> ReaderSnapshot | None:
        """None before the first snapshot."""
        ...


class SharedMonitor:
    """ReaderMonitorPort whose listener may change while it watches: the first screen, then the session."""

    def __init__(self, monitor: RememberingMonitor) -> None:
        self._monitor = monitor
        self._lock = threading.Lock()
        self._changed: Callable[[ReaderSnapshot], None] | None = None

    def start(self, changed: Callable[[ReaderSnapshot], None]) -> None:
        """As the port says; a later listener takes the place of the one before."""
        with self._lock:
            began = self._changed is not None
            self._changed = changed
            if began and (latest := self._monitor.latest()) is not None:
                changed(latest)
        if not began:
            self._monitor.start(self._tell)

    def stop(self) -> None:
        """As the port says."""
        self._monitor.stop()
        self._changed = None

    def latest(self) -> ReaderSnapshot | None:
        """As the port says."""
        return self._monitor.latest()

    def _tell(self, snapshot: ReaderSnapshot) -> None:
        with self._lock:
            if self._changed is not None:
                self._changed(snapshot)
