"""How far a print is, what a page that prints is told of it, and which copies are under way."""

from collections.abc import Callable
from enum import Enum
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import Code, Failure, Result

T = TypeVar("T")


class Printing(Enum):
    """How far a print is."""

    NOTHING = "nothing"
    RUNNING = "running"
    DONE = "done"


class PrintingPage(Protocol):
    """A page that shows its print."""

    def show_print(self, printing: Printing) -> None:
        """How far it is."""
        ...

    def show_failure(self, failure: Failure) -> None:
        """Why it was not printed."""
        ...


class PrintAsks:
    """:class:`desktop.ui.ask.Asks` of a print."""

    def __init__(self, page: PrintingPage) -> None:
        self._page = page

    def show_waiting(self, *, waiting: bool) -> None:
        """Until the printer's dialog is there, and while it is fed."""
        self._page.show_print(Printing.RUNNING if waiting else Printing.NOTHING)

    def show_failure(self, failure: Failure) -> None:
        """Who chose no page knows it."""
        if failure.code is not Code.CANCELLED:
            self._page.show_failure(failure)


class CopiesUnderWay(QObject):
    """Prints and saved copies, from the choice of a printer or file until they are whole.

    Signals: ``cut`` (what a copy came from was taken away before; whether it is whole is not known),
    ``untold(Failure)`` (an act failed, and the page that asked for it was left). Used in the GUI thread.
    """

    cut = Signal()
    untold = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._begun: dict[object, object] = {}

    def begun(self, page: object, work: Callable[[], Result[T]]) -> Callable[[], Result[T]]:
        """*work*, which a worker does, copies what *page* shows: under way from now until it has ended."""
        one = object()
        self._begun[one] = page

        def counted() -> Result[T]:
            try:
                return work()
            finally:
                self._begun.pop(one, None)

        return counted

    def end(self, page: object = None) -> None:
        """*page* goes, None = all do: what is under way from there is told to be unfinished."""
        begun = tuple(self._begun.items())
        ended = [one for one, shown in begun if page in (None, shown)]
        if [one for one in ended if self._begun.pop(one, None)]:  # a worker may have ended one meanwhile
            self.cut.emit()
