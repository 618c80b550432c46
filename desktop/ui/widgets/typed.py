"""What was typed into a field of Qt's, taken out of its memory too."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QLineEdit

_FILL = "·"
_ROUNDS = 8  # some thousand keys: nobody types more between two times that a field is emptied
_MOST = 1000  # a round: a field without a limit has room for 32,767


def forget_typed(field: QLineEdit) -> None:
    """Empty *field* without a signal. Qt keeps each key for « undo »; ``clear()`` adds to them (measured)."""
    blocked = QSignalBlocker(field)
    field.setText("")  # the keys' places are free now; they are filled
    for _ in range(_ROUNDS):
        field.selectAll()
        field.insert(_FILL * min(field.maxLength(), _MOST))
    field.setText("")
    blocked.unblock()
