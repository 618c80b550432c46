"""Work beside the GUI thread: named lanes, results delivered in the GUI thread, stale ones dropped."""

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QDeadlineTimer, QObject, QThreadPool, Signal, SignalInstance

from desktop.common.stack import overwrite_stack
from desktop.domain.errors import Code, Failure

_log = logging.getLogger("dsp.tasks")
T = TypeVar("T")


class Lane(StrEnum):
    """Who works: the card and the store one at a time, uploads apart from what a user waits for.

    WIPE is for ending children: it never waits behind the work that it ends. What waits in PDF and became
    stale is not even begun: no lock is followed by a child that opens a document. FOLDER lists
    folders, which may lie on a share that hangs: nothing else waits behind it.
    """

    CARD = "card"
    NET = "net"
    UPLOAD = "upload"
    STORE = "store"
    PDF = "pdf"
    WIPE = "wipe"
    FOLDER = "folder"


_THREADS = {
    Lane.CARD: 1,
    Lane.NET: 4,
    Lane.UPLOAD: 1,
    Lane.STORE: 1,
    Lane.PDF: 2,
    Lane.WIPE: 1,
    Lane.FOLDER: 1,
}


class Generation:
    """A counter: answers asked for before :meth:`bump` are dropped (another patient, a lock)."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0

    def bump(self) -> None:
        """Make every answer on its way stale."""
        self.value += 1


@dataclass(slots=True)
class _Job:
    work: Callable[[], Any]
    done: Callable[[Any], object]
    owner: QObject
    generation: Generation | None
    born: int

    def is_wanted(self) -> bool:
        fresh = self.generation is None or self.generation.value == self.born
        return fresh and shiboken6.isValid(self.owner)


class Tasks(QObject):
    """Runs callables in lanes. Make and use it in the GUI thread; call :meth:`close` at the end.

    Owner and callbacks never leave the GUI thread: only a number and the work itself cross over, so
    that no widget can die in a worker.
    """

    _finished = Signal(int, object)
    _posted = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {lane: QThreadPool(self) for lane in Lane}
        for lane, pool in self._pools.items():
            pool.setMaxThreadCount(_THREADS[lane])
            pool.setExpiryTimeout(-1 if lane is Lane.NET else 30_000)
        self._jobs: dict[int, _Job] = {}
        self._numbers = itertools.count()
        self._closed = False
        self._finished.connect(self._deliver)
        self._posted.connect(self._forward)

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        done: Callable[[T | Failure], object],
        *,
        owner: QObject,
        generation: Generation | None = None,
    ) -> None:
        """Run *work* in *lane*, then ``done(result)`` in the GUI thread.

        Dropped when *owner* is gone or *generation* was bumped meanwhile; an exception of *work* is
        logged by its type and delivered as ``Failure(UNEXPECTED)``.
        """
        if self._closed:
            return
        number = next(self._numbers)
        self._jobs[number] = _Job(work, done, owner, generation, generation.value if generation else 0)
        finished = self._finished
        skips = generation if lane is Lane.PDF else None
        self._pools[lane].start(_Work(number, work, finished, skips))

    def progress(
        self, report: Callable[..., object], *, owner: QObject, generation: Generation | None = None
    ) -> Callable[..., None]:
        """A function that any thread may call; *report* then runs in the GUI thread with its arguments."""
        self.forget_stale()
        number = next(self._numbers)
        self._jobs[number] = _Job(_nothing, report, owner, generation, generation.value if generation else 0)
        posted = self._posted
        return lambda *facts: posted.emit(number, facts)

    def forget_stale(self) -> None:
        """Channels whose owner is gone hold nothing of it any more."""
        for stale in [n for n, job in self._jobs.items() if job.work is _nothing and not job.is_wanted()]:
            del self._jobs[stale]

    def busy(self) -> bool:
        """True while any lane works or any answer waits for delivery."""
        return any(job.work is not _nothing for job in self._jobs.values())

    def has_written(self, wait_ms: int) -> bool:
        """Refuse new work, then wait at most *wait_ms* for what the store was asked to write; True: it is."""
        self._closed = True
        return self._pools[Lane.STORE].waitForDone(wait_ms)

    def close(self, wait_ms: int = 5000) -> bool:
        """Drop what waits, deliver nothing more, wait *wait_ms* in all for what runs; True when all ended.

        What waits to be written is still written: the last words of a draft are not lost.
        """
        self._closed = True
        self._jobs.clear()
        for lane, pool in self._pools.items():
            if lane is not Lane.STORE:
                pool.clear()
        limit = QDeadlineTimer(wait_ms)
        return False not in {pool.waitForDone(limit) for pool in self._pools.values()}

    def _deliver(self, number: int, result: object) -> None:
        job = self._jobs.pop(number, None)
        if job is not None and job.is_wanted():
            job.done(result)

    def _forward(self, number: int, facts: tuple[object, ...]) -> None:
        job = self._jobs.get(number)
        if job is None:
            return
        if job.is_wanted():
            job.done(*facts)
        else:
            del self._jobs[number]


def _nothing() -> None:
    """Marks a progress channel."""


class _Work:
    """What a worker holds: a number, the work, the way back, and what makes the work needless."""

    __slots__ = ("_born", "_finished", "_generation", "_number", "_work")

    def __init__(
        self, number: int, work: Callable[[], Any], finished: SignalInstance, generation: Generation | None
    ) -> None:
        self._number, self._work, self._finished = number, work, finished
        self._generation, self._born = generation, generation.value if generation else 0

    def __call__(self) -> None:
        result: object
        try:
            stale = self._generation is not None and self._generation.value != self._born
            result = Failure(Code.CANCELLED) if stale else self._work()
        except Exception as error:  # noqa: BLE001 - the border of the thread: every bug becomes a Failure
            # Type only: the message of an exception may hold what was being read.
            _log.error("task failed: %s", type(error).__name__, exc_info=_without_values(error))
            result = Failure.of(Code.UNEXPECTED)
        overwrite_stack()  # the thread waits for its next work, or ends, with what this one read
        self._finished.emit(self._number, result)


def _without_values(error: Exception) -> Any:
    """The traceback with an exception that says nothing but its type."""
    return (RuntimeError, RuntimeError(type(error).__name__), error.__traceback__)
