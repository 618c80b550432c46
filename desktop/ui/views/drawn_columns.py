"""Columns that share a table's room by weights, until somebody draws their edges elsewhere."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QTableView

Weights = tuple[int, ...]
"""One a column, each 1 or more; only their proportions count."""
_DRAWN_MS = 300  # a hand that draws an edge moves it many times
_NARROWEST = 40


class DrawnColumns(QObject):
    """Of *table*, whose *numbers* are never narrower than what they say. Signal: ``widths_drawn(Weights)``,
    once the hand rests."""

    widths_drawn = Signal(object)

    def __init__(self, table: QTableView, weights: Weights, numbers: frozenset[int] = frozenset()) -> None:
        super().__init__(table)
        self._table, self._own, self._weights, self._numbers = table, weights, weights, numbers
        self._laying_out, self._room = False, 0
        self._drawn = QTimer(self, singleShot=True, interval=_DRAWN_MS)
        self._drawn.timeout.connect(self._take)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(_NARROWEST)
        header.sectionResized.connect(lambda *_: self._laying_out or self._drawn.start())

    def set_widths(self, weights: Weights) -> None:
        """As this user drew them once; of another number of columns, or none: those it came with."""
        mine = len(weights) == len(self._own) and all(weight > 0 for weight in weights)
        chosen = weights if mine else self._own
        if chosen != self._weights:
            self._weights = chosen
            self.lay_out()

    def fit(self, room: int) -> None:
        """The columns have *room* pixels: what the table's resizeEvent tells. Nobody asks for the viewport:
        PySide6 builds every kind of widget when it meets one that Qt made for itself."""
        self._room = room
        self.lay_out()

    def lay_out(self) -> None:
        """Numbers first; the words share what they leave."""
        table, room, whole = self._table, self._room, sum(self._weights)
        widths = [max(room * weight // whole, _NARROWEST) for weight in self._weights]
        for place in self._numbers:
            said = table.horizontalHeader().sectionSizeHint(place)
            widths[place] = max(widths[place], table.sizeHintForColumn(place), said)
        words = [place for place in range(len(widths)) if place not in self._numbers]
        left = max(room - sum(widths[place] for place in self._numbers), 0)
        share = sum(self._weights[place] for place in words)
        for place in words:
            widths[place] = max(left * self._weights[place] // share, _NARROWEST)
        self._laying_out = True
        for place, width in enumerate(widths):
            table.setColumnWidth(place, width)
        self._laying_out = False

    def _take(self) -> None:
        self._weights = tuple(self._table.columnWidth(place) for place in range(len(self._weights)))
        self.lay_out()
        self.widths_drawn.emit(self._weights)
