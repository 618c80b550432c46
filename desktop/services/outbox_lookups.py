"""When « the platform does not have it » is believed: two answers, a settle time apart (CF-079)."""

from collections.abc import Iterable
from datetime import timedelta

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.ports.clock import ClockPort

_NOTHING = timedelta(0)


class Lookups:
    """What the platform was asked for in this run, and when it first said that it has no such document.

    A server may answer a search from a former one, or index what it took a little later: one negative answer
    proves nothing. Measured on the monotonic clock, so that a clock that is set does not shorten the wait;
    after a restart both answers are asked for anew.

    A row that a session finds in the store may have been sent before: the folder may be a copy, and the
    keyring's count knows none of the same opening. It was not sent since this run began: one answer is enough
    for it, a settle time after that.
    """

    def __init__(self, clock: ClockPort) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._found: set[str] = set()
        self._sent: set[str] = set()  # in this run, proved or not
        self._asked: dict[str, float] = {}
        self._absent: dict[str, float] = {}

    def found(self, unique_ids: Iterable[str]) -> None:
        """What a session found in the store: never a first attempt for certain."""
        self._found.update(unique_ids)

    def sent(self, row: OutboxRow) -> None:
        """A sending begins: what was answered before says nothing of it."""
        self._sent.add(row.deposit.unique_id)
        self._absent.pop(row.deposit.unique_id, None)

    def must_ask(self, row: OutboxRow) -> bool:
        """Whether anything of *row* may be there: a store put back from a copy may have forgotten it."""
        known = self._found | self._sent
        return row.deposit.unique_id in known or bool(row.attempts) or row.state is not OutboxState.QUEUED

    def asks(self, row: OutboxRow) -> None:
        """The platform is about to be asked: what it will say is true of no moment before this one."""
        self._asked[row.deposit.unique_id] = self._clock.monotonic()

    def absent(self, row: OutboxRow, settle: timedelta) -> timedelta:
        """The platform has just said that it has no such document: how long until that is believed, 0 = now.

        A row that is called not sent was believed absent once: for it one answer is enough. Else the second
        question counts from when it was asked: the platform may have looked then, and answered late.
        """
        unique_id = row.deposit.unique_id
        now = self._clock.monotonic()
        asked = self._asked.pop(unique_id, now)
        if row.state is OutboxState.UNKNOWN or unique_id in self._sent:
            first = self._absent.setdefault(unique_id, now)
        elif unique_id in self._found:
            first = self._absent.setdefault(unique_id, self._began)
        else:
            return _NOTHING
        return max(_NOTHING, settle - timedelta(seconds=max(0.0, asked - first)))
