"""Marks of the ligne de vie as cached pictures; the shape tells what colour alone must not."""

from enum import IntEnum, auto

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from desktop.domain.record import Document, DocumentStatus, Level
from desktop.ui.theme import Role, Scheme, color, current_scheme, strong_font


class Shape(IntEnum):
    """Round; ringed (nouveau); square (confidentiel, privé); triangle (annonce); hollow (désactivé)."""

    PLAIN = auto()
    NEW = auto()
    RESTRICTED = auto()
    ANNONCE = auto()
    DISABLED = auto()


def shape_of(document: Document, fresh: frozenset[str]) -> Shape:
    """How one document is drawn."""
    if document.status is DocumentStatus.DISABLED:
        return Shape.DISABLED
    if document.level is Level.ANNONCE:
        return Shape.ANNONCE
    if document.level is not Level.STANDARD:
        return Shape.RESTRICTED
    return Shape.NEW if document.id in fresh else Shape.PLAIN


_RADIUS = 5.5
_EDGE = 34


class Marks:
    """Draws marks from pictures that are made once a look (scheme, scale)."""

    def __init__(self) -> None:
        self._pictures: dict[int, QPixmap] = {}
        self._look: tuple[Scheme, float] | None = None

    def renew(self, ratio: float) -> None:
        """Forget the pictures when scheme or scale changed."""
        look = (current_scheme(), ratio)
        if look != self._look:
            self._look = look
            self._pictures.clear()

    def draw(
        self, painter: QPainter, x: float, y: float, shape: Shape, count: int, *, raised: bool, ring: bool
    ) -> None:
        """One mark centred at *x*, *y*; *count* > 1 is written into it, at most 999."""
        # One number as key: an enum or a tuple in it would cost more than the drawing.
        key = (shape * 1024 + (count if count < 1000 else 1000)) * 4 + raised * 2 + ring
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = self._picture(shape, count, raised, ring)
        painter.drawPixmap(QPointF(x - _EDGE / 2, y - _EDGE / 2), picture)

    def _picture(self, shape: Shape, count: int, raised: bool, ring: bool) -> QPixmap:  # noqa: FBT001
        ratio = self._look[1] if self._look else 1.0
        picture = QPixmap(round(_EDGE * ratio), round(_EDGE * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(_EDGE / 2, _EDGE / 2)
        fill = color(Role.ACCENT if raised else Role.MARK)
        if count > 1:
            _cluster(painter, shape, count, fill, ring=ring)
        else:
            _single(painter, shape, fill, ring=ring)
        painter.end()
        return picture


def _single(painter: QPainter, shape: Shape, fill: QColor, *, ring: bool) -> None:
    r = _RADIUS
    if ring:
        painter.setPen(QPen(color(Role.TEXT), 2))
        painter.setBrush(color(Role.SURFACE))
        painter.drawEllipse(QPointF(0, 0), r + 4, r + 4)
    painter.setPen(QPen(color(Role.SURFACE), 1.5))
    painter.setBrush(fill)
    match shape:
        case Shape.PLAIN:
            painter.drawEllipse(QPointF(0, 0), r, r)
        case Shape.NEW:
            painter.setPen(QPen(fill, 1.5))
            painter.setBrush(color(Role.SURFACE))
            painter.drawEllipse(QPointF(0, 0), r + 1, r + 1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawEllipse(QPointF(0, 0), r - 2, r - 2)
        case Shape.RESTRICTED:
            painter.drawRect(QRectF(-r + 0.5, -r + 0.5, 2 * r - 1, 2 * r - 1))
        case Shape.ANNONCE:
            painter.setBrush(color(Role.WARNING))
            painter.drawPolygon([QPointF(0, -r - 1), QPointF(r + 1, r - 0.5), QPointF(-r - 1, r - 0.5)])
        case Shape.DISABLED:
            painter.setPen(QPen(color(Role.BORDER_STRONG), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(0, 0), r - 0.5, r - 0.5)


def _cluster(painter: QPainter, shape: Shape, count: int, fill: QColor, *, ring: bool) -> None:
    words = str(count) if count < 1000 else "999"
    width = {1: 18.0, 2: 22.0}.get(len(words), 28.0)
    box = QRectF(-width / 2, -9, width, 18)
    if ring:
        painter.setPen(QPen(color(Role.TEXT), 2))
        painter.setBrush(color(Role.SURFACE))
        painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 12, 12)
    hollow = shape is Shape.NEW
    painter.setPen(QPen(fill if hollow else color(Role.SURFACE), 1.5 if hollow else 1))
    painter.setBrush(color(Role.SURFACE) if hollow else fill)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5) if hollow else box, 9, 9)
    font = strong_font()
    font.setPixelSize(12)
    painter.setFont(font)
    painter.setPen(color(Role.ACCENT if hollow else Role.ON_ACCENT))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
