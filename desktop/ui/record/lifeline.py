"""The ligne de vie: lanes by kind of care, spans of episodes, documents as marks, clusters with counts.

Painted by hand and virtualised: a frame costs by pixels, not by documents. Its accessible equivalent is
the list of documents, which shows the same documents and shares the selection; every move on the line
is announced in words.
"""

from datetime import UTC, date, datetime

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from desktop.domain.record import Document, EpisodeKind
from desktop.domain.texts import text
from desktop.services.lifeline import DAY, YEAR, Lifeline, Span, only
from desktop.ui.dates import day
from desktop.ui.record.lifeline_painter import LABEL_WIDTH, LifelineFrame, LifelinePainter
from desktop.ui.record.lifeline_words import lane_words, mark_words, span_words
from desktop.ui.record.timescale import MARGIN_PX, Cluster, TimeScale, clusters, fitted
from desktop.ui.theme import GRID, Role, color
from desktop.ui.views.describe import document_title
from desktop.ui.widgets.announce import announce

AXIS_HEIGHT = 22
LANE_HEIGHT = 26
LANE_MIN = 18
# Room for every lane from the first: what stands below does not move while documents come in, so that a
# click lands on the row that was aimed at.
_HEIGHT = AXIS_HEIGHT + len(EpisodeKind) * LANE_MIN
ZOOM = 1.25
REACH = 10  # pixels around a mark that still hit it


