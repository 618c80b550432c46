"""My own traces by ``GET AuditEvent?agent=…`` (contract §6)."""

from datetime import UTC, datetime

from desktop.domain.errors import Failure, Result
from desktop.domain.record import Trace
from desktop.features.accesses.port import MY_TRACES
from desktop.sync import fhir_read, fhir_shapes
from desktop.sync.wire_kit import WireKit


class AccessesWire:
    """AccessesPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._kit = kit

    def my_traces(self, since: datetime) -> Result[tuple[Trace, ...]]:
        """As the port says."""
        moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = {"agent": f"Practitioner/{self._kit.me()}", "date": f"ge{moment}", "_count": "200"}
        found = self._kit.search(MY_TRACES, fields, fhir_shapes.AuditEvent)
        if isinstance(found, Failure):
            return found
        traces = (fhir_read.trace(event) for event in found)
        return tuple(sorted((t for t in traces if t is not None), key=lambda t: t.when, reverse=True))
