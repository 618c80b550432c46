"""Keeps what lies on this computer as narrow as the rights are, while somebody works."""

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.errors import Failure
from desktop.ports.clock import ClockPort
from desktop.services.kept_rights import KeptRights
from desktop.services.session import SessionState
from desktop.ui.desk.machine import Machine
from desktop.ui.tasks import Lane, Tasks

TICK_MS = 30_000  # an end is kept within 60 s (CF-031)
ASK_S = 3_600.0


class RightsDesk(QObject):
    """Signals: ``changed()`` when something that was kept has gone, ``failed(Failure)`` of a question.

    What ends by the clock goes at the next tick. What the platform ends is asked for at each login, every
    hour, and as soon as the platform is back.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, machine: Machine, tasks: Tasks, rights: KeptRights, clock: ClockPort, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._machine, self._tasks, self._rights, self._clock = machine, tasks, rights, clock
        self._asking = False
        self._asked: float | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        machine.changed.connect(lambda *_: self._mind())

    def begin(self) -> None:
        """A session became active."""
        self._asked = None
        self._timer.start()
        self.tick()

    def tick(self) -> None:
        """Purge what has ended, and ask when it is time to."""
        self._tasks.run(Lane.STORE, self._rights.purge, self._purged, owner=self)
        if self._asked is None or self._clock.monotonic() - self._asked >= ASK_S:
            self.ask()

    def ask(self) -> None:
        """Ask the platform, one question at a time; what could not be asked is asked at the next tick."""
        if self._asking or self._machine.situation.session is not SessionState.ACTIVE:
            return
        self._asking = True
        self._asked = self._clock.monotonic()
        self._tasks.run(Lane.NET, self._rights.ask, self._answered, owner=self)

    def _purged(self, gone: int | Failure) -> None:
        if not isinstance(gone, Failure) and gone:
            self.changed.emit()

    def _answered(self, ended: int | Failure) -> None:
        self._asking = False
        if isinstance(ended, Failure):
            self._asked = None
            self.failed.emit(ended)
        elif ended:
            self.changed.emit()

    def _mind(self) -> None:
        if not self._machine.situation.may_show_content:
            self._timer.stop()
