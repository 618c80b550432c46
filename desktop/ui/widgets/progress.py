"""The quiet line: nothing under 300 ms, a line over it, over 3 s what is being waited for."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.text import muted

QUIET_MS = 300
EXPLAIN_MS = 3000


class DelayedProgress(QWidget):
    """Keeps its place in the layout; told otherwise, it stands under all that a hand may aim at.

    Either way nothing jumps when it appears.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, keep_place: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setObjectName(f"{name}-bar")
        self._word = muted("")
        self._word.setObjectName(f"{name}-text")
        self._what = ""
        self._waiting = False
        self._first = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._first.timeout.connect(self._show_bar)
        self._second = QTimer(self, singleShot=True, interval=EXPLAIN_MS)
        self._second.timeout.connect(self._explain)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self._bar)
        layout.addWidget(self._word)
        self._keep_place = keep_place
        policy = self.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Maximum)
        self.setSizePolicy(policy)
        policy.setRetainSizeWhenHidden(keep_place)
        for part in (self._bar, self._word):
            part.setSizePolicy(policy)
            part.hide()
        if not keep_place:
            self.hide()

    def wait(self, what: str) -> None:
        """Begin to wait; *what* is said after 3 s ("La plateforme répond lentement…")."""
        self._what = what
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(what)
        if not self._waiting:
            self._waiting = True
            self._first.start()
            self._second.start()

    def progress(self, done: int, total: int) -> None:
        """Show bytes done of bytes in all."""
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        if total > 0:
            self._word.setText(text("theme.kilobytes", done=done // 1024, total=total // 1024))

    def done(self) -> None:
        """The wait is over."""
        self._waiting = False
        self._first.stop()
        self._second.stop()
        self._bar.hide()
        self._word.hide()
        self.setVisible(self._keep_place)

    def is_waiting(self) -> bool:
        """True between :meth:`wait` and :meth:`done`."""
        return self._waiting

    def _show_bar(self) -> None:
        self._bar.show()
        self.show()

    def _explain(self) -> None:
        if self._bar.maximum() == 0:
            self._word.setText(self._what)
        self._word.show()
        announce(self, self._what)


def foot(wait: DelayedProgress) -> QHBoxLayout:
    """The last line of a page without margins, under what scrolls."""
    line = row(wait)
    line.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
    return line
