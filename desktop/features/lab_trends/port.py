"""What the trends ask of the platform: the values that it shows with the list of the record (contract §5)."""

from typing import Protocol

from desktop.domain.errors import Result
from desktop.features.lab_trends.domain.values import LabValue
from desktop.ports.wire_call import Right, WireCall

VALUES = WireCall("POST", "Observation/_search", Right.RECORD)


class LabTrendsPort(Protocol):
    """Values only; no document is fetched for them (CF-062)."""

    def values(self, patient_id: str) -> Result[tuple[LabValue, ...]]:
        """All that the right shows, each with the document that it stands in; () where it has none."""
        ...
