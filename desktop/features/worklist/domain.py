"""A declared patient and his clocks: calendar days of Luxembourg, nothing of a document's content.

The platform tells dates and counts (contract §9); what they mean on a day is decided here (domain §7, §B.3).
What it did not tell is None, and never counted as nothing (CF-074).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from desktop.domain.folding import begins_words, fold, search_words
from desktop.domain.record import Patient
from desktop.domain.referent import (
    NO_CLOCK,
    SENT_STATES,
    WORKING,
    Declaration,
    DeclarationState,
    Due,
    EndCause,
    Mark,
    Statement,
    add_months,
    due_on,
    state_on,
    statement_due,
)

FIRST_SUMMARY, SUMMARY_AGE = 3, 12  # months
SUMMARY_WARN = timedelta(days=30)
PRESTATIONS_WAIT = timedelta(days=30)  # after the anniversary of the effective date
WITHIN = 30  # days: « Sous 30 j »


@dataclass(frozen=True, slots=True)
class Summary:
    """The résumé patient: how many versions, and the day of the last; 0 and None = there is none."""

    versions: int
    last: date | None


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


def summary_due(summary: Summary | None, declaration: Declaration, today: date) -> Due | None:
    """Three months after the validation the first is due (CF-073); twelve after the last it is old."""
    if summary is None:
        return None
    if summary.last is not None:
        return due_on(add_months(summary.last, SUMMARY_AGE), SUMMARY_WARN, today, over=Mark.OLD)
    if declaration.validated is None:
        return None
    return due_on(add_months(declaration.validated, FIRST_SUMMARY), SUMMARY_WARN, today, over=Mark.LATE)


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


def _last_anniversary(start: date, today: date) -> date | None:
    years = today.year - start.year
    day = add_months(start, 12 * years)
    if day > today:
        years, day = years - 1, add_months(start, 12 * (years - 1))
    return day if years >= 1 else None


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

    def misses(self, shown: Line) -> bool:
        """Whether *shown* may be one of them, and the platform did not tell."""
        return not self.takes(shown) and shown.works and _UNTOLD[self](shown)


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


MOST_FIRST = frozenset({Order.NEW, Order.ANNONCES, Order.DUPLICATES})  # the others begin with the least


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


def is_due(shown: Line) -> bool:
    """Whether anything of *shown* asks for something: a clock, an annonce, a notice."""
    return _urgency(shown)[0] <= _RANK[Mark.OLD]


class Task(StrEnum):
    """What a line asks the doctor to do, in the order in which it presses."""

    SUMMARY = "summary"
    STATEMENT = "statement"
    ANNONCE = "annonce"

    def asked(self, shown: Line) -> bool | None:
        """Whether *shown* asks for it; None where the platform did not tell (CF-074)."""
        if not shown.works:
            return False
        match self:
            case Task.SUMMARY:
                return None if shown.summary is None else shown.summary.mark in _OWN_ACT
            case Task.STATEMENT:
                told, due = shown.told.statement, shown.statement
                if told is None or due is None:
                    return None
                return due.mark in _OWN_ACT and told.state not in SENT_STATES
            case Task.ANNONCE:
                return None if shown.told.annonces is None else shown.annonces > 0


def tasks(shown: Line) -> tuple[Task, ...]:
    """What is known to be asked of the doctor; what was sent waits for the CNS, not for him."""
    return tuple(task for task in Task if task.asked(shown))


def tasks_untold(shown: Line) -> bool:
    """Whether there may be more."""
    return any(task.asked(shown) is None for task in Task)


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
_UNTOLD: dict[Choice, Callable[[Line], bool]] = {
    Choice.ALL: lambda _: False,
    Choice.LATE: lambda shown: None in _tasks(shown),
    Choice.SOON: lambda shown: None in _tasks(shown),
    Choice.ANNONCES: lambda shown: shown.told.annonces is None,
    Choice.NOTICE: lambda _: False,
    Choice.OLD: lambda shown: shown.summary is None,
}
_OWN_ACT = frozenset({Mark.LATE, Mark.SOON, Mark.OLD})
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
