"""The last step: the PIN of the signature, four steps that one sees done, and what went wrong."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.texts import failure_text, text
from desktop.features.summary.view.model import Publishing, Step
from desktop.ui.dates import day
from desktop.ui.secret_field import SecretField
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.views.pin_form import asked_elsewhere, is_last_try, tries_text
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.text import label, muted, set_tone, strong

_STEPS = {
    Step.PREPARED: "summary.publish_prepared",
    Step.SIGNED: "summary.publish_signing",
    Step.SENT: "summary.publish_sending",
    Step.CONFIRMED: "summary.publish_confirming",
}


class PublishStrip(Speaking):
    """Signals: ``signed_with(Secret)``, ``keypad_asked`` (the PIN is typed elsewhere), ``left``."""

    signed_with = Signal(object)
    keypad_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("summary-publish", parent)
        self._model: Publishing | None = None
        self._early = False
        self._replaces = label("")
        self._replaces.setObjectName("summary-publish-replaces")
        self._name = strong("")
        self.field = SecretField("summary-pin")
        self.field.setFixedWidth(20 * GRID)
        self._name.setBuddy(self.field)
        self.bind(self._name.setText, lambda: text("summary.publish_pin"))
        self.bind(self.field.setAccessibleName, lambda: text("summary.publish_pin"))
        self._tries = muted("")
        self._tries.setObjectName("summary-pin-tries")
        self._tries.setWordWrap(False)
        self._sure = QCheckBox()
        self._sure.setObjectName("summary-pin-last-try")
        self.bind_named(self._sure, lambda: text("summary.publish_last_try"))
        self.button = primary_button("", "summary-sign", self._send)
        self.bind_named(self.button, lambda: text("summary.publish_sign"))
        self._leave = secondary_button("", "summary-publish-leave", self.left.emit)
        self.bind_named(self._leave, lambda: text("summary.publish_leave"))
        self._steps = {step: Badge("") for step in _STEPS}
        for step, badge in self._steps.items():
            badge.setObjectName(f"summary-step-{step.value}")
        self._message = Message("summary-publish-message")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._message)
        layout.addWidget(self._replaces)
        layout.addLayout(row(self._name, self.field, self._tries, self._sure, None, self._leave, self.button))
        layout.addLayout(row(*self._steps.values(), None))
        self.field.entered.connect(self._enter)
        self.field.length_changed.connect(lambda _: self._typed())
        self._sure.toggled.connect(lambda _: self._update())
        self.hide()

    def show_state(self, model: Publishing | None) -> None:
        """Show *model*; None: nothing is being published."""
        before, self._model = self._model, model
        if model is None or (before is not None and before.pin != model.pin):
            self._sure.setChecked(False)
        if model is None:
            self._early = False
            self.field.wipe()
            self._message.clear()
        else:
            self.field.set_max_length(model.pin.max_length)
        self.refresh()
        self.setVisible(model is not None)
        if model is not None and (before is None or (model.is_prepared and not before.is_prepared)):
            self.focus_first()  # the button takes the keyboard once it can be pressed

    def refresh(self) -> None:
        model = self._model
        if model is None:
            return
        self._replaces.setText(_standing(model))
        set_tone(self._replaces, "danger" if model.unpublished else "")
        self._replaces.setVisible(not model.version)
        self._leave.setVisible(not model.version)
        typed = model.pin.typed_here and not model.version
        self._name.setVisible(typed)
        self.field.setVisible(typed)
        self._tries.setText(asked_elsewhere(model.pin) or tries_text(model.pin))
        set_tone(self._tries, "danger" if is_last_try(model.pin) else "")
        self._tries.setVisible(not model.version)
        self._sure.setVisible(is_last_try(model.pin) and not model.version)
        self.button.setVisible(not model.version)
        for number, (step, badge) in enumerate(self._steps.items()):
            self._say_step(badge, model, step, number)
        self._say(model)
        self._update()

    def focus_first(self) -> None:
        """Where the PIN is typed, or the button where it is typed elsewhere."""
        here = self._model is None or self._model.pin.typed_here
        (self.field if here else self.button).setFocus()

    def _say_step(self, badge: Badge, model: Publishing, step: Step, number: int) -> None:
        done = step in model.done
        running = model.running and not done and len(model.done) == number
        key = "summary.publish_step_done" if done else "summary.publish_step_open"
        key = "summary.publish_step_running" if running else key
        words = text(key, number=number + 1, step=text(_STEPS[step]))
        if words != badge.text():
            badge.set(words, "accent" if done or running else "")
            if running:
                announce(badge, words)

    def _say(self, model: Publishing) -> None:
        if model.version or model.failure is None:
            self._message.clear()
        elif model.failure is not self._message.failure or self._message.isHidden():
            self._message.show_failure(model.failure)

    def _typed(self) -> None:
        self._early = False
        self._update()

    def _update(self) -> None:
        model = self._model
        if model is None:
            return
        sure = self._sure.isChecked() or not is_last_try(model.pin)
        ready = not model.pin.typed_here or self.field.characters() >= model.pin.min_length
        may = model.asks_pin and model.is_prepared and not model.running
        self.button.setEnabled(ready and sure and may)
        had_focus = self.field.hasFocus()
        self.field.setEnabled(model.asks_pin and not (model.running and model.done))
        if had_focus and not self.field.isEnabled():
            self._leave.setFocus()
        elif self.field.isEnabled() and self._leave.hasFocus() and model.failure is not None:
            self.field.setFocus()
        if self._early and self.button.isEnabled():
            self._early = False
            self.button.click()

    def _enter(self) -> None:
        """Enter counts once both documents are made: one may type while that goes on."""
        self._early = self._model is not None and not self._model.is_prepared
        if self.button.isEnabled():
            self.button.click()

    def _send(self) -> None:
        if self._model is not None and not self._model.pin.typed_here:
            self.keypad_asked.emit()
        else:
            self.signed_with.emit(self.field.take())


def unpublished_words(failure: Failure | None, *, keeps: bool) -> str:
    """« Non publié », why, and what becomes of it: a session that keeps nothing sends nothing later."""
    words = [text("summary.publish_unpublished")]
    if failure is not None:
        words.append(failure_text(failure))
    words.append(text("summary.publish_unpublished_next" if keeps else "summary.publish_given_up_next"))
    return " ".join(words)


def _standing(model: Publishing) -> str:
    if model.unpublished:
        return unpublished_words(None, keeps=model.keeps)
    if model.pdf_of is not None:
        return text("summary.publish_replaces_pdf", day=day(model.pdf_of))
    replaces = text("summary.publish_replaces", version=model.replaces) if model.replaces else ""
    return replaces or text("summary.publish_first")
