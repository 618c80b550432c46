"""The rows of « Historique du jour »: only those that are painted are put into words."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.prescription.standing import Dispense
from desktop.domain.texts import text
from desktop.features.counter.cells.day import COLUMNS, day_line, day_row
from desktop.ui.theme import ROW_HEIGHT
from desktop.ui.views.drawn_columns import DrawnColumns
from desktop.ui.views.walked_table import WalkedTable

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
_WEIGHTS = (64, 240, 170, 300, 190, 150)


class DayRows(QAbstractTableModel):
    """One delivery of one line a row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.dispenses: tuple[Dispense, ...] = ()

    def show(self, dispenses: tuple[Dispense, ...]) -> None:
        """Replace all rows; where they are the same, they are said again in the language of now."""
        if dispenses == self.dispenses:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
            if dispenses:
                self.dataChanged.emit(self.index(0, 0), self.index(len(dispenses) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.dispenses = dispenses
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.dispenses)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.dispenses[index.row()]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return day_line(one)
        return day_row(one)[index.column()] if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return text(COLUMNS[section])
        return None


class DayTable(WalkedTable):
    """What it has no room for is in the line below it."""

    def __init__(self, rows: DayRows) -> None:
        super().__init__("counter-day-table", rows, row_height=ROW_HEIGHT)
        self._rows = rows
        self.columns = DrawnColumns(self, _WEIGHTS)

    def chosen(self) -> Dispense | None:
        """The one under the cursor."""
        number = self.currentIndex().row()
        return self._rows.dispenses[number] if 0 <= number < len(self._rows.dispenses) else None

    def stand_on(self, chosen: Dispense | None) -> None:
        """The same delivery as before, else the first row."""
        ids = [one.identifier for one in self._rows.dispenses]
        wanted = chosen.identifier if chosen is not None else ""
        if ids:
            self.setCurrentIndex(self._rows.index(ids.index(wanted) if wanted in ids else 0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.columns.fit(event.size().width())
