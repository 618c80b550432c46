"""Finding a patient: by matricule, or by name and birth date (contract §3, CF-011, CF-023)."""

from dataclasses import dataclass
from datetime import date

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Doubt, Matricule
from desktop.domain.record import Patient
from desktop.ports.platform import DirectoryPort


@dataclass(frozen=True, slots=True)
class Query:
    """Either ``matricule``, or ``name`` with or without ``birth_date``."""

    matricule: Matricule | None = None
    name: str = ""
    birth_date: date | None = None

    @property
    def doubt(self) -> Doubt | None:
        """Why the matricule looks wrong; never blocks the search."""
        return self.matricule.doubt() if self.matricule else None


@dataclass(frozen=True, slots=True)
class Found:
    """Identities to choose from, and the doubt about what was typed."""

    patients: tuple[Patient, ...]
    doubt: Doubt | None


class PatientService:
    """Searches the directory."""

    def __init__(self, directory: DirectoryPort) -> None:
        self._directory = directory

    def search(self, query: Query) -> Result[Found]:
        """Patients that match; PATIENT_NOT_FOUND for none (CF-023)."""
        if query.matricule:
            found = self._directory.find_by_matricule(query.matricule)
        else:
            found = self._directory.find_by_traits(query.name, query.birth_date)
        if isinstance(found, Failure):
            return found
        if not found:
            doubtful = query.doubt.value if query.doubt else ""
            return Failure.of(Code.PATIENT_NOT_FOUND, doubt=doubtful)
        return Found(found, query.doubt)
