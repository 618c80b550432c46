"""The médecin référent: his declaration, the biennial ALD statement, and their clocks (domain §7.1, §B.3).

Calendar days of Luxembourg. The platform tells dates; what they mean on a day is decided here, once for
the work list and for the pages of one patient. What it did not tell is None, never nothing (CF-074).
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from desktop.domain.record import DspState

# Who can be one, as the directory writes them: a general practitioner or a paediatrician; which specialist is
# one, the platform does not tell (domain §7.1).
REFERENT_PROFESSIONS = frozenset({"Médecin", "Médecin Spécialiste"})
ALD_PERIOD, NOTICE_PERIOD, AGREED_FOR = 24, 2, 12  # months
ALD_WARN = timedelta(days=60)
RECEIPT_WAIT = timedelta(hours=24)  # a statement without its receipt is then « réponse attendue »


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


SENT_STATES = frozenset({StatementState.SENT, StatementState.RECEIVED})
"""Sent, and nobody has decided yet."""
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

    def agreement_until(self) -> date | None:
        """The first day on which one side alone may give notice; before it both must agree (domain §7.1)."""
        effective = self.effective_from()
        return add_months(effective, AGREED_FOR) if effective is not None else None


@dataclass(frozen=True, slots=True)
class Statement:
    """The ALD statement: when the last one was accepted (None = never), and where the present one stands."""

    accepted: date | None
    state: StatementState = StatementState.TO_DO
    sent: datetime | None = None


def statement_period(accepted: date | None, validated: date) -> tuple[date, date]:
    """First and last day of the statement that is due next: 24 months since the last one was accepted."""
    start = accepted or validated
    return start, add_months(start, ALD_PERIOD) - timedelta(days=1)


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


def add_months(day: date, months: int) -> date:
    """The same day number, else the last day of that month (CF-095)."""
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def first_of_next_month(day: date) -> date:
    """When the mission begins (domain §7.1)."""
    return add_months(day.replace(day=1), 1)


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
    due = due_on(add_months(start, ALD_PERIOD), ALD_WARN, today, over=Mark.LATE)
    waits = statement.state is StatementState.SENT and statement.sent is not None
    if waits and statement.sent is not None and now - statement.sent > RECEIPT_WAIT:
        return Due(Mark.AWAITED, due.on, due.days)
    return due


def due_on(on: date, warn: timedelta, today: date, *, over: Mark) -> Due:
    """The clock of what is due on *on*: SOON from *warn* before it, *over* from the day after."""
    days = (on - today).days
    if today > on:
        return Due(over, on, days)
    return Due(Mark.SOON if today >= on - warn else Mark.NOTHING, on, days)


def _reached(day: date | None, today: date) -> bool:
    return day is not None and day <= today
