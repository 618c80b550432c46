"""Without a data folder nobody can work: the window says so, and what to do."""

import sys

from PySide6.QtWidgets import QApplication

from desktop.composition.quit_signals import QuitSignals
from desktop.system.paths import folder_failure
from desktop.ui.application import make_application
from desktop.ui.first_screen import FirstScreen
from desktop.ui.shell import Shell


def refuse(error: OSError, *, demo: bool) -> int:
    """Show why, until the user closes the window; the program's exit code."""
    application = QApplication.instance()
    qt = application if isinstance(application, QApplication) else make_application(sys.argv[0])
    qt.setQuitOnLastWindowClosed(False)
    first = FirstScreen(qt, Shell(), "system", demo=demo)
    QuitSignals(first.shell).asked.connect(qt.quit)
    first.show_failure(folder_failure(error))
    first.shell.close_asked.connect(qt.quit)
    qt.exec()
    return 1
