"""One PDF child with a deadline on every call; killed and forgotten when it does not answer."""

import logging
import threading
from typing import Any, TypeVar

import msgspec

from desktop.children.call_clock import by_its_work
from desktop.children.framing import NextFrame, PipeClosed
from desktop.children.process import ChildProcess, Gone
from desktop.common.built_types import built
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.child_messages import ChildAnswer, ChildRequest, failure_of
from desktop.pdf.limits import MEMORY

log = logging.getLogger("dsp.pdf")
T = TypeVar("T")


class PdfChild:
    """A running child. Calls are made one at a time; all of it may be used from any thread."""

    def __init__(self, role: str) -> None:
        """Start ``desktop.pdf.child`` as *role* (there: ``_calls``); returns at once."""
        self._process = ChildProcess(
            "desktop.pdf.child",
            [role],
            {"PYTHONDONTWRITEBYTECODE": "1"},  # it may write no file
            largest_answer=MEMORY,
            memory=MEMORY,
        )
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def alive(self) -> bool:
        """True while calls may be made."""
        return self._process.alive()

    def call(self, kind: type[T], name: str, *arguments: Any, seconds: float) -> Result[T]:
        """Call *name* in the child and decode its answer as *kind*; *seconds* are of the child's own work.

        FILE_UNSAFE when the deadline or a limit ended the child, CHILD_CRASHED when it never
        worked at all, CANCELLED when :meth:`close` came from another thread.
        """
        request = msgspec.msgpack.encode(ChildRequest(name, arguments, seconds))
        with self._lock:
            clock = by_its_work(self._process.pid)
            answer = self._process.exchange([request], receive_answer, deadline=seconds, clock=clock)
        if isinstance(answer, Gone):
            return self._end_reason(answer, name)
        failure = failure_of(answer)
        return failure if failure is not None else msgspec.msgpack.decode(answer.value, type=built(kind))

    def close(self) -> None:
        """End the process at once; a running call answers CANCELLED."""
        self._end(Gone.ABORTED)

    def discard(self) -> None:
        """Let go of a child that ended by itself; later calls answer why it did."""
        self._end(Gone.CRASHED)

    def _end(self, why: Gone) -> None:
        self._process.kill(why)
        if self._lock.acquire(timeout=5):  # a call that still reads sees the kill by itself
            try:
                self._process.close()
            finally:
                self._lock.release()

    def _end_reason(self, gone: Gone, name: str) -> Failure:
        if gone is Gone.ABORTED:
            return Failure.of(Code.CANCELLED)
        log.warning("a PDF child ended during %s (%s)", name, gone.value)
        worked = gone is Gone.TIMEOUT or self._process.answered or self._process.exit_code() < 0
        return Failure.of(Code.FILE_UNSAFE if worked else Code.CHILD_CRASHED)


def receive_answer(following: NextFrame) -> ChildAnswer:
    """One frame as an answer; :class:`PipeClosed` for what is none."""
    try:
        return msgspec.msgpack.decode(following(), type=built(ChildAnswer))
    except msgspec.DecodeError as nonsense:
        raise PipeClosed from nonsense
