"""The patient on the screen: identity, access, and the end of the mandate."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.common.performance import mark
from desktop.domain.account import Account
from desktop.domain.errors import Code, Failure
from desktop.domain.record import MandateKind, Patient
from desktop.domain.secret import Secret
from desktop.ports.store import RecentPatient
from desktop.services.behind_lock import BehindLock, OnScreen
from desktop.services.patients import PatientService, Query
from desktop.services.record import AccessPlan, OpenRecord, RecordService
from desktop.services.session import SESSION_OVER, Effect, Event, RecordState, SessionState
from desktop.ui.ask import Ask
from desktop.ui.desk.machine import Machine
from desktop.ui.record.document_pages import DocumentPages
from desktop.ui.record.overview_parts import OverviewParts
from desktop.ui.tasks import Generation, Lane, Tasks

GONE = frozenset(
    {
        Code.MANDATE_ENDED,
        Code.NO_MANDATE,
        Code.RECORD_CLOSED,
        Code.RECORD_NONE,
        Code.RECORD_DECEASED,
        Code.PRACTICE_SUSPENDED,
        Code.KEPT_TOO_LONG,
    }
)


class RecordDesk(QObject):
    """Signals: ``found(Found | Failure)``, ``planned(AccessPlan | Failure)``, ``access_refused(Failure)``;
    what ends the session is heeded and told by none of them.
    ``identified()`` (another patient is on the screen), ``opened(OpenRecord)``, ``ended(Failure)``,
    ``closed()``, ``recent_changed(tuple)``, ``listed()`` (the open record's list was kept), ``outdated()``
    (another page published in it: the list is to be read again), ``document_asked(id)`` (one leads to
    it), ``recheck_asked()`` (another page changed until when its right runs: it is asked for at once). The
    record's own screen loads the documents, and tells of the list. ``document_pages`` are asked when one is
    opened.

    While the session is locked it knows nobody: what was open lies in *behind_lock*."""

    found = Signal(object)
    identified = Signal()
    planned = Signal(object)
    access_refused = Signal(object)
    opened = Signal(object)
    ended = Signal(object)
    closed = Signal()
    recent_changed = Signal(object)
    listed = Signal()
    outdated = Signal()
    document_asked = Signal(str)
    recheck_asked = Signal()

    def __init__(
        self,
        machine: Machine,
        tasks: Tasks,
        *,
        records: RecordService,
        patients: PatientService,
        behind_lock: BehindLock,
        heed: Callable[[Failure], bool],
        wipe_documents: Callable[[], object],
        parent: QObject,
    ) -> None:
        """*heed* as in :class:`desktop.ui.ask.Ask`; *wipe_documents* ends the children that show some."""
        super().__init__(parent)
        self._machine = machine
        self._tasks = tasks
        self._records, self._patients, self._wipe_documents = records, patients, wipe_documents
        self._behind_lock = behind_lock
        self.document_pages = DocumentPages()
        self.overview_parts = OverviewParts(self)
        hidden = self._hidden = Generation()
        self._ask_search = Ask(tasks, hidden, heed, self)
        self._ask = Ask(tasks, hidden, heed, self)
        self._patient: Patient | None = None
        self._plan: AccessPlan | None = None
        self._record: OpenRecord | None = None
        self._account: Account | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._watch_end)
        machine.on(Effect.HIDE_CONTENT, hidden.bump)
        machine.on(Effect.KEEP_DRAFTS, self._put_behind_the_lock)
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
    def is_left(self) -> bool:
        """Nobody is on the screen, nor the words that a right has ended."""
        return self._patient is None and self._machine.situation.record is RecordState.NONE

    @property
    def has_ended(self) -> bool:
        """The words that a right has ended are on the screen, and nobody's name."""
        return self._machine.situation.record is RecordState.ENDED

    def set_account(self, account: Account | None) -> None:
        """Who reads."""
        self._account = account

    # -- finding -------------------------------------------------------------------------------------

    def search(self, query: Query) -> None:
        """Look for a patient; answers with ``found``."""
        self._ask_search.drop()
        patients = self._patients
        self._ask_search(lambda: patients.search(query), self.found.emit, _Told(self.found.emit))

    def refresh_recent(self) -> None:
        """« Ouverts aujourd'hui », or without the platform all that can be read; then ``recent_changed``.

        Not once a lock or a logout came: the list names patients.
        """
        if not self._machine.situation.may_show_content:
            return
        service = self._records
        offline = self._machine.situation.session is SessionState.ACTIVE_OFFLINE
        listed = service.rights.readable if offline else service.recent
        tell, hidden = self.recent_changed.emit, self._hidden
        self._tasks.run(Lane.STORE, listed, tell, owner=self, generation=hidden)

    def choose(self, patient: Patient) -> None:
        """Show an identity and ask which lock is in the way; answers with ``planned``."""
        if self._record is not None:
            self.close()
        self._patient = patient
        self._plan = None
        self._ask.drop()
        self._machine.fire(Event.PATIENT_IDENTIFIED)
        self.identified.emit()
        service = self._records
        self._ask(lambda: service.plan(patient), self._on_plan, _Told(self.planned.emit))

    def _on_plan(self, plan: AccessPlan) -> None:
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
        service, planned = self._records, self._plan is not None
        self._ask(
            lambda: service.open(patient, code, planned=planned), self._on_open, _Told(self._on_refused)
        )

    def open_own(self) -> None:
        """Own documents of the patient on the screen, without any mandate (CF-026)."""
        patient = self._patient
        if patient is not None:
            self._machine.fire(Event.ACCESS_ASKED)
            self._on_open(self._records.open_own(patient))

    def open_offline(self, recent: RecentPatient) -> None:
        """Open from the cache."""
        self._patient = recent.patient
        self._ask.drop()
        self._machine.fire(Event.PATIENT_IDENTIFIED)
        self._machine.fire(Event.ACCESS_ASKED)
        service = self._records
        self._ask(
            lambda: service.open_cached(recent), self._on_open, _Told(self._on_refused), lane=Lane.STORE
        )

    def come_back(self) -> None:
        """After an unlock: the same patient, without a code; a mandate that ended says so."""
        if self._machine.situation.record in (RecordState.NONE, RecordState.ENDED):
            return
        screen = self._behind_lock.take()
        if screen is None:
            self.close()
            self.access_refused.emit(Failure(Code.SCREEN_NOT_KEPT))
            return
        if screen.record is None:
            self.choose(
                screen.patient
            )  # what is in the way is asked anew; a code died with the lock (CF-010)
            return
        self._patient, self._record = screen.patient, screen.record
        self.reopen()

    def reopen(self) -> None:
        """The open record anew, without a code: after an unlock, or once the platform is back."""
        record = self._record
        if record is None:
            return
        self._ask.drop()
        service = self._records
        if record.mandate.kind is MandateKind.AUTEUR:
            self._show(record)
            return

        online = self._machine.situation.session is SessionState.ACTIVE

        def refused(failure: Failure) -> None:
            if failure.code in SESSION_OVER:
                self.access_refused.emit(failure)
            elif failure.code in GONE:
                self.end(failure)
            else:
                self.close()  # nothing can be shown now; what is kept stays, home says why

        reopen = service.reopen if online else service.reopen_cached  # the opened slot proved the card
        self._ask(lambda: reopen(record), self._show, _Told(refused))

    def _on_open(self, record: OpenRecord) -> None:
        self._machine.fire(Event.ACCESS_GRANTED)
        self._show(record)

    def _on_refused(self, failure: Failure) -> None:
        self._machine.fire(Event.ACCESS_REFUSED)
        self.access_refused.emit(failure)

    def _show(self, record: OpenRecord) -> None:
        self._record = record
        self._clock.start()
        self.opened.emit(record)

    # -- the mandate's end ---------------------------------------------------------------------------

    def _watch_end(self) -> None:
        record = self._record
        now = self._records.now()
        open_now = self._machine.situation.record is RecordState.OPEN
        if record is not None and open_now and record.mandate.in_grace(now):
            self._machine.fire(Event.GRACE_BEGUN)

    def end(self, reason: Failure) -> None:
        """The right is over: what it gave is destroyed (CF-031, CF-066)."""
        record = self._record
        if record is None:
            return
        author = self._account.practitioner_id if self._account else ""
        service = self._records
        self._tasks.run(Lane.STORE, lambda: service.forget(record, author), lambda _: None, owner=self)
        self._machine.fire(Event.MANDATE_ENDED)
        self._record = self._patient = self._plan = None
        self._records.leave(record.patient.id)
        self.ended.emit(reason)

    # -- leaving -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Leave this patient; nothing of him stays, also where the machine knows of no record."""
        if self._machine.situation.record is RecordState.NONE:
            self._close()
        else:
            self._machine.fire(Event.RECORD_CLOSED)

    def _close(self) -> None:
        patient, self._patient = self._patient, None
        self._record = None
        self._plan = None
        if patient is not None:
            self.release(patient.id)
        self.closed.emit()

    def release(self, patient_id: str) -> None:
        """Forget the token of a patient who is not on the screen (a deposit may have asked for it)."""
        if self._patient is None or self._patient.id != patient_id:
            self._records.leave(patient_id)

    def forget(self) -> None:
        """Logout or another holder: nothing of the former screen remains (CF-014)."""
        self._record = self._patient = self._plan = None
        self._behind_lock.forget()
        self._ask_search.drop()
        self.closed.emit()

    def _put_behind_the_lock(self) -> None:
        """Before the store closes: an identity stays in this process no more than a document (CF-017)."""
        if self._machine.situation.may_show_content:
            return  # a record that is closed or has ended
        patient, record = self._patient, self._record
        self._record = self._patient = self._plan = None
        if patient is not None:
            self._behind_lock.put(OnScreen(patient, record))

    def _wipe(self) -> None:
        self._clock.stop()
        self._ask.drop()
        self._tasks.run(Lane.WIPE, self._wipe_documents, lambda _: mark("documents-wiped"), owner=self)


class _Told:
    """:class:`desktop.ui.ask.Asks`: what is waited for, the screen knows by itself; failures are told."""

    def __init__(self, told: Callable[[Failure], object]) -> None:
        self._told = told

    def show_waiting(self, *, waiting: bool) -> None:
        pass

    def show_failure(self, failure: Failure) -> None:
        self._told(failure)
