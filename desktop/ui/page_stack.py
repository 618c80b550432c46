"""The pages of the window, one over the other."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.ui.typed_ahead import TypedAhead
from desktop.ui.views.base import View


@runtime_checkable
class ClosesInside(Protocol):
    """A page in which something may be open that Esc closes first."""

    def close_innermost(self) -> bool:
        """Close it; False where there is nothing more."""
        ...


class PageStack(QStackedWidget):
    """Takes the room that the window has for it, whatever its pages would like.

    Qt's own asks every page, those behind too, whenever the window is laid out: a banner that was shown made
    all of them style and measure what had changed in them, 50 ms. The window has a size that its pages fit;
    in a smaller one (:mod:`desktop.ui.small_window`) ``least`` says what the page in front needs, by the
    width that there is. No key that was typed for a page reaches the one that has come since.
    """

    least: Callable[[QWidget, int], QSize] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.typed_ahead = TypedAhead(self)
        self.currentChanged.connect(lambda _: self.typed_ahead.came())

    def addWidget(self, page: QWidget) -> int:
        """A further page; lists that come by themselves in it are heard of."""
        if isinstance(page, View):
            page.list_came.connect(self.typed_ahead.list_came)
        return super().addWidget(page)

    def close_innermost(self) -> bool:
        """In the page in front; False where there is nothing to close but the page itself."""
        page: object = self.currentWidget()
        return isinstance(page, ClosesInside) and page.close_innermost()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.typed_ahead.watch(self.window().windowHandle())

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return self._least_in(self.width())

    def hasHeightForWidth(self) -> bool:
        return False

    def heightForWidth(self, width: int) -> int:
        """A scroll area asks for it all the same; Qt's own is that of the highest page."""
        return self._least_in(width).height()

    def _least_in(self, width: int) -> QSize:
        page = self.currentWidget()
        return QSize(0, 0) if page is None or self.least is None else self.least(page, width)
