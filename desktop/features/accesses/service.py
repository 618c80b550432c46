"""The acts of this session, with the names that the session knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.errors import Result
from desktop.domain.trace import Trace
from desktop.features.accesses.port import AccessesPort
from desktop.services.known_names import KnownNames, Names

SLACK = timedelta(minutes=1)  # the platform's clock and ours need not agree to the second


@dataclass(frozen=True, slots=True)
class Accesses:
    """What was traced, newest first, and what of it has a name."""

    traces: tuple[Trace, ...]
    names: Names


class AccessesService:
    """Call it in a worker."""

    def __init__(self, port: AccessesPort, known: KnownNames) -> None:
        self._port = port
        self._known = known

    def since(self, login: datetime) -> Result[tuple[Trace, ...]]:
        """What was traced since *login*, newest first."""
        return self._port.my_traces(login - SLACK)

    def named(self, traces: tuple[Trace, ...]) -> Accesses:
        """With the names that are known by now; asks nobody."""
        return Accesses(traces, self._known.among(trace.patient_id for trace in traces))
