"""The last step before a signature: its PIN, typed here, on the reader or in the module's window."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.domain.card import PinState
from desktop.ui.secret_field import SecretField
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.views.pin_form import asked_elsewhere, is_last_try, tries_text
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import muted, set_tone, strong


@dataclass(frozen=True, slots=True)
class SignWords:
    """What the strip says, in the words of the act: of the field, the last try, and the two buttons."""

    pin: Callable[[], str]
    last_try: Callable[[], str]
    sign: Callable[[], str]
    leave: Callable[[], str]


class SignStrip(Speaking):
    """Signals: ``signed_with(Secret)``, ``keypad_asked``, ``left``. Only its button and its field sign."""

    signed_with = Signal(object)
    keypad_asked = Signal()
    left = Signal()

    def __init__(self, name: str, words: SignWords, parent: QWidget | None = None) -> None:
        super().__init__(f"{name}-sign-strip", parent)
        self._words = words
        self._pin: PinState | None = None
        self._running = False
        self._name = strong("")
        self.field = SecretField(f"{name}-pin")
        self.field.setFixedWidth(20 * GRID)
        self._name.setBuddy(self.field)
        self.bind(self._name.setText, words.pin)
        self.bind(self.field.setAccessibleName, words.pin)
        self._tries = muted("")
        self._tries.setObjectName(f"{name}-pin-tries")
        self._tries.setWordWrap(False)
        self._sure = QCheckBox()
        self._sure.setObjectName(f"{name}-pin-last-try")
        self.bind_named(self._sure, words.last_try)
        self.button = primary_button("", f"{name}-sign", self._send)
        self.bind_named(self.button, words.sign)
        self._leave = secondary_button("", f"{name}-sign-leave", self.left.emit)
        self.bind_named(self._leave, words.leave)
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID)
        panel.body.addLayout(row(self._name, self.field, self._tries, None))
        panel.body.addLayout(row(self._sure, None, self._leave, self.button))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.field.entered.connect(self._enter)
        self.field.length_changed.connect(lambda _: self._update())
        self._sure.toggled.connect(lambda _: self._update())
        self.hide()

    def show_pin(self, pin: PinState | None, *, running: bool) -> None:
        """Ask for *pin*; None: nothing is to be signed."""
        before, was_running = self._pin, self._running
        self._pin, self._running = pin, running
        if pin is None or (before is not None and before != pin):
            self._sure.setChecked(False)
        if pin is None:
            self.field.wipe()
        else:
            self.field.set_max_length(pin.max_length)
        self.refresh()
        self.setVisible(pin is not None)
        if pin is not None and (before != pin or (was_running and not running)):
            self.focus_first()  # a field that was disabled meanwhile has lost the keyboard

    def refresh(self) -> None:
        pin = self._pin
        if pin is None:
            return
        self._name.setVisible(pin.typed_here)
        self.field.setVisible(pin.typed_here)
        self._tries.setText(asked_elsewhere(pin) or tries_text(pin))
        set_tone(self._tries, "danger" if is_last_try(pin) else "")
        self._sure.setVisible(is_last_try(pin))
        self._update()

    def focus_first(self) -> None:
        """Where the PIN is typed, or the button where it is typed elsewhere."""
        here = self._pin is None or self._pin.typed_here
        (self.field if here else self.button).setFocus()

    def _update(self) -> None:
        pin = self._pin
        if pin is None:
            return
        long_enough = not pin.typed_here or self.field.characters() >= pin.min_length
        sure = self._sure.isChecked() or not is_last_try(pin)
        self.button.setEnabled(long_enough and sure and not pin.blocked and not self._running)
        self.field.setEnabled(not pin.blocked and not self._running)

    def _enter(self) -> None:
        if self.button.isEnabled():
            self.button.click()

    def _send(self) -> None:
        if self._pin is not None and not self._pin.typed_here:
            self.keypad_asked.emit()
        else:
            self.signed_with.emit(self.field.take())
