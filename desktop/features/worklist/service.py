"""One reading of the list: what the platform tells, and what it means today."""

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.errors import Failure, Result
from desktop.domain.local_time import local_day
from desktop.features.worklist.domain import Choice, Line, Order, line, ordered
from desktop.features.worklist.port import WorklistPort


@dataclass(frozen=True, slots=True)
class Count:
    """So many lines are known; ``untold``: there may be more, the platform did not tell (CF-074)."""

    known: int
    untold: bool


@dataclass(frozen=True, slots=True)
class Worklist:
    """The lines, the most urgent first, as of ``read_at``; ``unread`` were counted and could not be read."""

    lines: tuple[Line, ...]
    read_at: datetime
    unread: int = 0

    def count(self, choice: Choice) -> Count:
        """How many lines a filter takes."""
        untold = any(choice.misses(shown) for shown in self.lines)
        return Count(sum(map(choice.takes, self.lines)), untold)


class WorklistService:
    """Call it in a worker."""

    def __init__(self, port: WorklistPort) -> None:
        self._port = port

    def read(self, now: datetime) -> Result[Worklist]:
        """Ask the platform: one call, one trace, nothing of any record (CF-062)."""
        listed = self._port.mine()
        if isinstance(listed, Failure):
            return listed
        today = local_day(now)
        lines = ordered((line(told, now, today) for told in listed.patients), Order.PATIENT)
        return Worklist(ordered(lines, Order.URGENCY), now, listed.unread)
