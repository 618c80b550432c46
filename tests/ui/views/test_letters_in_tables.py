"""What is typed into a table, a name mostly: Qt keeps the letters of its own search, so there is none."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QTableView
from pytestqt.qtbot import QtBot

import desktop
from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.views.walked_table import WalkedTable
from desktop.ui.widgets.unsearched import Unsearched


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


def _own_views(kind: type) -> Iterator[type]:
    derived: type
    for derived in kind.__subclasses__():
        if derived.__module__.startswith("desktop."):
            yield derived
        yield from _own_views(derived)


def test_cf017_no_view_of_the_program_searches_by_letters() -> None:
    for module in pkgutil.walk_packages(desktop.__path__, "desktop."):
        if ".ui." in module.name or ".features." in module.name:
            importlib.import_module(module.name)
    searching = {view.__name__ for view in _own_views(QAbstractItemView) if not issubclass(view, Unsearched)}
    assert not searching
    made = re.compile(r"= Q(Table|List|Tree)(View|Widget)\(")
    sources = [path for part in ("ui", "features") for path in Path(desktop.__path__[0], part).rglob("*.py")]
    plain = [path for path in sources if made.search(path.read_text("utf-8"))]
    assert not plain, "one of Qt's own searches"
