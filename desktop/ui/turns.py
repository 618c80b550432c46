"""A later turn of the event loop."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

TURN_MS = 1


def next_turn(owner: QObject, work: Callable[[], object]) -> None:
    """Run *work* once events and timers that are due had their turn; dropped when *owner* is gone first.

    Not a timer of 0 ms: Qt runs that within the present turn, so that a chain of them is one long gap.
    """
    QTimer.singleShot(TURN_MS, owner, work)
