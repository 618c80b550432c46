"""A small table with columns that can be drawn wider: see :class:`DrawnColumns`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from desktop.ui.views.drawn_columns import DrawnColumns
from desktop.ui.views.table import Cell, ReadOnlyTable


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """``weight``: its share of the room. ``number``: right-aligned, and never narrower than what it says."""

    title: Callable[[], str]
    weight: int
    number: bool = False


class DrawnTable(ReadOnlyTable):
    """Its widths are those of :attr:`columns`."""

    def __init__(self, name: str, columns: Sequence[DrawnColumn]) -> None:
        super().__init__(name, tuple(column.title for column in columns), stretched=frozenset())
        self._numbers = frozenset(place for place, column in enumerate(columns) if column.number)
        self.columns = DrawnColumns(self, tuple(column.weight for column in columns), self._numbers)

    def fill(self, lines: Sequence[Sequence[str | Cell]]) -> None:
        super().fill(lines)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place in self._numbers:
            for item in (
                self.horizontalHeaderItem(place),
                *(self.item(n, place) for n in range(self.rowCount())),
            ):
                if item is not None:
                    item.setTextAlignment(right)
        self.columns.lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.columns.fit(event.size().width())
