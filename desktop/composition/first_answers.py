"""What the first screen tells of the world around: the readers, and whether the platform can be reached.

Readers (by :mod:`desktop.composition.launch`) and the platform's name are asked for while the window is on
its way, so that their answers stand in its first picture. What asks the platform itself is loaded after that
picture, one part after the other: two workers that import at once take as long, and the window would wait for
both.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.composition.options import Options
from desktop.domain.errors import Failure
from desktop.domain.network import NetworkState
from desktop.ui.tasks import Lane, Tasks

if TYPE_CHECKING:
    from desktop.composition.platform_link import PlatformLink
    from desktop.composition.shared_monitor import SharedMonitor

PICTURE_MS = 60  # from a whole window to its first picture; a resolver that says nothing holds nothing up


class FirstAnswers(QObject):
    """Signals: ``readers_seen(ReaderSnapshot)``, ``network_seen(NetworkState)``, ``over()``: whatever else
    is to be loaded may be loaded now. ``monitor`` and ``link`` are then handed to the session. ``picture``:
    the time that the window has for itself.

    In the demo there is nothing to ask yet: its platform is still starting.
    """

    readers_seen = Signal(object)
    network_seen = Signal(object)
    over = Signal()
    _snapshot_came = Signal(object)

    def __init__(
        self, options: Options, tasks: Tasks, prepare: Callable[[], object], parent: QObject
    ) -> None:
        """*prepare* is run first, in a worker."""
        super().__init__(parent)
        self._options, self._tasks, self._prepare = options, tasks, prepare
        self.monitor: SharedMonitor | None = None
        self.link: PlatformLink | None = None
        self.picture = QTimer(self, interval=PICTURE_MS, singleShot=True)
        self.picture.timeout.connect(self._load)
        self._snapshot_came.connect(self.readers_seen, Qt.ConnectionType.QueuedConnection)

    def begin(self, readers: "SharedMonitor | None") -> None:
        """The window is on its way to the screen; *readers* are watched already, None in the demo."""
        self.monitor = readers
        if readers is None:
            self._tasks.run(Lane.NET, self._prepare, lambda _: self.over.emit(), owner=self)
            return
        readers.start(self._snapshot_came.emit)
        self._tasks.run(Lane.NET, self._glance, self._on_glance, owner=self)
        # In the first turn of the event loop: until then the window is being filled.
        QTimer.singleShot(0, self, self.picture.start)

    def cancel(self) -> None:
        """Cut what is being asked of the platform, and the waiting for the demo's."""
        if self._options.demo is not None:
            self._options.demo.ending.set()
        if self.link is not None:
            self.link.platform.cancel_all()

    def close(self) -> None:
        """The program ends before a session took over monitor and link; no worker runs any more."""
        if self.monitor is not None:
            self.monitor.stop()
        if self.link is not None:
            self.link.platform.close()

    def _glance(self) -> NetworkState:
        from desktop.composition.platform_link import way_to_platform

        closed = way_to_platform(self._options).is_closed()
        return NetworkState.OFFLINE if closed else NetworkState.UNKNOWN

    def _on_glance(self, state: NetworkState | Failure) -> None:
        if state is NetworkState.OFFLINE and self.link is None:  # else the platform itself is being asked
            self.network_seen.emit(state)

    def _load(self) -> None:
        self._tasks.run(Lane.NET, self._make_link, self._on_link, owner=self)

    def _make_link(self) -> "PlatformLink":
        self._prepare()
        from desktop.composition.platform_link import link_platform
        from desktop.system.clock import SystemClock

        link = link_platform(self._options, SystemClock())
        link.platform.warm()
        return link

    def _on_link(self, link: "PlatformLink | Failure") -> None:
        if not isinstance(link, Failure):
            self.link = link
            self._tasks.run(Lane.NET, link.platform.probe, self._on_network, owner=self)
        self.over.emit()

    def _on_network(self, state: NetworkState | Failure) -> None:
        if not isinstance(state, Failure):
            self.network_seen.emit(state)
