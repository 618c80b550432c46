"""A later turn of the event loop, shared with nobody: of all that is made in parts, one part a turn."""

from collections import deque
from collections.abc import Callable, Iterator

import shiboken6
from PySide6.QtCore import QObject, QTimer

from desktop.ui.tasks import Generation

TURN_MS = 1
_waiting: deque[tuple[QObject, Callable[[], object]]] = deque()


def next_turn(owner: QObject, work: Callable[[], object]) -> None:
    """Run *work* in a turn of its own once events and timers that are due had theirs; in the GUI thread only.

    Dropped when *owner* is gone first. One line for the whole window: two screens that are made ahead at the
    same time, a part a turn, would else make two parts in each turn, for Qt runs every timer that is due.
    Not a timer of 0 ms: Qt runs that within the present turn, so that a chain of them is one long gap.
    """
    _waiting.append((owner, work))
    if len(_waiting) == 1:
        _come_back()


def in_turns(owner: QObject, steps: Iterator[object], generation: Generation) -> None:
    """Each step in a turn of its own, the first in the next; dropped when *generation* was bumped."""
    born = generation.value

    def go_on() -> None:
        if generation.value == born and next(steps, _OVER) is not _OVER:
            next_turn(owner, go_on)

    next_turn(owner, go_on)


def at_once(steps: Iterator[object]) -> None:
    """Every step in this turn."""
    deque(steps, 0)


_OVER = object()


def _come_back() -> None:
    QTimer.singleShot(TURN_MS, _take)


def _take() -> None:
    owner, work = _waiting.popleft()
    if _waiting:
        _come_back()
    if shiboken6.isValid(owner):
        work()
