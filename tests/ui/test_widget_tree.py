"""What ends with a page: nothing is kept for its parts, by the stylesheet or by PySide6."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.ui.widget_tree import discard, within
from tests.patient_bot import PatientBot
from tests.simulator_fixture import ROOT

BYTES_A_PAGE = 200
PROGRAM = """
import gc, random, sys
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget
from desktop.ui.application import make_application
from desktop.ui.theme import Scheme, apply_theme
from desktop.ui.widget_tree import discard
from tests.process_memory import own_blocks
app = make_application("pages")
apply_theme(app, Scheme.LIGHT)
window = QWidget()
layout = QVBoxLayout(window)
window.show()
dice = random.Random(1)

def page():
    made = QWidget(window)
    inside = QVBoxLayout(made)
    for kind in (QComboBox, QDateEdit, QListWidget, QPlainTextEdit):
        between.extend(bytearray(dice.randrange(600, 1300)) for _ in range(100))
        inside.addWidget(kind())
    made.findChild(QComboBox).addItems(["one", "two"])
    layout.addWidget(made)
    app.processEvents()
    window.grab()
    return made

def plainly(widget):
    widget.hide()
    widget.deleteLater()

def rounds(count):
    for _ in range(count):
        end(page())
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
    between.clear()
    gc.collect()

between = []  # so that hardly a widget comes to lie where one lay before
end = {"discard": discard, "plainly": plainly}[sys.argv[1]]
rounds(15)
before = own_blocks()
rounds(60)
print((own_blocks() - before) / 60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
@pytest.mark.parametrize(("how", "leaves"), [("discard", False), ("plainly", True)])
def test_the_stylesheet_forgets_every_part_of_a_discarded_page(how: str, *, leaves: bool) -> None:
    env = {**os.environ, "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (float(done.stdout) > BYTES_A_PAGE) is leaves, done.stdout


def test_a_discarded_widget_is_hidden_at_once_and_ends_later_with_its_heir(qtbot: PatientBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    page = QComboBox()
    layout.addWidget(page)
    window.show()
    discard(page)
    assert page.isHidden()
    _let_die()
    assert not isValid(page)
    assert [w for w in window.children() if isinstance(w, QWidget)] == []


def test_what_ended_on_the_way_is_left_out(qtbot: PatientBot) -> None:
    window, gone = QWidget(), QWidget()
    qtbot.addWidget(window)
    first, last = QWidget(window), QWidget(window)
    gone.setParent(window)
    QWidget(gone)
    walk = within(window)
    assert next(walk) is first
    gone.deleteLater()
    _let_die()
    assert list(walk) == [last]


def _let_die() -> None:
    for _ in range(2):  # the heir ends after the one that it outlived
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
