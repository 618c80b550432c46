"""Favourites: found by the beginning of a word, taken with Enter, removed with Del (screens: Prescriber)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.prescribing.cells import favourite_row
from desktop.features.prescribing.domain.favourites import Favourite, matching
from desktop.ui.theme import CONTROL_HEIGHT, GRID, ROW_HEIGHT
from desktop.ui.views.base import Speaking
from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import label, strong

LONGEST = 60
_SHOWN = 6


class FavouriteList(Speaking):
    """Signals: ``taken(Favourite)``, ``removed(Favourite)``, ``closed``."""

    taken = Signal(object)
    removed = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rx-favourite-list", parent)
        self._all: tuple[Favourite, ...] = ()
        self._shown: tuple[Favourite, ...] | None = None
        self._title = strong("")
        self.bind(self._title.setText, lambda: text("prescribing.favourites"))
        self.filter = QLineEdit()
        self.filter.setObjectName("rx-favourite-filter")
        self.filter.setMaxLength(LONGEST)
        self.filter.setMinimumHeight(CONTROL_HEIGHT)
        for setter in (self.filter.setPlaceholderText, self.filter.setAccessibleName):
            self.bind(setter, lambda: text("prescribing.favourite_filter"))
        self.table = ReadOnlyTable(
            "rx-favourites",
            (
                lambda: text("prescribing.col_product"),
                lambda: text("prescribing.col_posology"),
                lambda: text("prescribing.col_duration"),
                lambda: text("prescribing.col_quantity"),
                lambda: text("prescribing.col_repeats"),
            ),
            stretched=frozenset({0}),
        )
        self.bind(self.table.setAccessibleName, lambda: text("prescribing.favourites"))
        self._empty = label("")
        self._empty.setObjectName("rx-favourite-empty")
        self._take_button = secondary_button("", "rx-favourite-take", self._take)
        self.bind_named(self._take_button, lambda: text("prescribing.favourite_take"))
        self._remove_button = secondary_button("", "rx-favourite-remove", self._remove)
        self.bind_named(self._remove_button, lambda: text("prescribing.favourite_remove"))
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID)
        for part in (self._title, self.filter, self._empty, self.table):
            panel.body.addWidget(part)
        panel.body.addLayout(row(self._take_button, self._remove_button, None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.filter.textEdited.connect(lambda _: self._fill())
        self.filter.returnPressed.connect(self._take)
        self.table.itemActivated.connect(lambda _: self._take())
        remove = QShortcut(QKeySequence("Del"), self.table)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._remove)
        self.hide()

    def show_favourites(self, favourites: tuple[Favourite, ...] | None) -> None:
        """Show them; None: they are not being chosen from."""
        if favourites is None:
            self.filter.clear()
            self._all, self._shown = (), None
            self.table.setRowCount(0)
            self.hide()
            return
        self._all = favourites
        self._fill()
        if self.isHidden():
            self.show()
            self.filter.setFocus()

    def refresh(self) -> None:
        self._shown = None
        self._fill()

    def letters_field(self) -> QLineEdit:
        return self.filter

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_Down and self.filter.hasFocus():
            self.table.setFocus()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or self._on_a_button():
            super().keyPressEvent(event)

    def _on_a_button(self) -> bool:
        return isinstance(self.focusWidget(), QAbstractButton)

    def _fill(self) -> None:
        shown = matching(self._all, self.filter.text())
        if shown != self._shown:
            place = max(self.table.currentRow(), 0)
            self._shown = shown
            self.table.fill([favourite_row(one) for one in shown])
            self.table.setMinimumHeight(min(_SHOWN, len(shown)) * ROW_HEIGHT + 44)
            if shown:
                self.table.selectRow(min(place, len(shown) - 1))
        if not shown and self.table.hasFocus():
            self.filter.setFocus()
        self.table.setVisible(bool(shown))
        self._empty.setText(
            ""
            if shown
            else text("prescribing.favourite_none" if self._all else "prescribing.favourite_empty")
        )
        self._empty.setVisible(not shown)
        for button in (self._take_button, self._remove_button):
            button.setEnabled(bool(shown))

    def _here(self) -> Favourite | None:
        number = self.table.currentRow()
        return self._shown[number] if self._shown and 0 <= number < len(self._shown) else None

    def _take(self) -> None:
        here = self._here()
        if here is not None:
            self.taken.emit(here)

    def _remove(self) -> None:
        here = self._here()
        if here is not None:
            self.removed.emit(here)
