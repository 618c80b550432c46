"""The lines of one section: what it says, its lines one by one, and the field from which new ones come."""

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QRadioButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.texts import counted, current_language, text
from desktop.features.summary.cells import choice_of, line_rows
from desktop.features.summary.domain.draft import Decision, Line, Section
from desktop.features.summary.domain.entries import Entry
from desktop.features.summary.domain.sections import REQUIRED, EntryKind, SectionState
from desktop.features.summary.domain.wording import section_title, state_words
from desktop.features.summary.view.line_form import LineForm
from desktop.features.summary.view.model import EditorModel
from desktop.features.summary.view.question import Question
from desktop.features.summary.view.rows import RowList
from desktop.features.summary.view.search_line import SearchLine
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.text import heading, muted

_STATES = {
    SectionState.LINES: "summary.edit_state_lines",
    SectionState.NONE_KNOWN: "summary.edit_state_none",
    SectionState.UNAVAILABLE: "summary.edit_state_unavailable",
    SectionState.NOT_ASKED: "summary.edit_state_not_asked",
}


class LinesPanel(Speaking):
    """Signals, all of the section shown: ``toggled``, ``refused``, ``objected``, ``opened``, ``source_asked``
    (a line's id), ``moved(id, by)``, ``chosen(id, Entry)``, ``state_chosen``, ``lines_dropped`` (the answer
    to the question), ``lines_kept``, ``written(Entry)``, ``typed(Entry)``, ``form_left``.
    """

    toggled = Signal(str)
    refused = Signal(str)
    objected = Signal(str)
    opened = Signal(str)
    source_asked = Signal(str)
    moved = Signal(str, int)
    chosen = Signal(str, object)
    state_chosen = Signal(object)
    lines_dropped = Signal()
    lines_kept = Signal()
    written = Signal(object)
    typed = Signal(object)
    form_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("summary-lines-panel", parent)
        self._model = EditorModel()
        self._forms: dict[EntryKind, LineForm] = {}
        self.title = heading("")
        self.title.setObjectName("summary-section-title")
        self._duty = muted("")
        self._duty.setWordWrap(False)
        self.states = {state: self._radio(state) for state in _STATES}
        self._question = Question(
            self,
            "summary-question",
            lambda: text("summary.edit_keep_lines"),
            lambda: text("summary.edit_drop_lines"),
        )
        self._question.drop.clicked.connect(self.lines_dropped)
        self._question.keep.clicked.connect(self.lines_kept)
        self.list = LineList()
        self.bind(self.list.setAccessibleName, lambda: text("summary.edit_lines"))
        self.search = SearchLine()
        self.acts = {name: self._act(name, key) for name, key in _ACTS.items()}
        self._empty = muted("")
        self._empty.setObjectName("summary-no-line")
        lines = QWidget()
        lines.setObjectName("page")
        inner = QVBoxLayout(lines)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(GRID // 2)
        inner.addWidget(self._empty)
        inner.addWidget(self.list, 1)
        inner.addStretch(0)  # in the list's place where a section has no line
        inner.addLayout(row(*self.acts.values(), None, spacing=GRID // 2))
        inner.addWidget(self.search)
        self.pages = QStackedWidget()
        self.pages.addWidget(lines)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.title, self._duty, None))
        layout.addLayout(row(*self.states.values(), None, spacing=0))
        layout.addWidget(self._question)
        layout.addWidget(self.pages, 1)
        self._connect()

    def show_state(self, model: EditorModel) -> None:
        """Show *model*; a form that was opened is filled once, what is typed in it stays."""
        before, self._model = self._model, model
        self.refresh()
        if model.written is None:
            for form in self._forms.values():
                form.clear()
            self.pages.setCurrentIndex(0)
        elif before.written is not model.written and model.today is not None:
            form = self._form(model.written.entry.kind)
            form.show_entry(model.written.entry, model.today)
            self.pages.setCurrentWidget(form)
            form.focus_first()

    def refresh(self) -> None:
        model, language = self._model, current_language()
        section = self._section()
        if section is None:
            self.list.show_rows(())
            self.search.show_state("", None)
            self.title.setText("")
            self._duty.setText("")
            self._empty.clear()
            self._show_acts()
            self._say_question()
            return
        title = section_title(section.key, language)
        self.title.setText(title)
        self._duty.setText(text("summary.edit_required") if section.key in REQUIRED else "")
        rows = line_rows(section, model.draft.base if model.draft else None, language)
        self.list.show_rows(rows, model.cursor)
        self.list.setVisible(bool(section.lines))
        objected = section.state is SectionState.REFUSED
        says = "summary.edit_section_objected" if objected else "summary.edit_no_line"
        self._empty.setText(text(says))
        self._empty.setVisible(objected or not section.lines)
        none = state_words(section.key, SectionState.NONE_KNOWN, language, None)
        self.states[SectionState.NONE_KNOWN].setText(none)
        self.states[SectionState.NONE_KNOWN].setAccessibleName(none)
        for state, radio in self.states.items():
            radio.setAutoExclusive(False)  # none of them is chosen beforehand
            radio.setChecked(section.state is state)
            radio.setAutoExclusive(True)
        self.search.show_state(model.searched, model.hits)
        self._show_acts()
        self._say_question()

    def show_title(self, *, shown: bool) -> None:
        """Where the sections are a menu, that says which one it is."""
        self.title.setVisible(shown)
        self._duty.setVisible(shown)

    def focus_lines(self) -> None:
        """In the form, on the lines, or where a section has none in the field for new ones."""
        form = self.pages.currentWidget()
        if isinstance(form, LineForm):
            form.focus_first()
            return
        (self.list if self.list.rows else self.search.line).setFocus()

    def line(self) -> Line | None:
        """The line under the cursor."""
        section, (line_id, _) = self._section(), choice_of(self.list.current())
        found = (line for line in section.lines if line.id == line_id) if section else iter(())
        return next(found, None)

    def make_form(self, kind: EntryKind) -> None:
        """Make the form of a kind of line before it is needed."""
        self._form(kind)

    def _section(self) -> Section | None:
        draft = self._model.draft
        return draft.section(self._model.section) if draft else None

    def _form(self, kind: EntryKind) -> LineForm:
        if kind not in self._forms:
            made = self._forms[kind] = LineForm(kind, self.pages)
            made.written.connect(self.written)
            made.typed.connect(self.typed)
            made.left.connect(self.form_left)
            self.pages.addWidget(made)
        return self._forms[kind]

    def _radio(self, state: SectionState) -> QRadioButton:
        radio = QRadioButton()
        radio.setObjectName(f"summary-state-{state.value}")
        self.bind_named(radio, lambda: text(_STATES[state]))
        radio.clicked.connect(lambda: self.state_chosen.emit(state))
        return radio

    def _act(self, name: str, key: str) -> QPushButton:
        button = secondary_button("", f"summary-line-{name}")
        self.bind_named(button, lambda: text(key))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the cursor on its line
        return button

    def _connect(self) -> None:
        tell = {"accept": self.toggled, "refuse": self.refused, "object": self.objected, "edit": self.opened}
        for name, signal in tell.items():
            self.acts[name].clicked.connect(lambda _=False, told=signal: self._tell(told))
        self.list.toggled.connect(lambda: self._tell(self.toggled))
        self.list.refused.connect(lambda: self._tell(self.refused))
        self.list.opened.connect(lambda: self._tell(self.opened))
        self.list.stepped.connect(self._step)
        self.list.entered.connect(lambda _: self._tell(self.source_asked))
        self.list.chosen.connect(lambda _: self._show_acts())
        self.list.typed.connect(self.type_on)

    def _step(self, by: int) -> None:
        line = self.line()
        if line is not None:
            self.moved.emit(line.id, by)

    def _tell(self, signal: SignalInstance) -> None:
        """Of the line under the cursor; where a row is one of two answers, accepting it is choosing it."""
        line, (_, place) = self.line(), choice_of(self.list.current())
        if line is None:
            if signal is self.objected:  # to the whole section
                self.objected.emit("")
            return
        if place is not None and signal is self.toggled:
            self.chosen.emit(line.id, _entries(line)[place])
        else:
            signal.emit(line.id)

    def type_on(self, letters: str) -> None:
        """Letters that are typed on the list begin a new line."""
        self.search.line.setFocus()
        self.search.line.setText(self.search.line.text() + letters)
        self.search.searched.emit(self.search.line.text())

    def _show_acts(self) -> None:
        line = self.line()
        for name, button in self.acts.items():
            button.setEnabled(line is not None or name == "object")
        decision = line.decision if line is not None else Decision.PROPOSED
        accepted, objected = decision is Decision.ACCEPTED, decision is Decision.OBJECTED
        refused = objected or decision is Decision.REFUSED
        for name, key in (
            ("accept", "summary.edit_act_back" if accepted else "summary.edit_act_accept"),
            ("refuse", "summary.edit_act_restore" if refused else "summary.edit_act_refuse"),
        ):
            self.acts[name].setText(text(key))
            self.acts[name].setAccessibleName(text(key))
        self.acts["object"].setEnabled(not objected)

    def _say_question(self) -> None:
        count = len(self._model.at_stake) if self._model.asking else 0
        self._question.ask(counted("summary.edit_at_stake", count) if count else "")


class LineList(RowList):
    """Signals of the line under the cursor: ``toggled`` (Space), ``refused`` (Del), ``opened`` (F2),
    ``stepped(by)`` (Alt and an arrow)."""

    toggled = Signal()
    refused = Signal()
    opened = Signal()
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__("summary-lines")

    def mark_pressed(self, row_id: str) -> None:
        self.toggled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, alt = event.key(), event.modifiers() == Qt.KeyboardModifier.AltModifier
        if key == Qt.Key.Key_Space:
            self.toggled.emit()
        elif key == Qt.Key.Key_Delete:
            self.refused.emit()
        elif key == Qt.Key.Key_F2:
            self.opened.emit()
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


def _entries(line: Line) -> tuple[Entry, ...]:
    return (line.entry, *line.conflicts)


_ACTS = {
    "accept": "summary.edit_act_accept",
    "refuse": "summary.edit_act_refuse",
    "edit": "summary.edit_act_edit",
    "object": "summary.edit_act_object",
}
