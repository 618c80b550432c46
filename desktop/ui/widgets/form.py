"""Form rows: label above, field, hint and error below; the label names the field for everyone."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.ui.theme import GRID
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.text import muted, set_tone, strong


class FormRow(QWidget):
    """One field with its label; an error stands under the field and is spoken."""

    def __init__(self, title: str, field: QWidget, name: str, hint: str = "") -> None:
        super().__init__()
        self.setObjectName(f"{name}-row")
        self.field = field
        field.setObjectName(name)
        field.setAccessibleName(title)
        self._title: QLabel = strong(title)
        self._title.setBuddy(field)
        self._hint = muted(hint)
        self._hint.setVisible(bool(hint))
        self._error = muted("")
        self._error.setObjectName(f"{name}-error")
        set_tone(self._error, "danger")
        self._error.hide()
        field.setAccessibleDescription(hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        for widget in (self._title, field, self._hint, self._error):
            layout.addWidget(widget)

    def set_title(self, title: str) -> None:
        """Change the label, and with it the field's accessible name."""
        self._title.setText(title)
        self.field.setAccessibleName(title)

    def set_error(self, content: str) -> None:
        """Show *content* under the field; "" takes it away."""
        self._error.setText(content)
        self._error.setVisible(bool(content))
        self._hint.setVisible(not content and bool(self._hint.text()))
        self.field.setAccessibleDescription(content or self._hint.text())
        set_tone(self.field, "danger" if content else "")
        if content:
            announce(self.field, content)

    def error(self) -> str:
        """The error shown, or ""."""
        return self._error.text()

    def set_hint(self, content: str) -> None:
        """Change the hint."""
        self._hint.setText(content)
        self._hint.setVisible(bool(content) and not self._error.text())
        self.field.setAccessibleDescription(self._error.text() or content)
