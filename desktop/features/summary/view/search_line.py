"""A code or a text: hits come while one types, and what was typed can always be kept without a code."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.summary.cells import Row
from desktop.features.summary.domain.origins import origin_words
from desktop.features.summary.domain.terminology import Concept
from desktop.features.summary.service.searching import Hits
from desktop.features.summary.view.rows import RowList
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.text import muted

HITS_HEIGHT = 228  # six of them; the others scroll
_WITHOUT_CODE = "free"
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class SearchLine(Speaking):
    """Signals: ``searched(str)``, ``taken(Concept)``, ``kept(str)`` (words without a code), ``left``."""

    searched = Signal(str)
    taken = Signal(object)
    kept = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("summary-search", parent)
        self._hits: tuple[Concept, ...] = ()
        self.hits = _Hits("summary-hits")
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hits.clicked.connect(lambda _: self._take())
        self.bind(self.hits.setAccessibleName, lambda: text("summary.edit_hits"))
        self._unknown = muted("")
        self._unknown.setObjectName("summary-unknown-code")
        self.line = _Line(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.hits)
        layout.addWidget(self._unknown)
        layout.addWidget(self.line)
        self.bind(self.line.setPlaceholderText, lambda: text("summary.edit_search"))
        self.bind(self.line.setAccessibleName, lambda: text("summary.edit_search"))
        self.line.textEdited.connect(self.searched.emit)
        self.show_state("", None)

    def show_state(self, typed: str, hits: Hits | None) -> None:
        """The words that are looked for, and what was found for them; of others nothing is shown."""
        if self.line.text() != typed:
            self.line.setText(typed)
        found = hits if hits is not None and hits.typed == typed else None
        self._hits = found.concepts if found else ()
        rows = [Row(str(n), c.label, right=origin_words(c), beside=c.term) for n, c in enumerate(self._hits)]
        if typed.strip():
            kept = text("summary.edit_keep_text", words=typed.strip())
            rows.append(Row(_WITHOUT_CODE, kept))
        self.hits.show_rows(rows, rows[0].id if rows else "")
        self.hits.setVisible(bool(rows))
        if rows:
            self.hits.setFixedHeight(min(self.hits.content_height(), HITS_HEIGHT))
        else:
            self.line.setAccessibleDescription("")  # a hit that was looked at
        missing = found.unknown if found else None
        said = missing and text("summary.edit_unknown_code", code=missing.code, version=missing.table.version)
        self._unknown.setText(said or "")
        self._unknown.setVisible(missing is not None)

    def step(self, key: int) -> None:
        """The cursor of the hits, moved from the field."""
        number = self.hits.currentIndex().row() + _STEPS[Qt.Key(key)]
        if 0 <= number < len(self.hits.rows):
            self.hits.setCurrentIndex(self.hits.model().index(number, 0))
            self.line.setAccessibleDescription(self.hits.rows[number].words)

    def take(self) -> None:
        """Enter in the field."""
        if self.line.text().strip():
            self._take()

    def _take(self) -> None:
        chosen, words = self.hits.current(), self.line.text().strip()
        if chosen == _WITHOUT_CODE:
            self.kept.emit(words)
        elif chosen:
            self.taken.emit(self._hits[int(chosen)])


class _Hits(RowList):
    MARKED = False
    LEAST = 32
    AIR = 6


class _Line(QLineEdit):
    """The arrows walk through the hits, Enter takes one, Esc gives up."""

    def __init__(self, search: SearchLine) -> None:
        super().__init__()
        self.setObjectName("summary-search-line")
        self.setMinimumHeight(CONTROL_HEIGHT)
        self.setMaxLength(200)
        self._search = search

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in _STEPS:
            self._search.step(event.key())
        elif plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._search.take()
        elif event.key() == Qt.Key.Key_Escape:
            self._search.left.emit()
        else:
            super().keyPressEvent(event)
