"""The way to the platform: told when it changes, and asked after while it is closed."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.domain.network import NetworkState
from desktop.ports.platform import NetworkPort
from desktop.ui.desk.machine import Machine
from desktop.ui.tasks import Lane, Tasks

ASK_MS = 15_000


class NetworkWatch(QObject):
    """Signals: ``changed(NetworkState)``, ``returned()`` when the platform can be reached again.

    Asks by itself only while somebody works and the platform is out of reach.
    """

    changed = Signal(object)
    returned = Signal()
    _came = Signal(object)

    def __init__(self, machine: Machine, tasks: Tasks, platform: NetworkPort, parent: QObject) -> None:
        super().__init__(parent)
        self._machine = machine
        self._tasks = tasks
        self._platform = platform
        self._state = platform.network_state()
        self._asking = False
        self._timer = QTimer(self)
        self._timer.setInterval(ASK_MS)
        self._timer.timeout.connect(self.ask)
        self._came.connect(self._on_state, Qt.ConnectionType.QueuedConnection)
        platform.on_network_change(self._came.emit)
        machine.changed.connect(lambda *_: self._mind())

    @property
    def state(self) -> NetworkState:
        """As of the last call to the platform."""
        return self._state

    def ask(self) -> None:
        """Ask the platform's discovery page, one question at a time."""
        if self._asking:
            return
        self._asking = True
        self._tasks.run(Lane.NET, self._platform.probe, lambda _: self._answered(), owner=self)

    def _answered(self) -> None:
        self._asking = False

    def _on_state(self, state: NetworkState) -> None:
        back = state is NetworkState.ONLINE and self._state not in (NetworkState.ONLINE, NetworkState.UNKNOWN)
        self._state = state
        self._mind()
        self.changed.emit(state)
        if back:
            self.returned.emit()

    def _mind(self) -> None:
        away = self._state not in (NetworkState.ONLINE, NetworkState.UNKNOWN)
        if away and self._machine.situation.may_show_content:
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()
