"""What the toy asks of the platform."""

from typing import Protocol

from desktop.domain.errors import Result
from desktop.ports.wire_call import Right, WireCall

MINE = WireCall("GET", "Basic", Right.SESSION)
OF_PATIENT = WireCall("GET", "Basic", Right.RECORD)
ADD = WireCall("POST", "Basic", Right.RECORD)


class NotesPort(Protocol):
    """Notes of professionals about patients."""

    def mine(self) -> Result[tuple[str, ...]]:
        """What I wrote, of all patients."""
        ...

    def of_patient(self, patient_id: str) -> Result[tuple[str, ...]]:
        """What stands in an open record."""
        ...

    def add(self, patient_id: str, words: str) -> Result[None]:
        """Write one. NOTEBOOK_FULL."""
        ...
