"""My own traces by ``GET AuditEvent?agent=…`` (contract §6)."""

from datetime import datetime

from desktop.domain.errors import Result
from desktop.domain.trace import Trace
from desktop.features.accesses.port import MY_TRACES
from desktop.sync import audit_events
from desktop.sync.wire_kit import WireKit


class AccessesWire:
    """AccessesPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._kit = kit

    def my_traces(self, since: datetime) -> Result[tuple[Trace, ...]]:
        """As the port says."""
        me = f"Practitioner/{self._kit.me()}"
        return audit_events.search(self._kit, MY_TRACES, {"agent": me}, since)
