"""Marks and lines of a curve: told apart by shape and dash, never by colour alone."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from desktop.features.lab_trends.domain.series import Point
from desktop.ui.theme import Role, color

DASHES: Final = (
    Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DashDotDotLine,
    Qt.PenStyle.SolidLine,
)  # fmt: skip
COLOURS: Final = (Role.ACCENT, Role.TEXT, Role.MUTED, Role.MARK, Role.WARNING)


def draw_mark(painter: QPainter, at: QPointF, point: Point, order: int, radius: float) -> None:
    """Round; a diamond where it was converted; a hollow triangle down for « < », up for « > »."""
    ink = color(COLOURS[order % len(COLOURS)])
    x, y, r = at.x(), at.y(), radius
    if point.is_bounded:
        way = 1 if point.is_below else -1
        shape = [QPointF(x, y + way * r), QPointF(x - r, y - way * r), QPointF(x + r, y - way * r)]
        _shape(painter, shape, ink, color(Role.SURFACE))
    elif point.converted:
        shape = [QPointF(x, y - r - 1), QPointF(x + r + 1, y), QPointF(x, y + r + 1), QPointF(x - r - 1, y)]
        _shape(painter, shape, ink, color(Role.SURFACE))
    elif order % 2:
        painter.setPen(QPen(color(Role.SURFACE), 1))
        painter.setBrush(ink)
        painter.drawRect(QRectF(x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1))
    else:
        painter.setPen(QPen(color(Role.SURFACE), 1))
        painter.setBrush(ink)
        painter.drawEllipse(at, r, r)


def _shape(painter: QPainter, corners: list[QPointF], ink: QColor, fill: QColor) -> None:
    painter.setPen(QPen(ink, 1.6))
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF(corners))
