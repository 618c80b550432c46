"""The outbox in the window: pumps while a session is active, tells every row's state."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.deposit import OutboxRow
from desktop.domain.errors import Failure, Result
from desktop.services.documents import DocumentService
from desktop.services.outbox import OutboxService
from desktop.services.session import Effect, SessionState
from desktop.ui.desk.machine import Machine
from desktop.ui.tasks import Lane, Tasks

PUMP_MS = 5_000


class OutboxDesk(QObject):
    """Signals: ``rows_changed(tuple[OutboxRow])``, ``unreadable_told(int)`` rows, ``row_changed(OutboxRow)``,
    ``progressed(unique_id, done, total)``, ``proven(OutboxRow)`` when the platform proved a deposit,
    ``left(patient id)`` when the outbox needs a patient's token no longer, ``refused(Failure)`` when a row
    could not be cancelled, removed or taken back; ``taking_back(patient id)`` before a row becomes a draft,
    ``taken_back(OutboxRow)`` after. ``left_behind(int)`` at a lock: how many deposits were confirmed, not
    proven, and are destroyed by it, because nothing of the session outlives it."""

    rows_changed = Signal(object)
    unreadable_told = Signal(int)
    row_changed = Signal(object)
    progressed = Signal(str, int, int)
    proven = Signal(object)
    left = Signal(str)
    refused = Signal(object)
    taking_back = Signal(str)
    taken_back = Signal(object)
    left_behind = Signal(int)

    def __init__(
        self,
        machine: Machine,
        tasks: Tasks,
        *,
        outbox: OutboxService,
        documents: DocumentService,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._machine = machine
        self._tasks = tasks
        self._outbox, self._documents = outbox, documents
        self._pumping = False
        self._again = False
        self._visited: set[str] = set()
        self._rows: tuple[OutboxRow, ...] = ()
        self._open: set[str] = set()
        self._report_row = tasks.progress(self._on_row, owner=self)
        self._report_bytes = tasks.progress(self.progressed.emit, owner=self)
        self._timer = QTimer(self)
        self._timer.setInterval(PUMP_MS)
        self._timer.timeout.connect(self.pump)
        machine.changed.connect(self._on_change)
        machine.on(Effect.WIPE_DOCUMENTS, self._forget)

    def begin(self) -> None:
        """A session became active: ask after what was under way, then send."""
        self._open.clear()
        outbox, documents = self._outbox, self._documents

        def work() -> object:
            documents.report_pending()
            outbox.recover()
            return outbox.wake()

        self._tasks.run(Lane.UPLOAD, work, lambda _: self.pump(), owner=self)
        self._timer.start()

    def pump(self) -> None:
        """Report reads that wait, then work on what is due, unless that is running already."""
        if self._machine.situation.session is not SessionState.ACTIVE:
            return
        if self._pumping:
            self._again = True
            return
        self._pumping = True
        outbox, documents = self._outbox, self._documents
        report_row, report_bytes = self._report_row, self._report_bytes

        def progress(unique_id: str) -> object:
            return lambda done, total: report_bytes(unique_id, done, total)

        def work() -> int | Failure:
            documents.report_pending()  # reads first (contract §6)
            return outbox.pump(report_row, progress)  # type: ignore[arg-type]

        self._tasks.run(Lane.UPLOAD, work, self._on_pumped, owner=self)

    def follow(self, unique_id: str) -> None:
        """The user confirmed that deposit: until it is over, a lock may leave it behind."""
        self._open.add(unique_id)

    def unfollow(self, unique_id: str) -> None:
        """It could not be put in the outbox, and the form says so."""
        self._open.discard(unique_id)

    def wake(self, patient_id: str) -> None:
        """A record was opened: what was held for that patient is tried again."""
        outbox = self._outbox
        self._tasks.run(Lane.UPLOAD, lambda: outbox.wake(patient_id), lambda _: self.pump(), owner=self)

    def go_on(self) -> None:
        """The platform answers again: what failed for want of it waits no longer."""
        outbox = self._outbox
        self._tasks.run(Lane.UPLOAD, lambda: outbox.wake(held=False), lambda _: self.pump(), owner=self)

    def retry(self, row: OutboxRow) -> None:
        """« Envoyer maintenant »."""
        outbox = self._outbox
        self._tasks.run(Lane.STORE, lambda: outbox.retry(row), lambda _: self.pump(), owner=self)

    def cancel(self, row: OutboxRow) -> None:
        """« Ne plus envoyer »."""
        outbox = self._outbox
        self._act(lambda: outbox.cancel(row))

    def remove(self, row: OutboxRow) -> None:
        """« Retirer de la liste »."""
        outbox = self._outbox
        self._act(lambda: outbox.remove(row))

    def take_back(self, row: OutboxRow) -> None:
        """« Reprendre dans le formulaire »; the store's one lane has kept the open form before."""
        outbox = self._outbox
        self.taking_back.emit(row.deposit.patient.id)
        self._act(lambda: outbox.take_back(row), lambda: self.taken_back.emit(row))

    def _act(self, work: Callable[[], Result[None]], done: Callable[[], None] = lambda: None) -> None:
        def finished(outcome: Failure | None) -> None:
            if isinstance(outcome, Failure):
                self.refused.emit(outcome)
            else:
                done()
            self.refresh()

        self._tasks.run(Lane.STORE, work, finished, owner=self)

    def refresh(self) -> None:
        """Tell all rows."""

        def arrived(found: tuple[tuple[OutboxRow, ...], int] | Failure) -> None:
            if not isinstance(found, Failure) and self._machine.situation.may_show_content:
                self._rows, unreadable = found
                self.unreadable_told.emit(unreadable)
                self.rows_changed.emit(self._rows)

        self._tasks.run(Lane.STORE, self._outbox.listed, arrived, owner=self)

    def _on_row(self, row: OutboxRow) -> None:
        if not self._machine.situation.may_show_content:
            return  # late: the lock has counted and forgotten it
        self._visited.add(row.deposit.patient.id)
        follow = self.follow if row.state.is_pending() else self.unfollow
        follow(row.deposit.unique_id)
        self.row_changed.emit(row)
        if row.document_id:
            self.proven.emit(row)
        self._tell(row)

    def _tell(self, row: OutboxRow) -> None:
        """One row changed: the others are told as they are known, they are not read again for it."""
        if not self._machine.situation.may_show_content:
            return  # who heard of it first ended the session for it
        known = {r.deposit.unique_id for r in self._rows}
        if row.deposit.unique_id in known:
            rows = (row if r.deposit.unique_id == row.deposit.unique_id else r for r in self._rows)
            self._rows = tuple(rows)
        else:
            self._rows = (row, *self._rows)
        self.rows_changed.emit(self._rows)

    def _forget(self) -> None:
        kept = self._outbox.outlives_a_lock()
        self.left_behind.emit(0 if kept else len(self._open))
        self._rows = ()
        self._open.clear()

    def _on_pumped(self, _sent: int | Failure) -> None:
        self._pumping = False
        visited, self._visited = self._visited, set()
        for patient_id in visited:
            self.left.emit(patient_id)
        if visited or not self._rows:
            self.refresh()
        if self._again:
            self._again = False
            self.pump()

    def _on_change(self, _before: object, after: object, _event: object) -> None:
        if not self._machine.situation.may_show_content:
            self._timer.stop()
