"""How often and how long, as it is typed: « 1-0-1 », « 3x/j », « 1 cp toutes les 8 h », « le soir », « 7j ».

Words of all four languages are understood at once. What is not said is not known: « 3x/j » says how often,
not how many at once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Final, TypeAlias

from desktop.domain.drugs.amounts import decimal
from desktop.domain.texts import Language, text

GAP: Final = "\ue000"
"""Stands where something was understood; nobody can type it."""

_UNITS: Final = r"\d{1,2}(?:[.,]\d+|/\d)?"
_DAY_HOURS: Final = 24
_MOMENTS: Final = ("drugs.typed_morning", "drugs.typed_noon", "drugs.typed_evening", "drugs.typed_night")
_MOMENTS_OF_A_DAY: Final = len(_MOMENTS)
_WEEK: Final = 7


class DurationUnit(StrEnum):
    """What a duration is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_DAYS: Final = {DurationUnit.DAY: 1, DurationUnit.WEEK: _WEEK, DurationUnit.MONTH: 30}


@dataclass(frozen=True, slots=True)
class Duration:
    """``days``: a month has 30, as packs are counted."""

    amount: int
    period: DurationUnit

    @property
    def days(self) -> int:
        """In days."""
        return self.amount * _DAYS[self.period]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``words`` as typed. In units (tablets, drops): the most at once, and in a day; None where not said.

    ``times`` a day, None where it is less often or not said. ``moments``: the doses of morning, noon, evening
    and night, () where these or their doses are not said. ``hours`` between two, 0 where not said.
    """

    words: str
    at_once: Decimal | None = None
    per_day: Decimal | None = None
    times: Decimal | None = None
    moments: tuple[Decimal, ...] = ()
    hours: int = 0


_Read: TypeAlias = Callable[[re.Match[str]], Rhythm | None]


def cut_rhythm(rest: str) -> tuple[str, Rhythm | None]:
    """The first rhythm in *rest*, and what is left with a :data:`GAP` in its place."""
    for pattern, read in _patterns():
        match = pattern.search(rest)
        rhythm = read(match) if match else None
        if match and rhythm:
            return _without(rest, match), rhythm
    return rest, None


def cut_duration(rest: str) -> tuple[str, Duration | None]:
    """The first duration in *rest*, likewise; one of nothing is none."""
    match = _duration().search(rest)
    if match is None or int(match["amount"]) == 0:
        return rest, None
    period = next(period for period in DurationUnit if match[period.value])
    return _without(rest, match), Duration(int(match["amount"]), period)


def cut_as_needed(rest: str) -> tuple[str, bool]:
    """« si besoin », likewise."""
    match = _as_needed().search(rest)
    return (_without(rest, match), True) if match else (rest, False)


def _without(rest: str, match: re.Match[str]) -> str:
    return f"{rest[: match.start()]} {GAP} {rest[match.end() :]}"


@cache
def _either(key: str) -> str:
    """The words of *key* in any language, the longest first."""
    known = {words for language in Language for words in text(key, language=language).split("|")}
    return "|".join(re.escape(words) for words in sorted(known, key=len, reverse=True))


@cache
def _any_moment() -> str:
    return "|".join(map(_either, _MOMENTS))


@cache
def _duration() -> re.Pattern[str]:
    units = (
        ("day", _either("drugs.typed_day")),
        ("week", _either("drugs.typed_week")),
        ("month", _either("drugs.typed_month")),
    )
    unit = "|".join(f"(?P<{name}>{words})" for name, words in units)
    before = _either("drugs.typed_for")
    return re.compile(rf"(?<!\S)(?:(?:{before}) )?(?P<amount>\d{{1,3}}) ?(?:{unit})(?!\S)", re.IGNORECASE)


@cache
def _as_needed() -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{_either('drugs.typed_as_needed')})(?!\S)", re.IGNORECASE)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], _Read], ...]:
    day, week = _either("drugs.typed_day"), _either("drugs.typed_week")
    times, per, every = _either("drugs.typed_times"), _either("drugs.typed_per"), _either("drugs.typed_every")
    hours, joined = _either("drugs.typed_hour"), _either("drugs.typed_and")
    moments = _any_moment()
    # « 1 cp », « 1x »: only so is a number one of units.
    counted = rf"(?:(?P<units>{_UNITS}) ?(?:{GAP}|{times}) )?"
    few = rf"(?:(?P<units>\d|1/2|1/4) (?:{GAP} )?)?"
    between = rf"(?: ?,| (?:{joined}))*"
    span = rf" ?(?:{per}) ?(?:(?P<day>{day})|(?P<week>{week}))(?!\S)"
    written: tuple[tuple[str, _Read], ...] = (
        (rf"(?<!\S){_UNITS}(?:-{_UNITS}){{2,3}}(?!\S)", _parted),
        (rf"(?<!\S)(?P<units>{_UNITS}) ?(?:{times}) ?(?P<times>\d{{1,2}}){span}", _times),
        (rf"(?<!\S){counted}(?P<times>\d{{1,2}}) ?(?:{times}){span}", _times),
        (rf"(?<!\S){counted}(?:/|(?:{every}) )(?P<hours>\d{{1,2}}) ?(?:{hours})(?!\S)", _hourly),
        (rf"(?<!\S){few}(?:(?:{joined}) )?(?:{moments})(?:{between} (?:{moments}))*(?!\S)", _moments),
        (rf"(?<!\S)(?P<units>{_UNITS})(?: {GAP})?{span}", _per_span),
    )  # fmt: skip
    return tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in written)


def _parted(match: re.Match[str]) -> Rhythm:
    """« 1-0-1 »: morning, noon, evening, and night where there is a fourth."""
    taken = [_units(part) for part in match[0].split("-")]
    times = Decimal(sum(1 for part in taken if part))
    moments = (*taken, *[Decimal(0)] * (_MOMENTS_OF_A_DAY - len(taken)))
    return Rhythm(match[0], max(taken), sum(taken, Decimal()), times, moments)


def _times(match: re.Match[str]) -> Rhythm:
    units = _units(match["units"]) if match["units"] else None
    each = Decimal(match["times"]) / (1 if match["day"] else _WEEK)
    return Rhythm(
        _said(match), units, None if units is None else units * each, each if match["day"] else None
    )


def _hourly(match: re.Match[str]) -> Rhythm | None:
    hours = int(match["hours"])
    if hours == 0:
        return None
    units, each = _units(match["units"]) if match["units"] else None, Decimal(_DAY_HOURS) / hours
    per_day = None if units is None else units * each
    return Rhythm(_said(match), units, per_day, each, hours=hours)


def _moments(match: re.Match[str]) -> Rhythm:
    times = Decimal(len(re.findall(rf"\b(?:{_any_moment()})\b", match[0], re.IGNORECASE)))
    units = _units(match["units"]) if match["units"] else None
    if units is None:
        return Rhythm(_said(match), None, None, times)
    named = (re.search(rf"\b(?:{_either(key)})\b", match[0], re.IGNORECASE) for key in _MOMENTS)
    moments = tuple(units if found else Decimal(0) for found in named)
    return Rhythm(_said(match), units, units * times, times, moments)


def _per_span(match: re.Match[str]) -> Rhythm:
    """« 1/j »: one at once too, once a day; « 3/j » does not say how they are parted."""
    units = _units(match["units"])
    per_day = units / (1 if match["day"] else _WEEK)
    once = Decimal(1) if match["day"] and units <= 1 else None
    return Rhythm(_said(match), units if units <= 1 else None, per_day, once)


def _units(written: str) -> Decimal:
    over, _, under = written.partition("/")
    return decimal(over) / decimal(under) if under and decimal(under) else decimal(over)


def _said(match: re.Match[str]) -> str:
    return " ".join(match[0].replace(GAP, " ").split())
