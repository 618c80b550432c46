"""The lines of a section: what it is at the left, what is said of it at the right, all of it wrapped."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.features.summary.view.reading_words import CardLine
from desktop.ui.theme import GRID
from desktop.ui.widgets.text import label, set_tone

_LEFT, _RIGHT, _BELOW = 4 * GRID, GRID, GRID // 2
_GAP, _LINE_GAP = 2 * GRID, 3
_USUAL = 400  # pixels; before it is shown


class LineBlock(QWidget):
    """Places its labels itself: layouts of Qt would ask each label for its height again and again, which
    takes longer than a turn of the event loop may. A line with one part alone has the whole width."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._lines: list[tuple[QLabel | None, list[QLabel]]] = []
        self._places: list[tuple[QLabel, QRect]] = []
        self._known = (-1, 0)

    def add(self, line: CardLine) -> None:
        """One line more, at the end."""
        head = self._label(line.head, "strong")
        if head is not None:
            head.setWordWrap(True)
            set_tone(head, line.tone)
        beside = (self._label(line.details, "body"), self._label(line.beside, "muted"))
        self._lines.append((head, [part for part in beside if part is not None]))

    def settle(self) -> None:
        """Lines were added: the labels find their places."""
        self._known = (-1, 0)
        self.updateGeometry()
        self._place()

    def blank(self) -> None:
        """No word stays in a label that waits for its end."""
        for head, beside in self._lines:
            for part in filter(None, (head, *beside)):
                part.clear()

    def heightForWidth(self, width: int) -> int:
        if self._known[0] != width:
            self._known = (width, self._measure(width))
        return self._known[1]

    def sizeHint(self) -> QSize:
        width = self.width() if self.isVisible() else _USUAL
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self.heightForWidth(self.width())
        for part, place in self._places:
            part.setGeometry(place)

    def _measure(self, width: int) -> int:
        room = max(width - _LEFT - _RIGHT, _GAP + 2)
        first = (room - _GAP) * 2 // 5
        self._places, top = [], 0
        for head, beside in self._lines:
            left, wide = (_LEFT + first + _GAP, room - first - _GAP) if head is not None else (_LEFT, room)
            height = self._put(head, _LEFT, top, first if beside else room) if head is not None else 0
            below = top
            for part in beside:
                below += self._put(part, left, below, wide)
            top = max(top + height, below) + _LINE_GAP
        return top + _BELOW

    def _put(self, part: QLabel, left: int, top: int, width: int) -> int:
        height = part.heightForWidth(width)
        self._places.append((part, QRect(left, top, width, height)))
        return height

    def _label(self, words: str, kind: str) -> QLabel | None:
        if not words:
            return None
        made = label(words, kind, self)
        made.ensurePolished()  # a folded one is measured before it is shown
        made.show()
        return made
