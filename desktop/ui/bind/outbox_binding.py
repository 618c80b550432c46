"""« Envois » on the outbox desk."""

from PySide6.QtCore import QObject

from desktop.domain.account import NetworkState
from desktop.domain.deposit import OutboxRow
from desktop.services.session import SessionState
from desktop.ui.bind.context import Context
from desktop.ui.views.outbox import OutboxModel, OutboxView


class OutboxBinding(QObject):
    """Shows every row; acts on the one that was chosen."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.desks.outbox)
        self._context = context
        self._rows: tuple[OutboxRow, ...] = ()
        self._view = context.pages.take(OutboxView)
        desk = context.desks.outbox
        desk.rows_changed.connect(self._on_rows)
        self._view.send_asked.connect(lambda unique_id: self._act(unique_id, desk.retry))
        self._view.check_asked.connect(lambda unique_id: self._act(unique_id, desk.retry))
        self._view.cancel_asked.connect(lambda unique_id: self._act(unique_id, desk.cancel))
        self._view.back_asked.connect(lambda: context.place.shell.set_page("home"))
        context.desks.session.logged_out.connect(lambda: self._on_rows(()))

    def _on_rows(self, rows: tuple[OutboxRow, ...]) -> None:
        self._rows = rows
        state = self._context.desks.machine.situation.session
        network = self._context.services.ports.platform.network_state()
        offline = state is not SessionState.ACTIVE or network not in (
            NetworkState.ONLINE,
            NetworkState.UNKNOWN,
        )
        self._view.show_state(OutboxModel(rows, offline))

    def _act(self, unique_id: str, act: object) -> None:
        row = next((r for r in self._rows if r.deposit.unique_id == unique_id), None)
        if row is not None and callable(act):
            act(row)
