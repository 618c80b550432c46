"""The composition root: the only module that knows every adapter; ordered start and stop."""

import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.domain.errors import Failure
from desktop.domain.texts import Language, set_language
from desktop.moments import mark
from desktop.options import Options
from desktop.ports import CardPort, CardSettingsPort, ReaderMonitorPort
from desktop.resource_files import resource
from desktop.services.bundle import Ports, Services
from desktop.system import hardening, logs
from desktop.system.clock import SystemClock
from desktop.system.paths import DataFolder, data_folder
from desktop.system.single_instance import SingleInstance
from desktop.ui.bind.office import Office, Workplace
from desktop.ui.preferences import Preferences
from desktop.ui.shell import Shell
from desktop.ui.tasks import Lane, Tasks

if TYPE_CHECKING:
    from desktop.smartcard.pkcs11_card import Pkcs11Card
    from desktop.tester import Tester

_log = logging.getLogger("dsp.app")
PLATFORM_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Built:
    """The adapters of one run, and what must end after them."""

    ports: Ports
    warm_keyring: Callable[[], object]
    endings: tuple[Callable[[], object], ...] = ()


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
    app = App(options, folder, qt)
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

    def __init__(self, options: Options, folder: DataFolder, qt: QApplication) -> None:
        super().__init__()
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
        options, folder, preferences = self._options, self._folder, self._preferences
        tester = self._tester
        self._tasks.run(
            Lane.CARD, lambda: build(options, folder, preferences, tester), self._on_built, owner=self
        )

    def _let_testers_in(self, socket_name: str) -> None:
        """Demo only: eyes, fingers, and a clock whose waiting can be skipped."""
        from desktop.probe import Probe
        from desktop.tester import Tester

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
        self._office.open(Services.over(built.ports))

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


def build(
    options: Options, folder: DataFolder, preferences: Preferences, tester: "Tester | None" = None
) -> Built:
    """All adapters of one run. Imports what is heavy: call it in a worker. *tester*: demo only."""
    from desktop.pdf.service import PdfService
    from desktop.pdf.write import DocumentWriter
    from desktop.smartcard.pkcs11_card import Pkcs11Card
    from desktop.store.store import Store
    from desktop.store.vault import open_vault
    from desktop.support import Support
    from desktop.sync.platform import Platform
    from desktop.sync.profile import load_profile
    from desktop.system.events import system_events
    from desktop.system.keyring_store import KeyringStore
    from desktop.system.proxy import ProxyMode, choose_proxy

    clock = SystemClock() if tester is None else tester.clock
    events = system_events() if tester is None else tester.listen_to(system_events())
    profile = load_profile(resource("profiles", f"{options.profile}.toml"))
    monitor, card, card_settings, endings = _cards(options, preferences)
    base_url, ca_file = profile.base_url, profile.ca_file
    if options.demo is not None:
        base_url, ca_file = _await_platform(options.demo.ready)
    chosen = choose_proxy(base_url, ProxyMode.SYSTEM)
    proxy = chosen.url
    platform = Platform(
        profile,
        clock,
        software_version=__version__,
        base_url=base_url,
        ca_file=ca_file,
        proxies={"https": proxy, "http": proxy} if proxy else {},
    )
    keyring = KeyringStore()
    vault = open_vault(
        folder.home,
        keyring,
        allow_card_only=options.demo is not None,
        protect=_keep_out_of_swap,
    )
    ports = Ports(
        clock,
        monitor,
        card,
        card_settings,
        platform,
        vault,
        Store(vault),
        PdfService(),
        DocumentWriter(),
        events,
        Support(
            chosen.source,
            demo=options.demo is not None,
            module_in_use=card.module_in_use if isinstance(card, Pkcs11Card) else lambda: None,
        ),
    )
    return Built(ports, keyring.backend, endings)


def _keep_out_of_swap(key: bytearray) -> None:
    hardening.lock_memory(key)


