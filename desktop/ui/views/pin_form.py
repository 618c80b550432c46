"""PIN entry for login and unlock: the tries left before typing, a tick before the last one."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.domain.card import PinAsker, PinState
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import counted, failure_next_step, failure_text, text
from desktop.ui.secret_field import SecretField
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import primary_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.panel import column, row
from desktop.ui.widgets.text import muted, set_tone

_ELSEWHERE = {PinAsker.KEYPAD: "login.on_keypad", PinAsker.MODULE: "login.in_window"}
_HOW = {PinAsker.KEYPAD: "login.keypad", PinAsker.MODULE: "login.window"}


def tries_text(pin: PinState) -> str:
    """What the card says of the tries left, in words; "" when it says nothing at all.

    The last try is said whenever a number or a flag says so; it is never counted by us.
    """
    if is_last_try(pin):
        return text("login.tries_last")
    if pin.tries_left is not None:
        return counted("login.tries", pin.tries_left)
    return text("login.tries_low") if pin.low else text("login.tries_unknown")


def asked_elsewhere(pin: PinState) -> str:
    """Where a PIN is typed that this program does not ask for itself, in one short sentence; else ""."""
    return "" if pin.typed_here else text(_ELSEWHERE[pin.asker])


def is_last_try(pin: PinState) -> bool:
    """True where a number or a flag of the card says that one try is left."""
    return not pin.blocked and (pin.last_try or pin.tries_left == 1)


class PinForm(Speaking):
    """Signals: ``entered(Secret)``, ``keypad_asked()`` (the PIN is typed elsewhere).

    The form checks length and digits, so that a slip costs no try.
    """

    entered = Signal(object)
    keypad_asked = Signal()

    def __init__(self, name: str, *, unlocking: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._pin = PinState()
        self._busy = self._checking = False
        self._entered_early = False
        self._unlocking = unlocking
        self.field = SecretField("pin-field", max_length=self._pin.max_length)
        self.field.setMaximumWidth(280)
        self._row = FormRow(text("login.pin"), self.field, "pin-field")
        self.bind_row(self._row, lambda: text("login.pin"))
        self._tries = muted("")
        self._tries.setObjectName("pin-tries")
        self._keypad = muted("")
        self._keypad.setObjectName("pin-keypad-text")
        self._keypad.setWordWrap(True)
        self._either = muted("")
        self._either.setObjectName("pin-either")
        self._either.setWordWrap(True)
        self.bind(self._either.setText, lambda: text("login.either"))
        self._sure = QCheckBox()
        self._sure.setObjectName("pin-last-try-tick")
        self.bind_named(self._sure, lambda: text("login.last_try_tick"))
        self.button = primary_button("", "unlock-button" if unlocking else "login-button", self._send)
        self.bind_named(self.button, self._button_text)
        layout = column(spacing=GRID + 4)
        self.setLayout(layout)
        for widget in (self._row, self._keypad, self._tries, self._either, self._sure):
            layout.addWidget(widget)
        layout.addLayout(row(self.button, None))
        self.field.entered.connect(self._enter)
        self.field.length_changed.connect(lambda _: self._typed())
        self.field.too_long.connect(lambda: self._row.set_error(self._format_text()))
        self._sure.toggled.connect(lambda _: self._update())
        self.show_pin(self._pin)

    def show_pin(self, pin: PinState, *, busy: bool = False, checking: bool = False) -> None:
        """Show what the card says; a different state takes the tick away.

        *checking*: the tries left are being asked anew; what is typed stays and goes out after that only.
        """
        if pin != self._pin:
            self._sure.setChecked(False)
            self._row.set_error("")
        spoken = tries_text(pin)
        if pin != self._pin and pin.typed_here:
            announce(self, spoken)
        self._pin, self._busy, self._checking = pin, busy, checking
        if self._entered_early and not checking:
            self._entered_early = False
            QTimer.singleShot(0, self, self._enter)
        self.field.set_max_length(pin.max_length)
        self.refresh()

    def refresh(self) -> None:
        last = self._is_last()
        self._tries.setText(tries_text(self._pin))
        set_tone(self._tries, "danger" if last else "warning" if self._pin.low else "")
        here = self._pin.typed_here
        self._row.setVisible(here)
        self._keypad.setText("" if here else text(_HOW[self._pin.asker]))
        self._keypad.setVisible(not here)
        self._either.setVisible(self._pin.either)
        self._sure.setVisible(last)
        self.bind_now()
        self._update()

    def bind_now(self) -> None:
        """The button's word depends on the card."""
        self.button.setText(self._button_text())
        self.button.setAccessibleName(self._button_text())

    def focus_first(self) -> None:
        """The field, or the button when the PIN is typed elsewhere."""
        (self.field if self._pin.typed_here else self.button).setFocus()

    def clear(self) -> None:
        """Wipe what was typed and forget the error."""
        self._entered_early = False
        self.field.wipe()
        self._sure.setChecked(False)
        self._row.set_error("")

    def _button_text(self) -> str:
        if not self._pin.typed_here:
            return text("login.start_keypad")
        return text("lock.unlock") if self._unlocking else text("login.log_in")

    def _is_last(self) -> bool:
        return is_last_try(self._pin)

    def _typed(self) -> None:
        self._entered_early = False
        self._row.set_error("")
        self._update()

    def _update(self) -> None:
        typed = not self._pin.typed_here or self.field.characters() > 0
        sure = self._sure.isChecked() or not self._is_last()
        self.button.setEnabled(typed and sure and not self._busy and not self._checking)
        self.field.setEnabled(not self._busy)

    def _enter(self) -> None:
        if self._checking:  # Enter counts once the card was read; the last try asks for its tick then
            self._entered_early = self.field.characters() > 0
        elif self._is_last() and not self._sure.isChecked() and self.field.characters():
            self._sure.setFocus()
            announce(self, text("login.last_try_tick"))
        elif self.button.isEnabled():
            self.button.click()

    def _send(self) -> None:
        if not self._pin.typed_here:
            self.keypad_asked.emit()
            return
        length = self.field.characters()
        right_kind = self._pin.letters or self.field.is_digits()
        if not right_kind or not self._pin.min_length <= length <= self._pin.max_length:
            self.field.wipe()
            self._row.set_error(self._format_text())
            self.field.setFocus()
            return
        self._sure.setChecked(False)
        self.entered.emit(self.field.take())

    def _format_text(self) -> str:
        shortest, longest = self._pin.min_length, self._pin.max_length
        if self._pin.letters:
            return text("login.pin_length", min=shortest, max=longest)
        failure = Failure.of(Code.PIN_FORMAT, min=shortest, max=longest)
        return f"{failure_text(failure)} {failure_next_step(failure)}"
