"""What the declaration asks of the platform."""

from typing import Protocol

from desktop.domain.errors import Result
from desktop.features.declaration.domain import Consent, Told
from desktop.ports.wire_call import Right, WireCall

READ = WireCall("GET", "EpisodeOfCare", Right.RECORD)
NOTICE = WireCall("POST", "EpisodeOfCare/{id}/$notice", Right.RECORD)


class DeclarationPort(Protocol):
    """The declaration of a patient and his médecin référent (contract §9); others are refused (CF-071)."""

    def declaration(self, patient_id: str) -> Result[Told | None]:
        """The last one of the two; one trace. None: the platform tells of none."""
        ...

    def give_notice(self, patient_id: str, id: str, consent: Consent) -> Result[Told]:
        """Notice, given today. NEEDS_AGREEMENT; UNKNOWN: it may be given, only a reading tells."""
        ...
