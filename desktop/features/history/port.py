"""What the historique asks of the platform."""

from datetime import datetime
from typing import Protocol

from desktop.domain.errors import Result
from desktop.domain.trace import Trace
from desktop.ports.wire_call import Right, WireCall

HISTORY = WireCall("GET", "AuditEvent", Right.RECORD)


class HistoryPort(Protocol):
    """The traces of one patient (contract §6)."""

    def history(self, patient_id: str, since: datetime) -> Result[tuple[Trace, ...]]:
        """What was traced in this record since then, newest first. The platform leaves out what concerns a
        document that the user may not see (CF-048), and traces this call itself."""
        ...
