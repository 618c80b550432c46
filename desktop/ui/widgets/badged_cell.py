"""Cells of tables with badges: beside the words on one line, or below words that go on in further lines."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.theme import GRID, Role, color, strong_font

Index = QModelIndex | QPersistentModelIndex
Badges = tuple[tuple[str, str], ...]
"""Words and tone of each (muted, accent, warning, danger)."""
BADGES = Qt.ItemDataRole.UserRole + 1  # :data:`Badges`
MARK = Qt.ItemDataRole.UserRole + 3
"""A sign before the words of a row that stands out: it is bold."""
_TONES = {
    "muted": (Role.MUTED, Role.SUNKEN),
    "accent": (Role.ACCENT, Role.ACCENT_SOFT),
    "warning": (Role.WARNING, Role.WARNING_SOFT),
    "danger": (Role.DANGER, Role.DANGER_SOFT),
}
_HEIGHT, _GAP = 23, 6


class BadgedLine(QStyledItemDelegate):
    """Words, then their badges; the words give way first."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        badges: Badges = index.data(BADGES) or ()
        mark: str = index.data(MARK) or ""
        if not badges and not mark:  # most cells: Qt's own way takes half the time
            super().paint(painter, option, index)
            return
        if mark:
            option = QStyleOptionViewItem(option)
            option.font, option.fontMetrics = strong_font(), QFontMetrics(strong_font())
        metrics = option.fontMetrics
        room = sum(_width(words, metrics) + _GAP for words, _ in badges)
        whole = QRect(option.rect)
        words = mark + paint_ground(self, painter, option, index)
        free = whole.adjusted(GRID + 3, 1, -GRID - room, 1)
        fitted = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(free.width(), 24))
        painter.save()
        painter.setFont(option.font)
        painter.setPen(color(Role.TEXT))
        painter.drawText(free, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitted)
        x = free.left() + (metrics.horizontalAdvance(fitted) + GRID + 2 if fitted else 0)
        _paint_badges(painter, option, badges, QPoint(x, whole.center().y() - 11))
        painter.restore()


class BadgedLines(QStyledItemDelegate):
    """Words in as many lines as they need, their badges below.

    Qt breaks lines as if the style sheet's padding were not there, and cuts off the last one.
    """

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        inner = QStyleOptionViewItem(option)
        inner.rect.setWidth(max(option.rect.width() - 2 * GRID, 0))
        size = super().sizeHint(inner, index)
        return size + QSize(0, _HEIGHT) if index.data(BADGES) else size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        badges: Badges = index.data(BADGES) or ()
        if not badges:
            super().paint(painter, option, index)
            return
        whole = QRect(option.rect)
        words = paint_ground(self, painter, option, index)
        free = whole.adjusted(GRID + 3, 0, -GRID, -_HEIGHT - _GAP // 2)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.save()
        painter.setFont(option.font)
        painter.setPen(color(Role.TEXT))
        painter.drawText(free, flags, words)
        _paint_badges(painter, option, badges, QPoint(free.left(), free.bottom()))
        painter.restore()


def paint_ground(
    delegate: QStyledItemDelegate, painter: QPainter, option: QStyleOptionViewItem, index: Index
) -> str:
    """Everything under the words; answers with them."""
    ground = QStyleOptionViewItem(option)
    delegate.initStyleOption(ground, index)
    words: str = ground.text
    ground.text = ""
    style = option.widget.style()
    style.drawControl(style.ControlElement.CE_ItemViewItem, ground, painter, option.widget)
    return words


def _width(words: str, metrics: QFontMetrics) -> int:
    return metrics.horizontalAdvance(words) + 2 * GRID


def _paint_badges(painter: QPainter, option: QStyleOptionViewItem, badges: Badges, at: QPoint) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    chosen = option.state & QStyle.StateFlag.State_Selected
    x = at.x()
    for words, tone in badges:
        fore, back = _TONES[tone]
        box = QRect(x, at.y(), _width(words, option.fontMetrics), _HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(Role.SURFACE if chosen else back))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(color(fore))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        x += box.width() + _GAP
