"""A small read-only table with a name for screen readers, walked by arrows, left by Tab."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from desktop.ui.theme import GRID, ROW_HEIGHT

Index = QModelIndex | QPersistentModelIndex


class ReadOnlyTable(QTableWidget):
    """For at most some hundred rows; *titles* are asked again at each :meth:`fill`.

    The *stretched* columns share what the others leave; what does not fit in them goes on in further lines.
    """

    def __init__(self, name: str, titles: Sequence[Callable[[], str]], *, stretched: frozenset[int]) -> None:
        super().__init__(0, len(titles))
        self.setObjectName(name)
        self._titles = titles
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.setItemDelegate(_PaddedLines(self))
        self._fit = QTimer(self, singleShot=True, interval=0)  # once for all columns that change together
        self._fit.timeout.connect(self.resizeRowsToContents)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.sectionResized.connect(lambda *_: self._fit.start())
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number in range(len(titles)):
            mode = (
                QHeaderView.ResizeMode.Stretch
                if number in stretched
                else QHeaderView.ResizeMode.ResizeToContents
            )
            header.setSectionResizeMode(number, mode)

    def fill(self, lines: Sequence[Sequence[str]]) -> None:
        """Replace all rows."""
        self.setHorizontalHeaderLabels([title() for title in self._titles])
        self.setRowCount(len(lines))
        for number, line in enumerate(lines):
            for place, content in enumerate(line):
                self.setItem(number, place, QTableWidgetItem(content))
        self._fit.start()


class _PaddedLines(QStyledItemDelegate):
    """Qt breaks lines as if the style sheet's padding were not there, and cuts off the last one."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        inner = QStyleOptionViewItem(option)
        inner.rect.setWidth(max(option.rect.width() - 2 * GRID, 0))
        return super().sizeHint(inner, index)
