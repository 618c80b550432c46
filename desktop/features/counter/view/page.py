"""Three tabs inside the page: « Comptoir », « Historique du jour », « Lecteur »."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.counter.view.counter import CounterView
from desktop.features.counter.view.day import DayView
from desktop.features.counter.view.scanner import ScannerView
from desktop.ui.theme import GRID
from desktop.ui.views.base import View
from desktop.ui.widgets.buttons import tab_button
from desktop.ui.widgets.panel import row

_LOW = 360  # a small screen at 200 %


class CounterPageView(View):
    """Signals: ``day_asked``: the history came in front; ``came`` and ``left``: the page itself did,
    whichever of its tabs stands there."""

    day_asked = Signal()
    came = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("counter-view", parent)
        stack = self._stack = QStackedWidget(self)
        self.counter, self.day, self.scanner = CounterView(stack), DayView(stack), ScannerView(stack)
        for tab in (self.counter, self.day, self.scanner):
            stack.addWidget(tab)
        self._tabs = (
            tab_button("", "counter-tab-counter", self.show_counter),
            tab_button("", "counter-tab-day", self.show_day),
            tab_button("", "counter-tab-scanner", self.show_scanner),
        )
        self.bind_named(self._tabs[0], lambda: text("counter.title"))
        self.bind_named(self._tabs[1], lambda: text("counter.day"))
        self.bind_named(self._tabs[2], lambda: text("counter.scanner"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        self._bar = QWidget()
        self._bar.setLayout(row(*self._tabs, None))
        layout.addWidget(self._bar)
        self.counter.shown.connect(self._fit)
        QShortcut(QKeySequence("F6"), self).activated.connect(self._next_tab)
        layout.addWidget(self._stack, 1)
        self._mark()

    def primary(self) -> QPushButton | None:
        """The counter's next step."""
        return self.counter.primary() if self._stack.currentWidget() is self.counter else None

    def show_counter(self) -> None:
        """The counter in front."""
        self._stack.setCurrentWidget(self.counter)
        self._mark()
        self.counter.focus_scan()

    def show_day(self) -> None:
        """The history in front."""
        self._stack.setCurrentWidget(self.day)
        self._mark()
        self.day_asked.emit()
        self.day.focus_first()

    def show_scanner(self) -> None:
        """The scanner's self-test in front."""
        self._stack.setCurrentWidget(self.scanner)
        self._mark()
        self.scanner.focus_first()

    def focus_first(self) -> None:
        front = self._stack.currentWidget()
        if front is self.counter:
            self.counter.focus_scan()
        elif front is self.day:
            self.day.focus_first()
        else:
            self.scanner.focus_first()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.came.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc are the counter's own."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where it is low the tabs make room for an open ordonnance; Esc leaves it, and brings them back."""
        at_work = self._stack.currentWidget() is self.counter and self.counter.at_work
        self._bar.setVisible(self.height() >= _LOW or not at_work)

    def _next_tab(self) -> None:
        """F6; what is held at the counter stays held."""
        shows = (self.show_counter, self.show_day, self.show_scanner)
        shows[(self._stack.currentIndex() + 1) % len(shows)]()

    def _mark(self) -> None:
        self._fit()
        for place, tab in enumerate(self._tabs):
            tab.setChecked(self._stack.currentIndex() == place)
