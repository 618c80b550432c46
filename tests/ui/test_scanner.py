"""A scanner's keys in a real window: lifted out of any edit, while a person's letters stay."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.scanning.separators import ScannerSettings
from desktop.scanning.wedge import Burst
from desktop.ui.scanner import ScannerKeys

GAP = ScannerSettings().gap_ms
PLAIN, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
NAMED = {"\r": Qt.Key.Key_Return, "\x1d": Qt.Key.Key_unknown}


class Counter(QWidget):
    """A scan field, another edit, and a button that Enter would press; keys come with times of our own."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        self.field, self.edit, self.button = QLineEdit(self), QLineEdit(self), QPushButton("Délivrer", self)
        layout = QVBoxLayout(self)
        for widget in (self.field, self.edit, self.button):
            layout.addWidget(widget)
        self.acts: list[str] = []
        self.edit.returnPressed.connect(lambda: self.acts.append("return"))
        self.button.clicked.connect(lambda: self.acts.append("click"))
        QShortcut(QKeySequence("F9"), self).activated.connect(lambda: self.acts.append("F9"))
        qtbot.addWidget(self)
        self.show()
        qtbot.waitExposed(self)
        self.activateWindow()
        self.edit.setFocus()
        qtbot.waitUntil(self.edit.hasFocus)
        self.keys = ScannerKeys(self.field, ScannerSettings, self)
        self.bursts: list[Burst] = []
        self.keys.scanned.connect(self.bursts.append)
        self.keys.start()
        self.now = 100_000

    def key(
        self, text: str, after_ms: int = 2, key: int | None = None, modifiers: Qt.KeyboardModifier = PLAIN
    ) -> None:
        """As the system hands it to the window: first as a possible shortcut, then as a key."""
        self.now += after_ms
        code = key if key is not None else NAMED.get(text, Qt.Key(ord(text.upper())))
        window = self.windowHandle()
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event = QKeyEvent(kind, code, modifiers, text)
            event.setTimestamp(self.now)
            event.ignore()
            QCoreApplication.sendEvent(window, event)

    def code(self, text: str) -> None:
        for place, character in enumerate(text):
            self.key(character, 2 if place else GAP + 1)


@pytest.fixture
def counter(qtbot: QtBot) -> Iterator[Counter]:
    counter = Counter(qtbot)
    yield counter
    counter.keys.stop()


def test_a_code_is_lifted_out_of_the_edit(counter: Counter, qtbot: QtBot) -> None:
    counter.code("ab")
    qtbot.waitUntil(lambda: counter.edit.text() == "ab")
    counter.code("DSPRX1:K7QM\r")
    assert [burst.text for burst in counter.bursts] == ["DSPRX1:K7QM"]
    counter.code("c")
    qtbot.waitUntil(lambda: counter.edit.text() == "abc")
    assert counter.field.text() == ""
    assert counter.acts == []  # its Enter was the code's


@pytest.mark.parametrize(
    "separator",
    [
        ("\x1d", Qt.Key.Key_unknown, PLAIN),
        ("\x1d", Qt.Key.Key_BracketRight, CTRL),
        ("", Qt.Key.Key_BracketRight, CTRL),
        ("", Qt.Key.Key_F8, PLAIN),
    ],
    ids=["0x1D", "Ctrl+]", "Ctrl+] without text", "F8"],
)
def test_separators_that_no_field_would_take(
    counter: Counter, separator: tuple[str, int, Qt.KeyboardModifier]
) -> None:
    text, key, modifiers = separator
    counter.code("10A12C")
    counter.key(text, 2, key, modifiers)
    counter.key("2")
    counter.key("1")
    counter.key("\r")
    assert [burst.text for burst in counter.bursts] == ["10A12C\x1d21"]


def test_carets_stay_as_they_are_sent(counter: Counter) -> None:
    counter.code("10A12C^]21\r")
    assert [burst.text for burst in counter.bursts] == ["10A12C^]21"]


