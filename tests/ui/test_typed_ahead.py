"""Typing on after a search: no hit is opened, no identity is ticked, no code is sent.

Keys come to the window as the system hands them over, with times of their own: nothing here waits.
"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.scanning.separators import ScannerSettings
from desktop.scanning.wedge import Burst
from desktop.ui.scanner import ScannerKeys
from desktop.ui.typed_ahead import RUN_MS, TypedAhead

NAMED = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, " ": Qt.Key.Key_Space}
PLAIN, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Window(QWidget):
    """A field, and what takes its place: a box to tick, a button that Enter presses."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        self.field, self.box, self.button = QLineEdit(self), QCheckBox(self), QPushButton("Ouvrir", self)
        self.button.setAutoDefault(True)
        layout = QVBoxLayout(self)
        for widget in (self.field, self.box, self.button):
            layout.addWidget(widget)
        self.acts: list[str] = []
        self.button.clicked.connect(lambda: self.acts.append("opened"))
        qtbot.addWidget(self)
        self.show()
        qtbot.waitExposed(self)
        self.activateWindow()
        self.field.setFocus()
        qtbot.waitUntil(self.field.hasFocus)
        self.guard = TypedAhead(self)
        self.guard.watch(self.windowHandle())
        self.now = 5_000_000

    def at(self, ms: int, text: str, *, held: bool = False, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Pressed at *ms* of the events' clock."""
        code = NAMED.get(text) or Qt.Key(ord(text.upper()))
        typed = "" if modifiers else text
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, modifiers, typed, held)
            event.setTimestamp(ms)
            event.ignore()
            QCoreApplication.sendEvent(self.windowHandle(), event)

    def types(self, text: str, pace_ms: int = 120) -> None:
        for letter in text:
            self.now += pace_ms
            self.at(self.now, letter)

    def goes_by(self, ms: int) -> None:
        self.now += ms

    def box_comes(self) -> None:
        """By itself, in a turn of its own; its clock is set to the time of the test."""
        QApplication.processEvents()
        self.guard._ahead = self.now - self.guard._clock.elapsed()
        self.box.setFocus()
        self.guard.came()


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    yield Window(qtbot)


def test_typing_on_ticks_nothing_and_opens_nothing(window: Window) -> None:
    window.types("MULLER\r")
    window.box_comes()
    window.types(" ")
    assert not window.box.isChecked()
    window.button.setFocus()
    window.types("Anne \r")
    assert window.acts == []


def test_after_a_pause_the_same_keys_are_meant(window: Window) -> None:
    """The control: who has read what came has paused."""
    window.types("MULLER\r")
    window.box_comes()
    window.goes_by(RUN_MS)
    window.types(" ")
    assert window.box.isChecked()
    window.button.setFocus()
    window.types("\r", pace_ms=5)
    assert window.acts == ["opened"]


def test_who_has_aimed_since_means_the_next_key(window: Window) -> None:
    """Somebody types a code, Enter, clicks on the row that he sees, and presses Enter: all in 300 ms."""
    window.types("CODE\r")
    window.box_comes()
    at = QPointF(window.rect().bottomRight())  # beside all that takes a click
    press = QEvent.Type.MouseButtonPress
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, held in ((press, left), (QEvent.Type.MouseButtonRelease, none)):
        event = QMouseEvent(kind, at, window.mapToGlobal(at), left, held, PLAIN)
        QCoreApplication.sendEvent(window.windowHandle(), event)
    window.button.setFocus()
    window.types("\r")
    assert window.acts == ["opened"]


def test_what_was_pressed_before_it_came_is_dropped_whatever_it_is(window: Window) -> None:
    window.types("MULLER\r")
    window.goes_by(2000)
    window.box_comes()
    window.at(window.now - 40, " ")
    assert not window.box.isChecked()
    window.field.setFocus()
    window.at(window.now - 30, "x")
    assert window.field.text() == "MULLER"
    window.at(window.now + 10, "y")
    assert window.field.text() == "MULLERy"


def test_a_key_that_is_held_down_was_pressed_before(window: Window) -> None:
    window.types("MULLER\r")
    window.goes_by(500)
    window.at(window.now, "\r")
    window.goes_by(10)
    window.box_comes()
    window.button.setFocus()
    window.at(window.now + 600, "\r", held=True)
    assert window.acts == []
    window.at(window.now + 1200, "\r")
    assert window.acts == ["opened"]


def test_what_a_key_itself_brought_takes_the_next_key_at_once(window: Window) -> None:
    """Ctrl+K, then a name: nobody waits between the two."""
    window.at(window.now, "k", modifiers=CTRL)
    window.guard.came()
    window.types("MU", pace_ms=5)
    assert window.field.text() == "MU"
    window.box.setFocus()
    window.guard.came()
    window.types(" ", pace_ms=5)
    assert window.box.isChecked()


