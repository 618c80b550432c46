"""The last step: what is missing is said, F9 shows what will be sent, Enter sends it once (CF-107)."""

import math
import uuid
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer

from desktop.domain.errors import Failure
from desktop.domain.prescription.standing import Dispense
from desktop.domain.texts import text
from desktop.features.counter.cells.says import done_words, hindrance_words, recap_words
from desktop.features.counter.domain.act import CounterAct, Decision
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.domain.hindrances import Hindrance, hindrances
from desktop.features.counter.page.deciding import Deciding
from desktop.features.counter.page.desk import Desk, worded
from desktop.features.counter.page.holding import Holding
from desktop.features.counter.service.composing import count_of
from desktop.features.counter.service.confirming import confirm
from desktop.features.counter.service.papers import label_data, report_data
from desktop.kernel.workbench import PrintedOriginal
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.tasks import Lane

_AGAIN_S = 5.0
_ASKED = {
    Hindrance.QUANTITY: "quantity",
    Hindrance.PORTIONS: "portions",
    Hindrance.SUBSTITUTION: "substitution",
    Hindrance.REASON: "refusal",
    Hindrance.PAPER_FORM: "paper-form",
}
"""What is asked at once; F9 stands on the line that it is about."""
_AGAIN_LOOK = frozenset(
    {CounterCode.LEASE_LOST, CounterCode.ASKED_BACK, CounterCode.STATE, CounterCode.QUANTITY}
)


