"""The program on a disk that takes nothing, as a process of its own (``test_real_disks.py``).

``real_disk_program.py ACT SAID``: SAID/screen has what can be read in the window after a failure, SAID/stands
appears once it has all its parts. With the ACT « fill » the disk then becomes full, the program writes what
it writes in a day, and SAID/acted has the answer of a first login's store.
"""

import faulthandler
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

import desktop.app
from desktop.composition.launch import run
from desktop.composition.options import Options
from desktop.domain.errors import Failure
from desktop.store.vault import open_vault
from desktop.system import hardening
from desktop.ui.first_screen import FirstScreen
from desktop.ui.preferences import Preferences
from desktop.ui.shell import Shell
from tests.fakes import FakeKeyring
from tests.unit.store.conftest import soft_card, unlock

ACT, SAID = sys.argv[1], Path(sys.argv[2])
HOME = Path(os.environ["DSP_DESKTOP_HOME"])
DISK = HOME.parent
shells: list[Shell] = []
on_built, report, show_failure = (
    desktop.app.App._on_built, Preferences.report, FirstScreen.show_failure,
)  # fmt: skip


def read_screen() -> None:
    labels = [label for shell in shells for label in shell.findChildren(QLabel) if label.isVisible()]
    (SAID / "screen").write_text("\n".join(label.text() for label in labels))


def reported(preferences: Preferences, trouble: Failure) -> None:
    report(preferences, trouble)
    QTimer.singleShot(0, read_screen)


def shown(first: FirstScreen, failure: Failure) -> None:
    shells.append(first.shell)
    show_failure(first, failure)
    QTimer.singleShot(0, read_screen)


def stands(app: desktop.app.App, built: object) -> None:
    on_built(app, built)  # type: ignore[arg-type]
    assert not isinstance(built, Failure) and app._first is not None
    shells.append(app._first.shell)
    read_screen()
    (SAID / "stands").touch()
    if ACT == "fill":
        QTimer.singleShot(0, app, lambda: act(app))


def act(app: desktop.app.App) -> None:
    """Somebody else takes all the room that is left."""
    with (DISK / "foreign").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1024))
    app._preferences.change(scheme="dark")
    for number in range(1000):
        logging.getLogger("dsp.app").info("a line of the day: %d", number)
    assert hardening._crash_file is not None
    faulthandler.dump_traceback(hardening._crash_file)
    vault = open_vault(HOME / "practice", FakeKeyring(), allow_card_only=False, kept={})
    (SAID / "acted").write_text(str(unlock(vault, soft_card())))


desktop.app.App._on_built = stands  # type: ignore[method-assign, assignment]
Preferences.report = reported  # type: ignore[method-assign, assignment]
FirstScreen.show_failure = shown  # type: ignore[method-assign, assignment]
sys.exit(run(Options("esante")))
