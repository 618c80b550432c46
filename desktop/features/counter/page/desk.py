"""What the parts of the counter's page share: the model, the services, and how they ask."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.texts import text
from desktop.features.counter.cells.lines import obstacle_words
from desktop.features.counter.domain.act import CounterAct
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.port import CounterPort
from desktop.features.counter.service.delivering import Deliveries
from desktop.features.counter.service.parking import Parking
from desktop.features.counter.service.products import Products
from desktop.features.counter.view.model import Answer, CounterModel, Question, Said
from desktop.features.counter.view.page import CounterPageView
from desktop.kernel.workbench import Workbench
from desktop.scanning.separators import ScannerSettings
from desktop.ui.tasks import Lane

T = TypeVar("T")
_DOWN = frozenset({Code.OFFLINE, Code.TIMEOUT, Code.PLATFORM_MAINTENANCE})


@dataclass(slots=True)
class Pending:
    """What is done with the answer to the question that stands there."""

    answered: Callable[[Answer], object]


class Desk:
    """It is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: CounterPort) -> None:
        self.bench, self.port = bench, port
        self.products, self.parking = Products(bench.rows), Parking(bench.rows)
        self.deliveries = Deliveries(port, bench.rows)
        self.model = CounterModel()
        self.view = CounterPageView(bench.parent)
        self.scanner = ScannerSettings()
        self._pending: Pending | None = None
        self.view.counter.question.answered.connect(self._answered)
        self.view.counter.question.left.connect(self.leave_question)

    # -- what is known

    @property
    def act(self) -> CounterAct | None:
        """What is open."""
        return self.model.act

    def now(self) -> datetime:
        """By the platform's clock where it is known."""
        return self.bench.now()

    def today(self) -> date:
        """Of Luxembourg."""
        return local_day(self.bench.now())

    def pharmacy(self) -> str:
        """As the platform calls it in the leases that it gave us."""
        works = self.act.lines if self.act is not None else ()
        return next((one.line.lease.pharmacy for one in works if one.mine and one.line.lease), "")

    # -- what is shown

    def show(self, **changes: Any) -> None:
        """The model with *changes*, fields of :class:`CounterModel`."""
        self.model = replace(self.model, now=self.now(), **changes)
        self.view.counter.show_state(self.model)

    def put(self, act: CounterAct, **changes: Any) -> None:
        """The act goes on; what was ready to be confirmed is not any more."""
        self.show(act=act, failure=None, recap="", **changes)

    def say(self, words: str, then: str = "", tone: str = "accent", act: str = "", leads: str = "") -> None:
        """One message; *act* is the word of its button, *leads* what that one asks for."""
        self.show(said=Said(words, then, tone, act, leads), failure=None)

    def use(self, settings: ScannerSettings) -> None:
        """How this pharmacist's scanner is listened to and read."""
        self.scanner = self.view.counter.scanner = settings

    def tick(self) -> None:
        """A second went by."""
        self.model = replace(self.model, now=self.now())
        self.view.counter.tell_time(self.model)

    # -- how it asks

    def ask(self, work: Callable[[], Result[T]], done: Callable[[T], object], lane: Lane = Lane.NET) -> None:
        """Run *work*, then *done*; a failure is shown."""
        self.bench.ask(work, done, self, lane=lane)

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self.show(loading=waiting, sending=self.model.sending and waiting)

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`; without the platform nothing is delivered on a guess."""
        if failure.code is Code.CANCELLED:
            return
        if failure.code in _DOWN:
            self.say(text("counter.down"), text("counter.down_next"), "danger")
        else:
            self.show(failure=worded(failure), said=None)

    def ask_user(self, question: Question, answered: Callable[[Answer], object]) -> None:
        """One question; a second one takes the place of the first, and what was said before it is over."""
        self._pending = Pending(answered)
        self.show(question=question, recap="", said=None)

    def leave_question(self) -> None:
        """Nothing is asked any more."""
        self._pending = None
        self.show(question=None)
        self.view.counter.focus_scan()

    def _answered(self, answer: Answer) -> None:
        pending, self._pending = self._pending, None
        self.show(question=None)
        if pending is not None:
            pending.answered(answer)
        self.view.counter.focus_scan()


def worded(failure: Failure) -> Failure:
    """With its facts in words: an obstacle is no code for people."""
    obstacle = failure.facts.get("obstacle")
    if failure.code is not CounterCode.NOT_DELIVERABLE or not isinstance(obstacle, str):
        return failure
    return Failure.of(CounterCode.NOT_DELIVERABLE, **{**failure.facts, "obstacle": obstacle_words(obstacle)})
