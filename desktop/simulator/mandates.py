"""Times and states of a mandate, and the lock of the presence code: pure rules (domain §4)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.local_time import day_end
from desktop.domain.record import DspState, MandateKind

CONSULTATION_TOTAL = timedelta(hours=24)
ESTABLISHMENT_GRACE = timedelta(days=15)
WRONG_CODES_ALLOWED = 5
LOCK_TIME = timedelta(minutes=15)


class MandateState(StrEnum):
    """States of domain §4.4."""

    ACTIVE = "active"
    GRACE = "grace"
    ENDED = "ended"
    BLOCKED = "blocked"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Times:
    """When a mandate runs: ``end`` None = unlimited, ``grace_end`` None = no période de suivi."""

    start: datetime
    end: datetime | None
    grace_end: datetime | None

    def state(self, now: datetime) -> MandateState:
        """Active, grace or ended, by the times alone (CF-034); not begun yet counts as ended."""
        if now < self.start:
            return MandateState.ENDED
        if self.end is None or now < self.end:
            return MandateState.ACTIVE
        in_grace = self.grace_end is not None and now < self.grace_end
        return MandateState.GRACE if in_grace else MandateState.ENDED

    def shortened(self, to: datetime) -> "Times":
        """Ended at the new date; the old end and its grace are ignored (CF-031).

        A date later than what is left changes nothing: nobody can extend a mandate.
        """
        last = self.grace_end or self.end
        if last is not None and to >= last:
            return self
        return replace(self, end=max(to, self.start), grace_end=None)


def consultation(accepted: datetime) -> Times:
    """Until the end of the local day, and 24 h in all after the code was accepted (domain §4.3)."""
    last = accepted + CONSULTATION_TOTAL
    return Times(accepted, min(day_end(accepted), last), last)


def stay(start: datetime, end: datetime | None) -> Times:
    """A mandate of an établissement or emergency service: exit, then 15 days of grace (domain §4.3)."""
    return Times(start, end, end + ESTABLISHMENT_GRACE if end else None)


def state(
    kind: MandateKind, times: Times, now: datetime, *, dsp: DspState, blacklisted: bool, suspended: bool
) -> MandateState:
    """The state of domain §4.4, everything that can happen to a mandate taken together."""
    if suspended:
        return MandateState.SUSPENDED
    if dsp is not DspState.ACTIVE:
        return MandateState.ENDED
    if blacklisted and kind is not MandateKind.MEDECIN_REFERENT:
        return MandateState.BLOCKED
    return times.state(now)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong presence codes of one professional for one patient since the last right one."""

    wrong: int = 0
    locked_until: datetime | None = None

    def retry_after(self, now: datetime) -> int | None:
        """Seconds until the next try is allowed, None when it is allowed now."""
        if self.locked_until is None or now >= self.locked_until:
            return None
        return max(1, round((self.locked_until - now).total_seconds()))

    def after_wrong(self, now: datetime) -> "Attempts":
        """One more wrong code: the fifth locks; after a lock ran out, counting starts again."""
        before = 0 if self.locked_until is not None and now >= self.locked_until else self.wrong
        wrong = before + 1
        return Attempts(wrong, now + LOCK_TIME if wrong >= WRONG_CODES_ALLOWED else None)
