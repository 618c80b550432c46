"""Turns of the event loop, counted."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractEventDispatcher
from pytestqt.qtbot import QtBot


def count_turns(qtbot: QtBot) -> Callable[[], int]:
    """A function that tells the number of the present turn: the loop looked for events that often."""
    dispatcher, turns = QAbstractEventDispatcher.instance(), list[None]()
    dispatcher.aboutToBlock.connect(lambda: turns.append(None))
    dispatcher.awake.connect(lambda: turns.append(None))
    return lambda: len(turns)
