"""A question within the page: « 2 lignes seraient retirées. », and both answers."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.text import label

Words = Callable[[], str]


class Question(QFrame):
    """``keep`` is the harmless answer, which has the keyboard; ``drop`` is a deliberate act."""

    def __init__(self, panel: Speaking, name: str, keep: Words, drop: Words) -> None:
        """*panel* retranslates the words of both answers."""
        super().__init__()
        self.setObjectName(name)
        self.setProperty("kind", "message")
        self.setProperty("tone", "warning")
        self._words = label("")
        self._words.setObjectName(f"{name}-text")
        self.keep = secondary_button("", f"{name}-keep")
        self.drop = secondary_button("", f"{name}-drop")
        panel.bind_named(self.keep, keep)
        panel.bind_named(self.drop, drop)
        layout = row(self._words, self.drop, self.keep)
        layout.setStretch(0, 1)
        layout.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        self.setLayout(layout)
        self.hide()

    def ask(self, words: str) -> None:
        """Ask with *words*; "" asks nothing."""
        asked_before = not self.isHidden()
        self._words.setText(words)
        self.setVisible(bool(words))
        if words and not asked_before:
            self.keep.setFocus()
            announce(self, words)
