"""The whole chart: one pane a unit over one time, painted by hand; every point is reached by key."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.features.lab_trends.cells import number, point_words, series_title, series_words
from desktop.features.lab_trends.domain.series import Point, Series
from desktop.features.lab_trends.view.marks import COLOURS, DASHES, draw_mark
from desktop.features.lab_trends.view.panes import Pane, panes, segments
from desktop.ui.dates import day
from desktop.ui.theme import GRID, Role, body_font, color, strong_font
from desktop.ui.widgets.announce import announce

LEFT, RIGHT, HEAD, AXIS = 64, 20, 24, 24  # pixels
_REACH = 12
_LEAST_PANE = 72


class TrendChart(QWidget):
    """←→ point, ↑↓ curve, Home/End, Enter opens. Signals: ``opened(LabValue)``, ``moved(LabValue)``."""

    opened = Signal(object)
    moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-chart")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._series: tuple[Series, ...] = ()
        self._panes: tuple[Pane, ...] = ()
        self._place: tuple[int, int] | None = None  # curve, point
        self._empty = ""

    def show_series(self, chosen: Sequence[Series], empty: str) -> None:
        """*empty* is said where nothing can be drawn; the point stays where it still is."""
        before = self.current()
        self._panes = panes(chosen)
        self._series = tuple(one for pane in self._panes for one in pane.series)
        self._empty = empty
        self._place = None
        if before is not None:
            self.go_to(before.value.id)
        self.setAccessibleName(". ".join(map(series_words, self._series)) or empty)
        self._describe()
        self.update()

    def current(self) -> Point | None:
        """The chosen point."""
        if self._place is None:
            return None
        return self._series[self._place[0]].points[self._place[1]]

    def go_to(self, value_id: str) -> None:
        """Choose the point of a value, without a signal; nothing where it is on no curve."""
        for number_of, one in enumerate(self._series):
            for place, point in enumerate(one.points):
                if point.value.id == value_id:
                    self._place = number_of, place
                    self._describe()
                    self.update()
                    return

    # -- keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._step(-1)
            case Qt.Key.Key_Right:
                self._step(1)
            case Qt.Key.Key_Up:
                self._change(-1)
            case Qt.Key.Key_Down:
                self._change(1)
            case Qt.Key.Key_Home:
                self._choose((self._place or (0, 0))[0], 0)
            case Qt.Key.Key_End:
                self._last((self._place or (0, 0))[0])
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if (point := self.current()) is not None:
                self.opened.emit(point.value)
            case _:
                super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        if self._place is None:
            self._last(0)
            return
        one, place = self._place
        if 0 <= place + by < len(self._series[one].points):
            self._choose(one, place + by)

    def _change(self, by: int) -> None:
        point = self.current()
        if point is None or self._place is None:
            self._last(0)
            return
        one = self._place[0] + by
        if 0 <= one < len(self._series):
            points = self._series[one].points
            self._choose(one, min(range(len(points)), key=lambda n: abs(points[n].at - point.at)))

    def _last(self, one: int) -> None:
        if one < len(self._series):
            self._choose(one, len(self._series[one].points) - 1)

    def _choose(self, one: int, place: int) -> None:
        if one >= len(self._series):
            return
        self._place = one, place
        self._describe()
        self.update()
        point = self._series[one].points[place]
        announce(self, point_words(point, self._series[one]))
        self.moved.emit(point.value)

    def _describe(self) -> None:
        point = self.current()
        here = point_words(point, self._series[self._place[0]]) if point and self._place else ""
        self.setAccessibleDescription(here)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self.hit(event.position().toPoint())
        if hit is not None and event.button() is Qt.MouseButton.LeftButton:
            self._choose(*hit)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = self.hit(event.position().toPoint())
        if hit is not None and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self._series[hit[0]].points[hit[1]].value)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.hit(event.position().toPoint()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self.hit(event.pos())
            if hit is None:
                QToolTip.hideText()
            else:
                words = point_words(self._series[hit[0]].points[hit[1]], self._series[hit[0]])
                QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def hit(self, at: QPoint) -> tuple[int, int] | None:
        """(curve, point) under a point of the chart."""
        near: list[tuple[float, tuple[int, int]]] = []
        for one, place, where in self._places():
            away = max(abs(where.x() - at.x()), abs(where.y() - at.y()))
            if away <= _REACH:
                near.append((away, (one, place)))
        return min(near)[1] if near else None

    # -- places

    def sizeHint(self) -> QSize:
        return QSize(600, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, AXIS + max(len(self._panes), 1) * (_LEAST_PANE + HEAD))

    def _boxes(self) -> list[QRectF]:
        high = (self.height() - AXIS) / max(len(self._panes), 1)
        wide = self.width() - LEFT - RIGHT
        return [QRectF(LEFT, n * high + HEAD, wide, high - HEAD - 4) for n in range(len(self._panes))]

    def _times(self) -> tuple[float, float]:
        times = [p.at.timestamp() for one in self._series for p in one.points]
        first, last = (min(times), max(times)) if times else (0.0, 1.0)
        air = max((last - first) * 0.03, 86_400.0)
        return first - air, last + air

    def _x(self, at: float) -> float:
        first, last = self._times()
        return LEFT + (at - first) / (last - first) * (self.width() - LEFT - RIGHT)

    def _places(self) -> list[tuple[int, int, QPointF]]:
        """All points: curve, number, where."""
        found, one = [], 0
        for pane, box in zip(self._panes, self._boxes(), strict=True):
            for curve in pane.series:
                for place, p in enumerate(curve.points):
                    where = QPointF(self._x(p.at.timestamp()), box.top() + pane.y(p.y, box.height()))
                    found.append((one, place, where))
                one += 1
        return found

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter)
        if self.hasFocus():
            painter.setPen(QPen(color(Role.ACCENT), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def paint(self, painter: QPainter) -> None:
        """All of it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color(Role.BORDER), 1))
        painter.setBrush(color(Role.SURFACE))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setFont(body_font())
        if not self._panes:
            painter.setPen(color(Role.MUTED))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty
            )
            return
        one = 0
        for pane, box in zip(self._panes, self._boxes(), strict=True):
            self._paint_pane(painter, pane, box, one)
            one += len(pane.series)
        self._paint_days(painter)

    def _paint_pane(self, painter: QPainter, pane: Pane, box: QRectF, one: int) -> None:
        chosen = self._place[0] - one if self._place and 0 <= self._place[0] - one < len(pane.series) else 0
        self._paint_band(painter, pane, box, pane.series[chosen])
        painter.setPen(QPen(color(Role.BORDER), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        for tick in pane.ticks(max(3, int(box.height() // 24))):
            y = box.top() + pane.y(tick, box.height())
            painter.setPen(QPen(color(Role.BORDER), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(color(Role.MUTED))
            where = QRectF(0, y - 10, LEFT - GRID, 20)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number(tick))
        x = box.left()
        for order, curve in enumerate(pane.series):
            painter.setFont(strong_font())
            ink = color(COLOURS[order % len(COLOURS)])
            painter.setPen(QPen(ink, 2, DASHES[order % len(DASHES)]))
            painter.drawLine(QPointF(x, box.top() - 12), QPointF(x + 20, box.top() - 12))
            draw_mark(painter, QPointF(x + 10, box.top() - 12), _plain(curve), order, 4)
            painter.setPen(color(Role.TEXT))
            words = series_title(curve)
            wide = painter.fontMetrics().horizontalAdvance(words)
            painter.drawText(
                QRectF(x + 26, box.top() - 22, wide + 4, 20), Qt.AlignmentFlag.AlignVCenter, words
            )
            x += wide + 26 + 3 * GRID
            painter.setFont(body_font())
            self._paint_curve(painter, pane, box, curve, order)

    def _paint_band(self, painter: QPainter, pane: Pane, box: QRectF, curve: Series) -> None:
        """Each point's own: it holds until the next point; open on one side it runs to the edge."""
        for place, p in enumerate(curve.points):
            if p.low is None and p.high is None:
                continue
            left = box.left() if place == 0 else self._x(p.at.timestamp())
            after = curve.points[place + 1] if place + 1 < len(curve.points) else None
            right = self._x(after.at.timestamp()) if after else box.right()
            top = pane.y(min(p.high, pane.high), box.height()) if p.high is not None else 0.0
            bottom = pane.y(max(p.low, pane.low), box.height()) if p.low is not None else box.height()
            if bottom > top:
                painter.fillRect(
                    QRectF(left, box.top() + top, right - left, bottom - top), color(Role.SUNKEN)
                )

    def _paint_curve(self, painter: QPainter, pane: Pane, box: QRectF, curve: Series, order: int) -> None:
        def at(p: Point) -> QPointF:
            return QPointF(self._x(p.at.timestamp()), box.top() + pane.y(p.y, box.height()))

        ink = color(COLOURS[order % len(COLOURS)])
        for before, after, same in segments(curve.points):
            style = DASHES[order % len(DASHES)] if same else Qt.PenStyle.DotLine
            painter.setPen(QPen(ink, 1.8 if same else 1.2, style))
            painter.drawLine(at(before), at(after))
        chosen = self.current()
        for p in curve.points:
            if p is chosen:
                painter.setPen(QPen(color(Role.TEXT), 2))
                painter.setBrush(color(Role.SURFACE))
                painter.drawEllipse(at(p), 9, 9)
            draw_mark(painter, at(p), p, order, 5)
            if p.is_bounded:
                painter.setPen(color(Role.TEXT))
                side = -1 if at(p).x() > box.right() - 80 else 1
                where = QRectF(at(p).x() + 10 if side > 0 else at(p).x() - 90, at(p).y() - 10, 80, 20)
                how = Qt.AlignmentFlag.AlignLeft if side > 0 else Qt.AlignmentFlag.AlignRight
                painter.drawText(where, how | Qt.AlignmentFlag.AlignVCenter, p.value.shown)

    def _paint_days(self, painter: QPainter) -> None:
        first, last = self._times()
        painter.setPen(color(Role.MUTED))
        room = self.width() - LEFT - RIGHT
        count = max(2, min(7, room // 130))
        for n in range(count):
            when = first + (last - first) * n / (count - 1)
            words = day(datetime.fromtimestamp(when, UTC))
            wide = painter.fontMetrics().horizontalAdvance(words)
            x = min(max(self._x(when) - wide / 2, LEFT - GRID), self.width() - wide - 4)
            painter.drawText(
                QRectF(x, self.height() - AXIS, wide + 4, AXIS), Qt.AlignmentFlag.AlignVCenter, words
            )


def _plain(curve: Series) -> Point:
    """What a legend shows: the curve's plain mark, where it has one."""
    return next((p for p in curve.points if not p.is_bounded and not p.converted), curve.points[0])
