"""A window in which not every page fits (a small screen at 200 %): the page in front scrolls as a whole.

Its primary act stays in sight, the tabs are a menu and the banner has one line, so that most of the window is
the page's. Imported and made when a window is first that small: a window of the usual size pays nothing.
"""

from PySide6.QtCore import QEvent, QMetaObject, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from desktop.ui.page_stack import PageStack
from desktop.ui.theme import GRID
from desktop.ui.views.base import ScrollPage, View, press_enter
from desktop.ui.widgets.buttons import primary_button

_AIR = 3 * GRID  # pixels: of a field Qt shows its cursor, and this around it
_STATES = (QEvent.Type.EnabledChange, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move)


class SmallWindow(QObject):
    """Puts *stack* into a scroll area of *column*, and a foot below it that repeats the primary button.

    ``frame`` is where *stack* was.
    """

    def __init__(self, stack: PageStack, column: QBoxLayout) -> None:
        super().__init__(stack)
        self._stack = stack
        self._primary: QPushButton | None = None
        self._heard: list[QMetaObject.Connection] = []  # what scrolls the primary button
        self._area = area = QScrollArea()
        area.setObjectName("pages-scroll")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        self._foot = _Foot()
        self._foot.button.clicked.connect(lambda: press_enter(None, self._primary))
        focused = stack.window().focusWidget()
        self.frame = QWidget()
        frame = QVBoxLayout(self.frame)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(0)
        frame.addWidget(area, 1)
        frame.addWidget(self._foot)
        column.replaceWidget(stack, self.frame)
        area.setWidget(stack)
        stack.show()
        if focused is not None and stack.isAncestorOf(focused):
            focused.setFocus()  # what moves loses the keyboard
        stack.installEventFilter(self)
        stack.currentChanged.connect(lambda _: self._turn())
        for bar in (area.verticalScrollBar(), area.horizontalScrollBar()):
            bar.valueChanged.connect(lambda _: self._follow())
            bar.rangeChanged.connect(lambda *_: self._follow())
        QApplication.instance().focusChanged.connect(self._show_focused)  # type: ignore[union-attr]

    def fit(self, *, small: bool) -> None:
        """The window is of another size."""
        self._stack.least = _least if small else None
        self._turn()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._stack and kind is QEvent.Type.LayoutRequest:
            self._widen()
            self._follow()
        elif watched is self._primary and kind in _STATES:
            self._follow()
        return False

    def _turn(self) -> None:
        """Another page is in front, or needs another room."""
        self._widen()
        self._stack.updateGeometry()
        self._area.verticalScrollBar().setValue(0)
        self._area.horizontalScrollBar().setValue(0)
        QTimer.singleShot(0, self, self._show_again)  # laid out by then

    def _widen(self) -> None:
        """What scrolls within a page scrolls down alone: it is as wide as what is in it."""
        page, small = self._stack.currentWidget(), self._stack.least is not None
        for area in page.findChildren(ScrollPage) if page is not None else ():
            inside = area.widget() if small else None
            area.setMinimumWidth(inside.minimumSizeHint().width() + 2 * GRID if inside is not None else 0)

    def _show_again(self) -> None:
        self._follow()
        self._show_focused(None, QApplication.focusWidget())

    def _show_focused(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Qt does it for Tab alone; a page leads the keyboard to what does not fit, too."""
        if self._stack.least is not None and now is not None and self._stack.isAncestorOf(now):
            was_there = self._foot.isVisible()
            for area in _areas_of(now, self._area.window()):
                if isinstance(area, QScrollArea):
                    _reveal(area, now)
            self._follow()
            if self._foot.isVisible() is not was_there:  # it takes room from what the keyboard is on
                QTimer.singleShot(0, self, self._show_again)

    def _follow(self) -> None:
        page = self._stack.currentWidget()
        primary = page.primary() if isinstance(page, View) else None
        self._watch(primary)
        wanted = self._stack.least is not None and primary is not None and primary.isVisibleTo(self._stack)
        self._foot.repeat(primary if wanted and primary is not None and _is_cut(primary) else None)

    def _watch(self, primary: QPushButton | None) -> None:
        if primary is self._primary:
            return
        if self._primary is not None and isValid(self._primary):
            self._primary.removeEventFilter(self)
        for known in self._heard:
            QObject.disconnect(known)
        self._primary, self._heard = primary, []
        if primary is not None:
            primary.installEventFilter(self)
            bars = (area.verticalScrollBar() for area in _areas_of(primary, self._stack))
            self._heard = [bar.valueChanged.connect(lambda _: self._follow()) for bar in bars]


class _Foot(QFrame):
    """The primary button of a page in which it was scrolled out of sight: for the hand, as Enter is there."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page-foot")
        self.setProperty("kind", "bar")
        self.button = primary_button("", "page-foot-primary")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has Enter, and the button itself
        line = QHBoxLayout(self)
        line.setContentsMargins(2 * GRID, 2, 2 * GRID, 2)
        line.addStretch(1)
        line.addWidget(self.button)
        self.hide()

    def repeat(self, primary: QPushButton | None) -> None:
        """Say what *primary* says; None: it is in sight, or there is none."""
        if primary is not None:
            self.button.setText(primary.text())
            self.button.setAccessibleName(primary.accessibleName())
            self.button.setEnabled(primary.isEnabled())
        self.setVisible(primary is not None)


def _least(page: QWidget, width: int) -> QSize:
    """The least room in which nothing of *page* is cut.

    Words that wrap need more height in less width.
    """
    least, layout = page.minimumSizeHint(), page.layout()
    if layout is not None:
        least = least.expandedTo(QSize(layout.totalMinimumSize().width(), 0))
    if layout is not None and layout.hasHeightForWidth():
        height = layout.minimumHeightForWidth(max(width, least.width()))
        least.setHeight(max(least.height(), height))
    return least


def _reveal(area: QScrollArea, widget: QWidget) -> None:
    """The whole *widget* where there is room for it; of a larger one, where its cursor is."""
    inside = area.widget()
    if inside is None:
        return
    place = QRect(widget.mapTo(inside, QPoint()), widget.size())
    room = area.viewport().size()
    if place.width() <= room.width() and place.height() <= room.height():
        middle = place.center()
        area.ensureVisible(middle.x(), middle.y(), place.width() // 2 + 1, place.height() // 2 + 1)
    else:
        area.ensureWidgetVisible(widget, _AIR, _AIR)


def _is_cut(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect().size() != widget.size()


def _areas_of(widget: QWidget, up_to: QWidget) -> list[QAbstractScrollArea]:
    found, parent = [], widget.parentWidget()
    while parent is not None and parent is not up_to:
        if isinstance(parent, QAbstractScrollArea):
            found.append(parent)
        parent = parent.parentWidget()
    return found
