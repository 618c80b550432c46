"""« Historique du jour »: what this pharmacy handed over today, found by a word, and its undoing (CF-116)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.domain.folding import fold, holds_words, search_words
from desktop.domain.prescription.standing import Dispense
from desktop.domain.texts import counted, text
from desktop.features.counter.cells.day import day_line
from desktop.features.counter.view.day_table import DayRows, DayTable
from desktop.features.counter.view.model import DayModel
from desktop.features.counter.view.question_strip import QuestionStrip
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import label, muted


class DayView(Speaking):
    """Signals: ``undo_asked(Dispense)``, ``refresh_asked``."""

    undo_asked = Signal(object)
    refresh_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("counter-day", parent)
        self._model = DayModel()
        self.message = Message("counter-day-message")
        self.question = QuestionStrip("counter-undo")
        self._wait = DelayedProgress("counter-day-wait")
        self.words = QLineEdit()
        self.words.setObjectName("counter-day-filter")
        self.words.setMinimumHeight(CONTROL_HEIGHT)
        self.words.setMaxLength(80)
        self.words.setClearButtonEnabled(True)
        self.bind(self.words.setPlaceholderText, lambda: text("counter.day_filter"))
        self.bind(self.words.setAccessibleName, lambda: text("counter.day_filter"))
        self.words.textChanged.connect(lambda _: self._filter())
        self._folded: tuple[tuple[Dispense, str], ...] = ()
        self._count = muted("")
        self._count.setObjectName("counter-day-count")
        self.rows = DayRows(self)
        self.table = DayTable(self.rows)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_chosen_line())
        self.bind(self.table.setAccessibleName, lambda: text("counter.day"))
        self.line = label("")
        self.line.setObjectName("counter-day-line")
        self.line.setWordWrap(True)
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
        for part in (self.message, self._wait, self.question):
            layout.addWidget(part)
        layout.addLayout(row(self.words, self._count))
        layout.addWidget(self._empty)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.line)
        layout.addLayout(row(None, again, self._undo))
        for keys, act in (
            ("Del", self._ask),
            ("F5", self.refresh_asked.emit),
            ("Ctrl+F", self._go_to_filter),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.refresh()

    def letters_field(self) -> QLineEdit:
        return self.words

    def show_state(self, model: DayModel) -> None:
        """Show *model*; the keyboard is back on the lines once a question is over."""
        over = self._model.question is not None and model.question is None
        self._model = model
        self.refresh()
        if over:
            self.focus_first()

    def refresh(self) -> None:
        model = self._model
        dispenses = model.dispenses or ()
        if tuple(one for one, _ in self._folded) != dispenses:
            self._folded = tuple((one, fold(day_line(one))) for one in dispenses)
        self.words.setVisible(bool(dispenses))
        self.table.setVisible(bool(dispenses))
        self._undo.setVisible(bool(dispenses))
        self._empty.setVisible(model.dispenses == ())
        if model.dispenses is None:
            self.words.clear()
        self._filter()
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

    def _filter(self) -> None:
        """Rows that hold every word, by the same letters as everywhere; the chosen one stays chosen."""
        wanted, chosen = search_words(self.words.text()), self.table.chosen()
        shown = tuple(one for one, folded in self._folded if holds_words(folded, wanted))
        moved = shown != self.rows.dispenses
        self.rows.show(shown)
        if moved:
            self.table.stand_on(chosen)
        whole = len(self._folded)
        self._count.setText(
            text("counter.day_of", shown=len(shown), whole=counted("counter.lines", whole))
            if wanted
            else counted("counter.lines", whole)
        )
        self._count.setVisible(bool(whole))
        self._undo.setEnabled(bool(shown))
        self._show_chosen_line()

    def _show_chosen_line(self) -> None:
        chosen = self.table.chosen()
        self.line.setText(day_line(chosen) if chosen is not None else "")
        self.line.setVisible(chosen is not None)

    def _go_to_filter(self) -> None:
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def _ask(self) -> None:
        chosen = self.table.chosen()
        if self._model.question is None and chosen is not None:
            self.undo_asked.emit(chosen)
