"""What was signed, on its way to the platform: one errand of the window, to which all its pages listen."""

from collections.abc import Callable
from typing import Generic

from desktop.domain.errors import Failure, Result
from desktop.domain.publication import Left, Progress, Publication
from desktop.kernel.errand import Round
from desktop.kernel.workbench import Workbench
from desktop.services.publications import Publications, Worked


class OnItsWay(Generic[Left]):
    """Goes on whatever page is in front. ``service`` is the one that all pages of the window ask."""

    def __init__(self, bench: Workbench, service: Publications[Left]) -> None:
        self._bench = bench
        self.service = service
        self._hear: list[Callable[[Progress[Left]], object]] = []
        self._open: dict[object, str] = {}  # what is confirmed and not proven: its id, "" until it is kept
        self._last: dict[str, Progress[Left]] = {}
        self._errand = bench.errand(self.service.step, self._told, self.service.wake)

    def on_news(self, hear: Callable[[Progress[Left]], object]) -> None:
        """*hear* is called in the GUI thread each time that one of them moved."""
        self._hear.append(hear)

    def send(self, signed: Callable[[], Result[Publication]], failed: Callable[[Failure], object]) -> None:
        """What the card has just signed is kept, whatever becomes of the page, and goes at once. *failed*: it
        could not be kept, and nothing goes."""
        one, service = object(), self.service
        self._open[one] = ""

        def work() -> Result[None]:
            made = signed()
            kept = made if isinstance(made, Failure) else service.keep(made)
            if isinstance(kept, Failure):
                return kept
            if one in self._open:  # else a lock came meanwhile, and counted it
                self._open[one] = kept.id
            return None

        def not_kept(failure: Failure) -> None:
            self._open.pop(one, None)
            failed(failure)

        self._errand.keep(work, not_kept)

    def wake(self) -> None:
        """The user looks at it, or may have given it a right: what waits is tried."""
        self.service.wake()
        self._errand.wake()

    def locked(self) -> None:
        """A lock or a logout: a session that keeps nothing leaves behind what is not proven."""
        if not self._bench.keeps():
            self._bench.leave_behind(len(self._open))
        self._open.clear()
        self._last.clear()

    def as_of_now(self, kept: Progress[Left]) -> Progress[Left]:
        """*kept* as it was read from the store, with what only this session knows: why it waits, its end."""
        last = self._last.get(kept.id)
        fresh = last is not None and (last.stage is kept.stage or last.stage.is_over)
        return last if last is not None and fresh else kept

    def again(self, kept: Progress[Left]) -> None:
        """The data of *kept* are sent once more."""
        self._last.pop(kept.id, None)
        service = self.service
        self._errand.keep(lambda: service.again(kept.id), lambda _: None)

    def _told(self, worked: Worked[Left]) -> Round:
        moved = worked.moved
        if moved is None:
            return Round(worked.wait)
        self._last[moved.id] = moved
        if moved.stage.is_over:
            for one in [one for one, id in tuple(self._open.items()) if id == moved.id]:
                del self._open[one]
        for hear in self._hear:
            hear(moved)
        left = "" if moved.goes_on and not moved.wait else moved.patient.id
        return Round(worked.wait, moved.failure, left)
