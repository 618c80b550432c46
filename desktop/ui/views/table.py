"""A small read-only table with a name for screen readers, walked by arrows, left by Tab."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from desktop.ui.theme import ROW_HEIGHT


class ReadOnlyTable(QTableWidget):
    """For at most some hundred rows; *titles* are asked again at each :meth:`fill`."""

    def __init__(self, name: str, titles: Sequence[Callable[[], str]], *, stretched: int) -> None:
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
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number in range(len(titles)):
            mode = (
                QHeaderView.ResizeMode.Stretch
                if number == stretched
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
