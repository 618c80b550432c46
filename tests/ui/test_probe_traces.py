"""A tester's eyes leave nothing in the window's process: what they cost is not the program's growth."""

import gc
from collections import Counter
from pathlib import Path

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QComboBox, QListWidget, QVBoxLayout, QWidget

from desktop.demo.probe import Probe, screen
from tests.patient_bot import PatientBot

ROUNDS = 5


def _held() -> Counter[str]:
    """What of Qt's Python holds, by class."""
    gc.collect()
    return Counter(type(o).__name__ for o in gc.get_objects() if isinstance(o, shiboken6.Object))


def _let_die() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def _page(window: QWidget) -> QWidget:
    """With what Qt makes for itself in it: scroll bars, viewports, a combo box' list."""
    page = QWidget(window)
    layout = QVBoxLayout(page)
    choice = QComboBox(page)
    choice.addItems(["one", "two"])
    for part in (choice, QListWidget(page)):
        layout.addWidget(part)
    page.resize(300, 300)
    page.show()
    return page


def _look_at_a_page(window: QWidget) -> None:
    page = _page(window)
    assert "QListWidget" in [w["kind"] for shown in screen()["windows"] for w in shown["widgets"]]
    page.deleteLater()
    del page
    _let_die()


def test_nothing_of_a_page_stays_once_it_is_gone(qtbot: PatientBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 400)
    with qtbot.waitExposed(window):
        window.show()
    _look_at_a_page(window)
    before = _held()
    for _ in range(ROUNDS):
        _look_at_a_page(window)
    assert _held() - before == Counter()


def _ask(name: str, qtbot: PatientBot, probe: Probe) -> None:
    asking = QLocalSocket()
    asking.connectToServer(name)
    asking.write(b"figures\n")
    qtbot.waitUntil(asking.canReadLine)
    assert b"gaps_ms" in bytes(asking.readLine().data())
    asking.disconnectFromServer()
    qtbot.waitUntil(lambda: probe.findChild(QLocalSocket) is None)


def test_nothing_of_a_question_stays_once_it_is_answered(qtbot: PatientBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    name = str(tmp_path / "p")
    probe = Probe(name, window)
    _ask(name, qtbot, probe)
    before = _held()
    for _ in range(ROUNDS):
        _ask(name, qtbot, probe)
    assert _held() - before == Counter()
