"""Where things stand in a chart: panes, axes, bands. No painting, so that it can be proved."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop.features.lab_trends.domain.series import Point, Series

MOST_PANES = 4
_AIR = 0.08


@dataclass(frozen=True, slots=True)
class Pane:
    """The curves of one unit: units are never mixed. ``low`` to ``high`` is its axis, where the data are."""

    unit: str
    series: tuple[Series, ...]
    low: float
    high: float

    def y(self, value: float, height: float) -> float:
        """From the top of a pane of that *height*, in pixels."""
        return height * (self.high - value) / (self.high - self.low)

    def ticks(self, most: int) -> tuple[float, ...]:
        """Round values of the axis, about *most* of them."""
        span = self.high - self.low
        step = 10 ** math.floor(math.log10(span / most))
        step = next((step * many for many in (1, 2, 5) if span / (step * many) <= most), step * 10)
        first = math.ceil(self.low / step)
        return tuple(n * step for n in range(first, math.floor(self.high / step) + 1))


def panes(chosen: Sequence[Series]) -> tuple[Pane, ...]:
    """One a unit, in the order of what was chosen; an unknown unit is one of its own."""
    groups: dict[tuple[str, str], list[Series]] = {}
    for one in chosen:
        if one.points:
            groups.setdefault((one.unit, "" if one.known else one.key), []).append(one)
    return tuple(_pane(unit, found) for (unit, _), found in list(groups.items())[:MOST_PANES])


def segments(points: Sequence[Point]) -> Iterator[tuple[Point, Point, bool]]:
    """Lines between neighbours, and whether one laboratory measured both: « < 5 » is no end of a line."""
    lined = [p for p in points if not p.is_bounded]
    for before, after in pairwise(lined):
        yield before, after, before.value.laboratory == after.value.laboratory


def _pane(unit: str, found: Sequence[Series]) -> Pane:
    ys = [p.y for one in found for p in one.points]
    ends = [end for one in found for p in one.points for end in (p.low, p.high) if end is not None]
    low, high = min(ys), max(ys)
    # A band far outside what was measured would press the curve flat: it is drawn to the edge then.
    reach = max(high - low, abs(high) * 0.1, 1e-9) * 2
    near = [end for end in ends if low - reach <= end <= high + reach]
    low, high = min([low, *near]), max([high, *near])
    air = max((high - low) * _AIR, abs(high) * 0.02, 1e-9)
    return Pane(unit, tuple(found), low - air, high + air)
