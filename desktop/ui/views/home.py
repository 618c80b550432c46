"""Home: find a patient, today's patients, what is to be done. Nothing is listed in the background."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from desktop.domain.errors import Failure
from desktop.domain.local_time import hour_words, local_day
from desktop.domain.matricule import Doubt, parse
from desktop.domain.record import DspState, Patient
from desktop.domain.recovery import Recovery
from desktop.domain.texts import counted, text
from desktop.ports.store import RecentPatient
from desktop.ui.dates import day
from desktop.ui.icons import Glyph
from desktop.ui.theme import CONTROL_HEIGHT, GRID, Role
from desktop.ui.views.base import View, only_page
from desktop.ui.views.describe import DSP_WORDS, kept_words, mandate_short, sex_word
from desktop.ui.views.search_terms import SearchTerms, read_terms
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import primary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, column, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.rows import ListRow
from desktop.ui.widgets.text import heading, muted, set_tone
from desktop.ui.widgets.typed import forget_typed


class TodoKind(StrEnum):
    """What can wait for the user."""

    ANNONCE = "annonce"
    DEPOSIT_HELD = "deposit-held"
    DEPOSIT_FAILED = "deposit-failed"
    DRAFT = "draft"


_TODO_WORDS = {
    TodoKind.ANNONCE: "home.todo_annonce",
    TodoKind.DEPOSIT_HELD: "home.todo_held",
    TodoKind.DEPOSIT_FAILED: "home.todo_failed",
    TodoKind.DRAFT: "home.todo_draft",
}


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of « À faire »; ``days`` is its age, ``count`` how many documents."""

    kind: TodoKind
    patient: Patient
    count: int = 1
    days: int = 0


@dataclass(frozen=True, slots=True)
class HomeModel:
    """``results`` is None before a search; ``now`` (aware) tells which mandates still run.

    ``offline``: ``recents`` are those that can be read without the platform.
    """

    now: datetime
    searching: bool = False
    results: tuple[Patient, ...] | None = None
    failure: Failure | None = None
    recents: tuple[RecentPatient, ...] = ()
    todos: tuple[Todo, ...] = ()
    offline: bool = False


