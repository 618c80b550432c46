"""A small table whose columns share its room by weights, until somebody draws their edges elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from desktop.ui.views.table import Cell, ReadOnlyTable

Weights = tuple[int, ...]
"""One a column, each 1 or more; only their proportions count."""
_DRAWN_MS = 300  # a hand that draws an edge moves it many times
_NARROWEST = 40


@dataclass(frozen=True, slots=True)
class Column:
    """``weight``: its share of the room. ``number``: right-aligned, and never narrower than what it says."""

    title: Callable[[], str]
    weight: int
    number: bool = False


class DrawnTable(ReadOnlyTable):
    """Signal: ``widths_drawn(Weights)``, once the hand rests."""

    widths_drawn = Signal(object)

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        super().__init__(name, tuple(column.title for column in columns), stretched=frozenset())
        self._columns = tuple(columns)
        self._weights: Weights = tuple(column.weight for column in columns)
        self._laying_out = False
        self._drawn = QTimer(self, singleShot=True, interval=_DRAWN_MS)
        self._drawn.timeout.connect(self._take)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(_NARROWEST)
        header.sectionResized.connect(lambda *_: self._laying_out or self._drawn.start())

    def set_widths(self, weights: Weights) -> None:
        """As this user drew them once; of another number of columns, or none: those it came with."""
        mine = len(weights) == len(self._columns) and all(weight > 0 for weight in weights)
        chosen = weights if mine else tuple(column.weight for column in self._columns)
        if chosen != self._weights:
            self._weights = chosen
            self._lay_out()

    def fill(self, lines: Sequence[Sequence[str | Cell]]) -> None:
        super().fill(lines)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, column in enumerate(self._columns):
            for item in (
                self.horizontalHeaderItem(place),
                *(self.item(n, place) for n in range(self.rowCount())),
            ):
                if column.number and item is not None:
                    item.setTextAlignment(right)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        """Numbers first; the words share what they leave."""
        room, whole = self.viewport().width(), sum(self._weights)
        widths = [max(room * weight // whole, _NARROWEST) for weight in self._weights]
        for place, column in enumerate(self._columns):
            if column.number:
                said = self.horizontalHeader().sectionSizeHint(place)
                widths[place] = max(widths[place], self.sizeHintForColumn(place), said)
        words = [place for place, column in enumerate(self._columns) if not column.number]
        left = max(room - sum(widths[n] for n, column in enumerate(self._columns) if column.number), 0)
        share = sum(self._weights[place] for place in words)
        for place in words:
            widths[place] = max(left * self._weights[place] // share, _NARROWEST)
        self._laying_out = True
        for place, width in enumerate(widths):
            self.setColumnWidth(place, width)
        self._laying_out = False

    def _take(self) -> None:
        self._weights = tuple(self.columnWidth(place) for place in range(len(self._columns)))
        self._lay_out()
        self.widths_drawn.emit(self._weights)
