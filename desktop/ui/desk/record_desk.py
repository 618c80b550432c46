"""The patient on the screen: identity, access, documents, and the end of the mandate."""

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.account import Account
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Document, DocumentPage, Episode, Mandate, Patient
from desktop.domain.secret import Secret
from desktop.ports import RecentPatient
from desktop.services.bundle import Services
from desktop.services.record import AccessPlan, OpenRecord, new_since
from desktop.services.session import Effect, Event, RecordState
from desktop.ui.desk.machine import Machine
from desktop.ui.tasks import Generation, Lane, Tasks

RECHECK_MS = 30_000
_GONE = frozenset({Code.MANDATE_ENDED, Code.NO_MANDATE, Code.RECORD_CLOSED, Code.PRACTICE_SUSPENDED})


@dataclass(frozen=True, slots=True)
class RecordContents:
    """What is known of the open record; ``complete`` once every page has come."""

    documents: tuple[Document, ...] = ()
    episodes: tuple[Episode, ...] = ()
    new: frozenset[str] = frozenset()
    cached: frozenset[str] = frozenset()
    complete: bool = False
    incomplete_list: bool = False


class RecordDesk(QObject):
    """Signals: ``found(Found | Failure)``, ``planned(AccessPlan | Failure)``, ``access_refused(Failure)``,
    ``opened(OpenRecord)``, ``contents_changed(RecordContents)``, ``contents_failed(Failure)``,
    ``mandate_changed(Mandate)``, ``ended(Failure)``, ``closed()``, ``recent_changed(tuple)``."""

    found = Signal(object)
    planned = Signal(object)
    access_refused = Signal(object)
    opened = Signal(object)
    contents_changed = Signal(object)
    contents_failed = Signal(object)
    mandate_changed = Signal(object)
    ended = Signal(object)
    closed = Signal()
    recent_changed = Signal(object)

    def __init__(self, machine: Machine, tasks: Tasks, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._machine = machine
        self._tasks = tasks
        self._services = services
        self._search = Generation()
        self._visit = Generation()
        self._patient: Patient | None = None
        self._plan: AccessPlan | None = None
        self._record: OpenRecord | None = None
        self._contents = RecordContents()
        self._account: Account | None = None
        self._recheck = QTimer(self)
        self._recheck.setInterval(RECHECK_MS)
        self._recheck.timeout.connect(self.recheck)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._watch_end)
        machine.on(Effect.WIPE_DOCUMENTS, self._wipe)
        machine.on(Effect.CLOSE_RECORD, self._close)

    @property
    def record(self) -> OpenRecord | None:
        """The open record."""
        return self._record

    @property
    def patient(self) -> Patient | None:
        """The patient on the screen, also before the record is open."""
        return self._patient

    @property
    def contents(self) -> RecordContents:
        """What is known of the open record."""
        return self._contents

    def set_account(self, account: Account | None) -> None:
        """Who reads."""
        self._account = account

    # -- finding -------------------------------------------------------------------------------------

    def search(self, typed: str) -> None:
        """Look for a patient; answers with ``found``."""
        self._search.bump()
        patients = self._services.patients
        self._run(lambda: patients.search(typed), self.found.emit, self._search)

    def refresh_recent(self) -> None:
        """« Ouverts aujourd'hui »; answers with ``recent_changed``."""

        def arrived(rows: tuple[RecentPatient, ...] | Failure) -> None:
            self.recent_changed.emit(() if isinstance(rows, Failure) else rows)

        self._tasks.run(Lane.STORE, self._services.record.recent, arrived, owner=self)

    def choose(self, patient: Patient) -> None:
        """Show an identity and ask which lock is in the way; answers with ``planned``."""
        if self._record is not None:
            self.close()
        self._patient = patient
        self._plan = None
        self._visit.bump()
        self._machine.fire(Event.PATIENT_IDENTIFIED)
        service = self._services.record
        self._run(lambda: service.plan(patient), self._on_plan, self._visit)

    def _on_plan(self, plan: AccessPlan | Failure) -> None:
        if isinstance(plan, AccessPlan):
            self._plan = plan
            if plan.code_needed:
                self._machine.fire(Event.CODE_ASKED)
        self.planned.emit(plan)

    # -- opening -------------------------------------------------------------------------------------

    def open(self, code: Secret | None) -> None:
        """Open with the code, or without while a mandate runs. The code is wiped in every case."""
        patient = self._patient
        if patient is None or self._machine.situation.record is RecordState.CODE_CHECKING:
            if code is not None:
                code.wipe()
            return
        self._machine.fire(Event.ACCESS_ASKED)
        service = self._services.record
        self._run(lambda: service.open(patient, code), self._on_open, self._visit)

    def open_offline(self, recent: RecentPatient) -> None:
        """Open from the cache."""
        self._patient = recent.patient
        self._visit.bump()
        self._machine.fire(Event.PATIENT_IDENTIFIED)
        self._machine.fire(Event.ACCESS_ASKED)
        service = self._services.record
        self._tasks.run(
            Lane.STORE,
            lambda: service.open_cached(recent),
            self._on_open,
            owner=self,
            generation=self._visit,
        )

    def reopen(self) -> None:
        """After an unlock: the same patient, without a code; a mandate that ended says so."""
        patient, record = self._patient, self._record
        if patient is None or record is None:
            return
        self._visit.bump()
        service = self._services.record

        def arrived(result: OpenRecord | Failure) -> None:
            if isinstance(result, Failure) and result.code not in _GONE:
                self.contents_failed.emit(result)
                result = replace(record, offline=True)
            if isinstance(result, Failure):
                self._end(result)
            else:
                self._show(replace(result, last_opening=record.last_opening))

        self._run(lambda: service.open(patient, None), arrived, self._visit)

    def _on_open(self, result: OpenRecord | Failure) -> None:
        if isinstance(result, Failure):
            self._machine.fire(Event.ACCESS_REFUSED)
            self.access_refused.emit(result)
            return
        self._machine.fire(Event.ACCESS_GRANTED)
        self._show(result)

    def _show(self, record: OpenRecord) -> None:
        self._record = record
        self._contents = RecordContents()
        self.opened.emit(record)
        self._recheck.start()
        self._clock.start()
        self._load(record)

    # -- contents ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask again for the list (after a deposit, a lift, F5)."""
        if self._record is not None:
            self._load(self._record)

    def _load(self, record: OpenRecord) -> None:
        service = self._services.record
        episodes_came = partial(self._on_episodes, record)
        self._run(lambda: service.first_page(record), partial(self._on_page, record, ()), self._visit)
        self._run(lambda: service.episodes(record), episodes_came, self._visit)

    def _on_page(
        self, record: OpenRecord, before: tuple[Document, ...], page: DocumentPage | Failure
    ) -> None:
        if isinstance(page, Failure):
            self._on_trouble(page)
            return
        documents = (*before, *page.documents)
        last = page.next is None
        if last or not self._contents.documents or len(documents) > len(self._contents.documents):
            self._update(
                documents=documents,
                new=new_since(documents, record.last_opening),
                complete=last,
                incomplete_list=not page.complete,
            )
        if not last:
            service = self._services.record
            self._run(
                lambda: service.following_page(record, page),
                partial(self._on_page, record, documents),
                self._visit,
            )
        else:
            self._keep(record)

    def _on_episodes(self, record: OpenRecord, episodes: tuple[Episode, ...] | Failure) -> None:
        if isinstance(episodes, Failure):
            self._on_trouble(episodes)
            return
        self._update(episodes=episodes)
        if self._contents.complete:
            self._keep(record)

    def _keep(self, record: OpenRecord) -> None:
        service, documents = self._services.record, self._services.documents
        contents = self._contents

        def work() -> frozenset[str]:
            service.keep(record, contents.documents, contents.episodes)
            return documents.cached(record)

        def kept(cached: frozenset[str] | Failure) -> None:
            if not isinstance(cached, Failure) and cached != self._contents.cached:
                self._update(cached=cached)

        self._tasks.run(Lane.STORE, work, kept, owner=self, generation=self._visit)

    def _update(self, **changes: object) -> None:
        self._contents = replace(self._contents, **changes)  # type: ignore[arg-type]
        self.contents_changed.emit(self._contents)

    # -- the mandate's end ---------------------------------------------------------------------------

    def recheck(self) -> None:
        """Every 30 s while a record is open (CF-031)."""
        record = self._record
        if record is None:
            return
        service = self._services.record
        self._run(lambda: service.recheck(record), self._on_recheck, self._visit)

    def _on_recheck(self, result: Mandate | Failure) -> None:
        if isinstance(result, Failure):
            if result.code in _GONE:
                self._end(result)
        elif self._record is not None and result != self._record.mandate:
            self._record = replace(self._record, mandate=result)
            self.mandate_changed.emit(result)

    def _watch_end(self) -> None:
        record = self._record
        if record is None:
            return
        now = self._services.record.now()
        if record.mandate.is_over(now):
            self._end(Failure(Code.MANDATE_ENDED))
        elif record.mandate.in_grace(now) and self._machine.situation.record is RecordState.OPEN:
            self._machine.fire(Event.GRACE_BEGUN)
            self.mandate_changed.emit(record.mandate)

    def _on_trouble(self, failure: Failure) -> None:
        if failure.code in _GONE:
            self._end(failure)
        else:
            self.contents_failed.emit(failure)

    def _end(self, reason: Failure) -> None:
        record = self._record
        if record is None:
            return
        account = self._account
        own = frozenset(
            d.id for d in self._contents.documents if account and d.author.id == account.practitioner_id
        )
        service = self._services.record
        self._tasks.run(Lane.STORE, lambda: service.forget(record, own), lambda _: None, owner=self)
        self._machine.fire(Event.MANDATE_ENDED)
        self._record = None
        self.ended.emit(reason)

    # -- leaving -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Leave this patient."""
        self._machine.fire(Event.RECORD_CLOSED)

    def _close(self) -> None:
        record, self._record = self._record, None
        self._patient = None
        self._plan = None
        if record is not None:
            service = self._services.record
            self._tasks.run(Lane.NET, lambda: service.leave(record), lambda _: None, owner=self)
        self.closed.emit()

    def forget(self) -> None:
        """Logout or another holder: nothing of the former screen remains (CF-014)."""
        self._record = None
        self._patient = None
        self._plan = None
        self._search.bump()
        self.closed.emit()

    def _wipe(self) -> None:
        self._recheck.stop()
        self._clock.stop()
        self._visit.bump()
        self._contents = RecordContents()
        pdf = self._services.ports.pdf
        self._tasks.run(Lane.PDF, pdf.wipe, lambda _: None, owner=self)

    def _run(self, work: object, done: object, generation: Generation) -> None:
        self._tasks.run(Lane.NET, work, done, owner=self, generation=generation)  # type: ignore[arg-type]
