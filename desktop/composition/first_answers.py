"""What the first screen tells of the world around: the readers, and whether the platform can be reached.

Each answer is asked for as soon as its part is loaded, and the parts are loaded one after the other: two
workers that import at once take as long, and both answers would come late.
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

GLANCE_MS = 60  # a resolver may take seconds to say that it knows no answer: nothing waits longer for it


class FirstAnswers(QObject):
    """Signals: ``readers_seen(ReaderSnapshot)``, ``network_seen(NetworkState)``, ``over()``: whatever else
    is to be loaded may be loaded now. ``monitor`` and ``link`` are then handed to the session.

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
        self._loading = False
        self._snapshot_came.connect(self.readers_seen, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """The window is on its way to the screen."""
        if self._options.demo is not None:
            self._tasks.run(Lane.NET, self._prepare, lambda _: self.over.emit(), owner=self)
            return
        from desktop.composition.cards import reader_monitor

        self.monitor = reader_monitor()
        self.monitor.start(self._snapshot_came.emit)
        self._tasks.run(Lane.NET, self._glance, self._on_glance, owner=self)
        QTimer.singleShot(GLANCE_MS, self, self._load)

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
        self._load()

    def _load(self) -> None:
        if not self._loading:
            self._loading = True
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
