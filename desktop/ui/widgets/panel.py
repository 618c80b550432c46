"""Panels: white cards on the window's ground, with a heading and a column for the content."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.theme import GRID
from desktop.ui.widgets.text import heading

_MARGINS: Final = 10 * GRID  # pixels: left and right together, of any page, and its scroll bar
_NO_LIMIT: Final = 1 << 24


class Panel(QFrame):
    """A card; put widgets into :attr:`body`."""

    def __init__(self, title: str = "", parent: QWidget | None = None, *, margin: int = 3 * GRID) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(2 * GRID)
        if title:
            self.setAccessibleName(title)
            self.body.addWidget(heading(title))


def column(*, spacing: int = 2 * GRID, margin: int = 0) -> QVBoxLayout:
    """A column on the grid."""
    layout = QVBoxLayout()
    layout.setSpacing(spacing)
    layout.setContentsMargins(margin, margin, margin, margin)
    return layout


def row(*items: QWidget | QLayout | None, spacing: int = GRID) -> QHBoxLayout:
    """A line on the grid; None is a stretch."""
    layout = QHBoxLayout()
    layout.setSpacing(spacing)
    layout.setContentsMargins(0, 0, 0, 0)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)
    return layout


def fold(page: QWidget, *lines: QBoxLayout, most: int = _NO_LIMIT) -> None:
    """What stands side by side in *lines* of *page* stands below one another where the window is too narrow.

    So a page scrolls down and never sideways. The window's width decides: a page that does not fit is wider.
    *most*: pixels that the lines have at most, in a panel that does not grow with its page.
    """
    room = min(page.width() - _MARGINS, page.window().width() - _MARGINS, most)
    for line in lines:
        held = (line.itemAt(place) for place in range(line.count()))
        parts = [part.minimumSize().width() for part in held if part is not None]
        fits = sum(parts) + line.spacing() * (len(parts) - 1) <= room
        ways = QBoxLayout.Direction
        line.setDirection(ways.LeftToRight if fits else ways.TopToBottom)


def centred(widget: QWidget, width: int) -> QWidget:
    """*widget* in the middle of a page, at most *width* pixels wide."""
    page = QWidget()
    page.setObjectName("page")
    widget.setMaximumWidth(width)
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
    layout.addStretch(2)
    line = QHBoxLayout()
    line.addStretch(1)
    line.addWidget(widget, 100)
    line.addStretch(1)
    layout.addLayout(line)
    layout.addStretch(3)
    layout.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return page
