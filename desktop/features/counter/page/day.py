"""« Historique du jour » of this pharmacy, and undoing on the same day (CF-116)."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from desktop.domain.errors import Failure
from desktop.domain.local_time import end_of
from desktop.domain.prescription.ordonnance import SHORTEST_REASON
from desktop.domain.prescription.standing import Dispense, DispenseState
from desktop.domain.texts import text
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.page.desk import Desk, worded
from desktop.features.counter.service.undoing import undo
from desktop.features.counter.view.model import Answer, DayModel, Question, Said

_LOOK_AGAIN = frozenset({CounterCode.REPORT_DUE, CounterCode.UNDO_UNKNOWN})


class Day:
    """Asked when it comes in front: one trace. It is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._model = DayModel()
        self._asked_of: Dispense | None = None
        view = desk.view.day
        desk.view.day_asked.connect(self.read)
        view.refresh_asked.connect(self.read)
        view.undo_asked.connect(self._ask)
        view.question.answered.connect(self._undo)
        view.question.left.connect(lambda: self._show(question=None))

    def read(self) -> None:
        """Since midnight of Luxembourg."""
        self._show(failure=None, said=None)
        self._ask_platform()

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(loading=waiting)

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(failure=worded(failure))
        if failure.code in _LOOK_AGAIN:
            self._ask_platform()

    def forget(self) -> None:
        """Names of products that patients got: nothing of it stays."""
        self._model, self._asked_of = DayModel(), None
        self._desk.view.day.show_state(self._model)

    def _ask_platform(self) -> None:
        port, midnight = self._desk.port, end_of(self._desk.today() - timedelta(days=1))
        self._desk.bench.ask(lambda: port.day(midnight), self._arrived, self)

    def _arrived(self, found: tuple[Dispense, ...]) -> None:
        self._show(dispenses=found)

    def _ask(self, one: Dispense) -> None:
        if one.state is not DispenseState.HANDED_OVER:
            self._show(said=Said(text("counter.undo_not"), tone="warning"))
            return
        self._asked_of = one
        prompt = text("counter.ask_undo", product=one.product.label)
        self._show(
            question=Question("undo", prompt, text("counter.reason"), check=text("counter.box_returned")),
            said=None,
        )

    def _undo(self, answer: Answer) -> None:
        one, port, account = self._asked_of, self._desk.port, self._desk.bench.account()
        reason = answer.typed.strip()
        if one is None or account is None:
            return
        if len(reason) < SHORTEST_REASON:
            self._show(said=Said(text("counter.reason_short", count=SHORTEST_REASON), tone="warning"))
            return
        box = "back" if answer.checked else "kept"
        self._show(question=None, said=None, failure=None)
        bench, now = self._desk.bench, self._desk.now()
        work = partial(undo, port, one, reason, box, account, now, bench.write_pdf)
        bench.ask(work, self._undone, self, unseen=bench.tell)

    def _undone(self, _: Dispense) -> None:
        self._asked_of = None
        self._show(said=Said(text("counter.undone")))
        self._ask_platform()

    def _show(self, **changes: object) -> None:
        self._model = replace(self._model, **changes)  # type: ignore[arg-type]
        self._desk.view.day.show_state(self._model)
