"""Run as a program: ``python -m tests.ui.desk.painted_twice HOME`` starts the program until it stands.

It prints how often the window was painted before and after the rest of the program was asked for.
"""

import os
import sys

os.environ["DSP_DESKTOP_HOME"] = sys.argv[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent

import desktop.app
from desktop.composition.launch import run
from desktop.composition.options import Options
from desktop.ui.nav_bar import NavBar

painted = [0, 0]
asked_for = False
load_office, settle = desktop.app.App._load_office, desktop.app.App._settle
ENOUGH_MS = 300  # of turns after the program stands: what was asked to paint itself has done so


class Counted(NavBar):
    """The upper edge, which nothing changes while nobody is logged in."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painted[asked_for] += 1


def loads(app: desktop.app.App) -> None:
    global asked_for
    asked_for = True
    load_office(app)


def stands(app: desktop.app.App) -> None:
    settle(app)
    QTimer.singleShot(ENOUGH_MS, app, app._leave)


desktop.ui.shell_contents.NavBar = Counted  # type: ignore[attr-defined]
desktop.app.App._load_office = loads  # type: ignore[method-assign, assignment]
desktop.app.App._settle = stands  # type: ignore[method-assign, assignment]
run(Options("esante"))
print(*painted, flush=True)
