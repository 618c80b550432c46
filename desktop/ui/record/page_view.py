"""The pages of a document as pictures: scroll, zoom, turn, select text, show hits."""

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop.domain.texts import text
from desktop.ports.pdf import Hit, PageText
from desktop.ui.record.page_layout import (
    MARGIN,
    ZOOM_MAX,
    ZOOM_MIN,
    PageLayout,
    PlacedPage,
    fit_page,
    fit_width,
    joined,
    lay_out,
    nearest_character,
)
from desktop.ui.record.page_source import PageSource
from desktop.ui.record.text_selection import TextSelection
from desktop.ui.theme import Role, Scheme, color, hex_of

_LINE = 48
_STEP = 1.25


class Flow(Enum):
    """All pages one below the other, or one at a time."""

    CONTINUOUS = auto()
    SINGLE = auto()


class Fit(Enum):
    """What the zoom follows when the window changes."""

    WIDTH = auto()
    PAGE = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class PagePlace:
    """Where a reader is: numbers only. ``page`` from 0; ``zoom`` 1.0 = 100 %; ``rotation`` in degrees;
    ``share`` of the height that lies above the view."""

    page: int
    zoom: float
    fit: Fit
    rotation: int
    flow: Flow
    share: float


class PageView(QAbstractScrollArea):
    """Shows one :class:`PageSource`. Ctrl+wheel and + − zoom about the pointer; Ctrl+C copies.

    Keys: arrows, Page, Home and End move; 0 fits the width, 9 the page; R turns; Ctrl+A selects the page.
    """

    page_changed = Signal(int)
    zoom_changed = Signal(float)
    zoomed_by = Signal(float)
    copy_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer-pages")
        self.setAccessibleName(text("viewer.pages"))
        self.setAccessibleDescription(text("viewer.pages_hint"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # Always there: a bar that comes with the pages would change the width and render them twice.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setViewport(QWidget())  # one that PySide6 knows (architecture, "The window")
        self.viewport().setMouseTracking(True)
        self._source: PageSource | None = None
        self._layout = lay_out((), zoom=1, rotation=0, width=1, only=None)
        self._zoom, self._fit, self._rotation, self._flow = 1.0, Fit.WIDTH, 0, Flow.CONTINUOUS
        self._page = 0
        self._hits: tuple[Hit, ...] = ()
        self._hit = -1
        self._focus_then: QWidget | None = None
        self._selection = TextSelection(self._text)
        self._selecting = False
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.valueChanged.connect(self._scrolled)

    # -- content

    def set_source(self, source: PageSource | None) -> None:
        """Show another document from its first page; None = nothing."""
        self._source = source
        self._page, self._hits, self._hit = 0, (), -1
        self._selection.clear()
        self._rotation = 0
        if source is not None:
            source.image_ready.connect(lambda _: self._arrived())
            source.text_ready.connect(lambda _: self._arrived())
        self._arrange()
        self.verticalScrollBar().setValue(0)
        if source is not None:
            self.page_changed.emit(0)

    def await_focus(self) -> None:
        """Pages were asked for here; whoever types elsewhere until they come keeps the keys."""
        self._focus_then = self.window().focusWidget()

    def take_focus(self) -> None:
        """They came: the focus is theirs, unless it was moved since :meth:`await_focus`."""
        if self.window().focusWidget() is self._focus_then:
            self.setFocus()

    def page_count(self) -> int:
        """Pages of the document."""
        return len(self._source.opened.page_sizes) if self._source else 0

    def page(self) -> int:
        """The page (0-based) that fills most of the view."""
        return self._page

    def go_to(self, page: int) -> None:
        """Scroll to the top of a page."""
        page = min(max(page, 0), max(self.page_count() - 1, 0))
        if self._flow is Flow.SINGLE:
            self._set_page(page)
            self._arrange()
            self.verticalScrollBar().setValue(0)
            return
        placed = self._layout.placed(page)
        if placed is not None:
            self.verticalScrollBar().setValue(round(placed.y - MARGIN))
            self._set_page(page)

    def place(self) -> PagePlace | None:
        """Where the reader is; None where no page is."""
        if self._source is None:
            return None
        height = self._layout.height
        share = self.verticalScrollBar().value() / height if height else 0.0
        return PagePlace(self._page, self._zoom, self._fit, self._rotation, self._flow, share)

    def go_back_to(self, place: PagePlace) -> None:
        """As it was; of another document, as far as its pages go."""
        self._zoom, self._fit, self._rotation, self._flow = place.zoom, place.fit, place.rotation, place.flow
        self._arrange()
        self.go_to(place.page)
        self.verticalScrollBar().setValue(round(place.share * self._layout.height))

    # -- look

    def flow(self) -> Flow:
        """How pages follow each other."""
        return self._flow

    def set_flow(self, flow: Flow) -> None:
        """Continuous or single page; the page stays."""
        self._flow = flow
        page = self._page
        self._arrange()
        self.go_to(page)

    def rotation(self) -> int:
        """Degrees clockwise."""
        return self._rotation

    def rotate(self) -> None:
        """A quarter turn clockwise; the page stays."""
        self._rotation = (self._rotation + 90) % 360
        page = self._page
        self._arrange()
        self.go_to(page)

    def zoom(self) -> float:
        """1.0 = 100 %."""
        return self._zoom

    def fits_width(self) -> bool:
        """True while the zoom follows the width."""
        return self._fit is Fit.WIDTH

    def fits_page(self) -> bool:
        """True while the zoom shows whole pages."""
        return self._fit is Fit.PAGE

    def fit(self) -> None:
        """Fit the width, also when the window changes."""
        self._follow(Fit.WIDTH)

    def fit_page(self) -> None:
        """Show a whole page, also when the window changes."""
        self._follow(Fit.PAGE)

    def _follow(self, fit: Fit) -> None:
        self._fit = fit
        page = self._page
        self._arrange()
        self.go_to(page)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom; what is under *at* (default: the middle) stays there."""
        self.zoom_to(self._zoom * factor, at)
        self.zoomed_by.emit(factor)

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Set the zoom (1.0 = 100 %) about a point of the viewport."""
        zoom = min(max(zoom, ZOOM_MIN), ZOOM_MAX)
        at = at or QPointF(self.viewport().width() / 2, self.viewport().height() / 3)
        left, top = self._offset()
        placed = self._layout.at(at.x() + left, at.y() + top)
        self._fit, before = Fit.NONE, self._layout.scale
        self._zoom = zoom
        if placed is None:
            return
        inside = at.x() + left - placed.x, at.y() + top - placed.y
        self._arrange()
        after = self._layout.placed(placed.page)
        if after is not None:
            grown = self._layout.scale / before
            self.horizontalScrollBar().setValue(round(after.x + inside[0] * grown - at.x()))
            self.verticalScrollBar().setValue(round(after.y + inside[1] * grown - at.y()))

    # -- hits

    def set_hits(self, hits: tuple[Hit, ...]) -> None:
        """Highlight *hits*; shows the first at or after the present page."""
        self._hits = hits
        self._hit = next((i for i, hit in enumerate(hits) if hit.page >= self._page), 0) if hits else -1
        self._show_hit()

    def hit_number(self) -> int:
        """Index of the present hit, -1 = none."""
        return self._hit

    def next_hit(self, by: int) -> None:
        """To the next (1) or former (-1) hit, around the end."""
        if self._hits:
            self._hit = (self._hit + by) % len(self._hits)
            self._show_hit()

    def _show_hit(self) -> None:
        self.viewport().update()
        if not 0 <= self._hit < len(self._hits):
            return
        hit = self._hits[self._hit]
        if self._flow is Flow.SINGLE and hit.page != self._page:
            self.go_to(hit.page)
        placed = self._layout.placed(hit.page)
        if placed is None or not hit.boxes:
            self.go_to(hit.page)
            return
        x0, y0, x1, y1 = self._layout.to_view(placed, hit.boxes[0])
        left, top = self._offset()
        if not (top + 20 <= y0 and y1 <= top + self.viewport().height() - 20):
            self.verticalScrollBar().setValue(round((y0 + y1) / 2 - self.viewport().height() / 3))
        if not (left <= x0 and x1 <= left + self.viewport().width()):
            self.horizontalScrollBar().setValue(round(x0 - 40))

    # -- selection

    def selected_text(self) -> str:
        """What the mouse selected; see :meth:`TextSelection.words`."""
        return self._selection.words()

    def select_page(self) -> None:
        """Select the whole present page."""
        self._selection.take_page(self._page)
        self.viewport().update()

    def _text(self, page: int) -> PageText | None:
        return self._source.text(page) if self._source else None

    def _character_at(self, at: QPointF) -> tuple[int, int] | None:
        left, top = self._offset()
        placed = self._layout.at(at.x() + left, at.y() + top)
        content = self._text(placed.page) if placed else None
        if placed is None or content is None:
            return None
        index = nearest_character(content.boxes, *self._layout.to_page(placed, at.x() + left, at.y() + top))
        return None if index is None else (placed.page, index)

    # -- events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._selecting = self._selection.begin(self._character_at(event.position()))
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._selecting:
            self._selection.extend(self._character_at(event.position()))
            self.viewport().update()
            y, height = event.position().y(), self.viewport().height()
            if y < 0 or y > height:
                bar = self.verticalScrollBar()
                bar.setValue(round(bar.value() + (y if y < 0 else y - height) / 2))
        else:
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._selecting = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(_STEP ** (event.angleDelta().y() / 120), event.position())
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar, key = self.verticalScrollBar(), event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = self.selected_text()
            if chosen:
                self.copy_requested.emit(chosen)
            return
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_page()
            return
        single = self._flow is Flow.SINGLE
        match key:
            case Qt.Key.Key_Down:
                bar.setValue(bar.value() + _LINE)
            case Qt.Key.Key_Up:
                bar.setValue(bar.value() - _LINE)
            case Qt.Key.Key_PageDown | Qt.Key.Key_Space:
                if single and bar.value() >= bar.maximum():
                    self.go_to(self._page + 1)
                else:
                    bar.setValue(bar.value() + self.viewport().height() - _LINE)
            case Qt.Key.Key_PageUp:
                if single and bar.value() <= 0:
                    self.go_to(self._page - 1)
                else:
                    bar.setValue(bar.value() - self.viewport().height() + _LINE)
            case Qt.Key.Key_Home:
                self.go_to(0)
            case Qt.Key.Key_End:
                self.go_to(self.page_count() - 1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(_STEP)
            case Qt.Key.Key_Minus:
                self.zoom_by(1 / _STEP)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_9:
                self.fit_page()
            case Qt.Key.Key_R if not event.modifiers():
                self.rotate()
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(560, 480)

    # -- layout

    def _offset(self) -> tuple[int, int]:
        return self.horizontalScrollBar().value(), self.verticalScrollBar().value()

    def _arrange(self) -> None:
        sizes = self._source.opened.page_sizes if self._source else ()
        width, height = self.viewport().width(), self.viewport().height()
        # The share of the document at the top of the view stays there.
        former, bar = self._layout, self.verticalScrollBar()
        share = bar.value() / former.height if former.height else 0.0
        if self._fit is Fit.WIDTH:
            self._zoom = fit_width(sizes, self._rotation, width)
        elif self._fit is Fit.PAGE:
            self._zoom = fit_page(sizes, self._rotation, width, height)
        only = self._page if self._flow is Flow.SINGLE and sizes else None
        self._layout = lay_out(sizes, zoom=self._zoom, rotation=self._rotation, width=width, only=only)
        bar.setRange(0, max(round(self._layout.height - height), 0))
        bar.setPageStep(height)
        bar.setSingleStep(_LINE)
        bar.setValue(round(share * self._layout.height))
        across = self.horizontalScrollBar()
        across.setRange(0, max(round(self._layout.width - width), 0))
        across.setPageStep(width)
        self.zoom_changed.emit(self._zoom)
        self._scrolled()

    def _scrolled(self) -> None:
        if self._flow is Flow.CONTINUOUS:
            middle = self._offset()[1] + self.viewport().height() / 3
            placed = self._layout.at(self._layout.width / 2, middle)
            if placed is not None:
                self._set_page(placed.page)
        self._want()
        self.viewport().update()

    def _set_page(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)

    def _visible(self) -> tuple[PlacedPage, ...]:
        top = self._offset()[1]
        return self._layout.visible(top, top + self.viewport().height())

    def _device_width(self, placed: PlacedPage) -> int:
        assert self._source is not None
        exact = round(placed.width * self.devicePixelRatioF())
        return self._source.wanted_width(placed.page, exact, self._rotation)

    def _want(self) -> None:
        """Ask for what is seen, then for the texts, then for the page after."""
        source = self._source
        if source is None or not self._layout.pages or self.isHidden():
            return
        seen = self._visible()
        after = self._layout.placed(seen[-1].page + 1) if seen else None
        for placed in seen:
            if not source.want_image(placed.page, self._device_width(placed), self._rotation):
                return
        for placed in seen:
            if not source.want_text(placed.page):
                return
        if after is not None:
            source.want_image(after.page, self._device_width(after), self._rotation)

    def _arrived(self) -> None:
        self.viewport().update()
        self._want()

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), color(Role.SUNKEN))
        left, top = self._offset()
        painter.translate(-left, -top)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        selection = self._selection.parts()
        for placed in self._visible():
            self._paint_page(painter, placed, selection.get(placed.page))
        painter.translate(left, top)
        if self.hasFocus():
            painter.setPen(QPen(color(Role.ACCENT), 2))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_page(self, painter: QPainter, placed: PlacedPage, chosen: tuple[int, int] | None) -> None:
        assert self._source is not None
        box = QRectF(placed.x, placed.y, placed.width, placed.height)
        painter.fillRect(box.adjusted(-1, -1, 1, 1), color(Role.SHADOW))
        painter.fillRect(box, color(Role.PAGE))
        width = self._device_width(placed)
        image = self._source.image(placed.page, width, self._rotation)
        image = image or self._source.any_image(placed.page, self._rotation)
        if image is not None:
            painter.drawImage(box, image)
        elif self._source.is_broken(placed.page, width, self._rotation):
            painter.setPen(QColor(hex_of(Role.DANGER, Scheme.LIGHT)))
            note = text("viewer.page_broken", page=placed.page + 1)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN), int(flags), note)
        # Paper is white in both schemes, so its marks are always the light scheme's.
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, hit in enumerate(self._hits):
            if hit.page == placed.page:
                tint = QColor("#ffb01f" if number == self._hit else "#ffec99")
                for part in hit.boxes:
                    painter.fillRect(_rect(self._layout, placed, part), tint)
        content = self._text(placed.page) if chosen else None
        if chosen and content is not None:
            tint = QColor(hex_of(Role.ACCENT_SOFT, Scheme.LIGHT)).darker(112)
            for part in joined(content.boxes[chosen[0] : chosen[1] + 1]):
                painter.fillRect(_rect(self._layout, placed, part), tint)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)


def _rect(layout: PageLayout, placed: PlacedPage, part: tuple[float, float, float, float]) -> QRectF:
    left, top, right, bottom = layout.to_view(placed, part)
    return QRectF(left - 1, top - 1, right - left + 2, bottom - top + 2)
