"""What the platform tells of a declared patient: dates, codes and counts in extensions (contract §9)."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from desktop.domain.referent import Declaration, EndCause
from desktop.sync import fhir_read
from desktop.sync.fhir_shapes import Struct

_MOST = 100_000  # a count beyond any record is no count
_YEARS = range(1900, 2200)  # 9999 is how many a system writes "no end": it is no day
_Code = TypeVar("_Code", bound=StrEnum)


class Fact(Struct):
    """An extension: a date, a moment, a code, a text, a count, or parts of its own."""

    url: str = ""
    value_date: str = ""
    value_date_time: str = ""
    value_code: str = ""
    value_string: str = ""
    value_integer: int | float | None = None
    extension: list["Fact"] = []


def declaration(fact: Fact) -> Declaration:
    """The extension ``mr-declaration``."""
    parts = named(fact.extension)
    cause = parts.get("cause")
    return Declaration(
        signed_patient=day(parts, "signed-patient"),
        signed_doctor=day(parts, "signed-doctor"),
        notified=day(parts, "notified"),
        validated=day(parts, "validated"),
        effective=day(parts, "effective"),
        notice_on=day(parts, "notice"),
        ends_on=day(parts, "ends"),
        ended=day(parts, "ended"),
        cause=code(EndCause, cause.value_code) if cause else None,
    )


def named(facts: Iterable[Fact]) -> dict[str, Fact]:
    """By the last part of their addresses, as everywhere (contract §5)."""
    return {fact.url.rpartition("/")[2]: fact for fact in facts}


def day(parts: Mapping[str, Fact], name: str) -> date | None:
    """A day from which months can be counted; any other is not told."""
    told = fhir_read.day(parts[name].value_date) if name in parts else None
    return told if told is not None and told.year in _YEARS else None


def count(value: int | float | None) -> int | None:
    """A whole number that can be a count."""
    return int(value) if value is not None and 0 <= value < _MOST and value == int(value) else None


def code(kind: type[_Code], told: str) -> _Code | None:
    """The known value of that code; None for another."""
    return next((known for known in kind if known.value == told), None)
