"""The frame of an open record, made before its parts: what is born in its place is styled once only."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.theme import GRID
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.letters import TypedOn
from desktop.ui.widgets.panel import Panel
from desktop.ui.widgets.text import heading, muted

_COLUMN_BESIDE = 1000  # pixels of the window: what « À savoir » and the list need beside each other
_EDGES = 4 * GRID  # pixels: left and right of what is split


class RecordFrame(QStackedWidget):
    """``messages`` over ``split`` with ``main`` and the viewer; in ``main``: ``sides``, where a column beside
    takes its place, and in them ``top``, ``bar``, ``lists``, and ``foot``, where what comes and goes moves
    nothing that a hand aims at.

    An empty page covers all of it. In a narrow window what stands side by side stands below one another, so
    that it scrolls down and never sideways.
    """

    stands_beside = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.content = QWidget(self)
        self.addWidget(self.content)
        self._cover = QWidget(self)
        self.addWidget(self._cover)
        body = QVBoxLayout(self.content)
        body.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        body.setSpacing(GRID)
        self.messages = QVBoxLayout()
        self.messages.setSpacing(GRID)
        self.split = QSplitter(Qt.Orientation.Horizontal, self.content)
        self.split.setHandleWidth(2 * GRID)
        self.split.setChildrenCollapsible(False)
        body.addLayout(self.messages)
        body.addWidget(self.split, 1)
        self.main = TypedOn(self.split)
        self.sides = self._inside = QHBoxLayout(self.main)
        self.sides.setContentsMargins(0, 0, 0, 0)
        self.sides.setSpacing(GRID)
        column = QWidget(self.main)
        self.sides.addWidget(column, 1)
        main = QVBoxLayout(column)
        main.setContentsMargins(0, 0, 0, 0)
        main.setSpacing(GRID)
        self.top, self.bar = QHBoxLayout(), QHBoxLayout()
        self.lists = QStackedWidget(column)
        self.above = QVBoxLayout()
        main.addLayout(self.above)
        for line in (self.top, self.bar):
            line.setSpacing(2 * GRID)
            main.addLayout(line)
        main.addWidget(self.lists, 1)
        self.foot = QVBoxLayout()
        main.addLayout(self.foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.stands_beside = min(self.width(), self.window().width()) >= _COLUMN_BESIDE
        ways = QBoxLayout.Direction
        self.sides.setDirection(ways.LeftToRight if self.stands_beside else ways.TopToBottom)
        self._turn()

    def _turn(self) -> None:
        """List and viewer stand beside each other where the words of both have room, in this language."""
        self._inside.activate()  # parts may have come or gone in this turn
        needed = self.split.handleWidth() + _EDGES
        for place in range(self.split.count()):
            part = self.split.widget(place)
            if part is not None and not part.isHidden():  # as the second viewer, once one of two was closed
                needed += part.minimumSizeHint().width()
        wide = min(self.width(), self.window().width()) >= needed
        self.split.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def halve(self) -> None:
        """As much room for the viewer as for what is left of it, or above it."""
        self._turn()
        across = self.split.orientation() is Qt.Orientation.Horizontal
        room = self.split.width() if across else self.split.height()
        self.split.setSizes([room // 2, room - room // 2])

    def note(self, name: str, title: str, next_step: str, act: str, do: Callable[[], object]) -> QWidget:
        """A page of ``lists``: a title, what to do next, and a button *name*-act that does it; each may be
        missing but the first."""
        panel = Panel("", self.lists)
        panel.setObjectName(name)
        panel.setAccessibleName(title)
        panel.body.addStretch(1)
        for part in (heading(title), muted(next_step)):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            panel.body.addWidget(part)
            part.setVisible(bool(part.text()))
        if act:
            button = secondary_button(act, f"{name}-act", do)
            panel.body.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        panel.body.addStretch(1)
        self.lists.addWidget(panel)
        return panel

    def cover(self) -> None:
        """An empty page before all of it."""
        self.setCurrentWidget(self._cover)
