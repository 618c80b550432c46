"""Geometry of the ligne de vie, without Qt: time to pixel, zoom, clusters, ticks of the axis."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from desktop.domain.local_time import from_wall_seconds
from desktop.services.lifeline import DAY, YEAR

MERGE_PX = 22  # the width of a counted mark: two marks never overlap
_LEAN = 6  # how far from its first document a counted mark may stand, for the same reason
_CHUNK = 64
CLOSEST = DAY / 200  # seconds a pixel, fully zoomed in: a day is 200 px
MARGIN_PX = 24


@dataclass(frozen=True, slots=True)
class TimeScale:
    """*origin* (seconds) stands at x = 0; *spp* seconds a pixel."""

    origin: float
    spp: float

    def x(self, when: float) -> float:
        """Pixel of a time."""
        return (when - self.origin) / self.spp

    def time(self, x: float) -> float:
        """Time of a pixel."""
        return self.origin + x * self.spp

    def zoomed(self, factor: float, x: float, *, farthest: float) -> "TimeScale":
        """Zoom in by *factor* (> 1) or out; the time under *x* stays there."""
        spp = min(max(self.spp / factor, CLOSEST), max(farthest, CLOSEST))
        return TimeScale(self.time(x) - x * spp, spp)

    def panned(self, pixels: float) -> "TimeScale":
        """Move the content right by *pixels*."""
        return TimeScale(self.origin - pixels * self.spp, self.spp)

    def held(self, start: float, end: float, width: float) -> "TimeScale":
        """Panned back so that the middle of the window stays within *start* to *end*."""
        middle = self.time(width / 2)
        return TimeScale(self.origin + min(max(middle, start), end) - middle, self.spp)


def fitted(start: float, end: float, width: float) -> TimeScale:
    """*start* to *end* in *width* pixels, with a margin on both sides."""
    usable = max(width - 2 * MARGIN_PX, 40)
    spp = max((end - start) / usable, CLOSEST)
    middle = (start + end) / 2
    return TimeScale(middle - spp * width / 2, spp)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Documents ``first`` to ``last`` (indexes, both included) drawn as one mark at ``x``."""

    first: int
    last: int
    x: float

    def __len__(self) -> int:
        return self.last - self.first + 1


def clusters(times: Sequence[float], scale: TimeScale, width: float) -> list[Cluster]:
    """Marks in a window of *width* pixels: documents within 22 px are one; work is bounded by pixels.

    Grouping starts at a fixed point in time, not at the window's edge, so that panning regroups nothing.
    """
    span = MERGE_PX * scale.spp
    chunk = _CHUNK * span
    index = bisect_left(times, ((scale.time(-2 * MERGE_PX)) // chunk) * chunk)
    high = scale.time(width + 2 * MERGE_PX)
    low_x = -2 * MERGE_PX
    marks: list[Cluster] = []
    count, origin, spp = len(times), scale.origin, scale.spp
    while index < count and (first := times[index]) <= high:
        after = bisect_right(times, first + span, index + 1)
        x = (first - origin) / spp
        if after > index + 1:
            x += min((times[after - 1] - first) / spp / 2, _LEAN)
        if x >= low_x:
            marks.append(Cluster(index, after - 1, x))
        index = after
    return marks


class TickStep(Enum):
    """Distance of two ticks: (seconds about, how it is labelled)."""

    DECADE = (3652.5 * 86_400, "year")
    FIVE_YEARS = (1826.25 * 86_400, "year")
    YEAR = (365.25 * 86_400, "year")
    QUARTER = (91.3 * 86_400, "month")
    MONTH = (30.4 * 86_400, "month")
    WEEK = (7 * 86_400.0, "day")
    DAY = (86_400.0, "day")


_ROOM = {"year": 44, "month": 76, "day": 64}


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the axis; ``major`` where a year begins."""

    time: float
    when: datetime
    major: bool


def step_for(scale: TimeScale) -> TickStep:
    """The finest step whose labels have room."""
    fitting = [step for step in TickStep if step.value[0] / scale.spp >= _ROOM[step.value[1]]]
    return fitting[-1] if fitting else TickStep.DECADE


def ticks(scale: TimeScale, width: float) -> list[Tick]:
    """Ticks from just before the window to just after it."""
    step = step_for(scale)
    low = max(scale.time(-80), -50 * YEAR)
    high = min(scale.time(width), 400 * YEAR)
    when = _floor(from_wall_seconds(low), step)
    found: list[Tick] = []
    while (time := when.timestamp()) <= high:
        found.append(Tick(time, when, (when.month, when.day) == (1, 1)))
        when = _next(when, step)
    return found


def _floor(when: datetime, step: TickStep) -> datetime:
    day = when.replace(hour=0, minute=0, second=0, microsecond=0)
    match step:
        case TickStep.DECADE:
            return day.replace(year=max(day.year - day.year % 10, 1), month=1, day=1)
        case TickStep.FIVE_YEARS:
            return day.replace(year=day.year - day.year % 5, month=1, day=1)
        case TickStep.YEAR:
            return day.replace(month=1, day=1)
        case TickStep.QUARTER:
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case TickStep.MONTH:
            return day.replace(day=1)
        case TickStep.WEEK:
            return day - timedelta(days=day.weekday())
        case TickStep.DAY:
            return day


def _next(when: datetime, step: TickStep) -> datetime:
    match step:
        case TickStep.DECADE:
            return when.replace(year=when.year + 10)
        case TickStep.FIVE_YEARS:
            return when.replace(year=when.year + 5)
        case TickStep.YEAR:
            return when.replace(year=when.year + 1)
        case TickStep.QUARTER | TickStep.MONTH:
            months = when.month - 1 + (3 if step is TickStep.QUARTER else 1)
            return when.replace(year=when.year + months // 12, month=months % 12 + 1)
        case TickStep.WEEK:
            return when + timedelta(days=7)
        case TickStep.DAY:
            return when + timedelta(days=1)
