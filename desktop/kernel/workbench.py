"""What a feature's page works with; nothing else of the window is its business."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from desktop.domain.account import Account
from desktop.ports.kept import KeptPort
from desktop.services.known_names import KnownNames
from desktop.services.record import OpenRecord

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.ui.ask import Ask


@dataclass(frozen=True, slots=True)
class Workbench:
    """Made by the window for one page.

    ``account`` and ``session_start`` are None while nobody may see anything, ``record`` while no record is
    open before the user's eyes. ``session_start`` is the time of the login; an unlock begins no session.
    ``rows`` are the feature's own tables; ``known`` names patients and documents (both in a worker).
    ``on_listed`` calls back, in the GUI thread, each time that the open record's list was kept: ``known`` may
    know more then. ``parent`` is where the view is made.
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
    parent: "QWidget"
