"""A record's traces by ``GET AuditEvent?patient=…`` with the patient's token (contract §6)."""

from dataclasses import replace
from datetime import datetime

from desktop.domain.errors import Result
from desktop.domain.trace import Trace
from desktop.features.history.port import HISTORY
from desktop.sync import audit_events
from desktop.sync.wire_kit import WireKit


class HistoryWire:
    """HistoryPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._kit = kit

    def history(self, patient_id: str, since: datetime) -> Result[tuple[Trace, ...]]:
        """As the port says."""
        patient = {"patient": f"Patient/{patient_id}"}
        found = audit_events.search(self._kit, HISTORY, patient, since, patient_id)
        if isinstance(found, tuple):
            return tuple(replace(trace, patient_id=patient_id) for trace in found)
        return found