_Cards = tuple[ReaderMonitorPort, CardPort, CardSettingsPort, tuple[Callable[[], object], ...]]


def _cards(options: Options, preferences: Preferences) -> _Cards:
    demo = options.demo
    if demo is None:
        settings = preferences.settings
        chosen = options.module or (Path(settings.module) if settings.module else None)
        return _readers(chosen, settings.keypad, {}, (), ())
    if demo.card == "reader":
        from desktop.smartcard.emulator.real_chain import (
            OPENSC_DRIVERS,
            RealChain,
            obstacle,
            opensc_module,
        )

        reason = obstacle()
        if reason is None:
            chain = RealChain(demo.folder)
            try:
                chain.start()
            except RuntimeError as error:
                reason = ("start", str(error))
        if reason is None:
            environment = chain.environment()
            os.environ.update(environment)  # before the first PC/SC call of this process, which keeps it
            _tell_chain(demo.folder, "reader")
            played = demo.folder / "remote-session"
            return _readers(
                opensc_module(), "auto", environment, OPENSC_DRIVERS, (chain.stop,), played.exists
            )
        _log.warning("no real reader chain, the software card plays: %s %s", *reason)
        _tell_chain(demo.folder, "software", *reason)
    else:
        _tell_chain(demo.folder, "software")
    from desktop.smartcard.software_card import SoftwareCard
    from desktop.smartcard.software_monitor import SoftwareMonitor

    return SoftwareMonitor(demo.folder), SoftwareCard(demo.folder), _NoModules(), ()


def _tell_chain(folder: Path, kind: str, why: str = "", detail: str = "") -> None:
    """The window « Simulateur » says which chain plays, and why (issue 3, point 6)."""
    said = json.dumps({"kind": kind, "why": why, "detail": detail})
    (folder / "chain.json").write_text(said, encoding="utf-8")


def _readers(
    module: Path | None,
    keypad: str,
    environment: Mapping[str, str],
    drivers: Sequence[str],
    endings: tuple[Callable[[], object], ...],
    remote: Callable[[], bool] | None = None,
) -> _Cards:
    """*remote*: what stands for a remote desktop session in the demo."""
    from desktop.smartcard.pcsc_monitor import PcscMonitor
    from desktop.smartcard.pkcs11_card import Keypad, Pkcs11Card

    monitor = PcscMonitor() if remote is None else PcscMonitor(remote=remote)
    card = Pkcs11Card(
        module=module,
        keypad=Keypad(keypad),
        snapshot=monitor.latest,
        environment=environment,
        opensc_drivers=drivers,
    )
    return monitor, card, _Modules(card), endings


class _Modules:
    """CardSettingsPort on the PKCS#11 stack."""

    def __init__(self, card: "Pkcs11Card") -> None:
        self._card = card

    def known_modules(self) -> tuple[Path, ...]:
        from desktop.smartcard.modules import installed

        return tuple(installed(()))

    def apply(self, module: Path | None, keypad: str) -> None:
        from desktop.smartcard.pkcs11_card import Keypad

        self._card.use_module(module)
        self._card.use_keypad(Keypad(keypad))


class _NoModules:
    """CardSettingsPort of the software card, which has no module."""

    def known_modules(self) -> tuple[Path, ...]:
        return ()

    def apply(self, module: Path | None, keypad: str) -> None:
        """Nothing to apply."""


def _await_platform(ready: Path) -> tuple[str, str]:
    """Where the simulated platform answers; it may still be starting."""
    deadline = time.monotonic() + PLATFORM_PATIENCE_S
    while time.monotonic() < deadline:
        try:
            said = json.loads(ready.read_text(encoding="utf-8"))
            return str(said["base_url"]), str(said["ca_file"])
        except (OSError, ValueError, KeyError):
            time.sleep(0.02)
    raise TimeoutError("the simulated platform did not start")
