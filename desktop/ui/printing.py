"""How far a print is, and what a page that prints is told of it."""

from enum import Enum
from typing import Protocol

from desktop.domain.errors import Code, Failure


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
