"""Waiting for a child's pipe without trusting its end: a process that it left behind may hold it open."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from desktop.smartcard.wire import Pipe, PipeClosed

# How soon a kill is noticed where the pipe does not break.
_SLICE_S = 0.05


class OutOfTime(Exception):
    """The deadline passed."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call waits: to ``until`` (monotonic clock), and no longer than its child lives."""

    until: float
    over: Callable[[], bool]

    def readable(self, pipe: Pipe) -> None:
        """Return when *pipe* has something (or its end); :class:`OutOfTime` or :class:`PipeClosed`."""
        self._wait(lambda seconds: _readable(pipe, seconds))

    def writable(self, pipe: Pipe) -> None:
        """Return when *pipe* takes something."""
        self._wait(lambda seconds: _writable(pipe, seconds))

    def _wait(self, ready: Callable[[float], bool]) -> None:
        while True:
            # Asked before the pipe: what a child wrote before it ended is still read.
            over, left = self.over(), self.until - time.monotonic()
            if ready(0 if over else max(0, min(left, _SLICE_S))):
                return
            if over:
                raise PipeClosed
            if left <= 0:
                raise OutOfTime


if sys.platform == "win32":
    import _winapi
    import msvcrt

    def _readable(pipe: Pipe, seconds: float) -> bool:
        """Pipes cannot be waited for there: look every few milliseconds."""
        handle, end = msvcrt.get_osfhandle(pipe.fileno()), time.monotonic() + seconds
        try:
            while not _winapi.PeekNamedPipe(handle, 0)[0]:
                if time.monotonic() >= end:
                    return False
                time.sleep(0.005)
        except OSError:
            return True  # broken: reading tells it
        return True

    def _writable(_pipe: Pipe, _seconds: float) -> bool:
        """The child's end is held by nobody else there: a kill breaks the pipe."""
        return True
else:
    import select

    def _readable(pipe: Pipe, seconds: float) -> bool:
        return _polled(pipe, select.POLLIN, seconds)

    def _writable(pipe: Pipe, seconds: float) -> bool:
        return _polled(pipe, select.POLLOUT, seconds)

    def _polled(pipe: Pipe, event: int, seconds: float) -> bool:
        poll = select.poll()
        poll.register(pipe, event)
        return bool(poll.poll(seconds * 1000))
