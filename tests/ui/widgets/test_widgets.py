"""Base widgets: names, focus, what is said and when."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure
from desktop.domain.texts import failure_next_step, failure_text
from desktop.ui.icons import Glyph
from desktop.ui.theme import Scheme, apply_theme
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import icon_button, primary_button, quiet_button, tab_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.rows import ListRow
from desktop.ui.widgets.text import ElidedLabel, label, link
from tests.answers import present
from tests.ui.finding import child


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> QWidget:
    apply_theme(qapp, Scheme.LIGHT)
    widget = QWidget()
    widget.resize(500, 300)
    QVBoxLayout(widget)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def put(page: QWidget, widget: QWidget) -> None:
    present(page.layout()).addWidget(widget)


def test_labels_never_read_markup(page: QWidget) -> None:
    """A title of the record is foreign text."""
    shown = label("<b>x</b><img src='file:///etc/passwd'>")
    assert shown.textFormat() == Qt.TextFormat.PlainText
    assert ElidedLabel("<b>x</b>").textFormat() == Qt.TextFormat.PlainText
    assert Badge("<b>x</b>").textFormat() == Qt.TextFormat.PlainText


def test_buttons_have_names_and_call_without_arguments(page: QWidget, qtbot: QtBot) -> None:
    calls: list[str] = []
    made = [
        primary_button("Se connecter", "log-in", lambda: calls.append("a")),
        quiet_button("Aide", "help", lambda: calls.append("b"), glyph=Glyph.HELP),
        icon_button("Zoom avant", "zoom", Glyph.PLUS, lambda: calls.append("c")),
        link("PIN oublié ?", "forgot", lambda: calls.append("d")),
        tab_button("Patients", "tab", lambda: calls.append("e")),
    ]
    for button in made:
        put(page, button)
        assert button.accessibleName() and button.objectName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert calls == list("abcde")


def test_focus_is_visible(page: QWidget, qtbot: QtBot) -> None:
    """The picture of a control with focus differs from the one without."""
    other = QLineEdit()
    put(page, other)
    row = ListRow(["MULLER Anne"], "row")
    for widget in (quiet_button("Aide", "help"), QLineEdit(), row, link("Lien", "link")):
        put(page, widget)
        with qtbot.waitExposed(page):
            page.activateWindow()
        other.setFocus()
        plain = widget.grab().toImage()
        widget.setFocus()
        qtbot.waitUntil(widget.hasFocus)
        assert widget.grab().toImage() != plain, widget


def test_a_tab_in_front_has_room_for_its_bold_words(page: QWidget) -> None:
    tab = tab_button("Médecin référent", "tab")
    put(page, tab)
    behind = tab.sizeHint().width()
    bold = QFont(tab.font())
    bold.setWeight(QFont.Weight.DemiBold)
    assert behind >= QFontMetrics(bold).horizontalAdvance(tab.text()) + 24, "its padding is 12 on each side"
    tab.setChecked(True)
    assert tab.sizeHint().width() == behind, "nothing moves"


def test_message_shows_text_next_step_and_code(page: QWidget, qtbot: QtBot) -> None:
    message = Message("m")
    put(page, message)
    assert message.isHidden() and message.what() == ""
    failure = Failure(Code.TIMEOUT)
    message.show_failure(failure, act="Réessayer", closable=True)
    assert message.what() == failure_text(failure)
    assert failure_next_step(failure) in message.accessibleName() and "DSP-402" in message.accessibleName()
    with qtbot.waitSignal(message.act_requested):
        child(message, QAbstractButton, "m-act").click()
    with qtbot.waitSignal(message.dismissed):
        child(message, QAbstractButton, "m-close").click()
    assert message.isHidden() and message.failure is None


def test_form_row_names_its_field_and_its_error(page: QWidget) -> None:
    row = FormRow("Matricule", QLineEdit(), "search-matricule", "13 chiffres")
    put(page, row)
    assert row.field.accessibleName() == "Matricule" and row.field.accessibleDescription() == "13 chiffres"
    row.set_error("Lettres interdites")
    assert row.field.accessibleDescription() == "Lettres interdites"
    assert row.field.property("tone") == "danger"
    row.set_error("")
    assert row.field.accessibleDescription() == "13 chiffres" and row.field.property("tone") == ""


def test_quiet_line_is_silent_at_first_then_a_line_then_words(page: QWidget, qtbot: QtBot) -> None:
    """Under 300 ms nothing, over it a line, over 3 s what is being waited for."""
    line = DelayedProgress("q")
    put(page, line)
    bar, word = child(line, QProgressBar, "q-bar"), child(line, QLabel, "q-text")
    line.wait("La plateforme répond lentement")
    assert bar.isHidden() and word.isHidden()
    assert (line._first.interval(), line._second.interval()) == (300, 3000)
    line._first.timeout.emit()
    assert bar.isVisible() and word.isHidden()
    line._second.timeout.emit()
    assert word.isVisible() and word.text() == "La plateforme répond lentement"
    height = line.sizeHint().height()
    line.done()
    assert bar.isHidden() and word.isHidden() and line.sizeHint().height() == height
    assert not line._first.isActive() and not line._second.isActive()


def test_quiet_line_that_keeps_no_place_takes_none(page: QWidget) -> None:
    line = DelayedProgress("q", keep_place=False)
    put(page, line)
    assert line.isHidden()
    line.wait("x")
    line._first.timeout.emit()
    assert line.isVisible()
    line.done()
    assert line.isHidden()


def test_rows_are_buttons_for_keyboard_and_reader(page: QWidget, qtbot: QtBot) -> None:
    clicked: list[int] = []
    rows = [ListRow(["MULLER Anne", "12.05.1993"], f"row-{i}", partial(clicked.append, i)) for i in range(2)]
    for row in rows:
        put(page, row)
    assert rows[0].accessibleName() == "MULLER Anne, 12.05.1993"
    qtbot.waitUntil(rows[1].isVisible)
    rows[0].setFocus()
    qtbot.keyClick(rows[0], Qt.Key.Key_Return)
    qtbot.keyClick(rows[0], Qt.Key.Key_Down)
    assert page.focusWidget() is rows[1]
    qtbot.keyClick(rows[1], Qt.Key.Key_Return)
    assert clicked == [0, 1]


def test_a_long_name_is_cut_but_not_lost(page: QWidget) -> None:
    name = ElidedLabel("Compte rendu d'acte diagnostique " * 6)
    put(page, name)
    page.grab()
    assert name.text().endswith("…") and name.toolTip() == name.accessibleName() == name.whole()


def test_cf017_a_message_that_is_over_keeps_no_word_of_it(page: QWidget) -> None:
    message = Message("m")
    put(page, message)
    message.show_text("MULLER Anne", "Comparez", act="Reprendre")
    assert "MULLER Anne" in message.accessibleName()
    message.clear()
    assert [one.text() for one in message.findChildren(QLabel) if one.text()] == []
    assert not message.accessibleName()


def test_a_message_that_stands_follows_a_change_of_scheme(page: QWidget, qapp: QApplication) -> None:
    message = Message("m")
    put(page, message)
    message.show_text("Hors ligne", tone="warning")
    sign = message._sign
    light = sign.grab().toImage()
    apply_theme(qapp, Scheme.DARK)
    assert sign.grab().toImage() != light
    apply_theme(qapp, Scheme.LIGHT)
    assert sign.grab().toImage() == light