def test_shift_between_the_letters_is_no_key(counter: Counter) -> None:
    for character in "ABCDEF":
        counter.key("", 1, Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier)
        counter.key(character, 1, None, Qt.KeyboardModifier.ShiftModifier)
    counter.key("\r")
    assert [burst.text for burst in counter.bursts] == ["ABCDEF"]


def test_a_code_presses_no_button(counter: Counter, qtbot: QtBot) -> None:
    counter.button.setFocus()
    counter.button.setDefault(True)
    counter.code("123 56\r")
    counter.key("\r", 100)
    counter.key(" ", 100)
    counter.key("", 100, Qt.Key.Key_F9)
    assert [burst.text for burst in counter.bursts] == ["123 56"]
    assert counter.acts == []
    counter.key(" ", 500)
    counter.keys.stop()  # what is held back is given on
    assert counter.bursts[1:] == []


def test_a_shortcut_waits_until_the_code_is_over(counter: Counter, qtbot: QtBot) -> None:
    """Through the system's door, as keys that a test sends are no shortcuts."""
    window = counter.windowHandle()
    for character in "DSPRX1:K7\r":
        QTest.keyClick(window, NAMED.get(character, Qt.Key(ord(character))))
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert [burst.text.upper() for burst in counter.bursts] == ["DSPRX1:K7"]
    assert counter.acts == []

    def acted() -> bool:
        QTest.keyClick(window, Qt.Key.Key_F9)
        return "F9" in counter.acts

    qtbot.waitUntil(acted)


def test_letters_without_an_edit_go_to_the_scan_field(counter: Counter, qtbot: QtBot) -> None:
    counter.button.setFocus()
    counter.code("k7")
    qtbot.waitUntil(lambda: counter.field.text() == "k7")
    assert counter.field.hasFocus()


def test_enter_by_hand_acts_behind_what_was_typed(counter: Counter) -> None:
    counter.code("ab\r")
    assert counter.edit.text() == "ab"
    assert counter.acts == ["return"]


def test_a_click_does_not_carry_letters_away(counter: Counter, qtbot: QtBot) -> None:
    counter.code("ab")
    qtbot.mouseClick(counter.windowHandle(), Qt.MouseButton.LeftButton, pos=counter.field.geometry().center())
    qtbot.waitUntil(counter.field.hasFocus)
    assert (counter.edit.text(), counter.field.text()) == ("ab", "")


def test_a_code_without_enter_is_told_when_nothing_follows(counter: Counter, qtbot: QtBot) -> None:
    counter.code("123456")
    assert counter.bursts == []
    qtbot.waitUntil(lambda: [burst.text for burst in counter.bursts] == ["123456"])


def test_the_same_code_again(counter: Counter) -> None:
    """« Déjà lu. »"""
    counter.code("123456\r")
    counter.now += 1000
    counter.code("123456\r")
    assert [burst.again for burst in counter.bursts] == [False, True]


def test_cf017_a_stopped_page_remembers_no_code(counter: Counter) -> None:
    counter.code("123456\r")
    counter.keys.stop()
    counter.keys.start()
    counter.now += 1000
    counter.code("123456\r")
    assert [burst.again for burst in counter.bursts] == [False, False]


def test_keys_that_waited_in_the_queue_are_told_by_their_own_times(counter: Counter, qtbot: QtBot) -> None:
    """The loop was held up: a person's letters come at once, and their times say that they are a person's."""
    for _ in range(12):
        counter.key("x", 90)
    qtbot.waitUntil(lambda: counter.edit.text() == "x" * 12)
    assert counter.bursts == []


def test_a_stopped_page_hears_nothing(counter: Counter) -> None:
    counter.key("a", 100)
    counter.keys.stop()
    assert counter.edit.text() == "a"
    counter.code("123456\r")
    assert counter.bursts == []
    assert counter.edit.text() == "a123456"
