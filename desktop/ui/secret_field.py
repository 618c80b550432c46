"""The field for PIN, PUK and presence code: no copy is left behind (CF-002, CF-003, CF-018).

A QLineEdit keeps what was typed even after ``clear()`` (measured). Here the real characters go into
one bytearray of fixed size, never resized (growing would leave the old block in freed memory), and the
line edit only ever gets filler.
"""

from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.secret import Secret

_FILLER = "0"
_BYTES_A_CHARACTER = 4
_HINTS = (
    Qt.InputMethodHint.ImhHiddenText
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhNoAutoUppercase
)


class SecretField(QLineEdit):
    """Signals: ``entered`` (Enter), ``length_changed(characters)``, ``too_long`` (refused, nothing cut).

    Paste is allowed; copy, cut, undo, drag, drop, context menu and prediction are refused.
    """

    entered = Signal()
    length_changed = Signal(int)
    too_long = Signal()

    def __init__(self, name: str, *, max_length: int = 32, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._limit = max_length
        self._make_room()
        self._used = 0
        self._characters = 0
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(_HINTS)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)
        self.setDragEnabled(False)
        self.textChanged.connect(self._keep_filler)

    def take(self) -> Secret:
        """Hand over what was typed (UTF-8) and empty the field."""
        handed = Secret(bytearray(self._used))
        for i in range(self._used):
            handed.buffer[i] = self._room[i]
        self.wipe()
        return handed

    def wipe(self) -> None:
        """Overwrite and empty."""
        had = self._characters
        for i in range(self._used):
            self._room[i] = 0
        self._used = self._characters = 0
        self._show_filler()
        if had:
            self.length_changed.emit(0)

    def characters(self) -> int:
        """How many characters are typed."""
        return self._characters

    def is_digits(self) -> bool:
        """True when all that is typed are digits."""
        return all(48 <= self._room[i] <= 57 for i in range(self._used))

    def equals(self, other: "SecretField") -> bool:
        """Compare with a second field (new PIN, repeated) without copying either."""
        same = self._used == other._used
        for i in range(min(self._used, other._used)):
            same &= self._room[i] == other._room[i]
        return same

    def set_max_length(self, characters: int) -> None:
        """Change the limit (the card's); what was typed is wiped."""
        if characters != self._limit:
            self.wipe()
            self._limit = characters
            self._make_room()

    def max_length(self) -> int:
        """Characters that fit."""
        return self._limit

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.wipe()
            else:
                self._drop_last()
        elif event.key() == Qt.Key.Key_Delete:
            self.wipe()
        elif _is_typing(event):
            self._add(event.text())
        else:
            event.ignore()  # Esc and the window's keys go on; copy, cut, undo end here without effect

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._add(event.commitString())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.MiddleButton:  # X11 would paste the selection
            super().mouseReleaseEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.wipe()
        super().hideEvent(event)

    def _make_room(self) -> None:
        self._owner = Secret(bytearray(self._limit * _BYTES_A_CHARACTER))  # wipes when the field dies
        self._room = self._owner.buffer

    def _add(self, typed: str) -> None:
        fits = True
        for character in typed:
            if self._characters >= self._limit:
                fits = False
                break
            if character.isprintable():
                for byte in character.encode():
                    self._room[self._used] = byte
                    self._used += 1
                self._characters += 1
        self._changed()
        if not fits:
            self.too_long.emit()

    def _drop_last(self) -> None:
        while self._used:
            self._used -= 1
            byte, self._room[self._used] = self._room[self._used], 0
            if byte & 0xC0 != 0x80:
                self._characters -= 1
                break
        self._changed()

    def _paste(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not mime.hasText():
            return
        fits = self._take_over(mime)
        self._changed()
        if not fits:
            self.too_long.emit()

    def _take_over(self, mime: QMimeData) -> bool:
        """Byte by byte: a decoded string of the clipboard would stay in memory. Too much = nothing."""
        data: Any = mime.data("text/plain;charset=utf-8")  # the stubs do not know that it is a buffer
        if data.isEmpty():
            data = mime.data("text/plain")
        before_used, before = self._used, self._characters
        view = memoryview(data)
        fits = True
        for byte in view:
            if byte < 0x20 or byte == 0x7F:
                continue
            if byte & 0xC0 != 0x80:
                self._characters += 1
            if self._characters > self._limit or self._used >= len(self._room):
                fits = False
                break
            self._room[self._used] = byte
            self._used += 1
        view.release()
        data.fill("\0")
        if not fits:
            for i in range(before_used, self._used):
                self._room[i] = 0
            self._used, self._characters = before_used, before
        return fits

    def _changed(self) -> None:
        self._show_filler()
        self.length_changed.emit(self._characters)

    def _show_filler(self) -> None:
        filler = _FILLER * self._characters
        if self.text() != filler:
            blocked = self.blockSignals(True)
            self.setText(filler)
            self.blockSignals(blocked)

    def _keep_filler(self) -> None:
        # Whoever writes into the line edit itself (an assistive tool, say) is refused: nothing is known.
        self._show_filler()


def _is_typing(event: QKeyEvent) -> bool:
    typed = event.text()
    modifiers = event.modifiers()
    control = Qt.KeyboardModifier.ControlModifier
    alt = Qt.KeyboardModifier.AltModifier
    with_control = bool(modifiers & control) and not modifiers & alt  # AltGr arrives as Ctrl+Alt on Windows
    return bool(typed) and typed.isprintable() and not with_control
