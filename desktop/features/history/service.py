"""One reading of a record's history; each is a trace itself (CF-060), so nothing is read unasked."""

from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.errors import Failure, Result
from desktop.domain.trace import Trace
from desktop.features.history.domain import Period
from desktop.features.history.port import HistoryPort
from desktop.services.known_names import NO_NAMES, KnownNames, Names


@dataclass(frozen=True, slots=True)
class History:
    """What was traced in ``patient_id``'s record since ``period`` before ``read_at``, newest first.

    ``names``: of what could be named when they were looked up.
    """

    patient_id: str
    period: Period
    read_at: datetime
    traces: tuple[Trace, ...]
    names: Names = NO_NAMES

    def covers(self, patient_id: str, period: Period, now: datetime) -> bool:
        """Whether *period* of this patient can be shown from it."""
        return patient_id == self.patient_id and period.start(now) >= self.period.start(self.read_at)


class HistoryService:
    """Call it in a worker."""

    def __init__(self, port: HistoryPort, known: KnownNames) -> None:
        self._port = port
        self._known = known

    def read(self, patient_id: str, period: Period, now: datetime) -> Result[History]:
        """Ask the platform."""
        traces = self._port.history(patient_id, period.start(now))
        if isinstance(traces, Failure):
            return traces
        return History(patient_id, period, now, traces)

    def named(self, history: History) -> History:
        """The same reading with the names that are known by now; asks nobody."""
        return replace(history, names=self._known.among((history.patient_id,)))
