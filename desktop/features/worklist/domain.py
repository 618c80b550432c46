"""A declared patient and his clocks: calendar days of Luxembourg, nothing of a document's content.

The platform tells dates and counts (contract §9); what they mean on a day is decided here (domain §7, §B.3).
What it did not tell is None, and never counted as nothing (CF-074).
"""

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from desktop.domain.folding import begins_words, fold, search_words
from desktop.domain.record import DspState, Patient

FIRST_SUMMARY, SUMMARY_AGE, ALD_PERIOD, NOTICE_PERIOD = 3, 12, 24, 2  # months
SUMMARY_WARN, ALD_WARN = timedelta(days=30), timedelta(days=60)
PRESTATIONS_WAIT = timedelta(days=30)  # after the anniversary of the effective date
RECEIPT_WAIT = timedelta(hours=24)  # a statement without its receipt is then « réponse attendue »
WITHIN = 30  # days: « Sous 30 j »


class DeclarationState(StrEnum):
    """Where a declaration stands (domain §B.3)."""

    DRAFT = "draft"
    SIGNED = "signed"
    NOTIFIED = "notified"
    VALIDATED = "validated"
    EFFECTIVE = "effective"
    NOTICE = "notice"
    ENDED = "ended"


class EndCause(StrEnum):
    """Why a declaration ended."""

    NOTICE = "notice"
    DSP_CLOSED = "dsp-closed"
    DEATH = "death"
    DOCTOR_LEFT = "doctor-left"
    REPLACED = "replaced"


class StatementState(StrEnum):
    """Where the biennial ALD statement stands (domain §B.3)."""

    TO_DO = "a-faire"
    BEGUN = "en-cours"
    SIGNED = "signe"
    SENT = "envoye"
    RECEIVED = "recu"
    ACCEPTED = "accepte"
    RETURNED = "retourne"


WORKING = frozenset({DeclarationState.VALIDATED, DeclarationState.EFFECTIVE, DeclarationState.NOTICE})
"""Rights follow the validation (domain §B.3), so the clocks do; a notice does not stop them (CF-099)."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """Its days as the platform tells them; None = has not happened, or was not told.

    ``ends_on`` is the last day of a notice that was given on ``notice_on``.
    """

    signed_patient: date | None = None
    signed_doctor: date | None = None
    notified: date | None = None
    validated: date | None = None
    effective: date | None = None
    notice_on: date | None = None
    ends_on: date | None = None
    ended: date | None = None
    cause: EndCause | None = None

    def effective_from(self) -> date | None:
        """As told, else by the rule: the first day of the month after notification (domain §7.1)."""
        if self.effective is not None or self.notified is None:
            return self.effective
        return first_of_next_month(self.notified)

    def last_day(self) -> date | None:
        """Of a declaration under notice: as told, else two months after the notice (domain §B.3)."""
        if self.ends_on is not None or self.notice_on is None:
            return self.ends_on
        return add_months(self.notice_on, NOTICE_PERIOD)


@dataclass(frozen=True, slots=True)
class Summary:
    """The résumé patient: how many versions, and the day of the last; 0 and None = there is none."""

    versions: int
    last: date | None


@dataclass(frozen=True, slots=True)
class Statement:
    """The ALD statement: when the last one was accepted (None = never), and where the present one stands."""

    accepted: date | None
    state: StatementState = StatementState.TO_DO
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prestations:
    """The résumé des prestations: the day on which the CNS sent the last one (None = never)."""

    last: date | None


@dataclass(frozen=True, slots=True)
class Annonces:
    """Documents that the patient does not see yet, and the day on which the oldest was set."""

    count: int
    since: date | None


@dataclass(frozen=True, slots=True)
class Declared:
    """One line as the platform tells it. None = not told: « à l'ouverture », never 0."""

    patient: Patient
    declaration: Declaration
    summary: Summary | None = None
    statement: Statement | None = None
    prestations: Prestations | None = None
    new_documents: int | None = None
    annonces: Annonces | None = None
    duplicates: int | None = None


class Mark(StrEnum):
    """What a clock says on a day. OLD and MISSING blame nobody; LATE alone is « en retard »."""

    LATE = "late"
    SOON = "soon"
    OLD = "old"
    MISSING = "missing"
    AWAITED = "awaited"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Due:
    """A clock on a day: ``mark``, the day on which it is due (None = no such day), and days from today."""

    mark: Mark
    on: date | None = None
    days: int | None = None


NO_CLOCK = Due(Mark.NOTHING)


@dataclass(frozen=True, slots=True)
class Line:
    """A declared patient on a day. ``until`` is the last day of a notice, ``ended`` the day of the end.

    A clock is None where the platform did not tell what it runs from.
    """

    told: Declared
    state: DeclarationState
    cause: EndCause | None
    until: date | None
    ended: date | None
    summary: Due | None
    statement: Due | None
    prestations: Due | None

    @property
    def works(self) -> bool:
        """Whether there is anything to do for this patient."""
        return self.state in WORKING

    @property
    def annonces(self) -> int:
        """How many wait to be lifted, as far as is told."""
        told = self.told.annonces
        return told.count if told is not None and self.works else 0


