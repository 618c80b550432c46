"""A condition of the 32 is added: a field to search in, a list that follows it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.ald.cells import name_of
from desktop.features.ald.domain import matching
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.panel import Panel
from desktop.ui.widgets.text import muted
from desktop.ui.widgets.typed import forget_typed
from desktop.ui.widgets.unsearched import Unsearched

_SHOWN = 6  # lines before the list scrolls
_LINE = 34


class _Found(Unsearched, QListWidget):
    """What was found."""


class AddPanel(Speaking):
    """Signals: ``chosen(code)``, ``closed``. Letters search, arrows walk the list, Enter adds, Esc closes."""

    chosen = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("ald-add", parent)
        self._left_out: frozenset[int] = frozenset()
        self.field = QLineEdit()
        self.field.setObjectName("ald-add-search")
        self.field.setMinimumHeight(CONTROL_HEIGHT)
        self.field.setMaxLength(60)
        self.bind(self.field.setPlaceholderText, lambda: text("ald.search"))
        self.bind(self.field.setAccessibleName, lambda: text("ald.search"))
        self.found = _Found()
        self.found.setObjectName("ald-add-list")
        self.found.setWordWrap(True)
        self.bind(self.found.setAccessibleName, lambda: text("ald.list_name"))
        self._none = muted("")
        self.bind(self._none.setText, lambda: text("ald.none_found"))
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID)
        for part in (self.field, self.found, self._none):
            panel.body.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.field.textEdited.connect(lambda _: self.refresh())
        self.found.itemActivated.connect(lambda _: self._choose())
        self.hide()

    def begin(self, left_out: frozenset[int]) -> None:
        """Offer all but *left_out*, and wait for letters."""
        self._left_out = left_out
        self.field.clear()
        self.refresh()
        self.show()
        self.field.setFocus()

    def end(self) -> None:
        """Hidden, and what was looked for does not stay (CF-017)."""
        if self.isHidden():
            return
        self.hide()
        forget_typed(self.field)
        self.refresh()

    def refresh(self) -> None:
        offered = matching(self.field.text(), self._left_out)
        self.found.clear()
        for ald in offered:
            words = name_of(ald.code)
            if ald.to_verify:
                words = f"{words} · {text('ald.to_verify')}"
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, ald.code)
            self.found.addItem(item)
        self.found.setCurrentRow(0)
        self.found.setFixedHeight(max(1, min(len(offered), _SHOWN)) * _LINE + 4)
        self.found.setVisible(bool(offered))
        self._none.setVisible(not offered)

    def letters_field(self) -> QLineEdit:
        return self.field

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the field does not take: arrows, Enter, Esc."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif key == Qt.Key.Key_Escape:
            self.end()
            self.closed.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            place = self.found.currentRow() + step
            self.found.setCurrentRow(max(0, min(place, self.found.count() - 1)))
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        item = self.found.currentItem()
        if item is not None:
            code = item.data(Qt.ItemDataRole.UserRole)
            self.end()
            self.chosen.emit(code)
