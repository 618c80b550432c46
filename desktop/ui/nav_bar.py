"""The upper edge of the window: tabs and menus, their words whole at every width and in every language."""

from collections.abc import Iterable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from desktop.domain.texts import text
from desktop.ui.shell_menus import menu_button
from desktop.ui.theme import GRID
from desktop.ui.widgets.text import set_tone

_SAVED = 12  # what a tight tab is narrower, pixels; see the style sheet


class NavBar(QFrame):
    """On one line; where that is too narrow with tight tabs, and then with the tabs below the menus.

    Where they have no room there either, or the window is low, the tabs are a menu.
    """

    def __init__(self, title: QWidget, menus: Iterable[QAbstractButton]) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self.setProperty("kind", "band")
        self._tabs: list[QPushButton] = []
        self._title, self._low = title, False
        self._pages: QToolButton | None = None
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
        tab.toggled.connect(lambda _: self._say_page())

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

    def show_low(self, *, low: bool) -> None:
        """The window is low: no second line."""
        if low is not self._low:
            self._low = low
            self._arrange()

    def _arrange(self) -> None:
        saved = _SAVED * len(self._tabs)
        is_tight = any(tab.property("tone") == "tight" for tab in self._tabs)
        shown = [
            part for part in (self._title, *self._tabs) if part is not self._title or not part.isHidden()
        ]
        tabs = sum(part.sizeHint().width() + GRID // 2 for part in shown) + (saved if is_tight else 0)
        room = self.width() - 4 * GRID  # the margins, and between the two rows
        beside = room - self._menu_row.sizeHint().width()
        below = tabs - saved > beside
        self._show_menu(in_menu=len(self._tabs) > 1 and below and (self._low or tabs - saved > room))
        below = below and self._tabs_shown()
        tight = tabs > (room if below else beside)
        for tab in self._tabs:
            set_tone(tab, "tight" if tight else "")
            tab.updateGeometry()  # the row remembers how wide it was
        way = QBoxLayout.Direction.BottomToTop if below else QBoxLayout.Direction.LeftToRight
        if self._line.direction() != way:
            self._line.setDirection(way)

    def _tabs_shown(self) -> bool:
        return self._pages is None or self._pages.isHidden()

    def _show_menu(self, *, in_menu: bool) -> None:
        if self._pages is None and not in_menu:
            return
        if self._pages is None:
            self._pages = menu_button("pages-menu-button")
            self._pages.menu().aboutToShow.connect(self._fill_menu)
            self._tab_row.insertWidget(0, self._pages)
        self._pages.setVisible(in_menu)
        for tab in self._tabs:
            tab.setVisible(not in_menu)
        self._say_page()

    def _say_page(self) -> None:
        if self._pages is not None:
            named = next((tab.text() for tab in self._tabs if tab.isChecked()), text("shell.pages"))
            self._pages.setText(f"{named}  ▾")
            self._pages.setAccessibleName(text("shell.pages_named", page=named))

    def _fill_menu(self) -> None:
        """As the tabs are now, each under its own name."""
        assert self._pages is not None
        menu = self._pages.menu()
        menu.clear()
        for tab in self._tabs:
            action = menu.addAction(tab.text())
            action.setObjectName(f"menu-{tab.objectName()}")
            action.setCheckable(True)
            action.setChecked(tab.isChecked())
            action.triggered.connect(tab.click)
