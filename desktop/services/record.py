"""Opening a record, keeping it true while it is open, leaving it (domain §4-5, contract §4)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import day_words, local_day
from desktop.domain.mandates import widest
from desktop.domain.record import (
    Document,
    DocumentPage,
    DspState,
    Episode,
    Level,
    Mandate,
    MandateKind,
    Patient,
    shown,
)
from desktop.domain.secret import Secret
from desktop.domain.unrecognised_levels import readable
from desktop.ports.clock import ClockPort
from desktop.ports.platform import KeepingRulePort, PlatformClockPort, RecordAccessPort, RecordContentsPort
from desktop.ports.store import OpeningsPort, RecentPatient, RecordCachePort, RightsPort, SettingsPort
from desktop.services.kept_rights import KeptRights
from desktop.services.platform_time import PlatformTime
from desktop.services.session import SESSION_OVER

ANNONCE_WARNING = timedelta(days=14)
_log = logging.getLogger("dsp.record")
_CLOSED = {
    DspState.NONE: Code.RECORD_NONE,
    DspState.CLOSED: Code.RECORD_CLOSED,
    DspState.DECEASED: Code.RECORD_DECEASED,
}
_OVER = frozenset({Code.MANDATE_ENDED, *_CLOSED.values()})


@dataclass(frozen=True, slots=True)
class AccessPlan:
    """What stands between this professional and the record.

    ``closed`` is the lock that no code opens (DSP state), with its own sentence (CF-024, CF-036).
    ``mandate`` runs already: no code is asked (CF-007); where none does, it is asked again (CF-005).
    """

    patient: Patient
    mandate: Mandate | None
    closed: Failure | None

    @property
    def code_needed(self) -> bool:
        """True when only the patient's code opens."""
        return self.mandate is None and self.closed is None


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A record on the screen; ``offline``: shown from the cache. ``last_opening``: the one before this.

    ``readable_until``: until when it can be shown from the cache.
    """

    patient: Patient
    mandate: Mandate
    last_opening: datetime | None
    offline: bool = False
    readable_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is whole, as the platform answered to a question of ``asked_at``."""

    documents: Sequence[Document]
    episodes: Sequence[Episode]
    asked_at: datetime


def pending_annonces(documents: Sequence[Document], now: datetime) -> tuple[Document, ...]:
    """Annonces older than 14 days (CF-049)."""
    return tuple(
        d
        for d in documents
        if d.level is Level.ANNONCE and (d.annonce_at or d.registered or now) < now - ANNONCE_WARNING
    )


def new_since(documents: Sequence[Document], since: datetime | None, own: str = "") -> frozenset[str]:
    """Ids registered after *since* (the platform's registration time, contract §5); *own*: of the author
    whose own deposits are no news to him, "" where nobody knows."""
    if since is None:
        return frozenset()
    return frozenset(
        d.id
        for d in documents
        if d.registered is not None and d.registered > since and not (own and d.author.id == own)
    )


def ends_access(failure: Failure, mandate: Mandate) -> bool:
    """Whether a refusal takes an open record away: the right is over, or the DSP itself is (CF-036).

    One's own documents need no mandate (domain §5.4).
    """
    by_right = mandate.kind is not MandateKind.AUTEUR
    return failure.code is Code.PRACTICE_SUSPENDED or (by_right and failure.code in _OVER)


def _readable(page: Result[DocumentPage], record: OpenRecord, practitioner_id: str) -> Result[DocumentPage]:
    """Without what this mandate may not show, and without a count that would tell of it."""
    if isinstance(page, Failure):
        return page
    shown_rows = readable(page.documents, record.mandate.kind, practitioner_id)
    hidden = len(page.documents) - len(shown_rows)
    if not hidden:
        return page
    _log.warning("%d documents of an unrecognised level are not shown", hidden)
    return replace(page, documents=shown_rows, total=None)


class RecordPlatform(KeepingRulePort, RecordAccessPort, RecordContentsPort, PlatformClockPort, Protocol):
    """Rights, lists and time."""


class RecordStore(RecordCachePort, OpeningsPort, RightsPort, SettingsPort, Protocol):
    """What is kept of records."""


