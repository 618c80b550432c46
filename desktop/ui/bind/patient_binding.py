"""Home and identity screens on the record desk: find, compare, open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.common.performance import mark
from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Patient
from desktop.domain.secret import Secret
from desktop.ports.store import RecentPatient
from desktop.services.deposit import BegunDeposits
from desktop.services.patients import Found, Query
from desktop.services.record import AccessPlan
from desktop.services.session import Effect
from desktop.ui.desk.begun_deposits import BegunDesk
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.outbox_desk import OutboxDesk
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.shell import Shell
from desktop.ui.views.home import HomeModel, HomeView, Todo, TodoKind
from desktop.ui.views.identity import IdentityModel, IdentityView
from desktop.ui.views.search_terms import SearchTerms

_PAUSES_S = (0, 3, 10, 30)
_FAILED = (OutboxState.TERMINAL, OutboxState.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class _WrongCodes:
    """Of one patient in this session: how many were refused, and until when (s, of the clock that nobody can
    set) none is taken."""

    refused: int = 0
    until: float = 0
    locked: bool = False


class PatientBinding(QObject):
    """Keeps what home and identity show. Signals: ``left`` (the record in front was closed), ``resume_asked``
    (a record was opened for the deposits that were begun in it)."""

    left = Signal()
    resume_asked = Signal()

    def __init__(
        self,
        *,
        home: HomeView,
        identity: IdentityView,
        shell: Shell,
        machine: Machine,
        session: SessionDesk,
        record: RecordDesk,
        outbox: OutboxDesk,
        begun: BegunDesk,
        now: Callable[[], datetime],
        today: Callable[[], date],
        monotonic: Callable[[], float],
    ) -> None:
        """*now* and *today* are the platform's where known; *monotonic* in seconds."""
        super().__init__(record)
        self._home, self._identity, self._shell = home, identity, shell
        self._session, self._record, self._outbox, self._begun = session, record, outbox, begun
        self._now, self._today, self._monotonic = now, today, monotonic
        self._results: tuple[Patient, ...] | None = None
        self._failure: Failure | None = None
        self._searching = False
        self._recents: tuple[RecentPatient, ...] = ()
        self._rows: tuple[OutboxRow, ...] = ()
        self._drafts: tuple[BegunDeposits, ...] = ()
        self._resumes = ""  # whose begun deposits are wanted, once his record is open
        self._plan: AccessPlan | Failure | None = None
        self._opening = False
        # By a number that means nothing outside this process: they outlive a lock, and name nobody.
        self._wrong: dict[int, _WrongCodes] = {}
        desk = record
        home.search_asked.connect(self._search)
        home.patient_chosen.connect(self.choose)
        home.todo_chosen.connect(self._take_up)
        identity.code_entered.connect(self._open)
        identity.open_asked.connect(lambda: self._open(None))
        identity.retry_asked.connect(self._plan_again)
        identity.own_documents_asked.connect(desk.open_own)
        desk.found.connect(self._on_found)
        desk.identified.connect(lambda: self._show_identity(None))
        desk.planned.connect(self._on_planned)
        desk.access_refused.connect(self._on_refused)
        desk.opened.connect(lambda _: self._on_opened())
        desk.ended.connect(lambda _: self._on_ended())
        desk.closed.connect(self._on_closed)
        desk.recent_changed.connect(self._on_recent)
        machine.on(Effect.HIDE_CONTENT, self._hide)
        machine.on(Effect.FORGET_CODE, identity.field.wipe)
        outbox.rows_changed.connect(self._on_rows)
        begun.changed.connect(self._on_begun)
        session.logged_in.connect(lambda _: begun.refresh())  # an unlock leads back to what was in front

    def begin(self) -> None:
        """A session is there: an empty home page, filled as answers come."""
        self._searching = False
        self._forget_search()
        self.go_home()
        QTimer.singleShot(0, lambda: mark("home-usable"))

    def forget(self) -> None:
        """Nothing of a former session remains (CF-014)."""
        self._plan = None
        self._wrong = {}
        self._recents, self._rows = (), ()
        self._forget_search()
        self._identity.forget()

    def _hide(self) -> None:
        """Answers that are on their way will not come any more."""
        self._searching = self._opening = False
        self._plan = None  # what is in the way is asked anew after the unlock
        self._recents, self._rows = (), ()  # and both lists are read anew
        self._identity.forget()
        self._forget_search()

    def _forget_search(self) -> None:
        """What was typed and found names somebody."""
        self._results, self._failure = None, None
        self._home.clear_search()
        self._show_home()

    def go_home(self) -> None:
        """The home page, then what is open of a patient is left."""
        self.leave_for("home")

    def leave_for(self, page: str) -> None:
        """*page* in front, then what is open of a patient is left."""
        self._show_home()
        self._shell.set_page(page)
        if not self._record.is_left:
            self._record.close()
        self._record.refresh_recent()
        self._outbox.refresh()
        self._begun.refresh()

    # -- home ----------------------------------------------------------------------------------------

    def put_on_home(self, panel: QWidget) -> None:
        """A feature's part of the home page, under the search."""
        self._home.put_below_search(panel)

    def look_for(self, typed: str) -> None:
        """As if *typed* stood in the search, and the search was pressed."""
        self._home.look_for(typed)

    def _show_home(self) -> None:
        now = self._now()
        self._home.show_state(
            HomeModel(
                now,
                self._searching,
                self._results,
                self._failure,
                self._recents,
                self._todos(),
                self._is_offline(),
            )
        )

    def _is_offline(self) -> bool:
        session = self._session.session
        return session is not None and session.offline is not None

    def _search(self, terms: SearchTerms) -> None:
        self._searching, self._results, self._failure = True, None, None
        self._show_home()
        self._record.search(Query(terms.matricule, terms.name, terms.birth_date))

    def _on_found(self, found: Found | Failure) -> None:
        self._searching = False
        if isinstance(found, Failure):
            self._failure = None if found.code is Code.PATIENT_NOT_FOUND else found
            self._results = () if self._failure is None else None
        else:
            self._results = found.patients
        self._show_home()
        if isinstance(found, Found) and len(found.patients) == 1:
            self.choose(found.patients[0])

    def _on_recent(self, recents: tuple[RecentPatient, ...] | Failure) -> None:
        """A clock that was set back is told; that nothing is kept on this disk is told elsewhere."""
        if self._record.has_ended:
            return
        set_back = isinstance(recents, Failure) and recents.code is Code.CLOCK_SET_BACK
        if isinstance(recents, Failure):
            self._failure, recents = (recents if set_back else self._failure), ()
        self._recents = recents
        self._show_home()

    def _on_rows(self, rows: tuple[OutboxRow, ...]) -> None:
        self._rows = rows
        self._show_home()

    def _on_begun(self, drafts: tuple[BegunDeposits, ...]) -> None:
        self._drafts = drafts
        self._show_home()

    def _todos(self) -> tuple[Todo, ...]:
        annonces = [Todo(TodoKind.ANNONCE, r.patient, r.annonces) for r in self._recents if r.annonces]
        held = [
            Todo(TodoKind.DEPOSIT_HELD, r.deposit.patient) for r in self._rows if r.state is OutboxState.HELD
        ]
        failed = [
            Todo(TodoKind.DEPOSIT_FAILED, r.deposit.patient)
            for r in self._rows
            if r.state in _FAILED and not (r.failure and r.failure.code is Code.CANCELLED)
        ]
        begun = [Todo(TodoKind.DRAFT, d.patient, d.count) for d in self._drafts]
        return (*annonces, *held, *failed, *begun)

    def _take_up(self, todo: Todo) -> None:
        if todo.kind in (TodoKind.DEPOSIT_HELD, TodoKind.DEPOSIT_FAILED):
            self._shell.set_page("outbox")
        else:
            self.choose(todo.patient)
            self._resumes = todo.patient.id if todo.kind is TodoKind.DRAFT else ""

    # -- identity ------------------------------------------------------------------------------------

    def choose(self, patient: Patient) -> None:
        """Show an identity, as if for the first time; without the platform, what the cache still may show.

        Only the pauses of wrong codes go on: to leave and come back is no way round them (CF-009).
        """
        self._resumes = ""
        recent = next((r for r in self._recents if r.patient.id == patient.id), None)
        if self._is_offline() and recent is not None:
            self._record.open_offline(recent)
            return
        self._identity.forget()
        self._ask_the_way(patient)
        self._shell.set_page("identity")

    def _ask_the_way(self, patient: Patient) -> None:
        self._plan, self._opening = None, False
        self._record.choose(patient)

    def _show_identity(self, failure: Failure | None) -> None:
        patient = self._record.patient
        if patient is None:
            return
        plan = self._plan
        mandate = plan.mandate if isinstance(plan, AccessPlan) else None
        unknown = isinstance(plan, Failure)
        if isinstance(plan, Failure):
            failure = failure or plan
        today, wrong = self._today(), self._wrong.get(hash(patient.id), _WrongCodes())
        wait_s = max(0, ceil(wrong.until - self._monotonic()))
        self._identity.show_state(
            IdentityModel(
                patient, today, mandate, plan is None, unknown, self._opening, failure, wait_s, wrong.locked
            )
        )

    def _plan_again(self) -> None:
        """« Réessayer »: as long as nobody knows whether a mandate runs, no code is asked (CF-007)."""
        patient = self._record.patient
        if patient is not None:
            self._ask_the_way(patient)

    def _on_planned(self, plan: AccessPlan | Failure) -> None:
        self._plan = plan
        self._show_identity(None)

    def _open(self, code: Secret | None) -> None:
        mark("code-given")
        self._opening = True
        self._show_identity(None)
        self._record.open(code)

    def _on_refused(self, failure: Failure) -> None:
        self._opening = False
        if failure.code is Code.SCREEN_NOT_KEPT:
            if self._shell.page() == "identity":
                self.go_home()
            self._failure = failure
            self._show_home()
            return
        if failure.code in (Code.PRESENCE_LOCKED, Code.PRESENCE_WRONG):
            self._count_wrong(failure)
        elif failure.code in (Code.NO_MANDATE, Code.MANDATE_ENDED) and isinstance(self._plan, AccessPlan):
            self._plan = AccessPlan(self._plan.patient, None, None)
        self._show_identity(failure)

    def _count_wrong(self, failure: Failure) -> None:
        patient = self._record.patient
        if patient is None:
            return
        key = hash(patient.id)
        refused, locked = self._wrong.get(key, _WrongCodes()).refused, failure.code is Code.PRESENCE_LOCKED
        wait_s = _PAUSES_S[min(refused, len(_PAUSES_S) - 1)]
        if locked:
            wait_s = int(failure.facts.get("retry_after", 60))
        else:
            refused += 1
        self._wrong[key] = _WrongCodes(refused, self._monotonic() + wait_s, locked)

    def _on_opened(self) -> None:
        self._opening = False
        if (patient := self._record.patient) is not None:
            self._wrong.pop(hash(patient.id), None)
        self._identity.forget()  # the record's banner shows who it is
        self._forget_search()  # and the next one who is looked for is another
        resumes, self._resumes = self._resumes, ""
        if resumes and patient is not None and patient.id == resumes:
            QTimer.singleShot(0, self.resume_asked.emit)  # behind the record's own page

    def _on_ended(self) -> None:
        """Home behind the words of an end names nobody; it asks anew when it is shown."""
        self._recents = ()
        self._show_home()

    def _on_closed(self) -> None:
        self._identity.forget()
        if self._shell.is_in_record():
            self.left.emit()
