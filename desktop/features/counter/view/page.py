"""Two tabs inside the page: « Comptoir » and « Historique du jour »."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.counter.view.counter import CounterView
from desktop.features.counter.view.day import DayView
from desktop.ui.theme import GRID
from desktop.ui.views.base import View
from desktop.ui.widgets.buttons import tab_button
from desktop.ui.widgets.panel import row


class CounterPageView(View):
    """Signals: ``day_asked``: the history came in front."""

    day_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("counter-view", parent)
        self.counter, self.day = CounterView(), DayView()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.counter)
        self._stack.addWidget(self.day)
        self._tabs = (
            tab_button("", "counter-tab-counter", self.show_counter),
            tab_button("", "counter-tab-day", self.show_day),
        )
        self.bind_named(self._tabs[0], lambda: text("counter.title"))
        self.bind_named(self._tabs[1], lambda: text("counter.day"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(row(*self._tabs, None))
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

    def focus_first(self) -> None:
        if self._stack.currentWidget() is self.counter:
            self.counter.focus_scan()
        else:
            self.day.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc are the counter's own."""
        event.ignore()

    def _mark(self) -> None:
        for place, tab in enumerate(self._tabs):
            tab.setChecked(self._stack.currentIndex() == place)