class RecordService:
    """One record at a time; the platform judges, the client shows."""

    def __init__(self, platform: RecordPlatform, store: RecordStore, clock: ClockPort) -> None:
        self._platform = platform
        self._store = store
        self._time = PlatformTime(platform, clock)
        self.rights = KeptRights(platform, store, clock)
        self._listed_at: dict[str, datetime] = {}

    def now(self) -> datetime:
        """The platform's clock where it is known."""
        return self._time.now()

    def today(self) -> date:
        """The local day of :meth:`now`."""
        return local_day(self.now())

    def plan(self, patient: Patient) -> Result[AccessPlan]:
        """Which lock is in the way, before any code is asked (domain §4.1, §5.7)."""
        closed = _CLOSED.get(patient.dsp)
        mandates = () if closed else self._platform.my_mandates(patient.id)
        if isinstance(mandates, Failure):
            return mandates
        mandate = widest(mandates, self.now())
        if mandate is None:  # what an earlier one gave has lost its right, whoever ended it (CF-066)
            self.rights.end(patient.id)
        if closed:
            return AccessPlan(patient, None, Failure(closed))
        if patient.dsp is DspState.INACTIVE and mandate is None:
            until = patient.inactive_until
            shown = day_words(until) if until else "–"
            return AccessPlan(patient, None, Failure.of(Code.RECORD_INACTIVE, date=shown))
        return AccessPlan(patient, mandate, None)

    def open(self, patient: Patient, code: Secret | None, *, planned: bool = True) -> Result[OpenRecord]:
        """Open with the patient's code, or without one while a mandate runs; wipes *code*.

        ``planned=False``: nobody knows whether one runs, so that is tried first (CF-007, contract §4).
        """
        if code is not None and not code:
            return Failure(Code.PRESENCE_EMPTY)
        self._listed_at.pop(patient.id, None)
        mandate = self._platform.open_record(patient, code if planned else None)
        none_runs = isinstance(mandate, Failure) and mandate.code is Code.NO_MANDATE
        if none_runs and not planned and code is not None:
            mandate = self._platform.open_record(patient, code)
        if code is not None:
            code.wipe()
        if isinstance(mandate, Failure):
            if none_runs or mandate.code in _OVER:
                self.rights.end(patient.id)
            return mandate
        self.rights.hold(patient.id, mandate)
        last = self._store.last_opening(patient.id)
        return OpenRecord(patient, mandate, last if isinstance(last, datetime) else None)

    def open_cached(self, recent: RecentPatient) -> Result[OpenRecord]:
        """Open from the cache while the platform cannot be reached; only under a right that is held.

        MANDATE_ENDED, KEPT_TOO_LONG (the profile's limit), CLOCK_SET_BACK, NOT_CACHED.
        """
        if self.rights.is_set_back():
            return Failure(Code.CLOCK_SET_BACK)
        kept = self.rights.reading(recent.patient.id)
        if isinstance(kept, Failure):
            return kept
        if kept.mandate is None:
            return Failure(Code.NO_MANDATE)
        return OpenRecord(kept.patient, kept.mandate, kept.opened_at, True, kept.readable_until)

    def reopen(self, record: OpenRecord) -> Result[OpenRecord]:
        """After an unlock, without a code; what cannot be asked now is shown from the cache."""
        opened = self.open(record.patient, None)
        if isinstance(opened, OpenRecord):
            return replace(opened, last_opening=record.last_opening)
        if opened.code in _OVER or opened.code in SESSION_OVER or opened.code is Code.NO_MANDATE:
            return opened
        return self.reopen_cached(record)

    def reopen_cached(self, record: OpenRecord) -> Result[OpenRecord]:
        """After an unlock without the platform; a record of which nothing is kept is shown empty."""
        cached = self.open_cached(RecentPatient(record.patient, self.now(), record.mandate, 0, 0))
        if (
            isinstance(cached, Failure)
            and cached.code is Code.NOT_CACHED
            and not record.mandate.is_over(self.now())
        ):
            return replace(record, offline=True)
        return cached

    def open_own(self, patient: Patient) -> OpenRecord:
        """The author's view: own documents, nothing else, no mandate (CF-026, domain §5.4)."""
        return OpenRecord(patient, Mandate("", MandateKind.AUTEUR, self.now(), None, None), None)

    def first_page(self, record: OpenRecord, practitioner_id: str) -> Result[DocumentPage]:
        """The newest documents, to be drawn at once; *practitioner_id* is who looks."""
        return _readable(self._first_page(record), record, practitioner_id)

    def following_page(
        self, record: OpenRecord, page: DocumentPage, practitioner_id: str
    ) -> Result[DocumentPage]:
        """The page after *page*; its ``next`` is followed verbatim."""
        return _readable(self._platform.documents(record.patient.id, page.next), record, practitioner_id)

    def _first_page(self, record: OpenRecord) -> Result[DocumentPage]:
        if record.offline:
            cached = self._store.documents(record.patient.id)
            if isinstance(cached, Failure):
                return cached
            return DocumentPage(cached, None, len(cached))
        if record.mandate.kind is MandateKind.AUTEUR:
            return self._platform.own_documents(record.patient.id)
        return self._platform.documents(record.patient.id, None)

    def episodes(self, record: OpenRecord) -> Result[tuple[Episode, ...]]:
        """Care episodes, from the cache when offline."""
        if record.mandate.kind is MandateKind.AUTEUR:
            return ()
        if record.offline:
            return self._store.episodes(record.patient.id)
        return self._platform.episodes(record.patient.id)

    def keep(self, record: OpenRecord, listing: Listing, own: str = "") -> Result[None]:
        """Keep list and episodes for offline reading, and note the opening; *own* as of :func:`new_since`."""
        if record.offline or record.mandate.kind is MandateKind.AUTEUR:
            return None
        if self.rights.missed(record.patient.id):
            held = self.rights.hold(record.patient.id, record.mandate)
            if isinstance(held, Failure):
                return held
        for outcome in (
            self._store.save_documents(record.patient.id, listing.documents),
            self._store.save_episodes(record.patient.id, listing.episodes),
        ):
            if isinstance(outcome, Failure):
                return outcome
        self._listed_at[record.patient.id] = listing.asked_at
        rows = shown(listing.documents)
        fresh = new_since(rows, record.last_opening, own)
        annonces = sum(1 for d in rows if d.level is Level.ANNONCE)
        opening = RecentPatient(record.patient, self.now(), record.mandate, len(fresh), annonces)
        noted = self._store.remember_opening(opening)
        if isinstance(noted, Failure):
            return noted
        return self.rights.hold(record.patient.id, record.mandate)  # from now on, for the list is new

    def listed_at(self, patient_id: str) -> datetime | None:
        """When the platform was asked for the kept list, if that was at this opening; None: not known yet."""
        return self._listed_at.get(patient_id)

    def recheck(self, record: OpenRecord) -> Result[Mandate]:
        """Every 30 s: the mandate as the platform sees it now (CF-031); MANDATE_ENDED when it is over."""
        if record.offline:
            return self._recheck_cached(record)
        if record.mandate.kind is MandateKind.AUTEUR:
            return record.mandate
        mandate = self._platform.read_mandate(record.patient.id, record.mandate)
        if isinstance(mandate, Failure):
            return mandate
        if mandate.is_over(self.now()):
            return Failure(Code.MANDATE_ENDED)
        if mandate.until() != record.mandate.until() or self.rights.missed(record.patient.id):
            self.rights.hold(record.patient.id, mandate)
        return mandate

    def _recheck_cached(self, record: OpenRecord) -> Result[Mandate]:
        kept = self.rights.reading(record.patient.id)
        if isinstance(kept, RecentPatient):
            return kept.mandate or record.mandate
        if kept.code is not Code.NOT_CACHED:
            return kept
        gone = record.readable_until is not None or record.mandate.is_over(self.now())
        return Failure(Code.MANDATE_ENDED) if gone else record.mandate

    def leave(self, patient_id: str) -> None:
        """The patient token goes; no call is made."""
        self._listed_at.pop(patient_id, None)
        self._platform.close_record(patient_id)

    def forget(self, record: OpenRecord, author_id: str) -> Result[None]:
        """The mandate ended: destroy what it had given, keep the author's own documents (CF-066)."""
        known = self._store.documents(record.patient.id)
        documents = () if isinstance(known, Failure) else known
        own = frozenset(d.id for d in documents if author_id and d.author.id == author_id)
        return self.rights.end(record.patient.id, own)

    def view_setting(self, name: str) -> str:
        """How the holder left a part of the screen, "" where nothing is known; nothing of a patient."""
        kept = self._store.setting(f"view.{name}")
        return kept if isinstance(kept, str) else ""

    def set_view_setting(self, name: str, value: str) -> Result[None]:
        """Keep it, in the holder's own encrypted store."""
        return self._store.set_setting(f"view.{name}", value)

    def recent(self) -> Result[tuple[RecentPatient, ...]]:
        """« Ouverts aujourd'hui »."""
        return self._store.recent_patients(self.today())
