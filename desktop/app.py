"""The composition root: the only module that knows every adapter; ordered start and stop."""

import logging
import os
import signal
import socket
import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.common.performance import mark
from desktop.composition.adapters import Built, build
from desktop.composition.options import Options
from desktop.domain.errors import Failure
from desktop.domain.texts import Language, set_language
from desktop.features import FEATURES
from desktop.kernel.feature import Pluggable, add_words
from desktop.services.bundle import Services
from desktop.system import hardening, logs
from desktop.system.paths import DataFolder, data_folder
from desktop.system.single_instance import SingleInstance
from desktop.ui.bind.office import Office, Workplace
from desktop.ui.preferences import Preferences
from desktop.ui.shell import Shell
from desktop.ui.tasks import Lane, Tasks

if TYPE_CHECKING:
    from desktop.demo.tester import Tester

_log = logging.getLogger("dsp.app")


def run(options: Options) -> int:
    """Start, show, work, stop; 0 when the program ended well."""
    hardening.harden_process()
    folder = data_folder()
    handler = logs.start_logging(folder.logs)
    hardening.write_crashes_to(folder.crash_file)
    logs.purge_old(folder.crash_file, datetime.now(UTC))
    sys.setswitchinterval(0.001)  # a worker that imports or parses must not hold the window for 5 ms a call
    qt = QApplication(sys.argv[:1])
    qt.setQuitOnLastWindowClosed(False)
    app = App(options, folder, qt, FEATURES)
    try:
        if not app.is_alone():
            return 0
        app.show()
        return qt.exec()
    finally:
        app.stop()
        hardening.stop_writing_crashes()
        logs.stop_logging(handler)


class App(QObject):
    """The window is painted first; everything heavy is imported and built beside it."""

    _raised = Signal()

    def __init__(
        self, options: Options, folder: DataFolder, qt: QApplication, features: tuple[Pluggable, ...]
    ) -> None:
        super().__init__()
        add_words(features)
        self._features = features
        self._options = options
        self._folder = folder
        self._qt = qt
        self._instance = SingleInstance(folder.home)
        self._tasks = Tasks(self)
        self._preferences = Preferences(folder.home / "settings.json")
        set_language(Language(self._preferences.settings.language))
        self._office: Office | None = None
        self._shell: Shell | None = None
        self._built: Built | None = None
        self._tester: Tester | None = None
        self._raised.connect(self._come_forward, Qt.ConnectionType.QueuedConnection)

    def is_alone(self) -> bool:
        """One program a data folder; the first one comes to the front."""
        return not isinstance(self._instance.acquire(self._raised.emit), Failure)

    def show(self) -> None:
        """Paint the window, then build."""
        from desktop.ui.bind.colours import apply_colours

        apply_colours(self._qt, self._preferences.settings.scheme)
        shell = Shell()
        self._shell = shell
        options = self._options
        workplace = Workplace(
            shell,
            self._tasks,
            self._preferences,
            __version__,
            options.demo is not None,
            options.profile,
            str(self._folder.home),
        )
        self._office = Office(workplace, self)
        shell.installEventFilter(self)
        shell.close_asked.connect(self._leave)
        self._quit_on_signals()
        shell.show()
        QTimer.singleShot(0, self._prepare)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first paint is noted once."""
        if event.type() is QEvent.Type.Paint:
            mark("first-paint")
            watched.removeEventFilter(self)
        return False

    def _prepare(self) -> None:
        options = self._options
        if options.demo is not None and options.demo.probe is not None:
            self._let_testers_in(str(options.demo.probe))
        if self._office is not None:
            self._office.prepare(self._build)

    def _build(self) -> None:
        work = partial(build, self._options, self._folder, self._preferences, self._features, self._tester)
        self._tasks.run(Lane.CARD, work, self._on_built, owner=self)

    def _let_testers_in(self, socket_name: str) -> None:
        """Demo only: eyes, fingers, and a clock whose waiting can be skipped."""
        from desktop.demo.probe import Probe
        from desktop.demo.tester import Tester

        tester = self._tester = Tester()
        Probe(socket_name, self, states=self._states, obey=tester.obey)

    def _states(self) -> dict[str, object]:
        return {"pid": os.getpid(), **(self._office.states() if self._office is not None else {})}

    def _on_built(self, built: Built | Failure) -> None:
        if self._office is None:
            return
        if isinstance(built, Failure):
            self._office.could_not_start(built)
            return
        mark("built")
        self._built = built
        # The first question to a keyring starts its service; the first login must not wait for that.
        self._tasks.run(Lane.NET, built.warm_keyring, lambda _: None, owner=self)
        self._office.open(Services.over(built.ports), built.features)

    def _leave(self) -> None:
        """Lock first, then end: nothing waits for a question."""
        if self._shell is not None:
            self._shell.allow_close()
            self._shell.close()
        self._qt.quit()

    def stop(self) -> None:
        """Refuse new work, cut the network, flush the store, end the children, wipe."""
        if self._office is not None:
            self._office.close()
        built = self._built
        if built is not None:
            built.ports.platform.cancel_all()
            built.ports.card.abort()
        if not self._tasks.close(4000):
            _log.warning("a worker did not end in time")
        if built is not None:
            ports = built.ports
            endings = (ports.vault.close, ports.pdf.close, ports.card.close, ports.platform.close)
            for end in (*endings, *built.endings):
                end()
        self._instance.release()

    def _come_forward(self) -> None:
        if self._shell is not None:
            self._shell.show()
            self._shell.raise_()
            self._shell.activateWindow()

    def _quit_on_signals(self) -> None:
        """SIGTERM and SIGINT end the program in order."""
        if os.name == "nt":
            return
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        signal.set_wakeup_fd(theirs.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(lambda *_: self._leave())
        self._signal_sockets = (ours, theirs)
