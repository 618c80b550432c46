"""Deposits that were begun and not confirmed, for home: read from this computer alone (CF-062)."""

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import Result
from desktop.services.deposit import BegunDeposits, DepositService
from desktop.services.session import Effect
from desktop.ui.desk.machine import Machine
from desktop.ui.tasks import Generation, Lane, Tasks


class BegunDesk(QObject):
    """Signals: ``changed(tuple[BegunDeposits, ...])``, newest first; () at a lock."""

    changed = Signal(object)

    def __init__(self, machine: Machine, tasks: Tasks, service: DepositService, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._service = tasks, service
        self._generation = Generation()
        machine.on(Effect.HIDE_CONTENT, self._hide)

    def refresh(self) -> None:
        """The store's one lane has kept the form before that was just left."""
        self._tasks.run(
            Lane.STORE, self._service.begun, self._arrived, owner=self, generation=self._generation
        )

    def _hide(self) -> None:
        self._generation.bump()
        self.changed.emit(())

    def _arrived(self, found: Result[tuple[BegunDeposits, ...]]) -> None:
        if isinstance(found, tuple):
            self.changed.emit(found)
