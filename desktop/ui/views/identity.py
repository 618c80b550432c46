"""Identity to compare, state of the DSP, and the way in: running mandate or presence code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.errors import Code, Failure
from desktop.domain.record import DspState, Mandate, Patient, Sex
from desktop.domain.texts import counted, failure_next_step, failure_text, text
from desktop.ui.dates import day
from desktop.ui.printing import Printing
from desktop.ui.secret_field import SecretField
from desktop.ui.theme import GRID
from desktop.ui.views.base import AIR, View, clock, middle
from desktop.ui.views.describe import DSP_WORDS, born_words, mandate_words, sex_word
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import primary_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, fold, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import heading, label, link, muted, rule, set_tone, strong

_CLOSED = {
    DspState.NONE: Code.RECORD_NONE,
    DspState.INACTIVE: Code.RECORD_INACTIVE,
    DspState.CLOSED: Code.RECORD_CLOSED,
    DspState.DECEASED: Code.RECORD_DECEASED,
}
_LOW = 420  # pixels of the window
_WIDE = 800  # pixels of the panel, at most
_REFUSES = {Sex.FEMALE: "identity.refuses_female", Sex.MALE: "identity.refuses_male"}
_CODE_TITLE = {Sex.FEMALE: "identity.code_female", Sex.MALE: "identity.code_male"}


@dataclass(frozen=True, slots=True)
class IdentityModel:
    """``mandate`` runs already: then no code is asked (CF-007). ``asking`` = mandates not known yet;
    ``unknown`` = they could not be asked (``failure`` says why): no code either, the question is repeated.

    ``wait_seconds``: how long no code can be typed (after a refusal, CF-009; ``locked`` = lock-out).
    """

    patient: Patient
    today: date
    mandate: Mandate | None = None
    asking: bool = False
    unknown: bool = False
    opening: bool = False
    failure: Failure | None = None
    wait_seconds: int = 0
    locked: bool = False


class IdentityView(View):
    """Signals: ``code_entered(Secret)``, ``open_asked`` (running mandate), ``retry_asked`` (mandates not
    known), ``patient_refused``, ``explain_asked``, ``own_documents_asked``.

    Each code is bound to the identity shown beside its field (CF-011): another patient wipes it.
    """

    code_entered = Signal(object)
    open_asked = Signal()
    retry_asked = Signal()
    patient_refused = Signal()
    explain_asked = Signal()
    own_documents_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("identity-view", parent)
        self._model: IdentityModel | None = None
        self._refused = False
        self._printing = Printing.NOTHING
        self._left = 0
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)
        self._panel = panel = Panel(margin=4 * GRID)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = middle(panel, _WIDE, grows=True)
        outer.addWidget(self._area)
        self._look = QTimer(self, singleShot=True, interval=0)  # once what changed is laid out
        self._look.timeout.connect(self._keep_name_in_sight)
        self._area.verticalScrollBar().rangeChanged.connect(lambda *_: self._look.start())
        self._title = title = muted("")
        self.bind(title.setText, lambda: text("identity.title"))
        self._name = heading("")
        self._name.setObjectName("identity-name")
        self._state = Badge("")
        self._state.setObjectName("identity-dsp-state")
        self._minor = Badge("")
        self._minor.setObjectName("identity-minor")
        self._representative = label("")
        self._representative.setObjectName("identity-representative")
        for part in (self._minor, self._representative):
            part.hide()
        self._values = {
            name: self._value(name)
            for name in ("identity-born", "identity-matricule", "identity-sex", "identity-address")
        }
        self._doubt = muted("")
        self._doubt.setObjectName("identity-doubt")
        set_tone(self._doubt, "warning")
        self.bind(self._doubt.setText, lambda: text("identity.doubt"))
        self._closed = Message("identity-closed")
        self._confirm = QCheckBox()
        self._confirm.setObjectName("identity-confirm")
        self._confirm.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.bind_named(self._confirm, lambda: text("identity.confirm"))
        self._mandate = strong("")
        self._mandate.setObjectName("identity-mandate")
        self._mandate.setWordWrap(True)
        self.field = SecretField("code-field", max_length=64)
        self.field.setMaximumWidth(320)
        self._code = FormRow("", self.field, "code-field")
        self.bind_row(self._code, self._code_words)
        self._countdown = label("")
        self._countdown.setObjectName("code-wait")
        set_tone(self._countdown, "warning")
        self._never = muted("")
        self._never.setObjectName("code-never-kept")
        self.bind(self._never.setText, lambda: text("identity.never_kept"))
        self.button = primary_button("", "open-record-button", self._send)
        self.bind_named(self.button, lambda: text("identity.open"))
        self._failure = Message("identity-failure")
        self._neutral = Message("identity-refused")
        self._wait = DelayedProgress("identity-wait", keep_place=False)
        panel.body.addWidget(title)
        panel.body.addLayout(row(self._name, self._minor, None, self._state))
        self._facts = self._grid()
        panel.body.addLayout(self._facts)
        for widget in (
            self._doubt, self._representative, rule(), self._closed, self._failure, self._neutral,
            self._confirm, self._mandate,
        ):  # fmt: skip
            panel.body.addWidget(widget)
        entry = row(spacing=2 * GRID)
        entry.addWidget(self._code, 1)
        entry.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        entry.addStretch(2)
        panel.body.addLayout(entry)
        panel.body.addWidget(self._countdown)
        panel.body.addWidget(self._never)
        self._acts = row(*self._links(), None, spacing=2 * GRID)
        panel.body.addLayout(self._acts)
        panel.body.addWidget(self._wait)
        self.field.entered.connect(self._enter)
        self.field.length_changed.connect(lambda _: self._update())
        self._confirm.toggled.connect(lambda _: self._confirmed())
        self._failure.act_requested.connect(self.retry_asked)
        self._neutral.act_requested.connect(self._undo_refusal)

    def show_state(self, model: IdentityModel) -> None:
        """Show *model*. Another patient starts anew; a refused code empties the field (CF-009)."""
        before, self._model = self._model, model
        if before is None or before.patient.id != model.patient.id:
            self._confirm.setChecked(False)
            self._refused = False
            if self._printing is Printing.DONE:
                self._printing = Printing.NOTHING
            self.field.wipe()
        fresh = before is None or before.failure is not model.failure
        if fresh and model.failure is not None:
            self.field.wipe()
        if before is None or fresh or before.wait_seconds != model.wait_seconds:
            self._left = model.wait_seconds
        if self._left:
            self._second.start()
        if model.opening and (before is None or not before.opening):
            self.hold_focus()
        self.refresh()
        if before is not None and before.opening and not model.opening:
            self.focus_again()

    def show_print(self, printing: Printing) -> None:
        """How far the leaflet is."""
        if printing is Printing.RUNNING and self._explain.hasFocus():
            self.hold_focus()
        self._printing = printing
        self.refresh()
        if printing is not Printing.RUNNING and self.hasFocus():
            self._explain.setFocus()

    def forget(self) -> None:
        """Nobody is shown any more: the next visit begins anew, also of the same patient, and no word of the
        last one stays in a hidden page (CF-014)."""
        self._model = None
        self._refused = False
        self._printing = Printing.NOTHING
        self._left = 0
        self._second.stop()
        self.field.wipe()
        self._confirm.setChecked(False)
        self._name.setText("")
        self._mandate.setText("")
        self._state.set("")
        self._wait.done()
        for part in (self._minor, self._representative):
            part.hide()
        for value in self._values.values():
            value.setText("")
            value.setAccessibleName("")
        for message in (self._closed, self._failure, self._neutral):
            message.clear()

    def refresh(self) -> None:
        model = self._model
        if model is None:
            return
        patient = model.patient
        self._say_identity(patient, model.today)
        self._refuse.setText(self._refuse_words())
        self._refuse.setAccessibleName(self._refuse_words())
        self._code.set_title(self._code_words())
        closed = _CLOSED.get(patient.dsp)
        if closed is not None:
            failure = Failure.of(closed, date=day(patient.inactive_until))
            self._closed.show_text(failure_text(failure), failure_next_step(failure), tone="warning")
        else:
            self._closed.clear()
        if model.failure is None or self._refused:
            self._failure.clear()
        elif model.unknown:
            self._failure.show_failure(model.failure, act=text("record.again"))
        elif model.failure is not self._failure.failure or self._failure.isHidden():
            self._failure.show_failure(model.failure)
        if self._refused:
            self._neutral.show_text(
                text("identity.refused"), text("identity.refused_next"), tone="",
                act=text("identity.refused_undo"),
            )  # fmt: skip
        elif self._printing is Printing.DONE:
            self._neutral.show_text(text("identity.explain_printed"), "", tone="")
        else:
            self._neutral.clear()
        self._say_waiting(model)
        self._update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fold(self, self._acts, most=_WIDE - 8 * GRID)
        self._make_room(low=self.window().height() < _LOW)

    def _keep_name_in_sight(self) -> None:
        """Who goes from field to field sees whose it is, where both have room."""
        now = self.focusWidget()
        if now is None or not self._panel.isAncestorOf(now):
            return
        top = self._name.mapTo(self._panel, self._name.rect().topLeft()).y()
        end = now.mapTo(self._panel, now.rect().bottomLeft()).y()
        if end - top < self._area.height() - 2 * GRID:
            self._area.ensureWidgetVisible(self._name, 0, GRID)

    def _make_room(self, *, low: bool) -> None:
        """In a low window the name stands in sight of the box that says whose it is; air gives way."""
        self._title.setHidden(low)
        edge, inside = (GRID // 2, 2 * GRID) if low else (3 * GRID, 4 * GRID)
        self._area.body.setContentsMargins(edge, edge, edge, edge)
        self._panel.body.setContentsMargins(inside, GRID if low else inside, inside, inside)
        self._panel.body.setSpacing(GRID // 2 if low else 2 * GRID)
        self._facts.setVerticalSpacing(0 if low else GRID)
        first = self._area.body.itemAt(0)
        if first is not None and (air := first.spacerItem()) is not None:
            air.changeSize(0, 0 if low else AIR)
            self._area.body.invalidate()

    def primary(self) -> QPushButton | None:
        return self.button

    def focus_first(self) -> None:
        self._look.start()
        if not self._confirm.isChecked() and self._confirm.isVisibleTo(self):
            self._confirm.setFocus()
        elif self.field.isVisibleTo(self) and self.field.isEnabled():
            self.field.setFocus()
        elif self.button.isVisibleTo(self):
            self.button.setFocus()
        else:  # nothing can be opened: Enter leads back
            self._back.setFocus()

    def _value(self, name: str) -> QLabel:
        value = label("", "strong")
        value.setObjectName(name)
        return value

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        titles: tuple[Callable[[], str], ...] = (
            lambda: text("identity.birth_date"),
            lambda: text("identity.matricule"),
            lambda: text("identity.sex"),
            lambda: text("identity.address"),
        )
        for number, (words, value) in enumerate(zip(titles, self._values.values(), strict=True)):
            caption = muted("")
            caption.setWordWrap(False)
            self.bind(caption.setText, words)
            caption.setBuddy(value)
            grid.addWidget(caption, number, 0)
            grid.addWidget(value, number, 1)
        return grid

    def _links(self) -> tuple[QPushButton, ...]:
        self._refuse = link("", "patient-refuses", self._patient_refuses)
        self.bind_named(self._refuse, self._refuse_words)
        self._explain = link("", "explain-access", self.explain_asked.emit)
        self.bind_named(self._explain, lambda: text("identity.explain"))
        self._own = link("", "own-documents", self.own_documents_asked.emit)
        self.bind_named(self._own, lambda: text("identity.own_documents"))
        self._back = link("", "identity-back", self.back_asked.emit)
        self.bind_named(self._back, lambda: text("common.back"))
        return self._refuse, self._explain, self._own, self._back

    def _say_identity(self, patient: Patient, today: date) -> None:
        self._name.setText(patient.name)
        age = patient.age(today)
        years = f" ({counted('common.age', age)})" if age is not None else ""
        self._values["identity-born"].setText(day(patient.birth_date) + years)
        self._values["identity-born"].setAccessibleName(born_words(patient))
        self._values["identity-matricule"].setText(patient.matricule.grouped())
        self._values["identity-sex"].setText(sex_word(patient.sex))
        self._values["identity-address"].setText(patient.address or "–")
        active = patient.dsp is DspState.ACTIVE
        self._state.set(text(DSP_WORDS[patient.dsp]), "accent" if active else "warning")
        self._minor.set(text("identity.minor"), "warning")
        self._minor.setVisible(patient.is_minor(today))
        self._doubt.setVisible(patient.matricule.doubt() is not None)

    def _say_waiting(self, model: IdentityModel) -> None:
        if model.asking or model.opening:
            self._wait.wait(text("identity.asking") if model.asking else text("identity.opening"))
        elif self._printing is Printing.RUNNING:
            self._wait.wait(text("identity.explain_printing"))
        else:
            self._wait.done()

    def _update(self) -> None:
        model = self._model
        if model is None:
            return
        usable = model.patient.dsp is DspState.ACTIVE and not self._refused
        by_mandate = usable and model.mandate is not None
        by_code = usable and model.mandate is None and not model.asking and not model.unknown
        self._confirm.setVisible(usable)
        by_code_words = text("identity.representative_code") if by_code else ""
        self._representative.setText(f"{text('identity.representative')} {by_code_words}".rstrip())
        self._representative.setVisible(model.patient.is_minor(model.today))
        self._mandate.setVisible(by_mandate)
        if model.mandate is not None:
            self._mandate.setText(text("identity.running", mandate=mandate_words(model.mandate)))
        for widget in (self._code, self._never, self._refuse, self._explain):
            widget.setVisible(by_code)
        self._explain.setEnabled(self._printing is not Printing.RUNNING)
        self._countdown.setVisible(by_code and self._left > 0)
        if self._left:
            left = clock(self._left)
            words = text("identity.locked", left=left) if model.locked else text("identity.pause", left=left)
            self._countdown.setText(words)
        self.button.setVisible(by_mandate or by_code)
        sure, free = self._confirm.isChecked(), not model.opening and not self._left
        self.field.setEnabled(by_code and sure and free)
        typed = self.field.characters() > 0
        self.button.setEnabled(sure and not model.opening and (by_mandate or (by_code and free and typed)))
        fold(self, self._acts, most=_WIDE - 8 * GRID)

    def _confirmed(self) -> None:
        self._update()
        if self._confirm.isChecked():
            self.focus_first()

    def _enter(self) -> None:
        if self.button.isEnabled():
            self.button.click()

    def _send(self) -> None:
        if self._model is not None and self._model.mandate is not None:
            self.open_asked.emit()
        else:
            self.code_entered.emit(self.field.take())

    def _tick(self) -> None:
        self._left = max(self._left - 1, 0)
        if self._left == 0:
            self._second.stop()
        self._update()
        if self._left == 0:
            self.focus_again()

    def _patient_refuses(self) -> None:
        """CF-008: nothing is attempted, nothing is kept, nobody is urged."""
        self.field.wipe()
        self._refused = True
        self.refresh()
        self.focus_again()
        self.patient_refused.emit()

    def _undo_refusal(self) -> None:
        """It was chosen by mistake, or the patient has thought again; nobody asked for it."""
        self._refused = False
        self.refresh()
        self.focus_again()

    def _refuse_words(self) -> str:
        if self._is_minor():
            return text("identity.refuses_minor")
        sex = self._model.patient.sex if self._model else Sex.UNKNOWN
        return text(_REFUSES.get(sex, "identity.refuses_unknown"))

    def _is_minor(self) -> bool:
        return self._model is not None and self._model.patient.is_minor(self._model.today)

    def _code_words(self) -> str:
        if self._is_minor():
            return text("identity.code_minor")
        sex = self._model.patient.sex if self._model else Sex.UNKNOWN
        return text(_CODE_TITLE.get(sex, "identity.code_unknown"))
