"""A small read-only table with a name for screen readers, walked by arrows, left by Tab."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from desktop.ui.theme import ROW_HEIGHT
from desktop.ui.widgets.badged_cell import BADGES, BadgedLines, Badges
from desktop.ui.widgets.unsearched import Unsearched


@dataclass(frozen=True, slots=True)
class Cell:
    """Words with badges."""

    words: str
    badges: Badges = ()


class ReadOnlyTable(Unsearched, QTableWidget):
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
        self.setItemDelegate(BadgedLines(self))
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

    def fill(self, lines: Sequence[Sequence[str | Cell]]) -> None:
        """Replace all rows."""
        self.setHorizontalHeaderLabels([title() for title in self._titles])
        self.setRowCount(len(lines))
        for number, line in enumerate(lines):
            for place, content in enumerate(line):
                self.setItem(number, place, _item(content if isinstance(content, Cell) else Cell(content)))
        self._fit.start()


def _item(cell: Cell) -> QTableWidgetItem:
    item = QTableWidgetItem(cell.words)
    if cell.badges:
        spoken = ", ".join((cell.words, *(words for words, _ in cell.badges)))
        item.setData(BADGES, cell.badges)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
    return item
