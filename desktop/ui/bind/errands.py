"""Errands of the features' pages: woken with the session and the network, told to the GUI thread."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from desktop.domain.errors import Failure, Result
from desktop.kernel.errand import Errand, Round
from desktop.services.session import Effect, SessionState
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.network_watch import NetworkWatch
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.tasks import Generation, Lane, Tasks

AFTER_A_FAILURE: Final = 60.0  # seconds: the store or the program failed, not the platform


class Errands(QObject):
    """Makes them; see :class:`desktop.kernel.errand.BeginErrand`."""

    def __init__(
        self, tasks: Tasks, machine: Machine, session: SessionDesk, record: RecordDesk, network: NetworkWatch
    ) -> None:
        super().__init__(session)
        self._tasks, self._machine, self._session, self._record = tasks, machine, session, record
        self._begun: list[_Errand] = []
        session.logged_in.connect(lambda _: self._wake())
        network.returned.connect(self._wake)
        machine.on(Effect.HIDE_CONTENT, self._stop)

    def begin(
        self,
        step: Callable[[], Result[Any]],
        told: Callable[[Any], Round],
        waking: Callable[[], object],
    ) -> Errand:
        """As the protocol says."""
        errand = _Errand(self, step, told, waking)
        self._begun.append(errand)
        errand.wake_up()
        return errand

    def is_active(self) -> bool:
        """Whether a session is there that the platform knows."""
        return self._machine.situation.session is SessionState.ACTIVE

    def run(
        self, lane: Lane, work: Callable[[], Result[Any]], done: Callable[[Any], object], **how: Any
    ) -> None:
        """As :meth:`desktop.ui.tasks.Tasks.run`."""
        self._tasks.run(lane, work, done, **how)

    def heed(self, failure: Failure) -> bool:
        """Whether *failure* ended the session."""
        return self._session.heed(failure)

    def release(self, patient_id: str) -> None:
        """A patient who is not before the user: his token is not needed any more."""
        self._record.release(patient_id)

    def _wake(self) -> None:
        for errand in self._begun:
            errand.wake_up()

    def _stop(self) -> None:
        for errand in self._begun:
            errand.stop()


class _Errand(QObject):
    def __init__(
        self,
        all_: Errands,
        step: Callable[[], Result[Any]],
        told: Callable[[Any], Round],
        waking: Callable[[], object],
    ) -> None:
        super().__init__(all_)
        self._all, self._step, self._told, self._waking = all_, step, told, waking
        self._running = self._again = False
        self._session = Generation()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.wake)

    def wake_up(self) -> None:
        """Something changed outside: what waited for it is tried."""
        self._waking()
        self.wake()

    def wake(self) -> None:
        """As the protocol says."""
        if not self._all.is_active():
            return
        if self._running:
            self._again = True
            return
        self._timer.stop()
        self._running = True
        self._all.run(Lane.NET, self._step, self._came, owner=self, generation=self._session)

    def keep(self, work: Callable[[], Result[object]], failed: Callable[[Failure], object]) -> None:
        """As the protocol says."""

        def kept(result: object | Failure) -> None:
            if isinstance(result, Failure):
                failed(result)
            else:
                self.wake()

        self._all.run(Lane.STORE, work, kept, owner=self)

    def stop(self) -> None:
        """A lock or a logout: nobody hears of a step that is still running."""
        self._session.bump()
        self._running = self._again = False
        self._timer.stop()

    def _came(self, result: Any) -> None:
        self._running = False
        if isinstance(result, Failure):
            after = Round(AFTER_A_FAILURE, result)
        else:
            after = self._told(result)
        if after.left:
            self._all.release(after.left)
        if after.failure is not None and self._all.heed(after.failure):
            return
        if self._again or after.wait == 0:
            self._again = False
            self.wake()
        elif after.wait is not None:
            self._timer.start(int(after.wait * 1000) + 1)
