"""What every screen shares: words that can change language, Enter for the primary act, Esc back."""

from collections.abc import Callable, Generator, Iterator
from typing import ClassVar, Self

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QFrame,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.letters import type_on, writes
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row

Words = Callable[[], str]
AIR = 6 * GRID  # over what grows


class Speaking(QWidget):
    """A part of a screen whose words can change language.

    :meth:`bind` keeps a text with its setter, so that :meth:`retranslate` can say it again;
    subclasses extend :meth:`refresh`, which shows the present model again.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._bound: list[tuple[Callable[[str], object], Words]] = []

    def bind(self, setter: Callable[[str], object], words: Words) -> None:
        """Call *setter* with the words now and at every change of language."""
        setter(words())
        self._bound.append((setter, words))

    def bind_named(self, widget: QAbstractButton, words: Words) -> None:
        """Bind text and accessible name of a button."""
        self.bind(widget.setText, words)
        self.bind(widget.setAccessibleName, words)

    def bind_row(self, row: FormRow, words: Words) -> None:
        """Bind the title of a form row."""
        self.bind(row.set_title, words)

    def retranslate(self) -> None:
        """Say everything again in the language in force; nothing typed is lost."""
        for setter, words in self._bound:
            setter(words())
        for part in self.findChildren(Speaking, options=Qt.FindChildOption.FindChildrenRecursively):
            for setter, words in part._bound:
                setter(words())
            part.refresh()
        for message in self.findChildren(Message):
            if message.failure is not None and not message.isHidden():
                message.show_failure(message.failure)
        self.refresh()

    def refresh(self) -> None:
        """Show the present model again."""

    def letters_field(self) -> QLineEdit | None:
        """The field that takes the letters which are typed on a list or a button beside it."""
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        field = self.letters_field()
        if field is not None and field.isVisible() and field.isEnabled() and writes(event):
            type_on(field, event)
        else:
            super().keyPressEvent(event)


class View(Speaking):
    """A screen. Signals: ``back_asked`` (Esc), ``list_came`` (by itself, below the field)."""

    back_asked = Signal()
    list_came = Signal()

    def primary(self) -> QPushButton | None:
        """The button that Enter presses."""
        return None

    def focus_first(self) -> None:
        """Put the focus where the user goes on."""

    def focus_again(self) -> None:
        """As :meth:`focus_first` after a change of state; never takes it from the page in front."""
        if self.isVisible():
            self.focus_first()

    def hold_focus(self) -> None:
        """Keep the focus before a field is disabled, else it wanders to a link."""
        if self.isVisible():
            self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            press_enter(self.focusWidget(), self.primary())
        else:
            super().keyPressEvent(event)


def middle(widget: QWidget, width: int, *, grows: bool = False) -> "ScrollPage":
    """*widget* in the middle of a page, *width* pixels at most; scrolls where the window is too low.

    One that *grows* while answers come keeps its upper edge, so that nothing moves under the hand.
    """
    widget.setMaximumWidth(width)
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    area = ScrollPage()
    area.body.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
    if grows:
        area.body.addSpacing(AIR)
    else:
        area.body.addStretch(2)
    line = row(None, widget, None)
    line.setStretch(1, 100)
    area.body.addLayout(line)
    area.body.addStretch(3)
    return area


class ScrollPage(QScrollArea):
    """A page that scrolls and is no stop of the tab key; put its parts into :attr:`body`.

    Made before its parts: what is born in its place is styled once, not at each move.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page-scroll")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setObjectName("page")
        self.setWidget(page)
        self.body = QVBoxLayout(page)
        self.body.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        self.body.setSpacing(2 * GRID)


def only_page(view: QWidget) -> ScrollPage:
    """A page that fills *view*."""
    area = ScrollPage(view)
    layout = QVBoxLayout(view)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(area)
    return area


def press_enter(focused: QWidget | None, primary: QPushButton | None) -> None:
    """Enter presses the focused button, else the primary one."""
    plain = isinstance(focused, QAbstractButton) and not isinstance(focused, QCheckBox | QRadioButton)
    target = focused if plain and isinstance(focused, QAbstractButton) else primary
    if target is not None and target.isVisible() and target.isEnabled():
        target.click()


def clock(seconds: int) -> str:
    """``m:ss``, or ``h:mm:ss`` from an hour."""
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def megabytes(size: int) -> str:
    """A file size for people."""
    if size < 1024 * 1024:
        return text("common.kilobytes", size=max(1, round(size / 1024)))
    return text("common.megabytes", size=f"{size / 1048576:.1f}".replace(".", text("common.decimal")))


class SteppedView(View):
    """A screen too large for one turn of the event loop. ``NAME`` is its object name; ``_make`` fills it.

    ``_make`` yields between parts that each fit into a turn. What Qt asks of it meanwhile (a window that is
    painted into a picture lays out all that is in it) finds ``is_whole`` False, and no part that is missing.
    """

    NAME: ClassVar[str]
    is_whole = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.NAME, parent)
        for _ in self._make():
            pass
        self.is_whole = True

    @classmethod
    def in_steps(cls, parent: QWidget) -> Generator[None, None, Self]:
        """Made in its parts; the generator's value is the whole."""
        view = cls.__new__(cls)
        View.__init__(view, cls.NAME, parent)
        yield from view._make()
        view.is_whole = True
        return view

    def _make(self) -> Iterator[None]:
        raise NotImplementedError
