"""What is typed into a table, a name mostly: Qt keeps the letters of its own search, so there is none."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.views.walked_table import WalkedTable


def _read_only() -> QTableView:
    table = ReadOnlyTable("rows", (lambda: "Nom",), stretched=frozenset({0}))
    table.fill([["Anne"], ["Bob"]])
    return table


def _model() -> QStandardItemModel:
    model = QStandardItemModel()
    for name in ("Anne", "Bob"):
        model.appendRow(QStandardItem(name))
    return model


def _row_behind(table: QTableView, qtbot: QtBot) -> int:
    qtbot.addWidget(table)
    table.show()
    table.selectRow(0)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_B)
    return table.currentIndex().row()


def test_cf017_letters_move_no_row(qtbot: QtBot) -> None:
    """A plain table is the control: it searches."""
    model = _model()
    plain = QTableView()
    plain.setModel(model)
    plain.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
    assert _row_behind(plain, qtbot) == 1
    walked = WalkedTable("rows", model, row_height=20)  # type: ignore[arg-type]
    assert _row_behind(_read_only(), qtbot) == 0
    assert _row_behind(walked, qtbot) == 0
