"""« Envois » on the outbox desk."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.domain.deposit import OutboxRow
from desktop.domain.errors import Code, Failure
from desktop.domain.network import NetworkState
from desktop.domain.texts import counted, failure_next_step, failure_text, text
from desktop.services.session import Effect, SessionState
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.outbox_desk import OutboxDesk
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.views.outbox import OutboxModel, OutboxView


class OutboxBinding(QObject):
    """Shows every row; acts on the one that was chosen."""

    def __init__(
        self,
        *,
        view: OutboxView,
        machine: Machine,
        session: SessionDesk,
        record: RecordDesk,
        outbox: OutboxDesk,
        network: Callable[[], NetworkState],
    ) -> None:
        """*network* tells how the platform is reached now."""
        super().__init__(outbox)
        self._view, self._machine, self._record, self._network = view, machine, record, network
        self._session = session
        self._rows: tuple[OutboxRow, ...] = ()
        self._note, self._unreadable = "", 0
        desk = outbox
        desk.unreadable_told.connect(self._on_unreadable)
        desk.left_behind.connect(session.leave_behind)
        machine.on(Effect.RESTORE_SCREEN, self._say_left_behind)
        desk.rows_changed.connect(self._on_rows)
        self._view.send_asked.connect(lambda unique_id: self._act(unique_id, desk.retry))
        self._view.check_asked.connect(lambda unique_id: self._act(unique_id, desk.retry))
        self._view.cancel_asked.connect(lambda unique_id: self._act(unique_id, desk.cancel))
        self._view.take_back_asked.connect(lambda unique_id: self._act(unique_id, desk.take_back))
        self._view.remove_asked.connect(lambda unique_id: self._act(unique_id, desk.remove))
        desk.refused.connect(self._on_refused)
        desk.taken_back.connect(self._on_taken_back)
        machine.on(Effect.HIDE_CONTENT, self._forget)
        session.logged_out.connect(self._on_logged_out)

    def _on_rows(self, rows: tuple[OutboxRow, ...]) -> None:
        self._rows = rows
        state = self._machine.situation.session
        network = self._network()
        offline = state is not SessionState.ACTIVE or network not in (
            NetworkState.ONLINE,
            NetworkState.UNKNOWN,
        )
        self._view.show_state(OutboxModel(rows, offline, self._note, self._unreadable))

    def _on_logged_out(self) -> None:
        self._session.left_behind = 0
        self._on_rows(())

    def _say_left_behind(self) -> None:
        """After an unlock, to the same holder: what became of these deposits only the records tell."""
        count, self._session.left_behind = self._session.left_behind, 0
        if count:
            self._say(counted("outbox.left_behind", count))

    def _on_unreadable(self, count: int) -> None:
        self._unreadable = count

    def _on_refused(self, failure: Failure) -> None:
        late = failure.code in (Code.CHANGED_ELSEWHERE, Code.DEPOSIT_UNKNOWN, Code.NOT_FOUND)
        said = f"{failure_text(failure)} {failure_next_step(failure)}"
        self._say(text("outbox.too_late") if late else said)

    def _on_taken_back(self, row: OutboxRow) -> None:
        """Where that patient's record is open, the form itself shows it."""
        record, patient = self._record.record, row.deposit.patient
        if record is None or record.patient.id != patient.id:
            self._say(text("outbox.taken_back", name=patient.name))

    def _say(self, note: str) -> None:
        self._note = note
        self._on_rows(self._rows)

    def _forget(self) -> None:
        """Rows and note name patients (CF-014); the list is read anew at the unlock."""
        self._note = ""
        self._on_rows(())

    def _act(self, unique_id: str, act: object) -> None:
        row = next((r for r in self._rows if r.deposit.unique_id == unique_id), None)
        if row is not None and callable(act):
            self._say("")
            act(row)
