"""Without a data folder nobody can work: the window says so, and what to do."""

import errno
import sys

from PySide6.QtWidgets import QApplication

from desktop.composition.quit_signals import QuitSignals
from desktop.domain.errors import Code, Failure
from desktop.ui.first_screen import FirstScreen
from desktop.ui.theme import make_application

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def refuse(error: OSError, *, demo: bool) -> int:
    """Show why, until the user closes the window; the program's exit code."""
    application = QApplication.instance()
    qt = application if isinstance(application, QApplication) else make_application(sys.argv[0])
    qt.setQuitOnLastWindowClosed(False)
    first = FirstScreen(qt, "system", demo=demo)
    QuitSignals(first.shell).asked.connect(qt.quit)
    place = str(error.filename or "")
    full = error.errno in _FULL
    first.show_failure(Failure.of(Code.DISK_FULL) if full else Failure.of(Code.FOLDER_UNUSABLE, path=place))
    first.shell.close_asked.connect(qt.quit)
    qt.exec()
    return 1
