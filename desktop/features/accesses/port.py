"""What « Mes accès » asks of the platform."""

from datetime import datetime
from typing import Protocol

from desktop.domain.errors import Result
from desktop.domain.trace import Trace
from desktop.ports.wire_call import Right, WireCall

MY_TRACES = WireCall("GET", "AuditEvent", Right.SESSION)


class AccessesPort(Protocol):
    """My own traces (contract §6)."""

    def my_traces(self, since: datetime) -> Result[tuple[Trace, ...]]:
        """What was traced of me since then, newest first (CF-065)."""
        ...
