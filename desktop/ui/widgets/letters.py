"""Letters typed on a list: it has no use for them, the page's field has."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_NEVER = Qt.KeyboardModifier.MetaModifier


def writes(event: QKeyEvent) -> bool:
    """Whether a field would write it: a character, Space among them, typed without Ctrl or Alt.

    Both together are AltGr, as Windows tells it.
    """
    typed, held = event.text(), event.modifiers() & _HELD
    plain = held in (Qt.KeyboardModifier.NoModifier, _HELD) and not event.modifiers() & _NEVER
    return bool(typed) and typed.isprintable() and plain


def type_on(field: QLineEdit, event: QKeyEvent) -> None:
    """Give *field* the focus and the key, behind what stands in it: who typed on meant to add to it."""
    field.setFocus(Qt.FocusReason.OtherFocusReason)  # any other reason would select what stands there
    field.deselect()
    field.end(False)
    QCoreApplication.sendEvent(field, event.clone())


class TypedOn(QWidget):
    """A part of a page that has a field for the letters typed in it."""

    field: QLineEdit | None = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.field is not None and writes(event):
            type_on(self.field, event)
        else:
            super().keyPressEvent(event)
