"""What a feature declares of its calls to the platform, so that nothing else leaves the machine (CF-069)."""

from dataclasses import dataclass
from enum import Enum


class Right(Enum):
    """Whose token a call carries: the session's, or that of one patient whose record is open."""

    SESSION = "session"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class WireCall:
    """One kind of call; ``path`` is below the platform's FHIR base, ``{id}`` stands for one id.

    As in ``GET AuditEvent``, ``POST AuditEvent/_search``, ``GET Basic/{id}``, ``POST Basic/{id}/$done``.
    """

    method: str
    path: str
    right: Right

    @property
    def resource(self) -> str:
        """The FHIR type."""
        return self.path.partition("/")[0]
