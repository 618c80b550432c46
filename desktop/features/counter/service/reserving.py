"""Reservations of one act: asked for when an ordonnance is opened, renewed before they end, given back.

A reservation never survives its holder's logout unseen: what is not given back ends by itself (CF-076).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.prescription.identifier import OrdonnanceId
from desktop.domain.prescription.standing import StandingLine
from desktop.features.counter.domain.act import CounterAct, LineWork, holdable, reservable
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.port import CounterPort

RENEW_BEFORE: Final = timedelta(minutes=2)
LONGEST: Final = timedelta(minutes=10)
"""What is not given back is free after it, whatever became of the session (contract §8.3)."""
_OF_THE_LINE: Final = frozenset(
    {CounterCode.RESERVED, CounterCode.STATE, CounterCode.NOT_DELIVERABLE, Code.CHANGED_ELSEWHERE}
)


@dataclass(frozen=True, slots=True)
class Reserved:
    """The act with its lines as they stand now. ``refusals``: why a line is not ours, by its number."""

    act: CounterAct
    refusals: tuple[tuple[int, Failure], ...] = ()


def reserve(port: CounterPort, act: CounterAct, now: datetime) -> Result[Reserved]:
    """All that may be handed over here; a line that another has is told and costs the others nothing."""
    return _each(port, act, tuple(one for one in act.lines if one.line in reservable(act)), now)


def renew(port: CounterPort, act: CounterAct, now: datetime) -> Result[Reserved]:
    """Ours that end within two minutes, or have ended: held longer, or it is said who has them (CF-109)."""
    ending = tuple(one for one in act.lines if one.mine and is_ending(one.line, now))
    return _each(port, act, ending, now)


def hold(port: CounterPort, act: CounterAct, now: datetime) -> Result[Reserved]:
    """All that is not another's, asked for again (CF-109).

    A line that changed, or that another pharmacy was seen to hold, is read anew first: it may have been given
    back long before its lease would have ended.
    """
    held = _each(port, act, holdable(act, now), now)
    if isinstance(held, Failure):
        return held
    changed = any(why.code is Code.CHANGED_ELSEWHERE for _, why in held.refusals)
    if not changed and len(holdable(act, now)) == sum(one.deliverable for one in act.lines):
        return held
    born = act.standing.ordonnance.patient.born
    if born is None:
        return held
    fresh = port.by_identifier(OrdonnanceId(act.code), born)
    if isinstance(fresh, Failure):
        return fresh
    act = held.act.with_lines(fresh.lines, local_day(now), fresh.dispenses)
    return _each(port, act, holdable(act, now), now)


def release(port: CounterPort, act: CounterAct) -> Failure | None:
    """Give back all of ours; the first failure, after all were tried."""
    failed = None
    for work in act.lines:
        if work.mine:
            answer = port.release(work.line)
            failed = failed or (answer if isinstance(answer, Failure) else None)
    return failed


def _each(port: CounterPort, act: CounterAct, works: tuple[LineWork, ...], now: datetime) -> Result[Reserved]:
    told: list[StandingLine] = []
    refusals: list[tuple[int, Failure]] = []
    for work in works:
        answer = port.reserve(work.line, work.insurance)
        if not isinstance(answer, Failure):
            told.append(answer)
        elif answer.code in _OF_THE_LINE:
            refusals.append((work.line.line.number, answer))
        else:
            release(port, act.with_lines(tuple(told), local_day(now)))
            return answer
    return Reserved(act.with_lines(tuple(told), local_day(now)), tuple(refusals))


def is_ending(line: StandingLine, now: datetime) -> bool:
    """Whether its lease is to be held longer now."""
    return line.lease is not None and line.lease.until - now <= RENEW_BEFORE