def add_months(day: date, months: int) -> date:
    """The same day number, else the last day of that month (CF-095)."""
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def first_of_next_month(day: date) -> date:
    """When the mission begins (domain §7.1)."""
    return add_months(day.replace(day=1), 1)


def line(told: Declared, now: datetime, today: date) -> Line:
    """What *told* means *today*, the local day of *now*. A declaration that ended has no clock (CF-098)."""
    declaration = told.declaration
    state, cause = state_on(declaration, told.patient.dsp, today)
    until = declaration.last_day() if state is DeclarationState.NOTICE else None
    ended = declaration.ended or declaration.last_day() if state is DeclarationState.ENDED else None
    if state not in WORKING:
        return Line(told, state, cause, until, ended, NO_CLOCK, NO_CLOCK, NO_CLOCK)
    return Line(
        told, state, cause, until, ended,
        summary_due(told.summary, declaration, today),
        statement_due(told.statement, declaration, now, today),
        prestations_due(told.prestations, declaration, today),
    )  # fmt: skip


def state_on(
    declaration: Declaration, dsp: DspState, today: date
) -> tuple[DeclarationState, EndCause | None]:
    """The state, and why it ended. Closing the DSP ends it at once, and reopening starts nothing (CF-036)."""
    if dsp is DspState.DECEASED:
        return DeclarationState.ENDED, EndCause.DEATH
    if dsp is DspState.CLOSED:
        return DeclarationState.ENDED, EndCause.DSP_CLOSED
    if declaration.ended is not None and declaration.ended <= today:
        return DeclarationState.ENDED, declaration.cause
    last_day = declaration.last_day()
    if last_day is not None:
        return (
            (DeclarationState.NOTICE, None)
            if today <= last_day
            else (DeclarationState.ENDED, EndCause.NOTICE)
        )
    if _reached(declaration.validated, today):
        effective = _reached(declaration.effective_from(), today)
        return (DeclarationState.EFFECTIVE if effective else DeclarationState.VALIDATED), None
    if _reached(declaration.notified, today):
        return DeclarationState.NOTIFIED, None
    signed = _reached(declaration.signed_patient, today) and _reached(declaration.signed_doctor, today)
    return (DeclarationState.SIGNED if signed else DeclarationState.DRAFT), None


def summary_due(summary: Summary | None, declaration: Declaration, today: date) -> Due | None:
    """Three months after the validation the first is due (CF-073); twelve after the last it is old."""
    if summary is None:
        return None
    if summary.last is not None:
        return _due(add_months(summary.last, SUMMARY_AGE), SUMMARY_WARN, today, over=Mark.OLD)
    if declaration.validated is None:
        return None
    return _due(add_months(declaration.validated, FIRST_SUMMARY), SUMMARY_WARN, today, over=Mark.LATE)


def statement_due(
    statement: Statement | None, declaration: Declaration, now: datetime, today: date
) -> Due | None:
    """24 months after the last one was accepted, else after the validation (CF-072).

    What was sent is not done, and moves no due day (CF-096): unanswered for a day it is « réponse attendue ».
    """
    if statement is None:
        return None
    start = statement.accepted or declaration.validated
    if start is None:
        return None
    due = _due(add_months(start, ALD_PERIOD), ALD_WARN, today, over=Mark.LATE)
    waits = statement.state is StatementState.SENT and statement.sent is not None
    if waits and statement.sent is not None and now - statement.sent > RECEIPT_WAIT:
        return Due(Mark.AWAITED, due.on, due.days)
    return due


def prestations_due(prestations: Prestations | None, declaration: Declaration, today: date) -> Due | None:
    """Expected 30 days after each anniversary of the effective date; « non reçu » is nobody's fault."""
    effective = declaration.effective_from()
    if prestations is None or effective is None:
        return None
    anniversary = _last_anniversary(effective, today)
    if anniversary is None:
        return NO_CLOCK
    expected = anniversary + PRESTATIONS_WAIT
    came = prestations.last is not None and prestations.last >= anniversary
    if came or today <= expected:
        return NO_CLOCK
    return Due(Mark.MISSING, anniversary, (today - expected).days)


def _due(on: date, warn: timedelta, today: date, *, over: Mark) -> Due:
    days = (on - today).days
    if today > on:
        return Due(over, on, days)
    return Due(Mark.SOON if today >= on - warn else Mark.NOTHING, on, days)


def _last_anniversary(start: date, today: date) -> date | None:
    years = today.year - start.year
    day = add_months(start, 12 * years)
    if day > today:
        years, day = years - 1, add_months(start, 12 * (years - 1))
    return day if years >= 1 else None


def _reached(day: date | None, today: date) -> bool:
    return day is not None and day <= today


class Choice(StrEnum):
    """The filters by badge, in their order on the screen."""

    ALL = "all"
    LATE = "late"
    SOON = "soon"
    ANNONCES = "annonces"
    NOTICE = "notice"
    OLD = "old"

    def takes(self, shown: Line) -> bool:
        """Whether *shown* is one of them."""
        return _TAKES[self](shown)


