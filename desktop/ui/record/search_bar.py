"""Search within a document: words, number of hits, former and next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop.domain.texts import text
from desktop.ui.icons import Glyph
from desktop.ui.theme import GRID
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import icon_button
from desktop.ui.widgets.text import muted


class _Words(QLineEdit):
    """A line that tells Enter from Shift+Enter."""

    entered = Signal()
    entered_back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self.entered_back if back else self.entered).emit()
        else:
            super().keyPressEvent(event)


class SearchBar(QWidget):
    """Enter searches, then goes to the next hit; Shift+Enter to the former; Esc closes."""

    searched = Signal(str)
    moved = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer-search")
        self.words = _Words()
        self.words.setObjectName("viewer-search-text")
        self.words.setPlaceholderText(text("viewer.search_placeholder"))
        self.words.setAccessibleName(text("viewer.search_name"))
        self.words.setClearButtonEnabled(True)
        self.count = muted("")
        self.count.setObjectName("viewer-search-count")
        self.count.setWordWrap(False)
        former = icon_button(
            text("viewer.former_hit"), "viewer-hit-former", Glyph.UP, lambda: self.moved.emit(-1)
        )
        after = icon_button(
            text("viewer.next_hit"), "viewer-hit-next", Glyph.DOWN, lambda: self.moved.emit(1)
        )
        close = icon_button(text("viewer.search_close"), "viewer-search-close", Glyph.CLOSE, self.closed.emit)
        self._asked = ""
        self.words.entered.connect(self._enter)
        self.words.entered_back.connect(lambda: self.moved.emit(-1))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.count)
        for button in (former, after, close):
            layout.addWidget(button)

    def set_result(self, number: int, hits: int) -> None:
        """Show « 2 sur 7 », or that there is none."""
        if hits:
            words = text("viewer.hit_of", number=number + 1, hits=hits)
        else:
            words = text("viewer.no_hit") if self._asked else ""
        self.count.setText(words)
        announce(self, words)

    def reset(self) -> None:
        """Empty, for another document."""
        self._asked = ""
        self.words.clear()
        self.count.setText("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        words = self.words.text().strip()
        if words != self._asked:
            self._asked = words
            self.searched.emit(words)
        elif words:
            self.moved.emit(1)
