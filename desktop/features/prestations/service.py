"""The résumés of the open record: those that its list names, and one of them read when the user asks."""

from dataclasses import dataclass

from desktop.domain.errors import Failure, Result
from desktop.features.prestations.domain import Performed, Yearly, yearly
from desktop.features.prestations.port import PrestationsPort
from desktop.services.known_names import KnownNames


@dataclass(frozen=True, slots=True)
class Known:
    """What the record's own list says; ``whole``: the platform gave all of it at this opening."""

    patient_id: str
    listed: tuple[Yearly, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Read:
    """One résumé that was read; ``lines`` None = there is no data beside its PDF."""

    chosen: Yearly
    lines: tuple[Performed, ...] | None


class PrestationsService:
    """Call it in a worker."""

    def __init__(self, port: PrestationsPort, known: KnownNames) -> None:
        self._port = port
        self._known = known

    def known(self, patient_id: str) -> Known:
        """Asks nobody: nothing is read that was not chosen (CF-062)."""
        names = self._known.among((patient_id,))
        return Known(patient_id, yearly(names.documents.values(), patient_id), patient_id in names.listed_at)

    def read(self, patient_id: str, chosen: Yearly) -> Result[Read]:
        """One document, one trace."""
        lines = self._port.lines(patient_id, chosen.unique_id)
        return lines if isinstance(lines, Failure) else Read(chosen, lines)
