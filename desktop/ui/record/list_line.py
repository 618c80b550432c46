"""How one row of the list is painted: a document, what stands under it, a group over others."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from desktop.ui.record.document_model import FOLD, GROUP
from desktop.ui.record.list_rows import Column
from desktop.ui.theme import GRID, Role, color, strong_font
from desktop.ui.widgets.badged_cell import BadgedLine, Index, paint_ground

ROW_HEIGHT = 30
INDENT = 3 * GRID  # of a sign before a title, and of what stands under it


class ListLine(BadgedLine):
    """As high as every row of the list, whatever stands in it. The words of a group go across the columns."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        group = index.data(GROUP)
        if group is not None:
            self._paint_group(painter, option, index, *group)
            return
        if index.column() != Column.TITLE:
            QStyledItemDelegate.paint(self, painter, option, index)
            return
        sign = index.data(FOLD)
        if sign is None:
            super().paint(painter, option, index)
            return
        paint_ground(self, painter, option, index)
        room = QRect(option.rect)
        painter.setPen(color(Role.MUTED))
        painter.drawText(room.adjusted(GRID + 3, 1, 0, 1), Qt.AlignmentFlag.AlignVCenter, sign)
        inside = QStyleOptionViewItem(option)
        inside.rect = room.adjusted(INDENT, 0, 0, 0)
        super().paint(painter, inside, index)

    def _paint_group(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, words: str, count: str
    ) -> None:
        """Each cell paints its part of the line, so that none paints over another's."""
        blank = QStyleOptionViewItem(option)
        painter.save()
        painter.setClipRect(option.rect)
        if not option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, color(Role.SUNKEN))
        paint_ground(self, painter, blank, index)
        table = self._table
        left = option.rect.left() - table.columnViewportPosition(index.column())
        whole = QRect(left, option.rect.top(), table.horizontalHeader().length(), option.rect.height())
        whole.adjust(GRID + 3, 1, -GRID, 1)
        bold = QFontMetrics(strong_font())
        room = QFontMetrics(option.font).horizontalAdvance(count) + 3 * GRID
        fitted = bold.elidedText(words, Qt.TextElideMode.ElideRight, whole.width() - room)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(color(Role.TEXT))
        painter.setFont(strong_font())
        painter.drawText(whole, flags, fitted)
        painter.setFont(option.font)
        painter.setPen(color(Role.MUTED))
        painter.drawText(whole.adjusted(bold.horizontalAdvance(fitted) + 2 * GRID, 0, 0, 0), flags, count)
        painter.restore()
