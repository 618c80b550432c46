"""A later turn of the event loop."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from desktop.ui.tasks import Generation

TURN_MS = 1


def next_turn(owner: QObject, work: Callable[[], object]) -> None:
    """Run *work* once events and timers that are due had their turn; dropped when *owner* is gone first.

    Not a timer of 0 ms: Qt runs that within the present turn, so that a chain of them is one long gap.
    """
    QTimer.singleShot(TURN_MS, owner, work)


def at_once(_owner: QObject, steps: Sequence[Callable[[], object]], _generation: Generation) -> None:
    """Every step in this turn."""
    for step in steps:
        step()


def in_turns(owner: QObject, steps: Sequence[Callable[[], object]], generation: Generation) -> None:
    """The first step now, each further one in a turn of its own; dropped when *generation* was bumped."""
    if not steps:
        return
    first, *rest = steps
    born = generation.value
    first()

    def go_on() -> None:
        if generation.value == born:
            in_turns(owner, rest, generation)

    if rest:
        next_turn(owner, go_on)
