"""The widths of the list's columns: they share its room, as they come or as this user drew them."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QTableView

from desktop.ui.record.list_rows import Column

Widths = tuple[int, ...]
"""One a column, each 1 or more; only their proportions count."""
_DRAWN_MS = 300  # a hand that draws an edge moves it many times
_NARROW, _MIDDLE = 620, 820
_LEAST = {Column.DATE: 92, Column.TITLE: 120}
_NARROWEST = 56
STEP = 40  # pixels that a key widens or narrows the document's column by


class ListColumns(QObject):
    """Of *table*. In a narrow one the level, then the category, are left out: what they say stands in the
    row's badges and in the viewer too. Signal: ``widths_drawn``, once the hand rests."""

    widths_drawn = Signal()

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self._drawn: Widths = ()
        self._laying_out, self._room = False, 0
        self._rests = QTimer(self, singleShot=True, interval=_DRAWN_MS)
        self._rests.timeout.connect(self._take)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(_NARROWEST)
        header.sectionResized.connect(lambda *_: self._laying_out or self._rests.start())

    def widths(self) -> Widths:
        """As they were drawn; () where nobody did."""
        return self._drawn

    def set_widths(self, widths: Widths) -> None:
        """As this user drew them once; of another number of columns, or none: as they come."""
        mine = len(widths) == len(Column) and all(width > 0 for width in widths)
        self._drawn = widths if mine else ()
        self.lay_out()

    def fit(self, room: int) -> None:
        """The columns have *room* pixels: what the table's resizeEvent tells."""
        self._room = room
        self.lay_out()

    def widen(self, by: int) -> None:
        """The document's column by *by* pixels, as if its edge had been drawn; the others give way."""
        width = self._table.columnWidth(Column.TITLE) + by
        self._table.setColumnWidth(Column.TITLE, max(width, _LEAST[Column.TITLE]))

    def lay_out(self) -> None:
        """Nothing is scrolled to: the columns that are there fill the room."""
        room = self._room
        hidden = {Column.LEVEL} if room < _NARROW else set[Column]()
        if room < _MIDDLE:
            hidden.add(Column.CATEGORY)
        there = [column for column in Column if column not in hidden]
        shares = self._drawn or _as_they_come(room, hidden)
        whole = sum(shares[column] for column in there)
        widths = {c: max(room * shares[c] // whole, _LEAST.get(c, _NARROWEST)) for c in there}
        widest = max(there, key=lambda column: widths[column])
        widths[widest] = max(widths[widest] + room - sum(widths.values()), _LEAST[Column.TITLE])
        self._laying_out = True
        for column in Column:
            self._table.setColumnHidden(column, column in hidden)
            if column in widths:
                self._table.setColumnWidth(column, widths[column])
        self._laying_out = False

    def _take(self) -> None:
        """The columns that are left out keep their share of the others' room."""
        there = [column for column in Column if not self._table.isColumnHidden(column)]
        shares = self._drawn or _as_they_come(self._room, frozenset(Column) - frozenset(there))
        had, drawn = sum(shares[c] for c in there), sum(self._table.columnWidth(c) for c in there)
        self._drawn = tuple(
            max(self._table.columnWidth(c) * had // max(drawn, 1), 1) if c in there else shares[c]
            for c in Column
        )
        self.lay_out()
        self.widths_drawn.emit()


def _as_they_come(room: int, hidden: frozenset[Column] | set[Column]) -> Widths:
    """Pixels: the date and the level what they need, the document what the others leave."""
    widths = {
        Column.DATE: 104, Column.CATEGORY: max(int(room * 0.22), 170),
        Column.AUTHOR: max(int(room * 0.22), 150), Column.LEVEL: 112,
    }  # fmt: skip
    taken = sum(width for column, width in widths.items() if column not in hidden)
    widths[Column.TITLE] = max(room - taken, 1)
    return tuple(widths[column] for column in Column)
