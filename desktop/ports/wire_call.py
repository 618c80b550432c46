"""What a feature declares of its calls to the platform, so that nothing else leaves the machine (CF-069)."""

from dataclasses import dataclass
from enum import Enum


class Right(Enum):
    """Whose token a call carries: the session's, or that of one patient whose record is open."""

    SESSION = "session"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class WireCall:
    """One kind of call. ``resource`` is a FHIR type, or type and operation (``Patient/$match``)."""

    method: str
    resource: str
    right: Right
