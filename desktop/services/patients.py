"""Finding a patient: by matricule, or by name and birth date (contract §3, CF-011, CF-023)."""

import re
from dataclasses import dataclass
from datetime import date

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Doubt, Matricule, parse
from desktop.domain.record import Patient
from desktop.ports import PlatformPort

_DATE = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, understood."""

    matricule: Matricule | None
    name: str
    birth_date: date | None

    @property
    def doubt(self) -> Doubt | None:
        """Why the matricule looks wrong; never blocks the search."""
        return self.matricule.doubt() if self.matricule else None


@dataclass(frozen=True, slots=True)
class Found:
    """Identities to choose from, and the doubt about what was typed."""

    patients: tuple[Patient, ...]
    doubt: Doubt | None


def understand(typed: str) -> Result[Query]:
    """Read a search: digits are a matricule, anything else a name with an optional dd.mm.yyyy."""
    words = " ".join(typed.split())
    matricule = parse(words)
    if matricule is not None and not _DATE.fullmatch(words):
        if len(matricule.digits) < 8:
            return Failure(Code.SEARCH_TOO_SHORT)
        return Query(matricule, "", None)
    born = None
    match = _DATE.search(words)
    if match:
        try:
            born = date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            return Failure.of(Code.SEARCH_TOO_SHORT, date=match[0])
        words = " ".join((words[: match.start()] + words[match.end() :]).split())
    name = words.strip(" ,;")
    if sum(c.isdigit() for c in name) >= 6:
        return Failure(Code.MATRICULE_FORMAT)
    if len(name) < 2:
        return Failure(Code.SEARCH_TOO_SHORT)
    return Query(None, name, born)


class PatientService:
    """Searches the directory."""

    def __init__(self, platform: PlatformPort) -> None:
        self._platform = platform

    def search(self, typed: str) -> Result[Found]:
        """Patients that match; PATIENT_NOT_FOUND for none (CF-023)."""
        query = understand(typed)
        if isinstance(query, Failure):
            return query
        if query.matricule:
            found = self._platform.find_by_matricule(query.matricule)
        else:
            found = self._platform.find_by_traits(query.name, query.birth_date)
        if isinstance(found, Failure):
            return found
        if not found:
            doubtful = query.doubt.value if query.doubt else ""
            return Failure.of(Code.PATIENT_NOT_FOUND, doubt=doubtful)
        return Found(found, query.doubt)
