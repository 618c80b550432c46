"""The one way to run a call for a page: waiting, answer or failure, and what ends the session is heeded."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject

from desktop.domain.errors import Failure, Result
from desktop.ports.platform import Progress
from desktop.ui.tasks import Generation, Lane, Tasks

T = TypeVar("T")


class Asks(Protocol):
    """Who asks: it shows that it waits, and what went wrong."""

    def show_waiting(self, *, waiting: bool) -> object:
        """A call is on its way, or none any more."""
        ...

    def show_failure(self, failure: Failure) -> object:
        """A call failed, and the session goes on."""
        ...


class Ask:
    """Runs calls of one page or region. Make and use it in the GUI thread.

    An answer is dropped when *session* was bumped (a lock, a logout), and when :meth:`drop` was called since
    (the page was left, another patient). A failure that ends the session is heeded before anything is shown,
    also that of a call which was dropped only because its page was left (CF-019).
    """

    def __init__(
        self, tasks: Tasks, session: Generation, heed: Callable[[Failure], bool], owner: QObject
    ) -> None:
        """*heed* answers True for a failure that ended the session (``SessionDesk.heed``)."""
        self._tasks = tasks
        self._session = session
        self._heed = heed
        self._owner = owner
        self._visit = Generation()
        self._waiting: list[Asks] = []

    def __call__(
        self,
        work: Callable[[], Result[T]],
        done: Callable[[T], object],
        on: Asks,
        *,
        lane: Lane = Lane.NET,
        unseen: Callable[[Failure], object] | None = None,
    ) -> None:
        """Run *work* in *lane*, then *done* with its value in the GUI thread, or show its failure on *on*.

        *unseen* hears of a failure when the page was left meanwhile: of what the user believes to be done.
        """
        self._run(work, done, None, on, lane, unseen)

    def through(
        self,
        work: Callable[[], Result[T]],
        done: Callable[[T], object],
        on: Asks,
        unseen: Callable[[Failure], object],
        *,
        lane: Lane,
    ) -> None:
        """As a call; *done* hears of it though the page was left: of what the user has confirmed."""
        self._run(work, done, done, on, lane, unseen)

    def _run(
        self,
        work: Callable[[], Result[T]],
        done: Callable[[T], object],
        gone: Callable[[T], object] | None,
        on: Asks,
        lane: Lane,
        unseen: Callable[[Failure], object] | None,
    ) -> None:
        """*gone* and *unseen* hear in the place of *done* and *on* once the page was left."""
        visit = self._visit.value

        def arrived(result: T | Failure) -> None:
            here = self._visit.value == visit
            if here:
                self._waiting.remove(on)
                self._tell_waiting(on)
            if isinstance(result, Failure):
                told = on.show_failure if here else unseen
                if not self._heed(result) and told is not None:
                    told(result)
                return
            heard = done if here else gone
            if heard is not None:
                heard(result)

        self._waiting.append(on)
        on.show_waiting(waiting=True)
        self._tasks.run(lane, work, arrived, owner=self._owner, generation=self._session)

    def keep(self, work: Callable[[], Result[object]], failed: Callable[[Failure], object]) -> None:
        """Write the user's own work in the store's lane, whatever becomes of the page meanwhile.

        At a lock too: the vault is closed behind what was asked for before (CF-017).
        """

        def kept(result: object | Failure) -> None:
            if isinstance(result, Failure):
                failed(result)

        self._tasks.run(Lane.STORE, work, kept, owner=self._owner)

    def ahead(self, work: Callable[[], object]) -> None:
        """What a later call shall find ready, as a child that starts; nobody hears of it, a lock drops it."""
        self._tasks.run(Lane.PDF, work, lambda _: None, owner=self._owner, generation=self._session)

    def progress(self, report: Callable[[int, int], object]) -> Progress:
        """A function for *work* to call: *report* gets (done, in all) in the GUI thread, while wanted."""
        visit = self._visit.value

        def told(done: int, total: int) -> None:
            if self._visit.value == visit:
                report(done, total)

        return self._tasks.progress(told, owner=self._owner, generation=self._session)

    def drop(self) -> None:
        """Whoever waits waits no more; what is on its way is shown nowhere."""
        self._visit.bump()
        waiting, self._waiting = self._waiting, []
        for on in waiting:
            on.show_waiting(waiting=False)

    def _tell_waiting(self, on: Asks) -> None:
        if on not in self._waiting:
            on.show_waiting(waiting=False)
