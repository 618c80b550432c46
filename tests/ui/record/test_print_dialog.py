"""The printer's dialog, drawn as the program draws it."""

import pytest
from PySide6.QtWidgets import QApplication, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.ports.paper import Printer
from desktop.ui.record.print_dialog import PrintDialog
from desktop.ui.theme import Scheme, apply_theme


@pytest.mark.parametrize("scheme", Scheme)
def test_its_numbers_have_room_and_no_buttons_beside_them(
    scheme: Scheme, qapp: QApplication, qtbot: QtBot
) -> None:
    apply_theme(qapp, scheme)
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = PrintDialog(parent, (Printer("p", "Imprimante"),), 3, lambda choice: None)
    dialog.show()
    qtbot.waitExposed(dialog)
    for field in (dialog.first, dialog.last, dialog.copies):
        assert isinstance(field, QSpinBox)
        inner = field.lineEdit()
        margins, words = inner.textMargins(), inner.fontMetrics().horizontalAdvance("99")
        assert margins.left() + words + margins.right() <= inner.width() <= field.width()
    assert [dialog.first.value(), dialog.last.value()] == [1, 3]
    dialog.close()
    apply_theme(qapp, Scheme.LIGHT)
