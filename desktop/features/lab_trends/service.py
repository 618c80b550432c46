"""The values of one record, and the curves that they make. Call it in a worker."""

from dataclasses import dataclass

from desktop.domain.errors import Failure, Result
from desktop.features.lab_trends.domain.series import Series, listed, series
from desktop.features.lab_trends.domain.values import LabValue
from desktop.features.lab_trends.port import LabTrendsPort


@dataclass(frozen=True, slots=True)
class Trends:
    """``values`` the newest first, ``series`` the most telling first."""

    patient_id: str
    values: tuple[LabValue, ...]
    series: tuple[Series, ...]


class LabTrendsService:
    """Keeps nothing: a lock leaves nothing of it."""

    def __init__(self, port: LabTrendsPort) -> None:
        self._port = port

    def read(self, patient_id: str) -> Result[Trends]:
        """What the platform shows with the list; no document is read for it (CF-062)."""
        values = self._port.values(patient_id)
        if isinstance(values, Failure):
            return values
        return Trends(patient_id, listed(values), series(values))