class Order(StrEnum):
    """By what the list is sorted: all of it, or one column; the most urgent first."""

    URGENCY = "urgency"
    PATIENT = "patient"
    BORN = "born"
    DECLARATION = "declaration"
    SUMMARY = "summary"
    NEW = "new"
    PRESTATIONS = "prestations"
    STATEMENT = "statement"
    ANNONCES = "annonces"
    DUPLICATES = "duplicates"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants to see of the list. Never kept (a search is not)."""

    choice: Choice = Choice.ALL
    order: Order = Order.URGENCY
    words: str = ""


def ordered(lines: Iterable[Line], order: Order) -> tuple[Line, ...]:
    """Sorted and stable: equals stay as they stood, so that a second order refines the first."""
    return tuple(sorted(lines, key=_KEYS[order]))


def matching(lines: Iterable[Line], choice: Choice, words: str) -> tuple[Line, ...]:
    """Those of *choice* with a name in which every word of *words* begins one, in any order."""
    wanted = search_words(words)
    return tuple(
        shown
        for shown in lines
        if choice.takes(shown) and (not wanted or begins_words(fold(shown.told.patient.name), wanted))
    )


def wished(lines: Iterable[Line], wish: Wish) -> tuple[Line, ...]:
    """What of *lines* is wished for, in its order; equals stand as they stood."""
    return ordered(matching(lines, wish.choice, wish.words), wish.order)


def within(due: Due | None, days: int = WITHIN) -> bool:
    """Whether a clock that still runs is due in so many days."""
    return due is not None and due.mark is Mark.SOON and due.days is not None and due.days <= days


def _tasks(shown: Line) -> tuple[Due | None, Due | None]:
    return shown.summary, shown.statement


def _has(mark: Mark) -> Callable[[Line], bool]:
    return lambda shown: any(due is not None and due.mark is mark for due in _tasks(shown))


_TAKES: dict[Choice, Callable[[Line], bool]] = {
    Choice.ALL: lambda _: True,
    Choice.LATE: _has(Mark.LATE),
    Choice.SOON: lambda shown: any(map(within, _tasks(shown))),
    Choice.ANNONCES: lambda shown: shown.annonces > 0,
    Choice.NOTICE: lambda shown: shown.state is DeclarationState.NOTICE,
    Choice.OLD: _has(Mark.OLD),
}
_RANK = {Mark.LATE: 0, Mark.AWAITED: 1, Mark.SOON: 2, Mark.OLD: 3, Mark.MISSING: 4, Mark.NOTHING: 5}
_LAST = (9, 0)
_STATES = (
    DeclarationState.NOTICE, DeclarationState.NOTIFIED, DeclarationState.SIGNED, DeclarationState.DRAFT,
    DeclarationState.VALIDATED, DeclarationState.EFFECTIVE, DeclarationState.ENDED,
)  # fmt: skip


def _clock_key(due: Due | None) -> tuple[int, int]:
    """By what the clock says, then by its days; no clock comes last, before what was not told."""
    if due is None:
        return _LAST
    return (_RANK[due.mark], due.days) if due.days is not None else (8, 0)


def _urgency(shown: Line) -> tuple[int, int]:
    if not shown.works:
        return (7 if shown.state is not DeclarationState.ENDED else 8), 0
    rank, days = min(map(_clock_key, _tasks(shown)))
    if rank > _RANK[Mark.SOON] and shown.annonces:
        return _RANK[Mark.SOON], WITHIN + 1
    if rank > _RANK[Mark.SOON] and shown.until is not None:
        return _RANK[Mark.SOON], WITHIN + 2
    return (rank, days) if rank <= _RANK[Mark.OLD] else (6, 0)


def _count_key(count: int | None) -> tuple[int, int]:
    return _LAST if count is None else (0, -count)


def _age_key(born: date | None) -> tuple[int, int]:
    return _LAST if born is None else (0, born.toordinal())


def _declaration_key(shown: Line) -> tuple[int, int]:
    at = shown.until or shown.ended or shown.told.declaration.effective_from()
    return _STATES.index(shown.state), at.toordinal() if at else 0


_KEYS: dict[Order, Callable[[Line], tuple[int, int] | str]] = {
    Order.URGENCY: _urgency,
    Order.PATIENT: lambda shown: fold(shown.told.patient.name),
    Order.BORN: lambda shown: _age_key(shown.told.patient.birth_date),
    Order.DECLARATION: _declaration_key,
    Order.SUMMARY: lambda shown: _clock_key(shown.summary),
    Order.NEW: lambda shown: _count_key(shown.told.new_documents if shown.works else None),
    Order.PRESTATIONS: lambda shown: _clock_key(shown.prestations),
    Order.STATEMENT: lambda shown: _clock_key(shown.statement),
    Order.ANNONCES: lambda shown: _count_key(shown.annonces if shown.told.annonces else None),
    Order.DUPLICATES: lambda shown: _count_key(shown.told.duplicates if shown.works else None),
}
