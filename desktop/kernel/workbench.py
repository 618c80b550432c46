"""What a feature's page works with; nothing else of the window is its business."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from desktop.domain.account import Account
from desktop.ports.kept import KeptPort
from desktop.services.known_names import KnownNames
from desktop.services.record import OpenRecord

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.ui.ask import Ask, Asks


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table about the open record, in the words of the screen; ``notes`` are sentences above it."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class PrintCopy(Protocol):
    """Prints a copy of what the open record shows."""

    def __call__(self, table: PrintedTable, on: "Asks", done: Callable[[], object]) -> object:
        """Ask for a printer. Each page carries patient, professional, date and « copie du DSP » (CF-068).

        Nothing without an open record, nor when it is closed before a printer is chosen. *on* waits and is
        told failures (CANCELLED: no page was asked for); *done* once the printer has it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Workbench:
    """Made by the window for one page.

    ``account`` and ``session_start`` are None while nobody may see anything, ``record`` while no record is
    open before the user's eyes. ``session_start`` is the time of the login; an unlock begins no session.
    ``rows`` are the feature's own tables; ``known`` names patients and documents (both in a worker).
    ``on_listed`` calls back, in the GUI thread, each time that the open record's list was kept: ``known`` may
    know more then. ``print_copy`` is the way to a printer; there is none to a file (CF-067). ``parent`` is
    where the view is made.
    """

    ask: "Ask"
    account: Callable[[], Account | None]
    session_start: Callable[[], datetime | None]
    record: Callable[[], OpenRecord | None]
    now: Callable[[], datetime]
    rows: KeptPort
    known: KnownNames
    on_listed: Callable[[Callable[[], object]], object]
    go_back: Callable[[], object]
    print_copy: PrintCopy
    parent: "QWidget"
