"""Paints the ligne de vie: axis, lanes, spans, marks; a frame costs by pixels, not by documents."""

from array import array
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QStaticText

from desktop.services.lifeline import Lifeline, LifelineLane, Span
from desktop.ui.record.lifeline_marks import Marks, Shape, shape_of
from desktop.ui.record.lifeline_words import lane_words, tick_words
from desktop.ui.record.timescale import Cluster, TimeScale, clusters, step_for, ticks
from desktop.ui.theme import GRID, Role, body_font, color, strong_font

LABEL_WIDTH = 112


@dataclass(frozen=True, slots=True)
class LifelineFrame:
    """One frame: *width* of the track and *height* of the whole in pixels; *lane* pixels a lane.

    *place*: (lane, index) of the chosen document; *hover*: mark under the mouse; *span*: episode that
    stands out.
    """

    scale: TimeScale
    width: int
    height: int
    lane: int
    ratio: float
    place: tuple[int, int] | None
    hover: tuple[int, Cluster] | None
    span: Span | None


class LifelinePainter:
    """Keeps what frames share: pictures of marks, laid-out texts, counts of « nouveau »."""

    def __init__(self) -> None:
        self._line = Lifeline((), 0.0, 1.0, 0)
        self._fresh: frozenset[str] = frozenset()
        self._fresh_before: list[array[int]] = []
        self._marks = Marks()
        self._texts: dict[str, QStaticText] = {}
        self._font = body_font()

    def set_line(self, line: Lifeline, fresh: frozenset[str]) -> None:
        """Paint *line* from now on; ids in *fresh* carry the sign of « nouveau »."""
        self._line, self._fresh = line, fresh
        # Per lane, how many new ones lie before each document: a cluster is judged in two reads.
        self._fresh_before = [
            array("l", accumulate((d.id in fresh for d in lane.documents), initial=0)) for lane in line.lanes
        ]

    def paint(self, painter: QPainter, look: LifelineFrame) -> None:
        """One frame."""
        self._font = body_font()  # once a frame: making one looks its family up
        painter.setFont(self._font)
        self._paint_axis(painter, look, look.lane * len(self._line.lanes))
        self._marks.renew(look.ratio)
        for number in range(len(self._line.lanes)):
            box = QRect(0, number * look.lane, LABEL_WIDTH + look.width, look.lane)
            self._paint_lane(painter, look, number, box)

    def _paint_axis(self, painter: QPainter, look: LifelineFrame, bottom: int) -> None:
        width = look.width
        painter.setClipRect(LABEL_WIDTH, 0, width, look.height)
        kind = step_for(look.scale).value[1]
        minor, major = QPen(color(Role.BORDER)), QPen(color(Role.BORDER_STRONG))
        for tick in ticks(look.scale, width):
            x = round(LABEL_WIDTH + look.scale.x(tick.time))
            painter.setPen(major if tick.major and kind != "year" else minor)
            painter.drawLine(x, 0, x, bottom + 4)
            painter.setPen(color(Role.TEXT if tick.major else Role.MUTED))
            words = self._static(tick_words(tick.when, kind))
            if LABEL_WIDTH <= x + 4 <= LABEL_WIDTH + width - words.size().width():
                painter.drawStaticText(x + 4, bottom + 1, words)
        painter.setPen(minor)
        painter.drawLine(LABEL_WIDTH, bottom, LABEL_WIDTH + width, bottom)
        painter.setClipping(False)

    def _paint_lane(self, painter: QPainter, look: LifelineFrame, number: int, box: QRect) -> None:
        lane = self._line.lanes[number]
        middle = box.center().y() + 0.5
        chosen = look.place is not None and look.place[0] == number
        painter.setFont(strong_font() if chosen else self._font)
        painter.setPen(color(Role.TEXT if chosen else Role.MUTED))
        label = QRect(GRID + 4, box.top(), LABEL_WIDTH - 2 * GRID, box.height())
        painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, lane_words(lane.kind))
        painter.setFont(self._font)
        if number:
            painter.setPen(color(Role.BORDER))
            painter.drawLine(GRID, box.top(), box.right(), box.top())
        # the ring of a chosen mark is higher than its lane
        painter.setClipRect(LABEL_WIDTH, box.top() - 4, look.width, box.height() + 8)
        self._paint_spans(painter, look, lane, middle)
        chosen_index = look.place[1] if chosen and look.place else -1
        hovered = look.hover[1].first if look.hover and look.hover[0] == number else -1
        draw, shape = self._marks.draw, self._shape
        for mark in clusters(lane.times, look.scale, look.width):
            first, last = mark.first, mark.last
            here = first <= chosen_index <= last
            draw(
                painter, LABEL_WIDTH + mark.x, middle, shape(number, mark), last - first + 1,
                raised=here or first == hovered, ring=here,
            )  # fmt: skip
        painter.setClipping(False)

    def _shape(self, number: int, mark: Cluster) -> Shape:
        if mark.first == mark.last:
            return shape_of(self._line.lanes[number].documents[mark.first], self._fresh)
        before = self._fresh_before[number]
        return Shape.NEW if before[mark.last + 1] > before[mark.first] else Shape.PLAIN

    def _paint_spans(self, painter: QPainter, look: LifelineFrame, lane: LifelineLane, middle: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        plain, chosen = color(Role.SPAN), color(Role.ACCENT)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = look.width
        for span in lane.spans:
            left, right = look.scale.x(span.start), look.scale.x(span.end)
            if right < -4 or left > width + 4:
                continue
            painter.setBrush(chosen if span is look.span else plain)
            left, right = max(left, -8.0), min(max(right, left + 4), width + 8.0)
            painter.drawRoundedRect(QRectF(LABEL_WIDTH + left, middle - 3, right - left, 6), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _static(self, words: str) -> QStaticText:
        found = self._texts.get(words)
        if found is None:
            if len(self._texts) > 400:
                self._texts.clear()
            found = self._texts[words] = QStaticText(words)
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.prepare(font=self._font)
        return found
