"""What the work list asks of the platform."""

from dataclasses import dataclass
from typing import Protocol

from desktop.domain.errors import Result
from desktop.features.worklist.domain import Declared
from desktop.ports.wire_call import Right, WireCall

MY_PATIENTS = WireCall("GET", "Group/mr-patients", Right.SESSION)


@dataclass(frozen=True, slots=True)
class Listed:
    """The patients that were read; ``unread`` are those that the platform counted and nobody could read."""

    patients: tuple[Declared, ...]
    unread: int = 0


class WorklistPort(Protocol):
    """My declared patients (contract §9): dates and counts, no titles, nothing of a document's content."""

    def mine(self) -> Result[Listed]:
        """All of them, in the platform's order. One trace in my name, none in a patient's record (CF-062)."""
        ...
