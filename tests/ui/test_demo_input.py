"""The tester's fingers: what is named is pressed where it stands, not where it was seen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.demo.input import perform
from desktop.demo.probe import screen
from tests.patient_bot import PatientBot


class Page(QWidget):
    """A line of words above a button and a list."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed = list[str]()
        self.words = QLabel("words")
        self.words.hide()
        self.button = QPushButton("Log out")
        self.button.setObjectName("log-out")
        self.button.clicked.connect(lambda: self.pressed.append("log-out"))
        self.rows = QListWidget()
        self.rows.setObjectName("rows")
        self.rows.addItems(["Anne", "Paul"])
        self.rows.itemClicked.connect(lambda item: self.pressed.append(item.text()))
        layout = QVBoxLayout(self)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        for widget in (self.words, self.button, self.rows):
            layout.addWidget(widget)

    def say(self) -> None:
        """What was asked for is there: the words take their place, and all below them goes down."""
        self.words.setFixedHeight(100)
        self.words.show()
        self.rows.insertItem(0, "Berthe")
        layout = self.layout()
        assert layout is not None
        layout.activate()


@pytest.fixture
def page(qtbot: PatientBot) -> Page:
    made = Page()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _rect(name: str) -> list[int]:
    return next(w["rect"] for window in screen()["windows"] for w in window["widgets"] if w["name"] == name)


def test_a_button_that_moves_between_look_and_press_is_pressed(page: Page, qtbot: PatientBot) -> None:
    """« Se déconnecter » went down under a sentence about the card, and the click went beside it."""
    seen = _rect("log-out")
    assert perform({"do": "press", "name": "log-out"})
    page.say()
    assert _rect("log-out") != seen
    qtbot.waitUntil(lambda: page.pressed == ["log-out"])


def test_a_row_is_pressed_where_its_words_stand(page: Page, qtbot: PatientBot) -> None:
    assert perform({"do": "press", "name": "rows", "row": "paul"})
    page.say()
    qtbot.waitUntil(lambda: page.pressed == ["Paul"])


def test_what_is_not_there_or_cannot_be_used_is_not_pressed(page: Page, qtbot: PatientBot) -> None:
    page.button.setEnabled(False)
    for order in ({"name": "log-out"}, {"name": "nowhere"}, {"name": "rows", "row": "Quentin"}):
        assert perform({"do": "press", **order})
    assert perform({"do": "press", "name": "rows", "row": "Anne"})
    qtbot.waitUntil(lambda: page.pressed == ["Anne"])


def test_a_key_acts_once_a_dialog_was_closed(page: Page, qtbot: PatientBot) -> None:
    """No window was active behind one that a pulled card closed, and F7 did nothing from then on."""
    acted = list[str]()
    QShortcut(QKeySequence("F7"), page).activated.connect(lambda: acted.append("F7"))
    dialog = QDialog(page)
    with qtbot.waitExposed(dialog):
        dialog.open()
    dialog.reject()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is None)
    assert perform({"do": "key", "key": "F7"})
    qtbot.waitUntil(lambda: acted == ["F7"])


def test_it_is_told_whose_the_keyboard_is(page: Page, qtbot: PatientBot) -> None:
    page.button.setFocus()
    qtbot.waitUntil(lambda: screen()["keyboard"] == "log-out")
    page.rows.setObjectName("")
    page.rows.setFocus()
    qtbot.waitUntil(lambda: screen()["keyboard"] == "QListWidget")


def test_a_code_is_typed_as_by_a_scanner(page: Page, qtbot: PatientBot) -> None:
    """The separator of GS1 in two keys, and Enter behind it."""
    line, ended = QLineEdit(page), list[str]()
    line.returnPressed.connect(lambda: ended.append(line.text()))
    line.show()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    assert perform({"do": "scan", "text": "01099aB\x1d21SN:1"})
    qtbot.waitUntil(lambda: ended == ["01099aB^]21SN:1"])
    assert not perform({"do": "scan", "text": "é"})
