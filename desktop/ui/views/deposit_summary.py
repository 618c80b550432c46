"""The verification beside the form: patient, document, level, author and mandate together (CF-050)."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.catalog import category
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Level
from desktop.domain.texts import current_language, failure_next_step, failure_text, text
from desktop.ui.dates import day
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.views.deposit_model import DepositModel, DepositPhase, Field, FilledForm
from desktop.ui.views.describe import born_words, level_word, mandate_words
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import heading, label, muted, set_tone

_STATE_WORDS = {
    DepositPhase.DEPOSITED: "deposit.state_deposited",
    DepositPhase.WAITING: "deposit.state_waiting",
    DepositPhase.UNKNOWN: "deposit.state_unknown",
    DepositPhase.SENDING: "deposit.state_sending",
    DepositPhase.VERIFYING: "deposit.state_verifying",
}


class DepositSummary(Speaking):
    """Signals: ``confirmed``, ``another_asked``, ``record_asked``."""

    confirmed = Signal()
    another_asked = Signal()
    record_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        panel = Panel(margin=2 * GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        title = heading("")
        self.bind(title.setText, lambda: text("deposit.step_verify"))
        self._phase = DepositPhase.EDITING
        self._missing = self._given_up = False
        self._keeps = True
        self._said: Failure | str | None = None
        self._values: dict[str, QLabel] = {}
        panel.body.addWidget(title)
        self._version = Badge("")
        self._version.setObjectName("deposit-version")
        self._version.setWordWrap(True)
        self._version.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._version.hide()
        panel.body.addWidget(self._version)
        panel.body.addLayout(self._grid())
        self._message = Message("deposit-failure")
        self._state = label("", "strong")
        self._state.setObjectName("deposit-state")
        self._state.setWordWrap(True)
        self._wait = DelayedProgress("deposit-wait", keep_place=False)
        self._at_once = label("")
        self._at_once.setObjectName("deposit-at-once")
        self._at_once.setWordWrap(True)
        self.bind(self._at_once.setText, lambda: text("deposit.at_once"))
        set_tone(self._at_once, "warning")
        self._at_once.hide()
        self.button = primary_button("", "deposit-confirm-button", self.confirmed.emit)
        self.bind_named(self.button, self._confirm_words)
        self._record = primary_button("", "deposit-to-record", self.record_asked.emit)
        self.bind_named(self._record, lambda: text("deposit.to_record"))
        self._another = secondary_button("", "deposit-another", self.another_asked.emit)
        self.bind_named(self._another, lambda: text("deposit.another"))
        self._final = muted("")
        self.bind(self._final.setText, lambda: text("deposit.final_hint"))
        parts = (
            self._message,
            self._state,
            self._at_once,
            self.button,
            self._record,
            self._another,
            self._final,
            self._wait,
        )
        for widget in parts:
            panel.body.addWidget(widget)

    def show_summary(self, model: DepositModel, form: FilledForm) -> None:
        """What would be sent, for whom, by whom and under which right."""
        patient = model.patient
        self._values["patient"].setText(
            f"{patient.name}\n{born_words(patient)}\n{patient.matricule.grouped()}"
        )
        chosen = category(form.category).label(current_language()) if form.category else "–"
        self._values["category"].setText(_told(chosen, form, Field.CATEGORY))
        self._values["title"].setText(_told(form.title or "–", form, Field.TITLE))
        self._version.setText(text("deposit.version_of", title=model.replaces) if model.replaces else "")
        self._version.setVisible(bool(model.replaces))
        self._values["date"].setText(_told(day(form.created), form, Field.DATE))
        self._values["level"].setText(_told(level_word(form.level), form, Field.LEVEL))
        set_tone(self._values["level"], "" if form.level is Level.STANDARD else "warning")
        self._values["author"].setText(model.author)
        self._values["mandate"].setText(mandate_words(model.mandate))
        self._show_phase(model, form)

    def forget(self) -> None:
        """Say nothing of anybody."""
        for value in self._values.values():
            value.setText("")
        self._version.setText("")
        self._say(None)

    def refresh(self) -> None:
        """Forget what was said, so that the next summary says it in the language in force."""
        self._said = None

    def _confirm_words(self) -> str:
        return text("deposit.confirm" if self._keeps else "deposit.confirm_at_once")

    def say_file_missing(self, *, missing: bool) -> None:
        """Why nothing can be sent yet."""
        self._missing = missing
        self._say("missing" if missing else None)

    def _show_phase(self, model: DepositModel, form: FilledForm) -> None:
        phase = model.phase
        editing = phase is DepositPhase.EDITING
        running = phase in (DepositPhase.SENDING, DepositPhase.VERIFYING)
        ended = not editing and not running
        self._missing = self._missing and editing and not (model.file is not None and model.file.is_ready())
        if editing and form.patient_objects:
            self._say("objects")
        else:
            self._given_up = model.given_up
            self._say(model.failure or ("missing" if self._missing else None))
        key = _STATE_WORDS.get(phase)
        self._state.setText(text(key) if key else "")
        self._state.setVisible(key is not None)
        set_tone(self._state, "accent" if phase is DepositPhase.DEPOSITED else "warning" if ended else "")
        self._show_running(model)
        if running and self.button.isEnabled():
            self.setFocus()  # else Qt passes the focus of a disabled button on to the window's first tab
        self._keeps = model.keeps
        self.button.setText(self._confirm_words())
        self.button.setAccessibleName(self._confirm_words())
        self.button.setVisible(editing or running)
        self.button.setEnabled(editing and not form.patient_objects)
        self._final.setVisible(editing)
        self._at_once.setVisible(not model.keeps and phase is not DepositPhase.DEPOSITED)
        self._record.setVisible(ended)
        self._another.setVisible(ended)
        if phase is not self._phase:
            self._phase = phase
            announce(self, self._state.text())
            if ended and self.isVisible():
                self._record.setFocus()

    def _say(self, what: Failure | str | None) -> None:
        """Say it once: a form that changes at each key must not repeat itself to a screen reader."""
        if what == self._said and (what is None or not self._message.isHidden()):
            return
        self._said = what
        if isinstance(what, Failure) and self._given_up:
            words = f"{text('deposit.given_up')} {failure_text(what)}"
            self._message.show_text(words, text("deposit.given_up_next"), tone="danger")
        elif isinstance(what, Failure):
            self._message.show_failure(what)
        elif what == "objects":
            refused = Failure.of(Code.PATIENT_OBJECTS)  # CF-051
            self._message.show_text(failure_text(refused), failure_next_step(refused), tone="warning")
        elif what == "missing":
            self._message.show_text(text("deposit.file_missing"), tone="warning")
        else:
            self._message.clear()

    def _show_running(self, model: DepositModel) -> None:
        key = _STATE_WORDS.get(model.phase)
        running = model.phase in (DepositPhase.SENDING, DepositPhase.VERIFYING)
        if running and key is not None:
            self._wait.wait(text(key))
            if model.total and model.phase is DepositPhase.SENDING:
                self._wait.progress(model.sent, model.total)
        else:
            self._wait.done()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        titles: dict[str, Callable[[], str]] = {
            "patient": lambda: text("deposit.verify_patient"),
            "category": lambda: text("deposit.category"),
            "title": lambda: text("deposit.title"),
            "date": lambda: text("deposit.date"),
            "level": lambda: text("deposit.level"),
            "author": lambda: text("deposit.verify_author"),
            "mandate": lambda: text("deposit.verify_mandate"),
        }
        for number, (name, words) in enumerate(titles.items()):
            caption = muted("")
            caption.setWordWrap(False)
            self.bind(caption.setText, words)
            value = label("", "strong")
            value.setObjectName(f"deposit-verify-{name}")
            value.setWordWrap(True)
            caption.setBuddy(value)
            grid.addWidget(caption, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1)
            self._values[name] = value
        return grid


def _told(value: str, form: FilledForm, what: Field) -> str:
    """A value that nobody has typed says so to the end."""
    return text("deposit.verify_proposed", value=value) if form.origin(what) else value
