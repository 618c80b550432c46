"""One question at a time: typed and closed by Enter, or chosen by its digit; Esc leaves it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.counter.view.model import Answer, Question
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import label

_LONGEST = 200


class QuestionStrip(Speaking):
    """Signals: ``answered(Answer)``, ``left``."""

    answered = Signal(object)
    left = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._question: Question | None = None
        self._prompt = label("", "strong")
        self._prompt.setObjectName(f"{name}-prompt")
        self._prompt.setWordWrap(True)
        self.field = QLineEdit()
        self.field.setObjectName(f"{name}-field")
        self.field.setMinimumHeight(CONTROL_HEIGHT)
        self.field.setMaxLength(_LONGEST)
        self.field.textEdited.connect(self._typed)
        self.check = QCheckBox()
        self.check.setObjectName(f"{name}-check")
        self._choices = QVBoxLayout()
        self._choices.setSpacing(GRID // 2)
        self._confirm = secondary_button("", f"{name}-ok", self._answer)
        self.bind_named(self._confirm, lambda: text("counter.confirm"))
        leave = quiet_button("", f"{name}-leave", self.left.emit)
        self.bind_named(leave, lambda: text("counter.leave_question"))
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID)
        panel.body.addWidget(self._prompt)
        panel.body.addLayout(self._choices)
        panel.body.addLayout(row(self.field, self._confirm, leave))
        panel.body.addWidget(self.check)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.hide()

    def show_question(self, question: Question | None) -> None:
        """Ask it, with the keyboard in its field; None: nothing is asked, nothing stays (CF-017)."""
        if question is self._question:
            return
        self._question = question
        self.setVisible(question is not None)
        self.field.clear()
        self._clear_choices()
        if question is None:
            for setter in (
                self._prompt.setText, self.field.setAccessibleName, self.field.setPlaceholderText,
                self.check.setText,
            ):  # fmt: skip
                setter("")
            return
        self._prompt.setText(question.prompt)
        self.field.setText(question.typed)
        self.field.selectAll()
        self.field.setPlaceholderText(question.field or text("counter.choose_digit"))
        self.field.setAccessibleName(f"{question.prompt} {question.field}".strip())
        self.check.setChecked(False)
        self.check.setText(question.check)
        self.check.setVisible(bool(question.check))
        self._confirm.setVisible(bool(question.field))
        for number, words in enumerate(question.choices):
            button = quiet_button(f"{number + 1} · {words}", f"{self.objectName()}-choice-{number + 1}")
            button.clicked.connect(lambda _=False, chosen=number: self.answered.emit(Answer(choice=chosen)))
            self._choices.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.field.setFocus()

    def shows(self, question: Question) -> bool:
        """Whether that one is asked already."""
        return self._question is question

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the field does not take: Enter and Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._answer()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _answer(self) -> None:
        typed, question = self.field.text(), self._question
        if question is not None and question.field:
            self.answered.emit(Answer(typed, self.check.isChecked()))
        elif question is not None and typed.isdecimal() and 1 <= int(typed) <= len(question.choices):
            self._choose(int(typed))

    def _choose(self, number: int) -> None:
        self.field.clear()
        self.answered.emit(Answer(choice=number - 1))

    def _typed(self, typed: str) -> None:
        """A digit chooses at once; where there are ten or more, one that may begin a number waits."""
        question = self._question
        if question is None or question.field:
            return
        chosen = int(typed) if typed.isdecimal() else 0
        if not 1 <= chosen <= len(question.choices):
            self.field.clear()
        elif chosen * 10 > len(question.choices):
            self._choose(chosen)

    def _clear_choices(self) -> None:
        while (item := self._choices.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
