"""How much of the window its pages get: in a small one tabs and banner give way, and the page scrolls."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.ui.page_stack import PageStack

if TYPE_CHECKING:
    from desktop.ui.small_window import SmallWindow

FITS = QSize(1024, 700)  # every page; in a smaller window the one in front scrolls
LOW = 480  # height: a lower window gives tabs and banner one line each


@runtime_checkable
class Lowering(Protocol):
    """A part above the pages that can do with one line."""

    def show_low(self, *, low: bool) -> None:
        """One line instead of two, or two again."""


class WindowRoom:
    """Of the window whose *column* holds *stack*."""

    def __init__(self, stack: PageStack, column: QBoxLayout) -> None:
        self._stack, self._column = stack, column
        self._small: SmallWindow | None = None

    def fit(self, size: QSize, *above: object) -> None:
        """The window has this *size*, and these parts stand above its pages."""
        small = size.width() < FITS.width() or size.height() < FITS.height()
        if small and self._small is None:
            from desktop.ui.small_window import SmallWindow

            self._small = SmallWindow(self._stack, self._column)
        if self._small is not None:
            self._small.fit(small=small)
        for part in above:
            if isinstance(part, Lowering):
                part.show_low(low=size.height() < LOW)

    def put_over_pages(self, widget: QWidget) -> None:
        """Between what stands above and the page, whatever page is in front."""
        pages = self._stack if self._small is None else self._small.frame
        self._column.insertWidget(self._column.indexOf(pages), widget)
