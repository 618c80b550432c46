"""The secret field keeps nothing back: CF-002, CF-003, CF-018 (the field's part)."""

import gc
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.demo.probe import screen
from desktop.ui.secret_field import SecretField
from tests.process_memory import copies, spellings


def _type(field: SecretField, typed: str) -> None:
    """Key by key; QTest itself aborts on anything but ASCII."""
    for character in typed:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QGuiApplication.sendEvent(field, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, character))


@pytest.fixture
def field(qtbot: QtBot) -> SecretField:
    made = SecretField("pin-field", max_length=8)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_tester_sees_dots_and_never_what_was_typed(qtbot: QtBot) -> None:
    """The demo's probe tells what stands on the screen: how many characters arrived."""
    window = QWidget()
    qtbot.addWidget(window)
    field = SecretField("pin-field", parent=window)
    window.show()
    QTest.keyClicks(field, "482913")
    (seen,) = [w for shown in screen()["windows"] for w in shown["widgets"] if w["name"] == "pin-field"]
    assert len(seen["text"]) == 6
    assert not set(seen["text"]) & set("0123456789")


def test_take_hands_over_and_empties(field: SecretField) -> None:
    _type(field, "12é4")
    assert field.characters() == 4
    with field.take() as secret:
        assert bytes(secret.buffer) == "12é4".encode()
    assert field.characters() == 0
    assert field.text() == ""


def test_line_edit_only_holds_filler(field: SecretField) -> None:
    """CF-003: what could learn, complete or picture the field meets filler only."""
    QTest.keyClicks(field, "839271")
    assert field.text() == "000000"
    assert field.displayText() != field.text()


def test_backspace_removes_a_whole_character(field: SecretField) -> None:
    _type(field, "1é")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    with field.take() as secret:
        assert bytes(secret.buffer) == b"1"


def test_delete_and_hide_wipe(field: SecretField) -> None:
    QTest.keyClicks(field, "1234")
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert field.characters() == 0
    QTest.keyClicks(field, "1234")
    room = field._room
    field.hide()
    assert field.characters() == 0
    assert not any(room)


def test_a_field_that_dies_wipes(qapp: QApplication) -> None:
    dying = SecretField("pin-field", max_length=8)
    _type(dying, "1234")
    room = dying._room
    assert any(room)
    del dying
    gc.collect()
    assert not any(room)


def test_paste_is_allowed(field: SecretField) -> None:
    """CF-003: paste allowed; line ends of the clipboard are not part of the secret."""
    mime = QMimeData()
    mime.setText("77é2\n")
    QGuiApplication.clipboard().setMimeData(mime)
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    with field.take() as secret:
        assert bytes(secret.buffer) == "77é2".encode()


def test_a_paste_that_is_too_long_changes_nothing(field: SecretField, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("123456789")
    QTest.keyClicks(field, "42")
    with qtbot.waitSignal(field.too_long):
        QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    with field.take() as secret:
        assert bytes(secret.buffer) == b"42"


@pytest.mark.parametrize("key", [Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_Z, Qt.Key.Key_A, Qt.Key.Key_Insert])
def test_copy_cut_undo_refused(field: SecretField, key: Qt.Key) -> None:
    """CF-003."""
    QGuiApplication.clipboard().setText("before")
    QTest.keyClicks(field, "839271")
    field.selectAll()
    QTest.keyClick(field, key, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "before"
    assert field.characters() == 6


def test_no_prediction_no_menu_no_drag(field: SecretField) -> None:
    """CF-003: the system is told not to learn, spell-check or complete."""
    hints = field.inputMethodHints()
    for hint in (
        Qt.InputMethodHint.ImhHiddenText,
        Qt.InputMethodHint.ImhNoPredictiveText,
        Qt.InputMethodHint.ImhSensitiveData,
    ):
        assert hints & hint
    assert field.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    assert not field.acceptDrops()
    assert not field.dragEnabled()
    assert field.completer() is None


def test_writing_into_the_line_edit_is_refused(field: SecretField) -> None:
    QTest.keyClicks(field, "12")
    field.setText("secret")
    assert field.text() == "00"
    field.insert("x")
    assert field.text() == "00"


def test_input_method_commits_are_taken(field: SecretField) -> None:
    event = QInputMethodEvent("", [])
    event.setCommitString("é")
    QGuiApplication.sendEvent(field, event)
    assert field.characters() == 1


def test_limit_is_told(field: SecretField, qtbot: QtBot) -> None:
    QTest.keyClicks(field, "12345678")
    with qtbot.waitSignal(field.too_long):
        QTest.keyClicks(field, "9")
    assert field.characters() == 8


def test_equals_compares_without_a_copy(field: SecretField, qtbot: QtBot) -> None:
    other = SecretField("again", max_length=8)
    qtbot.addWidget(other)
    other.show()
    QTest.keyClicks(field, "1234")
    QTest.keyClicks(other, "1234")
    assert field.equals(other)
    QTest.keyClick(other, Qt.Key.Key_Backspace)
    assert not field.equals(other)
    assert not other.equals(field)


_CHILD = """
import gc, os, sys
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from desktop.demo.probe import screen
from desktop.ui.secret_field import SecretField
app = QApplication([])
plain = sys.argv[1] == "plain"
field = QLineEdit() if plain else SecretField("pin-field", max_length=32)
field.show()
while (key := os.read(0, 1)) != b"\\n":
    QTest.keyClicks(field, key.decode())
if plain:
    field.clear()
else:
    with field.take() as secret:
        assert len(secret) == 24
gc.collect()
os.write(1, b"R")
os.read(0, 1)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/PID/mem")
@pytest.mark.parametrize(("kind", "clean"), [("secret", True), ("plain", False)])
def test_no_copy_is_left_in_the_process(kind: str, clean: bool) -> None:
    """CF-002, CF-018, seen from outside; the plain QLineEdit proves that the scan finds what is there."""
    secret = "".join(random.Random(os.urandom(8)).choices("BCDFGHJKLMNPQRSTVWXZ", k=24))
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert child.stdin and child.stdout
    try:
        for character in secret + "\n":
            os.write(child.stdin.fileno(), character.encode())
        assert os.read(child.stdout.fileno(), 1) == b"R"
        found = copies(child.pid, *spellings(secret))
        assert (found == 0) is clean, f"{found} copies"
    finally:
        os.write(child.stdin.fileno(), b"q")
        child.communicate()


def test_a_plain_line_edit_is_what_we_avoid(field: SecretField) -> None:
    assert isinstance(field, QLineEdit)
    assert field.echoMode() is QLineEdit.EchoMode.Password
