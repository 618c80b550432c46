"""Which values make one curve (features H.3). Nothing is averaged, smoothed or judged.

One series = one LOINC code, or the two of a family that are one analyte in two units; the same specimen. A
value without a code, without a number or without a date stands in the table alone (CF-152). Units are never
mixed: within a family they are converted for drawing, and the point says so (CF-148); a unit that we do not
know makes a series of its own (CF-153).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.features.lab_trends.domain.units import canonical, family_of, unit_words
from desktop.features.lab_trends.domain.values import Flag, LabValue, Standing


@dataclass(frozen=True, slots=True)
class Point:
    """``y`` in the series' unit. With a comparator the value lies somewhere below or above it (CF-150)."""

    value: LabValue
    at: datetime
    y: float
    converted: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def is_below(self) -> bool:
        """« < 5 »: less than was measurable."""
        return self.value.comparator in ("<", "<=")

    @property
    def is_above(self) -> bool:
        """« > 900 »."""
        return self.value.comparator in (">", ">=")

    @property
    def is_bounded(self) -> bool:
        """Whether it is no point of a line."""
        return bool(self.value.comparator)


@dataclass(frozen=True, slots=True)
class Series:
    """``unit``, as printed, is what all points are drawn in; not ``known``: not recognised, kept apart."""

    key: str
    label: str
    unit: str
    known: bool
    points: tuple[Point, ...]

    @property
    def last(self) -> Point:
        """The newest."""
        return self.points[-1]


def series(values: Iterable[LabValue]) -> tuple[Series, ...]:
    """All curves, the most telling first: flagged by its last report, then the newest, then by name."""
    groups: dict[tuple[str, str, str], list[LabValue]] = {}
    for value in values:
        if value.code and value.number is not None and value.at and value.standing is not Standing.WITHDRAWN:
            groups.setdefault(_key(value), []).append(value)
    made = [_series(key, found) for key, found in groups.items()]
    return tuple(sorted(made, key=_telling))


def within(points: Sequence[Point], since: datetime | None) -> tuple[Point, ...]:
    """Those from *since* on; None = all."""
    return tuple(p for p in points if since is None or p.at >= since)


def listed(values: Iterable[LabValue], since: datetime | None = None) -> tuple[LabValue, ...]:
    """All rows of the table, withdrawn ones and those of no curve too, the newest first."""
    kept = [v for v in values if since is None or (v.at is not None and v.at >= since)]
    return tuple(sorted(kept, key=lambda v: (_seconds(v.at), v.label, v.id), reverse=True))


def unit_of(value: LabValue) -> str:
    """Its unit as it is shown in the table: as the report prints it."""
    return value.unit or unit_words(value.ucum)


def _key(value: LabValue) -> tuple[str, str, str]:
    unit = canonical(value.ucum, value.unit)
    family = family_of(value.code)
    if unit is None:
        return value.code, f"?{value.unit or value.ucum}", value.specimen
    if family is not None and family.into(family.unit, unit) is not None:
        return family.code, "", value.specimen
    return value.code, unit, value.specimen


def _series(key: tuple[str, str, str], values: list[LabValue]) -> Series:
    values = sorted(values, key=lambda v: (_seconds(v.at), v.id))
    newest = values[-1]
    unit = canonical(newest.ucum, newest.unit)
    if unit is None:
        shown = newest.unit or newest.ucum
        return Series("|".join(key), newest.label, shown, known=False, points=_as_they_are(values))
    family = family_of(newest.code)
    points: list[Point] = []
    for value in values:
        own = canonical(value.ucum, value.unit) or unit
        into = family.into(unit, own) if family is not None else None
        if own == unit or into is None:
            points += _as_they_are([value])
        elif value.number is not None and value.at is not None:
            band = value.band
            low = into(band.low) if band and band.low is not None else None
            high = into(band.high) if band and band.high is not None else None
            points.append(Point(value, value.at, into(value.number), converted=True, low=low, high=high))
    return Series("|".join(key), newest.label, unit_words(unit), known=True, points=tuple(points))


def _as_they_are(values: Iterable[LabValue]) -> tuple[Point, ...]:
    return tuple(
        Point(v, v.at, v.number, low=v.band.low if v.band else None, high=v.band.high if v.band else None)
        for v in values
        if v.number is not None and v.at is not None
    )


def _telling(one: Series) -> tuple[bool, bool, float, str]:
    last = one.last
    stale = last.value.flag not in (Flag.HIGH, Flag.LOW, Flag.ABNORMAL)
    return stale, len(one.points) < 2, -last.at.timestamp(), one.label


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else float("-inf")


class Span:
    """How far back is looked, from the present."""

    YEAR = timedelta(days=366)
    FIVE_YEARS = timedelta(days=5 * 365 + 2)
