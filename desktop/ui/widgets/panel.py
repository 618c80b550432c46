"""Panels: white cards on the window's ground, with a heading and a column for the content."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.theme import GRID
from desktop.ui.widgets.text import heading

SIDE_BY_SIDE: Final = 900  # pixels: what the parts of a page's lines need beside each other, in any language


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


def fold(width: int, *lines: QBoxLayout) -> bool:
    """On a page of that *width* (pixels), whether the parts of *lines* stand side by side.

    In a narrow one they stand below one another: it scrolls down and never sideways.
    """
    wide, ways = width >= SIDE_BY_SIDE, QBoxLayout.Direction
    for line in lines:
        line.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
    return wide


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
