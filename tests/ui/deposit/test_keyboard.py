"""The whole deposit by keyboard alone, and every part with a name for a screen reader."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

from desktop.domain.texts import Language, set_language
from tests.ui.deposit.conftest import CHANGED, PLAIN, Form

_FOCUSED = (QAbstractButton, QLineEdit, QComboBox, QAbstractScrollArea)


def _tab_to(form: Form, name: str) -> None:
    for _ in range(60):
        focused = QApplication.focusWidget()
        if focused is not None and focused.objectName() == name:
            return
        QTest.keyClick(focused or form.view, Qt.Key.Key_Tab)
    raise AssertionError(f"{name} cannot be reached by Tab")


def _press(key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def _pile(form: Form) -> None:
    form.copies[b"%PDF plain"] = CHANGED
    form.choose(form.file("a.pdf", b"%PDF plain", PLAIN))
    form.add(form.file("b.pdf", b"%PDF b"))
    form.bench.shell.activateWindow()
    form.bench.qtbot.waitUntil(form.bench.shell.isActiveWindow)


def test_compare_accept_describe_send_and_go_on(form: Form) -> None:
    _pile(form)
    _tab_to(form, "deposit-compare")
    _press(Qt.Key.Key_Space)
    form.bench.settle()
    assert form.view.is_comparing()
    _press(Qt.Key.Key_PageDown)
    _press(Qt.Key.Key_Plus)
    _tab_to(form, "deposit-accept-copy")
    _press(Qt.Key.Key_Space)
    assert not form.view.is_comparing()
    _tab_to(form, "deposit-category")
    _press(Qt.Key.Key_Down)
    _tab_to(form, "deposit-title")
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, "Bilan")
    _press(Qt.Key.Key_Return)
    form.bench.settle()
    assert form.sent() == {"Bilan": CHANGED.content}
    assert "b.pdf" in form.view._drop._name.text()
    _tab_to(form, "deposit-pile-list")
    _press(Qt.Key.Key_Up)
    assert "a.pdf" in form.view._drop._name.text()


def _nameless(root: QWidget) -> list[str]:
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, _FOCUSED) or not widget.isVisible():
            continue
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or widget.objectName().startswith("qt_"):
            continue
        seen = QAccessible.queryAccessibleInterface(widget)
        if seen is not None and not seen.text(QAccessible.Text.Name):
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


@pytest.mark.parametrize("language", list(Language))
def test_every_part_has_a_name_in_every_language(form: Form, language: Language) -> None:
    _pile(form)
    set_language(language)
    form.bench.shell.retranslate()
    assert _nameless(form.view) == []
    form.view.verdict._compare.click()
    form.bench.settle()
    assert _nameless(form.view) == []
    set_language(Language.FR)
