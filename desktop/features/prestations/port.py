"""What the résumés des prestations ask of the platform."""

from typing import Protocol

from desktop.domain.errors import Result
from desktop.features.prestations.domain import Performed
from desktop.ports.wire_call import Right, WireCall

LINES = WireCall("GET", "ExplanationOfBenefit", Right.RECORD)


class PrestationsPort(Protocol):
    """The lines of the documents that the CNS sends, for the médecin référent (contract §9)."""

    def lines(self, patient_id: str, unique_id: str) -> Result[tuple[Performed, ...] | None]:
        """Of one document: a traced reading of it (CF-060). None = it has no data beside it."""
        ...
