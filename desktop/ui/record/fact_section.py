"""One part of « À savoir »: a title that folds it, and lines, which wrap; a way to a document is one line."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.ui.icons import Glyph, icon
from desktop.ui.theme import GRID, Role
from desktop.ui.widget_tree import discard
from desktop.ui.widgets.text import label, set_tone, strong

_TARGET = 26  # pixels: the least that a hand hits


@dataclass(frozen=True, slots=True)
class FactLine:
    """``kind``: body or muted. With ``leads`` (a document's id, or an act's word) it is a way, called
    ``name`` in the window."""

    words: str
    tone: str = ""
    kind: str = "body"
    name: str = ""
    leads: str = ""


class FactSection(QWidget):
    """Signals: ``folded`` (by the user), ``led(str)``. One that does not fold has a plain title: allergies
    never hide."""

    folded = Signal()
    led = Signal(str)

    def __init__(self, name: str, title: str, parent: QWidget, *, folds: bool = True) -> None:
        super().__init__(parent)
        self.name, self._title, self._open = name, title, True
        self.setObjectName(f"know-{name}-section")
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head: QToolButton | None = None
        self._plain = strong(title, self)
        self._plain.setContentsMargins(GRID, GRID // 4, 0, GRID // 4)
        self._plain.setVisible(bool(title) and not folds)
        column.addWidget(self._plain)
        if folds:
            head = self._head = QToolButton(self)
            head.setObjectName(f"know-{name}-head")
            head.setProperty("kind", "fold")
            head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            head.clicked.connect(self._turn)
            column.addWidget(head)
        self._inside = QWidget(self)
        self._body = QVBoxLayout(self._inside)
        self._body.setContentsMargins(GRID, 0, GRID // 2, GRID // 2)
        self._body.setSpacing(0)
        column.addWidget(self._inside)
        self._shown: tuple[FactLine, ...] = ()
        self._parts: list[QLabel | FactLink] = []
        self._more: QWidget | None = None
        self._say()

    @property
    def is_open(self) -> bool:
        """Whether its lines are shown."""
        return self._open

    def set_open(self, *, opened: bool) -> None:
        """Show the lines or hide them; nobody is told."""
        if self._head is not None and opened is not self._open:
            self._open = opened
            self._say()

    def show_lines(self, title: str, lines: tuple[FactLine, ...]) -> None:
        """Replace what it says; the same once more changes nothing, and the keyboard stays where it is."""
        if title != self._title:
            self._title = title
            self._say()
        if lines == self._shown:
            return
        self._shown = lines
        for part in self._parts:
            part.hide()
            part.setText("")  # no word of a patient in what waits for its end
            part.setToolTip("")
            part.setAccessibleName("")
            self._body.removeWidget(part)
            part.deleteLater()
        self._parts = [self._part(line) for line in lines]
        for place, part in enumerate(self._parts):
            self._body.insertWidget(place, part)
            part.show()

    def stops(self) -> tuple[QWidget, ...]:
        """Where the keyboard stops, in the order of the eye; what a feature added has its own order."""
        ways = (part for part in self._parts if isinstance(part, FactLink))
        return (*((self._head,) if self._head is not None else ()), *ways)

    def put(self, more: QWidget | None) -> None:
        """Below the lines: what a feature adds; None takes it away."""
        if self._more is not None:
            self._body.removeWidget(self._more)
            discard(self._more)
        self._more = more
        if more is not None:
            self._body.addWidget(more)
            more.show()

    def says_something(self) -> bool:
        """Whether there is anything below its title."""
        return bool(self._shown) or self._more is not None

    def _part(self, line: FactLine) -> "QLabel | FactLink":
        if line.leads:
            way = FactLink(line, self._inside)
            way.clicked.connect(lambda: self.led.emit(line.leads))
            return way
        said = label(line.words, line.kind, self._inside)
        set_tone(said, line.tone)
        return said

    def _turn(self) -> None:
        self._open = not self._open
        self._say()
        self.folded.emit()

    def _say(self) -> None:
        self._inside.setVisible(self._open)
        self._plain.setText(self._title)
        head = self._head
        if head is not None:
            head.setText(self._title)
            head.setIcon(icon(Glyph.DOWN if self._open else Glyph.RIGHT, Role.MUTED))
            state = text("record.know_open" if self._open else "record.know_folded")
            head.setAccessibleName(f"{self._title}, {state}")


class FactLink(QPushButton):
    """A link of one line, as wide as its column: what does not fit is said by its tip and to who hears it."""

    def __init__(self, line: FactLine, parent: QWidget) -> None:
        super().__init__(line.words, parent)
        self._whole = line.words
        self.setObjectName(line.name)
        self.setProperty("kind", "link")
        self.setProperty("tone", line.tone)
        self.setAccessibleName(line.words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_TARGET)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = max(self.width() - 6, 0)
        fitted = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        if fitted != self.text():
            self.setText(fitted)
            self.setToolTip(self._whole if fitted != self._whole else "")
