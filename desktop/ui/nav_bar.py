"""The upper edge of the window: tabs and menus, their words whole at every width and in every language."""

from collections.abc import Iterable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QFrame, QHBoxLayout, QPushButton, QWidget

from desktop.ui.theme import GRID
from desktop.ui.widgets.text import set_tone

_SAVED = 12  # what a tight tab is narrower, pixels; see the style sheet


class NavBar(QFrame):
    """On one line; where that is too narrow with tight tabs, and then with the tabs below the menus."""

    def __init__(self, title: QWidget, menus: Iterable[QAbstractButton]) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self.setProperty("kind", "band")
        self._tabs: list[QPushButton] = []
        self._tab_row, self._menu_row = QHBoxLayout(), QHBoxLayout()
        for row in (self._tab_row, self._menu_row):
            row.setSpacing(GRID // 2)
        self._tab_row.addWidget(title)
        self._menu_row.addStretch(1)
        for button in menus:
            self._menu_row.addWidget(button)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(2 * GRID, 4, GRID, 0)
        self._line.setSpacing(GRID // 2)
        self._line.addLayout(self._tab_row)
        self._line.addLayout(self._menu_row, 1)

    def add_tab(self, tab: QPushButton) -> None:
        """One more at the right."""
        self._tabs.append(tab)
        self._tab_row.addWidget(tab)

    def take_tab(self, tab: QPushButton) -> None:
        """It is there no more."""
        self._tabs.remove(tab)
        self._tab_row.removeWidget(tab)
        tab.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def fit(self) -> None:
        """Its tabs or their words are others. Told, not heard: an event handler would slow the start."""
        QTimer.singleShot(0, self, self._arrange)  # the style sheet has been at them by then

    def _arrange(self) -> None:
        saved = _SAVED * len(self._tabs)
        is_tight = any(tab.property("tone") == "tight" for tab in self._tabs)
        tabs = self._tab_row.sizeHint().width() + (saved if is_tight else 0)
        room = self.width() - 4 * GRID  # the margins, and between the two rows
        beside = room - self._menu_row.sizeHint().width()
        below = tabs - saved > beside
        tight = tabs > (room if below else beside)
        for tab in self._tabs:
            set_tone(tab, "tight" if tight else "")
            tab.updateGeometry()  # the row remembers how wide it was
        way = QBoxLayout.Direction.BottomToTop if below else QBoxLayout.Direction.LeftToRight
        if self._line.direction() != way:
            self._line.setDirection(way)
