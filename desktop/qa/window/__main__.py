"""``python -m desktop.qa.window --data DIR --program SOCKET``: the window in a process of its own."""

import argparse
import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.demo.probe import Probe
from desktop.domain.texts import Language, set_language
from desktop.qa.window.main_window import SimulatorWindow

_WATCH_MS = 1000


def main(arguments: list[str] | None = None) -> int:
    """Show the window until it is closed or the parent is gone."""
    parser = argparse.ArgumentParser(prog="desktop.qa.window", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the simulator's folder")
    parser.add_argument("--program", type=Path, required=True, help="local socket of the program")
    parser.add_argument("--language", choices=[lang.value for lang in Language])
    parser.add_argument("--watch-parent", type=int, help="end when this process is not the parent any more")
    parser.add_argument("--probe", type=Path, help="local socket for testers of this window")
    given = parser.parse_args(arguments)

    set_language(Language(given.language or _language_of_program()))
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    window = SimulatorWindow(given.data, given.program)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(min(window.width(), screen.width() - 40), min(window.height(), screen.height() - 60))
    window.move(screen.right() - window.width() - 8, screen.bottom() - window.height() - 8)
    if given.probe:
        Probe(str(given.probe), window)
    if given.watch_parent:
        watch = QTimer(window)
        watch.timeout.connect(lambda: None if os.getppid() == given.watch_parent else window.close())
        watch.start(_WATCH_MS)
    window.show()
    return application.exec()


def _language_of_program() -> str:
    """The one that was chosen in the program's window; French before that."""
    home = os.environ.get("DSP_DESKTOP_HOME", "")
    try:
        chosen = str(json.loads((Path(home) / "settings.json").read_text(encoding="utf-8"))["language"])
        return Language(chosen).value
    except (OSError, ValueError, KeyError, TypeError):
        return Language.FR.value


if __name__ == "__main__":
    sys.exit(main())
