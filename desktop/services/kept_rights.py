"""What is kept of records, and the rights that it is kept by: it ends when they do (CF-031, CF-035, CF-066).

The platform alone ends a right. Its word is heard wherever a right is looked at (an opening, the look every
30 s, the plan), and asked for whenever nothing else would: for everybody of whom something is kept, by my
mandates alone, without looking at a record. What it said of times ends by the clock.
"""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import end_of
from desktop.domain.mandates import is_narrower, widest
from desktop.domain.record import Mandate, MandateKind
from desktop.ports.clock import ClockPort
from desktop.ports.platform import KeepingRulePort, PlatformClockPort
from desktop.ports.store import KeptRecord, RecentPatient, RightsPort, SettingsPort
from desktop.services.platform_time import PlatformTime

SET_BACK = timedelta(minutes=5)  # by so much a PC's clock is corrected while it runs
_SEEN = "time_seen"
_NEVER_SEEN = datetime(1970, 1, 1, tzinfo=UTC)


class RightsPlatform(KeepingRulePort, PlatformClockPort, Protocol):
    """Mandates and time."""

    def all_my_mandates(self) -> Result[Mapping[str, tuple[Mandate, ...]]]:
        """See :class:`desktop.ports.platform.RecordAccessPort`."""
        ...


class RightsStore(RightsPort, SettingsPort, Protocol):
    """What is kept, and the latest time that was seen."""


class ToldRights(Protocol):
    """What a list of the platform tells of rights, for what is kept of that list. In a worker."""

    def hold_told(self, last_days: Mapping[str, date | None]) -> Result[None]:
        """See :class:`KeptRights`."""
        ...

    def is_set_back(self) -> bool:
        """See :class:`KeptRights`: then nothing that is kept may be shown."""
        ...


