"""What the store has to say: what was found in it, until it was seen; why nothing is kept."""

from PySide6.QtCore import QObject

from desktop.domain.errors import Failure, Result
from desktop.domain.recovery import Recovery
from desktop.ports.store import RecoveriesPort
from desktop.services.login import LoggedIn
from desktop.services.session import Effect
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.shell import Shell
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.views.home import HomeView
from desktop.ui.views.recovery import RecoveryModel, RecoveryView


class RecoveryBinding(QObject):
    """Asks the store once a session is there; what was seen is told no more."""

    def __init__(
        self,
        *,
        view: RecoveryView,
        home: HomeView,
        shell: Shell,
        tasks: Tasks,
        machine: Machine,
        session: SessionDesk,
        record: RecordDesk,
        store: RecoveriesPort,
    ) -> None:
        super().__init__(session)
        self._view, self._home, self._shell, self._tasks = view, home, shell, tasks
        self._machine, self._store = machine, store
        self._found: tuple[Recovery, ...] = ()
        home.recovery_asked.connect(lambda: shell.set_page("recovery"))
        view.seen.connect(self._drop)
        session.logged_in.connect(self._begin)
        record.closed.connect(self._ask)  # an act in it whose end was not waited for
        machine.on(Effect.HIDE_CONTENT, self._hide)

    def _begin(self, session: LoggedIn) -> None:
        state = session.vault
        reason = state.reason if state.memory_only else None
        self._home.tell_store(None if reason is None else Failure(reason))
        self._ask()

    def _hide(self) -> None:
        self._home.tell_store(None)
        self._show(())

    def _ask(self) -> None:
        self._tasks.run(Lane.STORE, self._store.recoveries, self._arrived, owner=self)

    def _arrived(self, found: Result[tuple[Recovery, ...]]) -> None:
        if self._machine.situation.may_show_content:  # else a lock came meanwhile
            self._show(() if isinstance(found, Failure) else found)

    def _drop(self) -> None:
        found = self._found

        def dropped(result: Result[None]) -> None:
            if isinstance(result, Failure):
                self._view.show_state(RecoveryModel(found, result))
            else:
                self._shell.set_page("home")
                self._ask()

        self._tasks.run(Lane.STORE, lambda: self._store.drop_recoveries(found), dropped, owner=self)

    def _show(self, found: tuple[Recovery, ...]) -> None:
        self._found = found
        self._view.show_state(RecoveryModel(found))
        self._home.tell_recovery(found)
