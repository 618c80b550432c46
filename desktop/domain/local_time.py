"""The clock on the wall: days begin and end in Luxembourg, wherever the machine stands (domain §4.3).

Moments travel and are kept in UTC; a day, an hour that is read, « aujourd'hui » and the end of a
consultation are local. A moment without a zone would silently be read in the machine's own, so it is
refused (ValueError).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LUXEMBOURG = ZoneInfo("Europe/Luxembourg")


def to_local(moment: datetime) -> datetime:
    """The same moment as the wall clock shows it."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    try:
        return moment.astimezone(_LUXEMBOURG)
    except OverflowError:  # the last hours of the year 9999, which servers use for "never"
        return moment


def local_day(moment: datetime) -> date:
    """The day that the calendar on the wall shows at *moment*."""
    return to_local(moment).date()


def day_end(moment: datetime) -> datetime:
    """The midnight that ends the local day of *moment*, in UTC; such a day has 23, 24 or 25 hours."""
    return end_of(local_day(moment))


def end_of(day: date) -> datetime:
    """The midnight that ends the local *day*, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), _LUXEMBOURG).astimezone(UTC)


def wall_seconds(moment: datetime) -> float:
    """The wall clock as seconds: every day has 86,400 of them and begins at a whole multiple."""
    return to_local(moment).replace(tzinfo=UTC).timestamp()


def from_wall_seconds(seconds: float) -> datetime:
    """What the wall clock shows at :func:`wall_seconds`; its zone is a stand-in, not to be converted."""
    return datetime.fromtimestamp(seconds, UTC)


def day_words(value: date | datetime) -> str:
    """``17.11.2026``, as people of Luxembourg write a day in all their languages."""
    day = local_day(value) if isinstance(value, datetime) else value
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def hour_words(moment: datetime) -> str:
    """``09:12``."""
    return f"{to_local(moment):%H:%M}"