class LifelineView(QAbstractScrollArea):
    """Shows a :class:`Lifeline`. Keys: ←/→ document, ↑/↓ lane, Home/End, + − 0, Enter opens."""

    current_changed = Signal(str)
    opened = Signal(str)
    opened_large = Signal(str)
    scale_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lifeline")
        self.setAccessibleName(text("lifeline.name"))
        self.setAccessibleDescription(text("lifeline.keys"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewport(QWidget())  # one that PySide6 knows (architecture, "The window")
        self.viewport().setMouseTracking(True)
        self._whole = Lifeline((), 0.0, DAY, 0)
        self._shown = self._whole
        self._fresh: frozenset[str] = frozenset()
        self._scale = TimeScale(0.0, DAY)
        self._fits = True
        self._place: tuple[int, int] | None = None
        self._pressed: QPoint | None = None
        self._aimed = ""  # the document under the last press
        self._dragged = False
        self._hover: tuple[int, Cluster] | None = None
        self._painter = LifelinePainter()

    # -- content

    def set_line(self, line: Lifeline, fresh: frozenset[str]) -> None:
        """Show *line*; ids in *fresh* carry the sign of « nouveau »."""
        self._whole, self._shown, self._fresh, self._place = line, line, fresh, None
        self._painter.set_line(line, fresh)
        if self._fits:
            self.show_all()
        self._refresh()

    def set_shown(self, ids: frozenset[str] | None) -> None:
        """Show the documents *ids* alone; None = all."""
        current = self.current()
        self._shown = self._whole if ids is None else only(self._whole, ids)
        self._painter.set_line(self._shown, self._fresh)
        self._place = self._shown.find(current.id) if current else None
        self._refresh()

    def line(self) -> Lifeline:
        """What is shown."""
        return self._shown

    def current(self) -> Document | None:
        """The chosen document."""
        if self._place is None:
            return None
        lane, index = self._place
        return self._shown.lanes[lane].documents[index]

    def set_current(self, document_id: str) -> None:
        """Choose a document without a signal; brought into the window when it lies outside."""
        self._place = self._shown.find(document_id)
        self._bring_into_view()
        self._refresh()

    # -- scale

    def scale(self) -> TimeScale:
        """Time to pixel, in the track's own coordinates (0 = right edge of the lane names)."""
        return self._scale

    def set_scale(self, scale: TimeScale) -> None:
        """Zoom or pan; the content never leaves the window altogether."""
        self._fits = False
        self._scale = scale.held(self._whole.start, self._whole.end, self._track_width())
        self._refresh()
        self.scale_changed.emit()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Zoom about pixel *x* of the track (default: the chosen document, else the middle)."""
        if x is None:
            when = self._current_time()
            x = self._scale.x(when) if when is not None else self._track_width() / 2
            if not 0 <= x <= self._track_width():
                x = self._track_width() / 2
        farthest = fitted(self._whole.start, self._whole.end, self._track_width()).spp * 1.5
        self.set_scale(self._scale.zoomed(factor, x, farthest=farthest))

    def show_all(self) -> None:
        """« tout »."""
        self._show(self._whole.start, self._whole.end)
        self._fits = True

    def show_last_year(self) -> None:
        """« 12 mois »: the last year of the line."""
        self._show(self._whole.end - YEAR, self._whole.end)

    def show_episode(self) -> bool:
        """« cet épisode »: of the chosen document; False when it has none."""
        span = self.current_span()
        if span is None:
            return False
        self._show(span.start - DAY, max(span.end, span.start + 2 * DAY) + DAY)
        return True

    def go_to(self, when: date) -> None:
        """« aller au jour »: four weeks around a day; chooses the nearest document of the lane."""
        middle = datetime(when.year, when.month, when.day, 12, tzinfo=UTC).timestamp()
        self._scale = fitted(middle - 14 * DAY, middle + 14 * DAY, self._track_width())
        self._fits = False
        nearest = [
            (abs(lane.times[index] - middle), (number, index))
            for number, lane in enumerate(self._shown.lanes)
            if (index := lane.nearest(middle)) is not None
        ]
        if nearest:
            distance, place = min(nearest)
            if distance <= 14 * DAY:
                self._choose(place)
        self._refresh()
        self.scale_changed.emit()

    def current_span(self) -> Span | None:
        """The episode of the chosen document: its own, else the one of its lane around its date."""
        document = self.current()
        if document is None or self._place is None:
            return None
        for lane in self._shown.lanes:
            for span in lane.spans:
                if span.episode.id == document.episode_id:
                    return span
        lane, index = self._shown.lanes[self._place[0]], self._place[1]
        around = [s for s in lane.spans if s.start - DAY <= lane.times[index] <= s.end + DAY]
        return around[-1] if around else None

    # -- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, large = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match key:
            case Qt.Key.Key_Left:
                self._step(-1)
            case Qt.Key.Key_Right:
                self._step(1)
            case Qt.Key.Key_Up:
                self._change_lane(-1)
            case Qt.Key.Key_Down:
                self._change_lane(1)
            case Qt.Key.Key_Home:
                self._edge(first=True)
            case Qt.Key.Key_End:
                self._edge(first=False)
            case Qt.Key.Key_PageUp:
                self.set_scale(self._scale.panned(self._track_width() * 0.8))
            case Qt.Key.Key_PageDown:
                self.set_scale(self._scale.panned(-self._track_width() * 0.8))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(ZOOM)
            case Qt.Key.Key_Minus:
                self.zoom(1 / ZOOM)
            case Qt.Key.Key_0:
                self.show_all()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open(large=large)
            case _:
                super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        if self._place is None:
            self._edge(first=by > 0)
            return
        lane, index = self._place
        if 0 <= index + by < len(self._shown.lanes[lane].documents):
            self._choose((lane, index + by))

    def _change_lane(self, by: int) -> None:
        if self._place is None:
            self._edge(first=False)
            return
        lane, index = self._place
        when = self._shown.lanes[lane].times[index]
        lane += by
        while 0 <= lane < len(self._shown.lanes):
            nearest = self._shown.lanes[lane].nearest(when)
            if nearest is not None:
                self._choose((lane, nearest))
                return
            lane += by

    def _edge(self, *, first: bool) -> None:
        lanes = self._shown.lanes
        if self._place is not None:
            number = self._place[0]
        else:
            filled = [n for n, lane in enumerate(lanes) if lane.documents]
            if not filled:
                return
            number = max(filled, key=lambda n: lanes[n].times[-1])
        self._choose((number, 0 if first else len(lanes[number].documents) - 1))

    def _open(self, *, large: bool) -> None:
        document = self.current()
        if document is not None:
            (self.opened_large if large else self.opened).emit(document.id)

    def _choose(self, place: tuple[int, int]) -> None:
        self._place = place
        self._bring_into_view()
        self._refresh()
        document = self.current()
        if document is not None:
            announce(self, self._spoken(place))
            self.current_changed.emit(document.id)

    def _spoken(self, place: tuple[int, int]) -> str:
        lane = self._shown.lanes[place[0]]
        document = lane.documents[place[1]]
        place_words = text("lifeline.place", number=place[1] + 1, count=len(lane.documents))
        parts = (
            day(document.created or document.registered),
            document_title(document),
            lane_words(lane.kind),
        )
        return ", ".join((*parts, place_words))

    # -- mouse

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if delta.x() or sideways:
            self.set_scale(self._scale.panned(float(delta.x() or delta.y())))
        elif delta.y():
            self.zoom(ZOOM ** (delta.y() / 120), event.position().x() - LABEL_WIDTH)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position().toPoint(), False
            self._aimed = self._document_at(self._pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._pressed is not None:
            moved = point.x() - self._pressed.x()
            if self._dragged or abs(moved) > 4:
                self._dragged = True
                self._pressed = point
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self.set_scale(self._scale.panned(moved))
            return
        hit = self.hit(point)
        over = Qt.CursorShape.PointingHandCursor if hit else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(over)
        if hit != self._hover:
            self._hover = hit
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        point, dragged = event.position().toPoint(), self._dragged
        self._pressed, self._dragged = None, False
        self.viewport().unsetCursor()
        hit = None if dragged else self.hit(point)
        if hit is None:
            return
        lane, cluster = hit
        if len(cluster) == 1:
            self._choose((lane, cluster.first))
            return
        times = self._shown.lanes[lane].times
        first, last = times[cluster.first], times[cluster.last]
        if last - first < DAY:
            # A cluster that no zoom can part: step through it.
            inside = (
                self._place is not None
                and self._place[0] == lane
                and self._place[1] in range(cluster.first, cluster.last)
            )
            self._choose((lane, self._place[1] + 1 if inside and self._place else cluster.first))
        else:
            room = max((last - first) * 0.5, DAY)
            self._show(first - room, last + room)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Opens what its first press hit: the line may have moved since, by that press or filled anew."""
        if any(one.id == self._aimed for lane in self._shown.lanes for one in lane.documents):
            self.opened.emit(self._aimed)

    def _document_at(self, point: QPoint) -> str:
        """Its id; "" where there is none, or several."""
        hit = self.hit(point)
        if hit is None or len(hit[1]) != 1:
            return ""
        return self._shown.lanes[hit[0]].documents[hit[1].first].id

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.viewport().update()
        super().leaveEvent(event)

    def hit(self, point: QPoint) -> tuple[int, Cluster] | None:
        """(lane, mark) under a point of the viewport; found by bisection."""
        number = self._lane_at(point.y())
        x = point.x() - LABEL_WIDTH
        if number is None or x < -REACH:
            return None
        marks = clusters(self._shown.lanes[number].times, self._scale, self._track_width())
        near = [(abs(mark.x - x), mark) for mark in marks if abs(mark.x - x) <= REACH]
        return (number, min(near, key=lambda pair: pair[0])[1]) if near else None

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = self.tip(event.pos())
            if words:
                QToolTip.showText(event.globalPos(), words, self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def tip(self, point: QPoint) -> str:
        """Words for what lies under *point*."""
        hit = self.hit(point)
        if hit is not None:
            lane, mark = self._shown.lanes[hit[0]], hit[1]
            return mark_words(lane.documents[i] for i in range(mark.last, mark.first - 1, -1))
        number = self._lane_at(point.y())
        if number is None or point.x() < LABEL_WIDTH:
            return ""
        when = self._scale.time(point.x() - LABEL_WIDTH)
        near = REACH / 2 * self._scale.spp
        for span in self._shown.lanes[number].spans:
            if span.start - near <= when <= span.end + near:
                return span_words(span)
        return ""

    # -- geometry

    def sizeHint(self) -> QSize:
        return QSize(640, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.show_all()
            return
        # The middle of the window keeps its time.
        before = (event.oldSize().width() - LABEL_WIDTH) / 2
        self._scale = self._scale.panned(self._track_width() / 2 - before)

    def _track_width(self) -> int:
        return max(self.viewport().width() - LABEL_WIDTH, 1)

    def _lane_height(self) -> int:
        room = self.viewport().height() - AXIS_HEIGHT
        return max(min(room // max(len(self._shown.lanes), 1), LANE_HEIGHT + 2 * GRID), LANE_MIN)

    def _lane_at(self, y: int) -> int | None:
        number = y // self._lane_height()
        return number if 0 <= number < len(self._shown.lanes) else None

    def _show(self, start: float, end: float) -> None:
        self._fits = False
        self._scale = fitted(start, end, self._track_width())
        self._refresh()
        self.scale_changed.emit()

    def _current_time(self) -> float | None:
        if self._place is None:
            return None
        return self._shown.lanes[self._place[0]].times[self._place[1]]

    def _bring_into_view(self) -> None:
        when = self._current_time()
        if when is None:
            return
        x, width = self._scale.x(when), self._track_width()
        # No further than needed: a jump to the middle would lose the eye's place.
        inside = min(max(x, MARGIN_PX / 2), width - MARGIN_PX / 2)
        if inside != x:
            self._fits = False
            self._scale = self._scale.panned((inside + (MARGIN_PX if x < inside else -MARGIN_PX)) - x)
            self.scale_changed.emit()

    def _refresh(self) -> None:
        self._hover = None
        self.viewport().update()

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        look = LifelineFrame(
            self._scale, self._track_width(), self.viewport().height(), self._lane_height(),
            self.devicePixelRatioF(), self._place, self._hover, self.current_span(),
        )  # fmt: skip
        self._painter.paint(painter, look)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color(Role.ACCENT), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()
