"""Rows whose words go on in further lines: names, doses and allergies wrap and are never cut off."""

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.features.summary.cells import Mark, Row
from desktop.ui.icons import paint_glyph
from desktop.ui.theme import GRID, ROW_HEIGHT, Role, body_font, color, strong_font
from desktop.ui.widgets.unsearched import Unsearched

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ROW = Qt.ItemDataRole.UserRole + 1
MARK_WIDTH, _SIDE, _LEAST = 34, 18, 120
_BORDER = 4  # of a list, with its padding
_FRAME = 2 * _BORDER + 12  # and its scroll bar
_LEAST_HEIGHT = 96  # two rows and a half


class RowModel(QAbstractListModel):
    """The rows of one list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Replace them; where the same ones stand, only their words change."""
        if [row.id for row in self.rows] != [row.id for row in rows]:
            self.beginResetModel()
            self.rows = tuple(rows)
            self.endResetModel()
        elif self.rows != tuple(rows):
            self.rows = tuple(rows)
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken or " · ".join(part for part in (row.words, row.beside, row.right) if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.rows[index.row()].title:
            return Qt.ItemFlag.NoItemFlags  # the cursor goes past it
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class RowDelegate(QStyledItemDelegate):
    """Paints one :class:`Row`."""

    def __init__(self, rows: "RowList") -> None:
        super().__init__(rows)
        self._rows = rows
        self._heights: dict[Row, tuple[int, int]] = {}

    def forget_others(self, rows: Sequence[Row]) -> None:
        """Of rows that are gone nothing stays."""
        there = set(rows)
        self._heights = {row: height for row, height in self._heights.items() if row in there}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Kept by row and width: after an act all but one row are the same."""
        row: Row = index.data(ROW)
        width = self._rows.room()
        known = self._heights.get(row)
        if known is not None and known[0] == width:
            return QSize(width, known[1])
        height = self._height(row, width)
        self._heights[row] = width, height
        return QSize(width, height)

    def _height(self, row: Row, width: int) -> int:
        words, beside = self._layouts(row, width)
        height = words.boundingRect().height() + (beside.boundingRect().height() if row.beside else 0)
        return max(self._rows.LEAST, int(height) + self._rows.AIR)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        ground = QStyleOptionViewItem(option)
        self.initStyleOption(ground, index)
        ground.text = ""
        if self._rows.QUIET and not self._rows.hasFocus():
            ground.state &= ~QStyle.StateFlag.State_Selected
        if not row.title:
            style = self._rows.style()
            style.drawControl(style.ControlElement.CE_ItemViewItem, ground, painter, self._rows)
        rect = option.rect
        words, beside = self._layouts(row, rect.width())
        both = words.boundingRect().height() + (beside.boundingRect().height() if row.beside else 0)
        top = rect.top() + (rect.height() - both) / 2
        left = rect.left() + self._left(row)
        painter.save()
        painter.setPen(color(Role.MUTED if row.struck else Role.TEXT))
        words.draw(painter, QPointF(left, top))
        painter.setPen(color(Role.MUTED))
        if row.beside:
            beside.draw(painter, QPointF(left, top + words.boundingRect().height()))
        first = QRect(rect.left(), int(top), rect.width() - GRID, int(words.lineAt(0).height()))
        painter.setFont(body_font())
        painter.drawText(first, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.right)
        _paint_mark(
            painter, QRect(rect.left() + GRID, first.center().y() - _SIDE // 2, _SIDE, _SIDE), row.mark
        )
        if option.state & QStyle.StateFlag.State_HasFocus and not row.title:
            painter.setPen(QPen(color(Role.ACCENT), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)
        painter.restore()

    def _left(self, row: Row) -> int:
        plain = (row.title and row.mark is Mark.NOTHING) or not self._rows.MARKED
        return GRID if plain else MARK_WIDTH

    def _layouts(self, row: Row, width: int) -> tuple[QTextLayout, QTextLayout]:
        font = strong_font() if row.title else body_font()
        font.setStrikeOut(row.struck)
        right = QFontMetrics(body_font()).horizontalAdvance(row.right) + GRID if row.right else 0
        room = width - self._left(row) - GRID
        return _laid(row.words, font, room - right), _laid(row.beside, body_font(), room)


class RowList(Unsearched, QListView):
    """Signals: ``chosen`` (the row under the cursor, by hand), ``entered`` (Enter), ``typed`` (letters)."""

    chosen = Signal(str)
    entered = Signal(str)
    typed = Signal(str)
    MARKED: ClassVar[bool] = True
    LEAST: ClassVar[int] = ROW_HEIGHT
    AIR: ClassVar[int] = 10
    QUIET: ClassVar[bool] = False  # the cursor is shown while the keyboard is here

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._model = RowModel(self)
        self._silent = False
        self.setModel(self._model)
        self._delegate = RowDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setTabKeyNavigation(False)
        self.setMinimumSize(_LEAST, _LEAST_HEIGHT)
        # What it would like to be tall is nobody's business: it scrolls, and takes the room that is left.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._model.rows

    def show_rows(self, rows: Sequence[Row], current: str = "") -> None:
        """Show *rows*; the cursor stands on *current*, else stays on the same one, else on the first."""
        wanted = current or self.current()
        before = self.currentIndex().row()
        self._silent = True
        try:
            self._model.show(rows)
            self._delegate.forget_others(rows)
            self.scheduleDelayedItemsLayout()
            self._stand_on(wanted, before)
        finally:
            self._silent = False

    def current(self) -> str:
        """The id under the cursor, "" for none."""
        number = self.currentIndex().row()
        return self.rows[number].id if 0 <= number < len(self.rows) else ""

    def room(self) -> int:
        """The width of a row, whether a scroll bar is there or not."""
        return max(self.width() - _FRAME, _LEAST)

    def content_height(self) -> int:
        """Of all rows together, with the frame."""
        option = QStyleOptionViewItem()
        indexes = (self._model.index(n) for n in range(len(self.rows)))
        return sum(self._delegate.sizeHint(option, index).height() for index in indexes) + 2 * _BORDER

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._silent and current.isValid():
            self.chosen.emit(self.current())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.position().x() < MARK_WIDTH and self.indexAt(event.position().toPoint()).isValid():
            self.mark_pressed(self.current())

    def mark_pressed(self, row_id: str) -> None:
        """A click on the sign before the words."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(self.current())
        elif plain and event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)

    def _stand_on(self, wanted: str, before: int) -> None:
        places = [n for n, row in enumerate(self.rows) if not row.title]
        if not places:
            return
        same = next((n for n in places if self.rows[n].id == wanted), None)
        number = same if same is not None else min(places, key=lambda n: abs(n - max(before, 0)))
        if number != self.currentIndex().row():
            self.setCurrentIndex(self._model.index(number))


def _laid(words: str, font: QFont, width: float) -> QTextLayout:
    layout = QTextLayout(words or " ", font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1))
        line.setPosition(QPointF(0, y))
        y += line.height()
    layout.endLayout()
    return layout


def _paint_mark(painter: QPainter, place: QRect, mark: Mark) -> None:
    glyph, role = mark.value
    if glyph is not None:
        paint_glyph(painter, place, glyph, role)
    elif mark is Mark.OPEN:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color(role), 1.5))
        painter.drawEllipse(place.adjusted(4, 4, -4, -4))
