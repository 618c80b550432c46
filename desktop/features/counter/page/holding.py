"""Reservations while an ordonnance is open: taken, counted down, renewed before they end, given back."""

from datetime import datetime

from PySide6.QtCore import QTimer

from desktop.domain.errors import Code, Failure
from desktop.domain.local_time import hour_words
from desktop.domain.texts import failure_text, text
from desktop.features.counter.cells.lines import closed_words
from desktop.features.counter.domain.act import CounterAct, released
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.page.desk import Desk, worded
from desktop.features.counter.service.reserving import Reserved, hold, is_ending, release, renew, reserve

_SECOND_MS = 1000


class Holding:
    """A tick a second while the page is in front."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._renewing = False
        self._left = False  # what was held was given back because the page went
        self.timer = QTimer(desk.view, interval=_SECOND_MS)
        self.timer.timeout.connect(self.tick)

    def take(self) -> None:
        """All that may be handed over here; what another has costs the others nothing (CF-076)."""
        act = self._desk.act
        if act is None:
            return
        port, now = self._desk.port, self._desk.now()
        self._desk.ask(lambda: reserve(port, act, now), self._reserved)
        self.timer.start()

    def tick(self) -> None:
        """Count down; two minutes before the end it is held longer."""
        desk, act = self._desk, self._desk.act
        if act is None or desk.model.lost or desk.model.sending:
            return
        desk.tick()
        now, port = desk.now(), desk.port
        ending = any(work.mine and is_ending(work.line, now) for work in act.lines)
        if ending and not self._renewing and desk.view.isVisible():
            self._renewing = True
            desk.bench.ask(lambda: renew(port, act, now), self._renewed, _Quiet(self))

    def renew_now(self) -> None:
        """A refusal said that a lease is over, or that the prescriber asked: look at all of them again."""
        act = self._desk.act
        if act is not None:
            port, now = self._desk.port, self._desk.now()
            self._desk.ask(lambda: hold(port, act, now), self._reserved)
            self.timer.start()

    def let_go(self) -> None:
        """« Libérer », the next ordonnance: given back, and nobody waits for it."""
        act, model = self._desk.act, self._desk.model
        if model.sending or model.lost:  # what is on its way needs its lease
            return
        self.timer.stop()
        if act is None or not any(work.mine for work in act.lines):
            return
        self.give_back(act)
        self._desk.put(released(act))

    def leave(self) -> None:
        """Another page is in front, or none: what is held is given back, and nobody waits for it."""
        act = self._desk.act
        self._left = act is not None and any(work.mine for work in act.lines)
        self.let_go()

    def come_back(self) -> None:
        """The page is in front again: what went with it is asked for anew, or it is said who has it now."""
        left, self._left = self._left, False
        if left and not self._desk.model.sending and not self._desk.model.lost:
            self.renew_now()

    def give_back(self, act: CounterAct) -> None:
        """Lines of an act that is over."""
        port, ends = (
            self._desk.port,
            [one.line.lease.until for one in act.lines if one.mine and one.line.lease],
        )
        if ends:
            self._desk.bench.ask(
                lambda: release(port, act), lambda _: None, _GivingBack(self._desk, max(ends))
            )

    def stop_renewing(self) -> None:
        """It could not be held longer: it is tried again at the next tick."""
        self._renewing = False

    def forget(self) -> None:
        """The act is over."""
        self.timer.stop()
        self._renewing = self._left = False

    def _renewed(self, reserved: Reserved) -> None:
        self._renewing = False
        self._reserved(reserved)

    def _reserved(self, reserved: Reserved) -> None:
        desk = self._desk
        if desk.act is None or desk.act.code != reserved.act.code:
            return
        told, before = tuple(work.line for work in reserved.act.lines), desk.act
        act = before.with_lines(told, desk.today(), reserved.act.standing.dispenses)
        desk.show(act=act)  # what was said stays
        for number, failure in reserved.refusals:
            self._tell(number, failure)
        tell_ended(desk, before, act)

    def _tell(self, number: int, failure: Failure) -> None:
        until = failure.facts.get("until")
        pharmacy = failure.facts.get("pharmacy")
        if isinstance(pharmacy, str) and isinstance(until, str):
            words = text("counter.reserved_by", line=number, pharmacy=pharmacy, until=_time(until))
        else:
            words = text("counter.of_line", line=number, words=failure_text(worded(failure)))
        self._desk.say(words, text("counter.reserved_next"), "warning")


def tell_ended(desk: Desk, before: CounterAct, act: CounterAct) -> None:
    """What was decided of a line that was handed over elsewhere or ended is gone, and that is said."""
    ended = act.ended_since(before)
    if ended:
        desk.say(closed_words(act, ended[0]), text("counter.ended_next"), "danger")


class _Quiet:
    """A renewal is no waiting of the user."""

    def __init__(self, holding: Holding) -> None:
        self._holding = holding

    def show_waiting(self, *, waiting: bool) -> None:
        """Nothing moves."""
        if not waiting:
            self._holding.stop_renewing()

    def show_failure(self, failure: Failure) -> None:
        """The count-down goes on, and it is tried again."""


class _GivingBack:
    """Nobody waits for it; where it was not heard, it is said until when others are kept out."""

    def __init__(self, desk: Desk, until: datetime) -> None:
        self._desk, self._until = desk, until

    def show_waiting(self, *, waiting: bool) -> None:
        """Nobody waits."""

    def show_failure(self, failure: Failure) -> None:
        """A session that ended gave it back, and a line that is not ours is none of ours to give."""
        if failure.code is not Code.CANCELLED and not isinstance(failure.code, CounterCode):
            self._desk.say(text("counter.not_released", until=hour_words(self._until)), tone="warning")


def _time(instant: str) -> str:
    try:
        return hour_words(datetime.fromisoformat(instant))
    except ValueError:
        return instant
