"""What a person types into a line: dates as exact as they are known, values with their unit."""

import re
from typing import Final

from desktop.features.summary.domain.entries import PartialDate, Quantity

_DATE: Final = re.compile(r"(?:(?:(\d{1,2})[./-])?(\d{1,2})[./-])?(\d{4})")
_AMOUNT: Final = re.compile(r"([<>]=?)?\s*(\d+)(?:[.,](\d+))?(?:\s*([^\s\d-].*))?")


def read_date(words: str) -> PartialDate | None:
    """``1998``, ``03.1998``, ``14.03.1998`` (also with / or -); None for anything else."""
    match = _DATE.fullmatch(words.strip())
    if match is None:
        return None
    day, month, year = match.groups()
    try:
        return PartialDate("-".join([year, *(part.zfill(2) for part in (month, day) if part)]))
    except ValueError:
        return None


def read_value(words: str) -> Quantity | str | None:
    """« < 7,20 mmol/L » is a quantity, anything else stays words; None for nothing."""
    match = _AMOUNT.fullmatch(words.strip())
    if match is None or (match[2].startswith("0") and match[2] != "0"):
        return words.strip() or None
    number = match[2] + (f".{match[3]}" if match[3] else "")
    return Quantity(number, (match[4] or "").strip(), comparator=match[1] or "")


def lacks_unit(dose: str) -> bool:
    """A dose that is a bare number: 850 of what?"""
    match = _AMOUNT.fullmatch(dose.strip())
    return match is not None and not match[4]
