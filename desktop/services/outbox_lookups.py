"""When « the platform does not have it » is believed: two answers, a settle time apart (CF-079)."""

from datetime import timedelta

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.ports.clock import ClockPort

_NOTHING = timedelta(0)


class Lookups:
    """What the platform was asked for in this run, and when it first said that it has no such document.

    A server may answer a search from a former one, or index what it took a little later: one negative answer
    proves nothing. Measured on the monotonic clock, so that a clock that is set does not shorten the wait;
    after a restart both answers are asked for anew.
    """

    def __init__(self, clock: ClockPort) -> None:
        self._clock = clock
        self._sent: set[str] = set()  # in this run, proved or not
        self._absent: dict[str, float] = {}

    def sent(self, row: OutboxRow) -> None:
        """A sending begins: what was answered before says nothing of it."""
        self._sent.add(row.deposit.unique_id)
        self._absent.pop(row.deposit.unique_id, None)

    def must_ask(self, row: OutboxRow) -> bool:
        """Whether anything of *row* may be there: a store put back from a copy may have forgotten it."""
        known = row.deposit.unique_id in self._sent
        return known or bool(row.attempts) or row.state is not OutboxState.QUEUED

    def absent(self, row: OutboxRow, settle: timedelta) -> timedelta:
        """The platform has just said that it has no such document: how long until that is believed, 0 = now.

        A row that is called not sent was believed absent once: for it one answer is enough.
        """
        if row.state is not OutboxState.UNKNOWN and row.deposit.unique_id not in self._sent:
            return _NOTHING
        now = self._clock.monotonic()
        first = self._absent.setdefault(row.deposit.unique_id, now)
        return max(_NOTHING, settle - timedelta(seconds=now - first))
