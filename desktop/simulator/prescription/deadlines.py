"""Until when a line may be delivered and how often, by the calendar of Luxembourg (domain §C.1, §C.4)."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

SIX_MONTHS = "six-mois-depasses"
"""The one obstacle that may be passed over, outside the insurance (CF-104)."""

ENDED = frozenset({"expiree", "stupefiant-expire", "r-trois-mois"})
"""Obstacles that no act and no time takes away: the line is ``expiree``."""


@dataclass(frozen=True, slots=True)
class Term:
    """What was written: its day, its last day, the class (S, RR, R, libre, ?), further deliveries."""

    written: date
    until: date | None
    renewal: str
    repeats: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """What became of it: whole deliveries, and the day of the first that handed anything over."""

    deliveries: int
    first: date | None


def times_in_all(term: Term) -> int:
    """How often the whole quantity may be handed over: S once, R six times unless written otherwise."""
    match term.renewal, term.repeats:
        case "S", _:
            return 1
        case "R", None:
            return 6
        case "R", written if written is not None:
            return 1 + min(5, written)
        case _, None:
            return 1
        case _, written:
            return 1 + written


def last_day(term: Term) -> date:
    """As written, else three months; an S line 21 days at the most (CF-102, CF-103)."""
    day = term.until or later(term.written, 3)
    return min(day, term.written + timedelta(days=21)) if term.renewal == "S" else day


def obstacle(term: Term, course: Course, today: date) -> str:
    """Why it may not be delivered today; "" = it may."""
    if term.renewal == "S" and (today - term.written).days > 21:
        return "stupefiant-expire"
    unwritten_r = term.renewal == "R" and term.repeats is None
    if course.first is None:
        if today <= last_day(term):
            return ""
        return "r-trois-mois" if unwritten_r else "expiree"
    if course.deliveries >= times_in_all(term):
        silent_rr = term.renewal == "RR" and term.repeats is None
        return "rr-sans-mention" if silent_rr else "renouvellements-epuises"
    if unwritten_r and today > later(term.written, 3):
        return "r-trois-mois"
    return SIX_MONTHS if today > later(course.first, 6) else ""


def later(day: date, months: int) -> date:
    """The same day so many months on, else the last one of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, last))
