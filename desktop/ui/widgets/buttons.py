"""Buttons: one filled primary act a screen, secondary, quiet, danger; every one named."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QPushButton, QToolButton

from desktop.ui.icons import Glyph, icon
from desktop.ui.theme import Role

ICON = QSize(18, 18)
Clicked = Callable[[], object]


def _button(content: str, name: str, kind: str, clicked: Clicked | None) -> QPushButton:
    return _dressed(QPushButton(content), name, kind, clicked)


def _dressed(button: QPushButton, name: str, kind: str, clicked: Clicked | None) -> QPushButton:
    button.setObjectName(name)
    button.setProperty("kind", kind)
    button.setAccessibleName(button.text())
    button.setAutoDefault(False)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    if clicked is not None:
        # The checked argument of the signal is nobody's business.
        button.clicked.connect(lambda: clicked())
    return button


def primary_button(content: str, name: str, clicked: Clicked | None = None) -> QPushButton:
    """The one filled button of a screen; connect the screen's Enter to its ``click``."""
    button = _button(content, name, "primary", clicked)
    button.setDefault(True)
    return button


def secondary_button(content: str, name: str, clicked: Clicked | None = None) -> QPushButton:
    """An outlined button."""
    return _button(content, name, "secondary", clicked)


def quiet_button(
    content: str, name: str, clicked: Clicked | None = None, *, glyph: Glyph | None = None
) -> QPushButton:
    """A button without a frame, for acts beside the main one."""
    button = _button(content, name, "quiet", clicked)
    if glyph is not None:
        button.setIcon(icon(glyph, Role.ACCENT))
        button.setIconSize(ICON)
    return button


def danger_button(content: str, name: str, clicked: Clicked | None = None) -> QPushButton:
    """The act that takes something away."""
    return _button(content, name, "danger", clicked)


class _Tab(QPushButton):
    """Its mark says what is in front: a click asks for a page, it marks nothing."""

    def nextCheckState(self) -> None:
        pass

    def sizeHint(self) -> QSize:
        """As wide as its words are in front, where they are bold: none is cut, and nothing moves."""
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        words, plain = self.text(), self.fontMetrics()
        more = QFontMetrics(bold).horizontalAdvance(words) - plain.horizontalAdvance(words)
        return super().sizeHint() + QSize(max(0, more), 0)


def tab_button(content: str, name: str, clicked: Clicked | None = None) -> QPushButton:
    """One tab of a bar. Who shows the pages calls ``setChecked`` on each tab; none need be marked."""
    button = _dressed(_Tab(content), name, "tab", clicked)
    button.setCheckable(True)
    return button


def icon_button(word: str, name: str, glyph: Glyph, clicked: Clicked | None = None) -> QToolButton:
    """A small button whose *word* is tool tip and accessible name; it stays in the tab chain."""
    button = QToolButton()
    button.setObjectName(name)
    button.setProperty("kind", "quiet")
    button.setIcon(icon(glyph, Role.ACCENT))
    button.setIconSize(ICON)
    button.setToolTip(word)
    button.setAccessibleName(word)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if clicked is not None:
        button.clicked.connect(lambda: clicked())
    return button
