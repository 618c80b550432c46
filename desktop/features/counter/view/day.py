"""« Historique du jour »: what this pharmacy handed over today, and the undoing of it (CF-116)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.counter.cells.says import day_row
from desktop.features.counter.view.model import DayModel
from desktop.features.counter.view.question_strip import QuestionStrip
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.views.drawn_table import Column, DrawnTable
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import muted


class DayView(Speaking):
    """Signals: ``undo_asked(place)``, ``refresh_asked``."""

    undo_asked = Signal(int)
    refresh_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("counter-day", parent)
        self._model = DayModel()
        self.message = Message("counter-day-message")
        self.question = QuestionStrip("counter-undo")
        self._wait = DelayedProgress("counter-day-wait")
        self.table = DrawnTable(
            "counter-day-table",
            (
                Column(lambda: text("counter.day_time"), 64),
                Column(lambda: text("counter.day_product"), 320),
                Column(lambda: text("counter.day_quantity"), 110, number=True),
                Column(lambda: text("counter.day_batch"), 110),
                Column(lambda: text("counter.day_state"), 240),
                Column(lambda: text("counter.day_by"), 160),
            ),
        )
        self.bind(self.table.setAccessibleName, lambda: text("counter.day"))
        self._empty = muted("")
        self._empty.setObjectName("counter-day-empty")
        self.bind(self._empty.setText, lambda: text("counter.day_empty"))
        self._undo = secondary_button("", "counter-day-undo", self._ask)
        self.bind_named(self._undo, lambda: text("counter.undo"))
        again = secondary_button("", "counter-day-again", self.refresh_asked.emit)
        self.bind_named(again, lambda: text("counter.refresh"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for part in (self.message, self._wait, self.question, self._empty):
            layout.addWidget(part)
        layout.addWidget(self.table, 1)
        layout.addLayout(row(None, again, self._undo))
        for keys, act in (("Del", self._ask), ("F5", self.refresh_asked.emit)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.refresh()

    def show_state(self, model: DayModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model, chosen = self._model, max(self.table.currentRow(), 0)
        rows = [day_row(one) for one in model.dispenses or ()]
        self.table.fill(rows)
        if rows:
            self.table.setCurrentCell(min(chosen, len(rows) - 1), 0)
        self.table.setVisible(bool(rows))
        self._undo.setVisible(bool(rows))
        self._empty.setVisible(model.dispenses == ())
        self.question.show_question(model.question)
        if model.loading:
            self._wait.wait(text("counter.loading"))
        else:
            self._wait.done()
        if model.failure is not None:
            if model.failure is not self.message.failure or self.message.isHidden():
                self.message.show_failure(model.failure)
        elif model.said is not None:
            self.message.show_text(model.said.words, model.said.then, tone=model.said.tone)
        else:
            self.message.clear()

    def focus_first(self) -> None:
        """On the last one."""
        self.table.setFocus()

    def _ask(self) -> None:
        if self._model.question is None and self.table.currentRow() >= 0:
            self.undo_asked.emit(self.table.currentRow())
