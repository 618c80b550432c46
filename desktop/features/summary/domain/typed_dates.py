"""Dates as a person types them: a year, a month, a day; nothing is added to what is known."""

import re
from typing import Final

from desktop.features.summary.domain.entries import PartialDate

_TYPED: Final = re.compile(r"(?:(?:(\d{1,2})[./-])?(\d{1,2})[./-])?(\d{4})")


def read_date(words: str) -> PartialDate | None:
    """``1998``, ``03.1998``, ``14.03.1998`` (also with / or -); None for anything else."""
    match = _TYPED.fullmatch(words.strip())
    if match is None:
        return None
    day, month, year = match.groups()
    try:
        return PartialDate("-".join([year, *(part.zfill(2) for part in (month, day) if part)]))
    except ValueError:
        return None


def date_words(value: PartialDate | None) -> str:
    """The same way back; "" for none."""
    return ".".join(reversed(value.iso.split("-"))) if value else ""