def test_a_lock_is_meant_whenever_it_was_pressed(window: Window) -> None:
    heard = []

    class Hears(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            heard.append(event.key())

    hears = Hears(window)
    hears.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    hears.show()
    window.types("MULLER")
    window.goes_by(100)
    window.box_comes()
    hears.setFocus()
    window.at(window.now - 20, "k", modifiers=CTRL)
    window.at(window.now - 10, "l", modifiers=CTRL)
    assert heard == [Qt.Key.Key_L]


def test_an_answer_that_lay_in_the_queue_came_by_itself(window: Window, qtbot: QtBot) -> None:
    """It is delivered right behind a key that has nothing to do with it."""
    window.types("MULLER\r")
    window.goes_by(100)
    QApplication.processEvents()

    class Answer(QObject):
        def customEvent(self, event: QEvent) -> None:
            window.box.setFocus()
            window.guard._ahead = window.now - window.guard._clock.elapsed()
            window.guard.came()

    answer = Answer(window)
    QCoreApplication.postEvent(answer, QEvent(QEvent.Type.User))
    window.at(window.now, "x")
    qtbot.waitUntil(window.box.hasFocus)
    window.types(" ")
    assert not window.box.isChecked()


def test_in_a_field_the_text_goes_on(window: Window) -> None:
    window.types("MULLER\r")
    window.box_comes()
    window.field.setFocus()
    window.types(" Anne")
    assert window.field.text() == "MULLER Anne"


def test_a_list_that_came_takes_no_key_that_was_pressed_before_it(window: Window) -> None:
    """Letters go on into the field; ↓ and Enter were meant for no list that nobody had seen."""
    window.types("MULLER\r")
    QApplication.processEvents()
    window.guard._ahead = window.now - window.guard._clock.elapsed()
    window.guard.list_came()
    window.at(window.now - 30, "x")
    assert window.field.text() == "MULLERx"
    window.button.setFocus()
    window.at(window.now - 20, "\r")
    assert window.acts == []
    window.at(window.now + 50, "\r")
    assert window.acts == ["opened"]


def test_what_was_pressed_while_a_key_still_brought_the_page_is_dropped(window: Window) -> None:
    """Enter opens a page, and is heard late: the Space typed behind it was pressed for what stood before."""
    window.types("MULLER")

    class Opens(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            window.guard._ahead = enter + 60 - window.guard._clock.elapsed()  # it took 60 ms
            window.box.setFocus()
            window.guard.came()

    opens = Opens(window)
    opens.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    opens.show()
    opens.setFocus()
    enter = window.now + 500
    window.at(enter, "\r")
    assert window.box.hasFocus()
    window.at(enter + 30, " ")
    assert not window.box.isChecked()
    window.at(enter + 80, " ")
    assert window.box.isChecked(), "the control: pressed once the page was there"


def test_who_walks_over_the_tabs_is_not_held_up(window: Window) -> None:
    """Ctrl+Tab three times, faster than pages are laid out, is three tabs further."""
    walked: list[int] = []

    class Walks(QWidget):
        def event(self, event: QEvent) -> bool:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                walked.append(event.key())
                window.guard._ahead = 50 + start - window.guard._clock.elapsed()
                window.guard.came()
                return True
            return super().event(event)

    walks = Walks(window)
    walks.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    walks.show()
    walks.setFocus()
    start = window.now
    for place in range(3):
        window.at(start + 10 * place, "\t", modifiers=CTRL)
    assert len(walked) == 3
    window.at(start + 40, "x")
    assert len(walked) == 3, "a letter pressed before the last page came"


def test_no_key_is_meant_for_what_a_page_that_is_being_made_stands_behind(window: Window) -> None:
    window.types("MU")
    window.setUpdatesEnabled(False)
    window.types("LLER\r")
    assert window.field.text() == "MU"
    window.setUpdatesEnabled(True)
    window.types("X")
    assert window.field.text() == "MUX"


@pytest.mark.parametrize("before", [0, 6], ids=["after it came", "begun before it came"])
def test_no_key_of_a_scan_is_dropped(window: Window, before: int) -> None:
    """The scanner's keys are lifted out first, whatever came meanwhile, and none reaches the button."""
    scanner = ScannerKeys(window.field, ScannerSettings, window)
    heard: list[Burst] = []
    scanner.scanned.connect(heard.append)
    scanner.start()
    window.types("MULLER")
    window.goes_by(200)
    code = "DSPRX1:K7QM\r"
    window.types(code[:before], pace_ms=2)
    window.box_comes()
    window.button.setFocus()
    window.types(code[before:], pace_ms=2)
    scanner.stop()
    assert [burst.text for burst in heard] == [code.strip()]
    assert window.acts == [] and not window.box.isChecked()
