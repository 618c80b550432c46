"""A list of notes, a line to write one, and what the user looks for among them."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.texts import text
from desktop.ui.views.base import View
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.message import Message


@dataclass(frozen=True, slots=True)
class NotesModel:
    """What the screen shows."""

    notes: tuple[str, ...] = ()
    waiting: bool = False
    failure: Failure | None = None


class NotesView(View):
    """Signals: ``added(words)``."""

    added = Signal(str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._model = NotesModel()
        self.line = QLineEdit(self)
        self.line.setObjectName(f"{name}-line")
        self.filter = QLineEdit(self)
        self.filter.setObjectName(f"{name}-filter")
        self.notes = QLabel(self)
        self.waiting = QLabel(self)
        self.waiting.setObjectName(f"{name}-waiting")
        self.message = Message(f"{name}-failure")
        self._add = add = secondary_button("", f"{name}-add", lambda: self.added.emit(self.line.text()))
        self.bind_named(add, lambda: text("toy.add"))
        layout = QVBoxLayout(self)
        for part in (self.message, self.line, add, self.filter, self.waiting, self.notes):
            layout.addWidget(part)

    def show_state(self, model: NotesModel) -> None:
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        self.notes.setText("\n".join(model.notes))
        self.waiting.setText(text("toy.waiting") if model.waiting else "")
        if model.failure is None:
            self.message.clear()
        else:
            self.message.show_failure(model.failure)

    def primary(self) -> QPushButton:
        return self._add

    def focus_first(self) -> None:
        self.line.setFocus()
