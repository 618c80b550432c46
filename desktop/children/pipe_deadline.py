"""A child's pipe, read and written without trusting its end: what the child left behind may hold it open."""

import io
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from desktop.children.framing import PipeClosed

# How soon a kill is noticed where the pipe does not break.
_SLICE_S = 0.05


class OutOfTime(Exception):
    """The deadline passed."""


@dataclass(frozen=True, slots=True)
class PipeDeadline:
    """How long one call waits: to ``until`` by *now*'s clock, and no longer than its child lives.

    What lies in the pipe is always taken, however late it is looked at; a child that sends its answer drop by
    drop gains no time by it. The pipes are made ready by :func:`never_block`.
    """

    until: float
    over: Callable[[], bool]
    now: Callable[[], float] = time.monotonic

    def read(self, pipe: io.FileIO, into: memoryview) -> int:
        """Some bytes (0: the pipe's end); :class:`OutOfTime` or :class:`PipeClosed`."""
        while (count := _read_now(pipe, into)) is None:
            self._wait(_readable, pipe)
        return count

    def write(self, pipe: io.FileIO, data: memoryview) -> int:
        """How much of *data* the pipe took; :class:`OutOfTime` or :class:`PipeClosed`."""
        while (count := pipe.write(data)) is None:
            self._wait(_writable, pipe)
        return count

    def _wait(self, ready: Callable[[io.FileIO, float], bool], pipe: io.FileIO) -> None:
        left = self.until - self.now()
        if left > 0 and ready(pipe, min(left, _SLICE_S)):
            return
        if self.over():
            # Asked before the pipe: what a child wrote before it ended is still read.
            if not ready(pipe, 0):
                raise PipeClosed
        elif left <= 0:
            raise OutOfTime


if sys.platform == "win32":
    import _winapi
    import msvcrt

    def never_block(_pipe: io.FileIO) -> None:
        """Reading looks first; a writer that is stuck is freed by the end of the child, whose pipe breaks."""

    def _read_now(pipe: io.FileIO, into: memoryview) -> int | None:
        return pipe.readinto(into) if _readable(pipe, 0) else None

    def _readable(pipe: io.FileIO, seconds: float) -> bool:
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

    def _writable(_pipe: io.FileIO, _seconds: float) -> bool:
        return True
else:
    import os
    import select

    def never_block(pipe: io.FileIO) -> None:
        """Reading what is not there and writing what finds no room give None at once."""
        os.set_blocking(pipe.fileno(), False)

    def _read_now(pipe: io.FileIO, into: memoryview) -> int | None:
        return pipe.readinto(into)

    def _readable(pipe: io.FileIO, seconds: float) -> bool:
        return _polled(pipe, select.POLLIN, seconds)

    def _writable(pipe: io.FileIO, seconds: float) -> bool:
        return _polled(pipe, select.POLLOUT, seconds)

    def _polled(pipe: io.FileIO, event: int, seconds: float) -> bool:
        poll = select.poll()
        poll.register(pipe, event)
        return bool(poll.poll(seconds * 1000))
