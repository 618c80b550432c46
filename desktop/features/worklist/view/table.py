"""The table of declared patients, and the field that filters it by a name."""

from datetime import date
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QLineEdit, QWidget

from desktop.domain.referent import DeclarationState
from desktop.features.worklist.cells import COLUMNS, Cell, spoken
from desktop.features.worklist.domain import Line, Order
from desktop.features.worklist.service import Widths
from desktop.ui.theme import GRID
from desktop.ui.views.walked_table import WalkedTable
from desktop.ui.widgets.badged_cell import BADGES, BadgedLine

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ROW = 30  # pixels: thirteen of them stand on the smallest usual screen
HEAD = ROW + GRID // 2
_SENTENCES = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
_ROLES = frozenset(map(int, (Qt.ItemDataRole.DisplayRole, BADGES, *_SENTENCES)))
_DECLARATION = next(n for n, column in enumerate(COLUMNS) if column.order is Order.DECLARATION)
_GIVE_WAY = (8, 5, 1, 4, 7, 2)  # columns that narrow windows leave out, the first one first


class FilterField(QLineEdit):
    """Ctrl and an arrow walk by words where there are some; an empty field leaves them to the page."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and not self.text():
            event.ignore()
            return False
        return super().event(event)


class WorklistRows(QAbstractTableModel):
    """One patient a row; thousands are as quick as ten: only cells that are painted are put into words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()
        self.today: date | None = None
        self._said: dict[tuple[int, int], Cell] = {}  # in the language in force

    def show(self, lines: tuple[Line, ...], today: date | None) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._said.clear()
        self.lines, self.today = lines, today
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.today is None or role not in _ROLES:
            return None
        if role in _SENTENCES:
            return spoken(self.lines[index.row()], self.today)
        words, badges = self._cell(index.row(), index.column(), self.today)
        return badges if role == BADGES else words

    def _cell(self, row: int, column: int, today: date) -> Cell:
        """Asked for several times in each painting."""
        place = (row, column)
        if place not in self._said:
            self._said[place] = COLUMNS[column].in_row(self.lines[row], today)
        return self._said[place]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        return None


class WorklistTable(WalkedTable):
    """Walked by arrows, left by Tab. Signals: ``narrowed`` (other columns are left out, see ``leaves_out``),
    ``widths_changed`` (:data:`Widths`: a column was drawn wider or narrower)."""

    narrowed = Signal()
    widths_changed = Signal(object)

    def __init__(self, rows: WorklistRows) -> None:
        super().__init__("worklist-table", rows, row_height=ROW)
        self.leaves_out = False
        self._laying_out = False
        self._widths: Widths = {}
        self._drawn = QTimer(self)  # a hand that draws an edge moves it many times
        self._drawn.setSingleShot(True)
        self._drawn.setInterval(300)
        self._drawn.timeout.connect(self._take_widths)
        rows.modelReset.connect(self._spread)
        self.setItemDelegate(BadgedLine(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(40)
        header.setFixedHeight(HEAD)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.sectionResized.connect(lambda *_: self._laying_out or self._drawn.start())

    def set_widths(self, widths: Widths) -> None:
        """Those of this user."""
        if widths != self._widths:
            self._widths = widths
            self._lay_out(self.viewport().width())

    def _spread(self) -> None:
        """Of a declaration that ended its end is all there is to say: it takes the next column's room too."""
        self.clearSpans()
        rows = self.model()
        assert isinstance(rows, WorklistRows)
        for number, shown in enumerate(rows.lines):
            if shown.state is DeclarationState.ENDED:
                self.setSpan(number, _DECLARATION, 1, 2)

    def chosen(self) -> Line | None:
        """The one under the cursor."""
        rows, number = self.model(), self.currentIndex().row()
        assert isinstance(rows, WorklistRows)
        return rows.lines[number] if 0 <= number < len(rows.lines) else None

    def stand_on(self, chosen: Line | None) -> None:
        """The same patient as before, else the first row."""
        rows = self.model()
        assert isinstance(rows, WorklistRows)
        ids = [shown.told.patient.id for shown in rows.lines]
        wanted = chosen.told.patient.id if chosen else ""
        if ids:
            self.setCurrentIndex(rows.index(ids.index(wanted) if wanted in ids else 0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out(event.size().width())
        super().resizeEvent(event)

    def _lay_out(self, room: int) -> None:
        """What does not fit is said by the chosen line; the rest shares the room by its weights."""
        weights = [self._widths.get(column.order, column.width) for column in COLUMNS]
        left = sum(weights)
        hidden: set[int] = set()
        for number in _GIVE_WAY:
            if left > room:
                hidden.add(number)
                left -= weights[number]
        self._laying_out = True
        for number, weight in enumerate(weights):
            self.setColumnHidden(number, number in hidden)
            if number not in hidden:
                self.setColumnWidth(number, weight * room // left)
        self._laying_out = False
        if bool(hidden) is not self.leaves_out:
            self.leaves_out = bool(hidden)
            self.narrowed.emit()

    def _take_widths(self) -> None:
        """Shares of what the columns that are there have together, so that none is pushed out by another."""
        there = [n for n in range(len(COLUMNS)) if not self.isColumnHidden(n)]
        has = sum(self._widths.get(COLUMNS[n].order, COLUMNS[n].width) for n in there)
        drawn = sum(self.columnWidth(n) for n in there)
        now = {COLUMNS[n].order: max(1, self.columnWidth(n) * has // drawn) for n in there}
        self._widths = {**self._widths, **now}
        self._lay_out(self.viewport().width())
        self.widths_changed.emit(self._widths)
