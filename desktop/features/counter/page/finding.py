"""From what was scanned or typed to an open ordonnance (CF-078, CF-110)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from PySide6.QtCore import QTimer

from desktop.common.performance import mark
from desktop.domain.errors import Failure
from desktop.domain.local_time import day_words
from desktop.domain.matricule import Matricule
from desktop.domain.prescription.identifier import OrdonnanceCode, OrdonnanceId, TypedIdentifier
from desktop.domain.prescription.standing import StandingOrdonnance
from desktop.domain.signature import SignatureFinding
from desktop.domain.texts import text
from desktop.features.counter.cells.head import birth_words, other_open_words
from desktop.features.counter.cells.lines import line_row
from desktop.features.counter.cells.says import held_all_words, opened_words, signature_words
from desktop.features.counter.domain.act import Alert, CounterAct, FoundBy, begun
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.page.desk import Desk
from desktop.features.counter.page.holding import Holding, tell_ended
from desktop.features.counter.service.analysis import alerts
from desktop.features.counter.service.judging import judged, with_alerts
from desktop.features.counter.service.kept_rows import ParkedAct
from desktop.features.counter.view.model import Answer, Question
from desktop.ui.tasks import Lane

Wanted = OrdonnanceCode | TypedIdentifier | Matricule
_MOST = 9


class Finding:
    """Opens one ordonnance at a time."""

    def __init__(self, desk: Desk, holding: Holding) -> None:
        self._desk, self._holding = desk, holding

    def find(self, wanted: Wanted) -> None:
        """By QR at once; a typed id asks the birth date; by matricule the person comes first."""
        desk, port = self._desk, self._desk.port
        desk.show(done=None, said=None, failure=None)
        match wanted:
            case OrdonnanceCode():
                desk.ask(lambda: port.by_code(wanted), partial(self._found, FoundBy.CODE))
            case TypedIdentifier(identifier):
                self._ask_birth(identifier)
            case Matricule():
                desk.ask(lambda: port.by_matricule(wanted), self._list)

    def resume(self, parked: ParkedAct) -> None:
        """An interrupted act, over the lines as they stand now; the identity is compared anew."""
        act, port = parked.act, self._desk.port
        born = act.standing.ordonnance.patient.born
        if born is not None:
            wanted = OrdonnanceId(act.code)
            self._desk.ask(lambda: port.by_identifier(wanted, born), partial(self._resumed, act))

    def _ask_birth(self, identifier: OrdonnanceId) -> None:
        prompt = text("counter.ask_birth", code=identifier.grouped())

        def answered(answer: Answer) -> None:
            born = _day(answer.typed)
            if born is None:
                self._ask_birth(identifier)
                self._desk.say(text("counter.birth_unread"), tone="warning")
            else:
                port, again = self._desk.port, partial(self._ask_birth, identifier)
                found = partial(self._found, FoundBy.IDENTIFIER)
                self._desk.bench.ask(
                    lambda: port.by_identifier(identifier, born), found, _BirthAsked(self._desk, again)
                )

        self._desk.ask_user(Question("birth", prompt, text("counter.birth_hint")), answered)

    def _list(self, found: tuple[StandingOrdonnance, ...]) -> None:
        """The person first, then what there is of him (domain §C.3)."""
        desk = self._desk
        if not found:
            desk.say(text("counter.none_of_person"), tone="warning")
            return
        shown = found[:_MOST]
        patient = shown[0].ordonnance.patient
        prompt = text("counter.choose_ordonnance", name=patient.name, born=birth_words(patient))
        choices = tuple(map(_choice, shown))
        desk.ask_user(
            Question("ordonnance", prompt, choices=choices),
            lambda answer: self._found(FoundBy.MATRICULE, shown[answer.choice]),
        )

    def _found(self, found_by: FoundBy, standing: StandingOrdonnance) -> None:
        desk, open_act = self._desk, self._desk.act
        if open_act is not None and (open_act.touched() or desk.model.lost):
            if open_act.code == standing.ordonnance.code:
                desk.say(text("counter.open_already"), tone="")
            else:
                mine, theirs = open_act.standing.ordonnance.patient, standing.ordonnance.patient
                desk.say(other_open_words(mine, theirs), tone="warning")
            return
        self._holding.let_go()
        self._open(begun(standing, found_by, desk.today()))

    def _resumed(self, parked: CounterAct, standing: StandingOrdonnance) -> None:
        if self._desk.act is None:
            act = parked.with_lines(standing.lines, self._desk.today(), standing.dispenses)
            fresh = replace(begun(standing, act.found_by, self._desk.today()), receiver=act.receiver)
            for work in act.lines:
                fresh = fresh.with_work(work)
            self._open(fresh)
            if not opened_words(fresh):
                tell_ended(self._desk, parked, fresh)

    def _open(self, act: CounterAct) -> None:
        desk = self._desk
        first = next((work for work in act.lines if work.deliverable), act.lines[0])
        desk.put(act, current=first.line.line.number, box=None, said=None, done=None)
        QTimer.singleShot(0, partial(mark, "ordonnance-painted"))
        closed, held = opened_words(act), held_all_words(act, desk.now())
        if closed or held:
            desk.say(closed or held, text("counter.again_next") if held else "", "warning")
        elif act.standing.may_practise is False:
            name = act.standing.ordonnance.prescriber.name
            desk.say(text("counter.suspended", name=name), text("counter.suspended_next"), "warning")
        check, standing, today = desk.bench.signing.check, act.standing, desk.today()
        desk.ask(lambda: judged(check, standing.signed), partial(self._judged, act.code), lane=Lane.PDF)
        desk.ask(lambda: alerts(standing, today), partial(self._analysed, act.code), lane=Lane.PDF)
        if not closed:
            self._holding.take()

    def _judged(self, code: str, finding: SignatureFinding) -> None:
        desk, act = self._desk, self._desk.act
        if act is None or act.code != code:
            return
        act = replace(act, signature=finding)
        act = with_alerts(act, act.alerts)
        desk.put(act)
        words = signature_words(act)
        if words:
            desk.say(words, tone="danger")

    def _analysed(self, code: str, found: tuple[Alert, ...]) -> None:
        act = self._desk.act
        if act is not None and act.code == code:
            self._desk.put(with_alerts(act, found))


@dataclass(frozen=True, slots=True)
class _BirthAsked:
    """A date that does not fit is asked for again while there are tries (CF-110). A
    :class:`desktop.ui.ask.Asks`."""

    desk: Desk
    again: Callable[[], None]

    def show_waiting(self, *, waiting: bool) -> None:
        self.desk.show_waiting(waiting=waiting)

    def show_failure(self, failure: Failure) -> None:
        self.desk.show_failure(failure)
        if failure.code is CounterCode.SECOND_FACTOR and failure.facts.get("tries_left") != 0:
            self.again()


def _choice(standing: StandingOrdonnance) -> str:
    act = begun(standing, FoundBy.MATRICULE, standing.ordonnance.valid_until)
    states = " · ".join(line_row(act, work)[1].splitlines()[0] for work in act.lines)
    day = day_words(standing.ordonnance.authored)
    return f"{day} · {standing.ordonnance.prescriber.name} · {states}"


def _day(typed: str) -> date | None:
    """``03.11.1947`` or ``03111947``."""
    digits = "".join(sign for sign in typed if sign.isdecimal())
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2])) if len(digits) == 8 else None
    except ValueError:
        return None
