"""The scan field: it leaves the page's keys to the page.

On X11 an edit takes Ctrl+U, Ctrl+D and others for itself, before any shortcut hears of them.
"""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class ScanField(QLineEdit):
    """Everything but *keys* is typed as in any edit."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__()
        self._keys = tuple(map(QKeySequence, keys))

    def event(self, event: QEvent) -> bool:
        pressed = event if isinstance(event, QKeyEvent) else None
        asks = pressed is not None and event.type() == QEvent.Type.ShortcutOverride
        if asks and pressed is not None and QKeySequence(pressed.keyCombination()) in self._keys:
            event.ignore()
            return False
        return super().event(event)