class Delivering:
    """Sends, asks about lost answers, prints labels and receipt."""

    def __init__(self, desk: Desk, holding: Holding, deciding: Deciding) -> None:
        self._desk, self._holding, self._deciding = desk, holding, deciding
        self._done_at = desk.now()
        self._pharmacy = ""
        self._out: tuple[str, ...] = ()
        self.told: Callable[[], object] = _nobody  # of what was out without an act on the screen
        self.settling = QTimer(desk.view, singleShot=True)
        self.settling.timeout.connect(self.settle)

    def check(self) -> None:
        """F9: the first thing that is missing, in one sentence and with the keyboard on it; else the line
        that Enter confirms."""
        desk, act = self._desk, self._desk.act
        if act is None or desk.model.lost or desk.model.sending:
            return
        missing = hindrances(act, desk.now())
        if not missing:
            desk.show(recap=recap_words(act), said=None, failure=None, question=None)
            return
        what, number = missing[0]
        desk.show(current=number or desk.model.current)
        if what in _ASKED:
            self._deciding.acts[_ASKED[what]]()
        desk.say(hindrance_words(act, missing[0], desk.now()), tone="warning")
        if what is Hindrance.LEASE_OVER:
            self._holding.renew_now()  # CF-109: asked for again, or it is said who has it
        desk.view.counter.focus_missing(what)

    def confirm(self) -> None:
        """Enter: all of it leaves, once."""
        desk, act, account = self._desk, self._desk.act, self._desk.bench.account()
        if act is None or account is None or not desk.model.recap or desk.model.sending:
            return
        if hindrances(act, desk.now()):
            self.check()
            return
        self._pharmacy, now = desk.pharmacy(), desk.now()
        write, deliveries, pharmacy = desk.bench.write_pdf, desk.deliveries, self._pharmacy
        self._out = tuple(uuid.uuid4().urn for _ in range(count_of(act)))
        ids = iter(self._out)
        desk.show(sending=True, said=None, failure=None)
        desk.bench.ask(
            lambda: confirm(act, account, pharmacy, now, write, deliveries, ids.__next__),
            self._delivered,
            _Sending(self),
        )

    def came_back(self) -> None:
        """The page was left while a delivery was out: nobody heard how it ended."""
        port, out = self._desk.port, self._out
        self._desk.bench.ask(lambda: port.arrived(out), self._heard, _Settling(self))

    def settle(self) -> None:
        """Ask about what has no answer, also of a program that was killed; nobody guesses."""
        self._desk.bench.ask(self._desk.deliveries.ask_all, self._settled, _Settling(self))

    def lost(self) -> None:
        """« ? Réponse perdue. Gardez la boîte. »; it is asked for by itself."""
        self._desk.show(lost=True, sending=False, recap="")
        self._desk.say(text("counter.lost"), text("counter.lost_next"), "warning")
        self.settle()

    def refused(self, failure: Failure) -> None:
        """Nothing of it stands: the act goes on."""
        desk = self._desk
        if failure.code is CounterCode.UNKNOWN:
            self.lost()
            return
        desk.show(sending=False, recap="", lost=False)
        desk.show_failure(failure)
        if failure.code in _AGAIN_LOOK:
            self._holding.renew_now()

    def not_settled(self, failure: Failure) -> None:
        """Not known yet, not recorded for certain, or nobody answers."""
        desk = self._desk
        if failure.code is CounterCode.NOT_RECORDED:
            desk.show(lost=False, sending=False)
            desk.say(text("counter.not_recorded"), text("counter.not_recorded_next"), "warning")
            if desk.act is not None:
                self._holding.renew_now()
            else:
                self.told()
            return
        seconds = failure.facts.get("seconds", 0)
        wait = float(seconds) if isinstance(seconds, int | float) and seconds else _AGAIN_S
        self.settling.start(math.ceil(wait * 1000))

    def labels(self) -> None:
        """Ctrl+P: one a box, initials and birth year alone."""
        self._print("etiquette")

    def receipt(self) -> None:
        """Ctrl+Maj+P: what the patient takes home."""
        self._print("dispensation")

    def forget(self) -> None:
        """A lock: the questions go on at the next login."""
        self.settling.stop()

    def _delivered(self, found: tuple[Dispense, ...]) -> None:
        desk, act = self._desk, self._desk.act
        if act is None:
            return
        self._done_at = found[0].recorded
        desk.show(act=None, done=act, recap="", sending=False, lost=False, box=None, question=None)
        desk.say(text("counter.done_line", words=done_words(act, self._done_at)), text("counter.done_next"))
        self._holding.forget()
        desk.view.counter.speak(done_words(act, self._done_at))
        self._release_rest(act)

    def _settled(self, found: tuple[Dispense, ...] | None) -> None:
        desk, act = self._desk, self._desk.act
        mine = act is not None and found and {one.line for one in found} <= {w.line.id for w in act.lines}
        if mine and found:
            self._delivered(found)
        else:
            desk.show(lost=False, sending=False, said=None)
            if found:
                desk.say(text("counter.recorded"))
            self.told()

    def _heard(self, found: tuple[Dispense, ...]) -> None:
        if found:
            self._delivered(found)
        else:
            self.lost()

    def _release_rest(self, act: CounterAct) -> None:
        """Lines that were held and not touched are free for others at once."""
        kept = tuple(one for one in act.lines if one.decision is Decision.UNTOUCHED)
        if kept:
            self._holding.give_back(replace(act, lines=kept))

    def _print(self, template: str) -> None:
        desk, act, account = self._desk, self._desk.model.done, self._desk.bench.account()
        if act is None or account is None or desk.model.printing:
            return
        language = act.standing.ordonnance.language
        if template == "etiquette":
            data = label_data(act, account, self._pharmacy, self._done_at)
        else:
            data = report_data(act, account, self._pharmacy, self._done_at, language)
        write, asks = desk.bench.write_pdf, PrintAsks(_Print(desk))

        def written(pdf: bytes) -> None:
            desk.bench.print_list(PrintedOriginal(pdf), asks, self._printed)

        desk.bench.ask(lambda: write(template, language.value, data), written, asks, lane=Lane.PDF)

    def _printed(self) -> None:
        self._desk.show(printing=False)
        self._desk.view.counter.focus_scan()


def _nobody() -> None:
    """Who makes it says whom it tells."""


class _Sending:
    """A delivery that is out: its refusals are told apart."""

    def __init__(self, delivering: Delivering) -> None:
        self._delivering = delivering

    def show_waiting(self, *, waiting: bool) -> None:
        """The confirming button waits by itself."""

    def show_failure(self, failure: Failure) -> None:
        """See :meth:`Delivering.refused`."""
        self._delivering.refused(worded(failure))


class _Settling:
    """A question that the program asks by itself."""

    def __init__(self, delivering: Delivering) -> None:
        self._delivering = delivering

    def show_waiting(self, *, waiting: bool) -> None:
        """The message says so already."""

    def show_failure(self, failure: Failure) -> None:
        """See :meth:`Delivering.not_settled`."""
        self._delivering.not_settled(failure)


class _Print:
    """A print: what was handed over is recorded whatever becomes of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show_print(self, printing: Printing) -> None:
        """The buttons wait."""
        self._desk.show(printing=printing is Printing.RUNNING)

    def show_failure(self, failure: Failure) -> None:
        """A missing printer loses nothing: labels and receipt can be printed again."""
        self._desk.show_failure(failure)
