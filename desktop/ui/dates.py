"""Dates on the screen: dd.MM.yyyy, in local time, four-digit years everywhere."""

from datetime import date, datetime

from desktop.domain.local_time import day_words, hour_words


def day(value: date | datetime | None) -> str:
    """``17.11.2026``; "–" when unknown."""
    return "–" if value is None else day_words(value)


def moment(value: datetime | None) -> str:
    """``17.11.2026 09:12``; "–" when unknown."""
    return "–" if value is None else f"{day_words(value)} {hour_words(value)}"