class KeptRights:
    """Holds and ends what is kept of patients."""

    def __init__(self, platform: RightsPlatform, store: RightsStore, clock: ClockPort) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock
        self._time = PlatformTime(platform, clock)
        self._lock = threading.Lock()
        self._held: dict[str, int] = {}  # how often each patient's right was noted
        self._told: dict[str, int] = {}  # how often a list told of it
        self._not_held: set[str] = set()  # patients whose right could not be noted in the store

    def hold(self, patient_id: str, mandate: Mandate) -> Result[None]:
        """The platform says that *mandate* runs: until when what it gave may be kept.

        What a wider one had given goes first: the list that comes next is the narrower one's (domain §5.1).
        """
        known = self._kept(patient_id)
        recent = known.recent if isinstance(known, KeptRecord) else None
        now, longest = self._time.now(), self._platform.longest_kept()
        if recent is not None and (_is_more(recent, mandate) or recent.opened_at + longest <= now):
            self._store.forget_patient(patient_id, frozenset())
            recent = None
        given = now if recent is None else recent.opened_at
        held = self._store.hold_right(patient_id, mandate.kept_until(given, longest), mandate)
        with self._lock:
            self._held[patient_id] = self._held.get(patient_id, 0) + 1
            (self._not_held.add if isinstance(held, Failure) else self._not_held.discard)(patient_id)
        return held

    def hold_told(self, last_days: Mapping[str, date | None]) -> Result[None]:
        """A list of the declared patients tells that these rights run, by patient id: up to the end of the
        day, None = no end is set. Of whom a record was kept, his own opening says until when.
        """
        now, longest = self._time.now(), self._platform.longest_kept()
        until = {
            id: now + longest if day is None else min(end_of(day), now + longest)
            for id, day in last_days.items()
        }
        with self._lock:
            for id in until:
                self._told[id] = self._told.get(id, 0) + 1
        return self._store.hold_told_rights(until)

    def missed(self, patient_id: str) -> bool:
        """Whether the right could not be noted: to be tried again before anything is kept."""
        return patient_id in self._not_held

    def end(self, patient_id: str, keep: frozenset[str] = frozenset()) -> Result[None]:
        """The platform says that nothing runs: what was given is destroyed, whoever ended it (CF-066)."""
        with self._lock:
            self._not_held.discard(patient_id)
        return self._store.forget_patient(patient_id, keep)

    def ask(self) -> Result[int]:
        """Ask for all my mandates; whoever has none that opens as much loses what is kept. How many did.

        Who was never opened is known by the list of declared patients alone: another right than the médecin
        référent's did not give what that told.
        """
        kept = self._store.kept_records()
        if isinstance(kept, Failure) or not kept:
            return kept if isinstance(kept, Failure) else 0
        with self._lock:
            held, told = dict(self._held), dict(self._told)
        mandates = self._platform.all_my_mandates()
        if isinstance(mandates, Failure):
            return mandates
        now, ended = self._time.now(), 0
        longest = self._platform.longest_kept()
        still_told: dict[str, datetime] = {}
        for record in kept:
            id = record.patient_id
            with self._lock:
                newer = self._held.get(id) != held.get(id) or self._told.get(id) != told.get(id)
            if newer:
                continue  # opened or told meanwhile: by a right that is newer than the answer
            mandate = widest(mandates.get(id, ()), now)
            by_list = record.recent is None and id not in held
            if mandate is None or (by_list and mandate.kind is not MandateKind.MEDECIN_REFERENT):
                ended += 1
                self.end(id)
            elif by_list:
                still_told[id] = mandate.kept_until(now, longest)
            else:
                self.hold(id, mandate)
        if still_told:  # thousands, in one act
            self._store.hold_told_rights(still_told)
        return ended

    def purge(self) -> Result[int]:
        """Destroy what has ended by now; how many contents went. And note the time, see :meth:`readable`."""
        now = self._now()
        told = self._platform.server_now()
        self._store.set_setting(_SEEN, (now if told is None else told).isoformat())
        return self._store.purge_expired(now)

    def readable(self) -> Result[tuple[RecentPatient, ...]]:
        """Who can be read without the platform, and until when: past midnight too, up to the right's end.

        CLOCK_SET_BACK: it is earlier than it was, says the PC, and nothing tells what has ended meanwhile.
        """
        if self.is_set_back():
            return Failure(Code.CLOCK_SET_BACK)
        kept = self._store.kept_records()
        if isinstance(kept, Failure):
            return kept
        now = self._now()
        return tuple(
            _readable(record.recent, record) for record in kept if record.recent and now < record.until
        )

    def reading(self, patient_id: str) -> Result[RecentPatient]:
        """One of those, while he is read; MANDATE_ENDED, KEPT_TOO_LONG, NOT_CACHED where he is none."""
        known = self._kept(patient_id)
        if not isinstance(known, KeptRecord) or known.recent is None:
            return known if isinstance(known, Failure) else Failure(Code.NOT_CACHED)
        now, mandate = self._now(), known.recent.mandate
        if now < known.until:
            return _readable(known.recent, known)
        self.end(patient_id)
        if mandate is not None and mandate.is_over(now):
            return Failure(Code.MANDATE_ENDED)
        return Failure.of(Code.KEPT_TOO_LONG, days=self._platform.longest_kept().days)

    def is_set_back(self) -> bool:
        """The PC's clock alone is known, and it stands before what was seen already."""
        return self._platform.server_now() is None and self._clock.now() < self._seen() - SET_BACK

    def _kept(self, patient_id: str) -> Result[KeptRecord | None]:
        kept = self._store.kept_records()
        if isinstance(kept, Failure):
            return kept
        return next((record for record in kept if record.patient_id == patient_id), None)

    def _now(self) -> datetime:
        """The platform's time; without it the PC's, and never before what was seen already."""
        told = self._platform.server_now()
        return told or max(self._clock.now(), self._seen())

    def _seen(self) -> datetime:
        try:
            seen = datetime.fromisoformat(str(self._store.setting(_SEEN)))
        except ValueError:
            return _NEVER_SEEN
        return seen if seen.tzinfo else seen.replace(tzinfo=UTC)


def _is_more(recent: RecentPatient, mandate: Mandate) -> bool:
    """Whether what is kept may hold what *mandate* does not open."""
    return recent.mandate is None or is_narrower(mandate, recent.mandate)


def _readable(recent: RecentPatient, record: KeptRecord) -> RecentPatient:
    return replace(recent, readable_until=record.until)
