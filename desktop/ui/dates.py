"""Dates as people of Luxembourg read them: dd.MM.yyyy, in local time, four-digit years everywhere."""

from datetime import date, datetime

from desktop.services.record import LOCAL_TIME


def day(value: date | datetime | None) -> str:
    """``17.11.2026``; "–" when unknown."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_TIME).date()
    return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"


def moment(value: datetime | None) -> str:
    """``17.11.2026 09:12``; "–" when unknown."""
    return "–" if value is None else f"{value.astimezone(LOCAL_TIME):%d.%m.%Y %H:%M}"
