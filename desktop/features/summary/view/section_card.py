"""One section of a received summary: a title that folds it, and its lines, which wrap and are never cut."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from desktop.domain.texts import text
from desktop.features.summary.view.line_block import LineBlock
from desktop.features.summary.view.reading_words import Card
from desktop.ui.icons import Glyph, icon
from desktop.ui.theme import GRID, Role
from desktop.ui.widgets.panel import Panel
from desktop.ui.widgets.text import set_tone

MOST_SPOKEN = 20_000  # letters that a title says of what it holds; the lines say the rest
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
        self._lines = LineBlock(self)
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
        for number, line in enumerate(self.card.lines, start=1):
            self._lines.add(line)
            if number % LINES_A_TURN == 0:
                self._lines.settle()
                yield
        self._lines.settle()
        yield

    def blank(self) -> None:
        """No word of it stays in a widget that waits for its end."""
        self.card = Card(self.card.name, "", ())
        self._lines.blank()
        self.head.setText("")
        self._say()

    def _say(self) -> None:
        self._lines.setVisible(self._open)
        self.head.setIcon(icon(Glyph.DOWN if self._open else Glyph.RIGHT, Role.MUTED))
        state = text("summary.read_unfolded" if self._open else "summary.read_folded")
        self.head.setAccessibleName(
            text("summary.read_section_name", title=self.card.title, state=state) if self.card.title else ""
        )
        shown = self.card.lines if self._open else ()
        self.head.setAccessibleDescription(". ".join(line.whole for line in shown)[:MOST_SPOKEN])
