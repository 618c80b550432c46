"""The pages of the window, one over the other."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget


class PageStack(QStackedWidget):
    """Takes the room that the window has for it, whatever its pages would like.

    Qt's own asks every page, those behind too, whenever the window is laid out: a banner that was shown made
    all of them style and measure what had changed in them, 50 ms. The window has a size that its pages fit.
    """

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def hasHeightForWidth(self) -> bool:
        return False
