"""The table: the full equivalent of the chart (features H.3: 10)."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from desktop.features.lab_trends.cells import cells, columns
from desktop.features.lab_trends.domain.values import Flag, LabValue, Standing
from desktop.ui.theme import Role, body_font, color

_FLAG = 5


class ValueRows(QAbstractTableModel):
    """One row a value, the newest first; what the laboratory took back is struck out (CF-151)."""

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[LabValue, ...] = ()

    def set_values(self, values: tuple[LabValue, ...]) -> None:
        """Replace the rows."""
        if values != self._values:
            self.beginResetModel()
            self._values = values
            self.endResetModel()

    def values(self) -> tuple[LabValue, ...]:
        """As they are shown."""
        return self._values

    def row_of(self, value_id: str) -> int | None:
        """Of a value."""
        return next((row for row, value in enumerate(self._values) if value.id == value_id), None)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._values)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(columns())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return columns()[section]
        return None

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        value = self._values[index.row()]
        gone = value.standing is Standing.WITHDRAWN
        if role == Qt.ItemDataRole.DisplayRole:
            return cells(value)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return (
                ", ".join(filter(None, cells(value))) if index.column() == 0 else cells(value)[index.column()]
            )
        if role == Qt.ItemDataRole.FontRole and gone and index.column() != _FLAG:
            struck = QFont(body_font())
            struck.setStrikeOut(True)
            return struck
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == _FLAG:
            return color(Role.WARNING) if gone or value.flag in set(Flag) else color(Role.TEXT)
        return None
