"""``python -m desktop.simulator.console --data DIR``: the demo console in a process of its own."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from desktop.common.own_process import own_command, own_environment
from desktop.demo.probe import Probe
from desktop.domain.texts import Language, set_language
from desktop.simulator.console.folder import ConsoleFolder
from desktop.simulator.console.window import ConsoleWindow

_WATCH_MS = 1000


def main(arguments: list[str] | None = None) -> int:
    """Show the window until it is closed or the parent is gone."""
    parser = argparse.ArgumentParser(prog="desktop.simulator.console", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the simulator's folder")
    parser.add_argument("--title", default="", help="another window title")
    parser.add_argument("--language", choices=[lang.value for lang in Language], default=Language.FR.value)
    parser.add_argument("--watch-parent", type=int, help="end when this process is not the parent any more")
    parser.add_argument("--probe", type=Path, help="local socket for testers")
    parser.add_argument("--program", type=Path, help="local socket of the program: « Simulateur » is offered")
    parser.add_argument("--simulator", action="store_true", help="open « Simulateur » at once")
    given = parser.parse_args(arguments)

    set_language(Language(given.language))
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    window = ConsoleWindow(ConsoleFolder(given.data), given.title, simulator=given.program is not None)
    simulator = SimulatorProcess(given.data, given.program)
    window.simulator_asked.connect(simulator.open)
    if given.program is not None:
        scanner = SimulatedScanner(given.program, window)
        window.scan_asked.connect(scanner.read)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(window.width(), min(window.height(), screen.height() - 40))
    window.move(screen.right() - window.width() - 8, screen.top() + 16)
    if given.probe:
        Probe(str(given.probe), window)
    if given.watch_parent:
        watch = QTimer(window)
        watch.timeout.connect(lambda: None if os.getppid() == given.watch_parent else application.quit())
        watch.start(_WATCH_MS)
    window.show()
    if given.simulator and given.program is not None:
        simulator.open()
    try:
        return application.exec()
    finally:
        simulator.end()


class SimulatorProcess:
    """The window « Simulateur » is a process of its own: what is played there cannot hold this one up."""

    def __init__(self, data: Path, program: Path | None) -> None:
        self._command = [*own_command("desktop.qa.window"), "--data", str(data)]
        self._command += ["--program", str(program), "--watch-parent", str(os.getpid())]
        self._process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Open it; one is enough."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(self._command, env=own_environment({}), stdin=subprocess.DEVNULL)

    def end(self) -> None:
        """With the console."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)


class SimulatedScanner(QObject):
    """A keyboard-wedge scanner: what it reads is typed into the program."""

    def __init__(self, program: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._program = str(program)

    def read(self, code: str) -> None:
        """The program that does not run gets nothing."""
        socket = QLocalSocket(self)
        order = json.dumps({"do": "scan", "text": code}).encode() + b"\n"
        socket.connected.connect(lambda: socket.write(order))
        socket.readyRead.connect(socket.disconnectFromServer)
        socket.disconnected.connect(socket.deleteLater)
        socket.errorOccurred.connect(socket.deleteLater)
        socket.connectToServer(self._program)


if __name__ == "__main__":
    sys.exit(main())
