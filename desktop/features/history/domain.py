"""What of a record's history is looked at: since when, by whom, which act."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from desktop.domain.folding import fold
from desktop.domain.trace import Trace

BEGINNING = datetime(2014, 1, 1, tzinfo=UTC)
"""Before the first DSP; servers insist on a date."""


class Period(Enum):
    """How far back, in days; None: to the beginning of the record."""

    WEEK = 7
    MONTH = 30
    YEAR = 365
    EVERYTHING = None

    def start(self, now: datetime) -> datetime:
        """Its first moment, seen from *now*."""
        return BEGINNING if self.value is None else now - timedelta(days=self.value)


@dataclass(frozen=True, slots=True)
class Person:
    """Who acted, in the platform's words. ``role`` only where they name no person but a role (the patient,
    an administrator); ``function`` only of professionals."""

    who: str
    function: str
    role: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The filters; ``person`` None and ``action`` "" let everything through."""

    period: Period = Period.YEAR
    person: Person | None = None
    action: str = ""


def person_of(trace: Trace) -> Person:
    """Who acted."""
    return Person(trace.who, trace.function, trace.role if trace.who == trace.role else "")


def people(traces: Iterable[Trace]) -> tuple[Person, ...]:
    """Everybody who acted, by name; Élise among the E, Łukasz among the L."""
    return tuple(sorted({person_of(t) for t in traces}, key=lambda p: (fold(p.who), p.function)))


def actions(traces: Iterable[Trace]) -> tuple[str, ...]:
    """The codes of all acts, each once."""
    return tuple(sorted({t.action for t in traces}))


def chosen(traces: Sequence[Trace], choice: Choice, now: datetime) -> tuple[Trace, ...]:
    """What the filters let through, in its order."""
    start = choice.period.start(now)
    return tuple(
        t
        for t in traces
        if t.when >= start and choice.person in (None, person_of(t)) and choice.action in ("", t.action)
    )
