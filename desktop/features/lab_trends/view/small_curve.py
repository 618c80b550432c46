"""Small curves in « À savoir »: one line each, and a way to the whole chart."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.features.lab_trends.cells import SIGNS, amount, series_words
from desktop.features.lab_trends.domain.series import Series
from desktop.features.lab_trends.view.marks import draw_mark
from desktop.features.lab_trends.view.panes import panes, segments
from desktop.ui.dates import day
from desktop.ui.theme import Role, body_font, color

MOST = 3
_HEIGHT, _CURVE, _GAP, _LAST = 26, 44, 5, 12  # pixels; the last points of a curve


class SmallCurve(QPushButton):
    """Name, curve over the laboratory's own band, last value with the report's sign, day."""

    def __init__(self, one: Series, chosen: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._series = one
        self.setObjectName(f"lab-small-{one.last.value.code}")
        self.setProperty("kind", "link")
        self.setAccessibleName(series_words(one))
        self.setToolTip(series_words(one))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.clicked.connect(lambda: chosen(one.key))

    def blank(self) -> None:
        """No word of it stays in what waits for its end."""
        self.setAccessibleName("")
        self.setToolTip("")

    def minimumSizeHint(self) -> QSize:
        return QSize(0, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(color(Role.ACCENT), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(color(Role.ACCENT_SOFT) if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        one = self._series
        font = body_font()
        font.setUnderline(False)  # a way, and no words of a link
        painter.setFont(font)
        metrics = QFontMetrics(font)
        sign = SIGNS[one.last.value.flag] + " " if one.last.value.flag else ""
        said = f"{sign}{amount(one.last, one)}"
        when = day(one.last.at)[:6]
        right = self.width() - 4
        wide = metrics.horizontalAdvance(when)
        painter.setPen(color(Role.MUTED))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(right - wide, 0, wide + 2, _HEIGHT), middle, when)
        right -= wide + _GAP
        wide = metrics.horizontalAdvance(said)
        painter.setPen(color(Role.WARNING if sign else Role.TEXT))
        painter.drawText(QRectF(right - wide, 0, wide + 2, _HEIGHT), middle, said)
        right -= wide + _GAP
        self._paint_curve(painter, QRectF(right - _CURVE, 4, _CURVE, _HEIGHT - 8))
        right -= _CURVE + _GAP
        painter.setPen(color(Role.TEXT))
        name = metrics.elidedText(one.label, Qt.TextElideMode.ElideRight, int(right - 2))
        painter.drawText(QRectF(2, 0, right, _HEIGHT), middle, name)
        painter.end()

    def _paint_curve(self, painter: QPainter, box: QRectF) -> None:
        one = self._series
        points = one.points[-_LAST:]
        (pane,) = panes((Series(one.key, one.label, one.unit, one.known, points),))
        first, last = points[0].at.timestamp(), points[-1].at.timestamp()
        span = max(last - first, 1.0)

        def place(at: float, y: float) -> QPointF:
            across = (at - first) / span if last > first else 1.0
            return QPointF(box.left() + 3 + across * (box.width() - 6), box.top() + pane.y(y, box.height()))

        band = points[-1]
        if band.low is not None or band.high is not None:
            top = pane.y(min(band.high, pane.high), box.height()) if band.high is not None else 0.0
            bottom = pane.y(max(band.low, pane.low), box.height()) if band.low is not None else box.height()
            painter.fillRect(
                QRectF(box.left(), box.top() + top, box.width(), max(bottom - top, 0)), color(Role.SUNKEN)
            )
        for before, after, same in segments(points):
            painter.setPen(
                QPen(color(Role.ACCENT), 1.4, Qt.PenStyle.SolidLine if same else Qt.PenStyle.DotLine)
            )
            painter.drawLine(place(before.at.timestamp(), before.y), place(after.at.timestamp(), after.y))
        draw_mark(painter, place(last, points[-1].y), points[-1], 0, 3)


class SmallCurves(QWidget):
    """The most telling ones, below the newest results."""

    def __init__(self, shown: Sequence[Series], chosen: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lab-small-curves")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.curves = [SmallCurve(one, chosen, self) for one in shown[:MOST]]
        for curve in self.curves:
            column.addWidget(curve)