class HomeView(View):
    """Signals: ``search_asked(SearchTerms)``, ``patient_chosen(Patient)``, ``todo_chosen(Todo)``,
    ``recovery_asked``."""

    recovery_asked = Signal()
    search_asked = Signal(object)
    patient_chosen = Signal(object)
    todo_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("home-view", parent)
        self._model: HomeModel | None = None
        body = only_page(self).body
        body.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        body.setSpacing(3 * GRID)
        self._store = Message("home-store")
        body.addWidget(self._store)
        self._found: tuple[Recovery, ...] = ()
        self._recovery = Message("home-recovery")
        self._recovery.act_requested.connect(self.recovery_asked)
        body.addWidget(self._recovery)
        body.addWidget(self._make_search())
        self._below_search = column(spacing=3 * GRID)
        body.addLayout(self._below_search)
        self._recents = _Section("recent-patients")
        self._todos = _Section("todo-list")
        self.bind(self._todos.title.setText, lambda: text("home.todo"))
        body.addWidget(self._recents)
        body.addWidget(self._todos)
        body.addStretch(1)

    def show_state(self, model: HomeModel) -> None:
        """Show *model*; what is typed stays, and a list that is the same keeps the focus."""
        before, self._model = self._model, model
        self._show(model, before)

    def put_below_search(self, panel: QWidget) -> None:
        """A part that is not this page's own; it shows and hides itself."""
        self._below_search.addWidget(panel)

    def tell_recovery(self, found: tuple[Recovery, ...]) -> None:
        """What was found at the opening and waits to be seen."""
        self._found = found
        if found:
            only_acts = all(one.act is not None for one in found)
            words = text("recovery.banner_acts") if only_acts else text("recovery.banner")
            self._recovery.show_text(words, tone="warning", act=text("recovery.open"))
        else:
            self._recovery.clear()

    def tell_store(self, why: Failure | None) -> None:
        """Why nothing is kept on this computer, where it is not the card's own limit."""
        if why is None:
            self._store.clear()
        else:
            self._store.show_failure(why, closable=True)

    def refresh(self) -> None:
        self.tell_store(self._store.failure)
        self.tell_recovery(self._found)
        if self._model is not None:
            self._show(self._model, None)

    def _show(self, model: HomeModel, before: HomeModel | None) -> None:
        self._search_button.setEnabled(not model.searching)
        if model.searching:
            self._wait.wait(text("home.searching"))
        else:
            self._wait.done()
        if before is None or (before.results, before.failure) != (model.results, model.failure):
            self._show_results(model)
        if before is None or _recents_shown(before) != _recents_shown(model):
            self._recents.title.setText(text("home.offline") if model.offline else text("home.today"))
            self._recents.fill([self._recent_row(n, r, model.now) for n, r in enumerate(model.recents)])
            self._recents.say_empty(text("home.offline_empty") if model.offline else text("home.today_empty"))
        if before is None or before.todos != model.todos:
            self._todos.fill([self._todo_row(n, todo) for n, todo in enumerate(model.todos)])
        self._todos.setVisible(bool(model.todos))

    def primary(self) -> QPushButton | None:
        return self._search_button

    def letters_field(self) -> QLineEdit:
        return self._field

    def focus_first(self) -> None:
        self._field.setFocus()
        self._field.selectAll()

    def look_for(self, typed: str) -> None:
        """Search for what another program typed; it stands in the field, as the user's own would."""
        self._field.setText(typed)
        self._search()

    def clear_search(self) -> None:
        """Empty the field: another patient is about to come."""
        forget_typed(self._field)
        self._doubt.hide()

    def _make_search(self) -> Panel:
        panel = Panel()
        title = heading("")
        self.bind(title.setText, lambda: text("home.search_title"))
        self._field = _SearchField()
        self._field.down_pressed.connect(self._to_results)
        self._field.setObjectName("search-field")
        self._field.setMinimumHeight(CONTROL_HEIGHT)
        self._field.setMaxLength(120)
        self.bind(self._field.setAccessibleName, lambda: text("home.search_name"))
        self.bind(self._field.setPlaceholderText, lambda: text("home.search_hint"))
        self._field.textChanged.connect(self._typed)
        self._search_button = primary_button("", "search-button", self._search)
        self.bind_named(self._search_button, lambda: text("home.search"))
        self._field.returnPressed.connect(self._search_button.click)
        self._doubt = muted("")
        self._doubt.setObjectName("search-doubt")
        set_tone(self._doubt, "warning")
        self._doubt.hide()
        self._wait = DelayedProgress("search-wait", keep_place=False)
        self._message = Message("search-message")
        self._results = _Section("search-results", framed=False)
        self._results.hide()
        panel.body.addWidget(title)
        panel.body.addLayout(row(self._field, self._search_button))
        panel.body.addWidget(self._doubt)
        panel.body.addWidget(self._message)
        panel.body.addWidget(self._results)
        panel.body.addWidget(self._wait)
        return panel

    def _typed(self, typed: str) -> None:
        number = parse(typed) if typed.strip() else None
        long_enough = number is not None and len(number.digits) >= 13
        doubt = number.doubt() if number is not None and long_enough else None
        self._doubt.setVisible(doubt is not None)
        if doubt is Doubt.CHECK_DIGITS:
            self._doubt.setText(text("home.doubt_check"))
        elif doubt is Doubt.LENGTH:
            self._doubt.setText(text("home.doubt_length"))

    def _search(self) -> None:
        terms = read_terms(self._field.text())
        if isinstance(terms, SearchTerms):
            self._message.clear()
            self.search_asked.emit(terms)
        else:
            self._results.hide()
            self._message.show_failure(terms)
            self._field.setFocus()

    def _show_results(self, model: HomeModel) -> None:
        results = model.results
        if model.failure is not None:
            self._message.show_failure(model.failure)
        elif results == ():
            self._message.show_text(text("home.none"), text("home.none_next"), tone="warning")
        else:
            self._message.clear()
        shown = results or ()
        self._results.setVisible(bool(shown) and model.failure is None)
        self._results.title.setText(counted("home.results", len(shown)))
        fresh = [self._result_row(number, patient) for number, patient in enumerate(shown)]
        self._results.fill(fresh)
        if fresh and not model.searching and self.isVisible():
            self._tell_results()

    def _tell_results(self) -> None:
        """The keyboard stays in the field: a second Enter must open nobody; ↓ is meant for the list."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)  # any other reason would select what is typed
        self.list_came.emit()
        announce(self._field, self._results.title.text())

    def _to_results(self) -> None:
        first = self._results.first()
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _result_row(self, number: int, patient: Patient) -> ListRow:
        cells = (
            patient.name,
            day(patient.birth_date),
            sex_word(patient.sex),
            patient.matricule.grouped(),
            text(DSP_WORDS[patient.dsp]),
        )
        active = patient.dsp is DspState.ACTIVE
        return ListRow(
            cells,
            f"search-result-{number}",
            lambda: self.patient_chosen.emit(patient),
            widths=(0, 96, 40, 160, 200),
            glyph=Glyph.USER,
            glyph_role=Role.ACCENT if active else Role.MUTED,
        )

    def _recent_row(self, number: int, recent: RecentPatient, now: datetime) -> ListRow:
        patient = recent.patient
        if recent.readable_until is not None:
            return self._readable_row(number, recent, recent.readable_until, now)
        news = counted("home.new", recent.new_documents) if recent.new_documents else "–"
        cells = (
            patient.name,
            hour_words(recent.opened_at),
            day(patient.birth_date),
            mandate_short(recent.mandate, now),
            news,
        )
        return ListRow(
            cells,
            f"recent-patient-{number}",
            lambda: self.patient_chosen.emit(patient),
            widths=(0, 56, 96, 280, 120),
            glyph=Glyph.CLOCK,
        )

    def _readable_row(self, number: int, recent: RecentPatient, until: datetime, now: datetime) -> ListRow:
        return ListRow(
            (recent.patient.name, day(recent.patient.birth_date), kept_words(recent.opened_at, until, now)),
            f"recent-patient-{number}",
            lambda: self.patient_chosen.emit(recent.patient),
            widths=(0, 96, 480),
            glyph=Glyph.CLOCK,
        )

    def _todo_row(self, number: int, todo: Todo) -> ListRow:
        what = text(_TODO_WORDS[todo.kind], count=todo.count, days=todo.days)
        return ListRow(
            (what, todo.patient.name),
            f"todo-{number}",
            lambda: self.todo_chosen.emit(todo),
            widths=(0, 280),
            glyph=Glyph.WARNING,
            glyph_role=Role.WARNING,
        )


def _recents_shown(model: HomeModel) -> tuple[object, ...]:
    """What the list depends on: its rows, which of their mandates have ended by now, how old they are."""
    rows = ((r, r.mandate is None or r.mandate.is_over(model.now)) for r in model.recents)
    return model.offline, local_day(model.now) if model.offline else None, *rows


class _SearchField(QLineEdit):
    """Signals: ``down_pressed``; the page around it would scroll."""

    down_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down_pressed.emit()
        else:
            super().keyPressEvent(event)


class _Section(Panel):
    """A heading, rows, and a sentence when there are none."""

    def __init__(self, name: str, *, framed: bool = True) -> None:
        super().__init__(margin=3 * GRID if framed else 0)
        self.setObjectName(name)
        if not framed:
            self.setProperty("kind", "plain")
        self.body.setSpacing(GRID)
        self.title = heading("") if framed else muted("")
        self._empty = muted("")
        self._rows = column(spacing=0)
        self.body.addWidget(self.title)
        self.body.addLayout(self._rows)
        self.body.addWidget(self._empty)
        self._empty.hide()
        self._shown: list[ListRow] = []

    def fill(self, lines: list[ListRow]) -> None:
        """Replace the rows."""
        for old in self._shown:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown = lines
        for line in lines:
            self._rows.addWidget(line)
            line.show()

    def first(self) -> ListRow | None:
        """The first row, where any is before the eyes."""
        return self._shown[0] if self._shown and self.isVisible() else None

    def say_empty(self, words: str) -> None:
        """What to read when there are no rows."""
        self._empty.setText(words)
        self._empty.setVisible(not self._shown)
