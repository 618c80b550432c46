"""What was typed into the one search field: a matricule, or a name and a birth date."""

import re
from dataclasses import dataclass
from datetime import date

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Matricule, parse

_DATE = re.compile(r"(?<!\d)(?:(\d{1,2})[./-](\d{1,2})[./-](\d{4})|(\d{4})-(\d{2})-(\d{2}))(?!\d)")
_SHORTEST_MATRICULE = 9
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """Either ``matricule``, or ``name`` with or without ``birth_date``."""

    matricule: Matricule | None = None
    name: str = ""
    birth_date: date | None = None


def read_terms(typed: str) -> Result[SearchTerms]:
    """The terms; SEARCH_TOO_SHORT or MATRICULE_FORMAT when they cannot be searched for.

    Check digits are no reason to refuse (CF: they warn, never block).
    """
    typed = " ".join(typed.split())
    found = _DATE.search(typed)
    if found is None:
        number = parse(typed)
        if number is not None:
            short = len(number.digits) < _SHORTEST_MATRICULE
            return Failure.of(Code.SEARCH_TOO_SHORT) if short else SearchTerms(matricule=number)
        if sum(c.isdigit() for c in typed) >= 5:
            return Failure.of(Code.MATRICULE_FORMAT)
    born = _date(found) if found else None
    name = (typed[: found.start()] + " " + typed[found.end() :] if found else typed).strip(" ,;")
    name = " ".join(name.split())
    if len(name) < _SHORTEST_NAME or (found is not None and born is None):
        return Failure.of(Code.SEARCH_TOO_SHORT)
    return SearchTerms(name=name, birth_date=born)


def _date(found: re.Match[str]) -> date | None:
    day, month, year, iso_year, iso_month, iso_day = found.groups()
    try:
        return date(int(iso_year or year), int(iso_month or month), int(iso_day or day))
    except ValueError:
        return None
