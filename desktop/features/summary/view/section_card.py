"""One section of a received summary: a title that folds it, and its lines, which wrap and are never cut."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.summary.view.reading_words import Card, CardLine
from desktop.ui.icons import Glyph, icon
from desktop.ui.theme import GRID, Role
from desktop.ui.widgets.panel import Panel
from desktop.ui.widgets.text import label, set_tone

LINES_A_TURN = 25  # as many are made in one turn of the event loop


class SectionCard(Panel):
    """Made folded or not as its :class:`Card` says; :meth:`fill` makes the lines, some a turn."""

    def __init__(self, card: Card, parent: QWidget | None) -> None:
        super().__init__("", parent, margin=GRID // 2)
        self.card = card
        self.setObjectName(f"summary-read-{card.name}")
        self.body.setSpacing(0)
        self.head = QToolButton(self)
        self.head.setObjectName(f"summary-read-{card.name}-head")
        self.head.setProperty("kind", "fold")
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.head.setText(card.title)
        self.head.clicked.connect(lambda: self.fold())
        set_tone(self.head, card.tone)
        self._words: list[QLabel] = []
        self._lines = QWidget(self)
        self._grid = QGridLayout(self._lines)
        self._grid.setContentsMargins(4 * GRID, 0, GRID, GRID // 2)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)
        self.body.addWidget(self.head)
        self.body.addWidget(self._lines)
        self._open = not card.folded
        self._say()

    @property
    def is_open(self) -> bool:
        """Whether the lines are shown."""
        return self._open

    def fold(self) -> None:
        """Hide the lines, or show them again."""
        self._open = not self._open
        self._say()

    def fill(self) -> Iterator[None]:
        """Make the lines, :data:`LINES_A_TURN` a step."""
        for number, line in enumerate(self.card.lines):
            self._add(number, line)
            if (number + 1) % LINES_A_TURN == 0:
                yield
        yield

    def blank(self) -> None:
        """No word of it stays in a widget that waits for its end."""
        self.card = Card(self.card.name, "", ())
        for part in self._words:
            part.clear()
        self.head.setText("")
        self._say()

    def _add(self, number: int, line: CardLine) -> None:
        """A line with one part alone has the whole width."""
        beside = [
            self._label(words, kind) for words, kind in ((line.details, "body"), (line.beside, "muted"))
        ]
        rest = QVBoxLayout()
        rest.setSpacing(0)
        for part in filter(None, beside):
            rest.addWidget(part)
        rest.addStretch(1)
        head = self._label(line.head, "strong")
        if head is not None:
            head.setWordWrap(True)
            set_tone(head, line.tone)
            width = 1 if any(beside) else 2
            self._grid.addWidget(head, number, 0, 1, width, Qt.AlignmentFlag.AlignTop)
        first = 1 if head is not None else 0
        self._grid.addLayout(rest, number, first, 1, 2 - first)

    def _label(self, words: str, kind: str) -> QLabel | None:
        if not words:
            return None
        made = label(words, kind, self._lines)
        self._words.append(made)
        return made

    def _say(self) -> None:
        self._lines.setVisible(self._open)
        self.head.setIcon(icon(Glyph.DOWN if self._open else Glyph.RIGHT, Role.MUTED))
        state = text("summary.read_unfolded" if self._open else "summary.read_folded")
        self.head.setAccessibleName(
            text("summary.read_section_name", title=self.card.title, state=state) if self.card.title else ""
        )
        shown = self.card.lines if self._open else ()
        self.head.setAccessibleDescription(". ".join(line.whole for line in shown))
