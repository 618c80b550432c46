"""New PIN under the old PIN or the PUK: three secret fields, compared without a copy."""

from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.card import PinState
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import failure_text, text
from desktop.ui.secret_field import SecretField
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import primary_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.panel import column, row


class Under(Enum):
    """What opens the way to a new PIN."""

    OLD_PIN = "old-pin"
    PUK = "puk"


class NewPinForm(Speaking):
    """Signals: ``entered(Secret, Secret)``: old PIN or PUK, then the new PIN."""

    entered = Signal(object, object)

    def __init__(self, name: str, under: Under, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._under = under
        self._pin = PinState()
        self._busy = False
        first = "puk-field" if under is Under.PUK else "old-pin-field"
        self._first = self._row(first)
        self._new = self._row("new-pin-field")
        self._again = self._row("new-pin-again-field")
        self.bind_row(self._first, self._first_title)
        self.bind_row(self._new, lambda: text("cards.new_pin"))
        self.bind_row(self._again, lambda: text("cards.new_pin_again"))
        act = "unblock-button" if under is Under.PUK else "change-pin-button"
        self.button = primary_button("", act, self._send)
        self.bind_named(self.button, self._act_title)
        layout = column(spacing=GRID + 4)
        self.setLayout(layout)
        for form_row in self._rows():
            layout.addWidget(form_row)
            field = _secret(form_row)
            field.entered.connect(self._enter)
            field.length_changed.connect(lambda _: self._update())
        layout.addLayout(row(self.button, None))
        self._update()

    def show_pin(self, pin: PinState, *, busy: bool = False) -> None:
        """The card's limits for the new PIN."""
        self._pin, self._busy = pin, busy
        for form_row in (self._new, self._again):
            _secret(form_row).set_max_length(pin.max_length)
        self._update()

    def clear(self) -> None:
        """Wipe all three fields."""
        for form_row in self._rows():
            _secret(form_row).wipe()
            form_row.set_error("")

    def focus_first(self) -> None:
        """The first field."""
        self._first.field.setFocus()

    def _row(self, name: str) -> FormRow:
        field = SecretField(name, max_length=16)
        field.setMaximumWidth(280)
        return FormRow("", field, name)

    def _rows(self) -> tuple[FormRow, FormRow, FormRow]:
        return self._first, self._new, self._again

    def _first_title(self) -> str:
        return text("cards.puk") if self._under is Under.PUK else text("cards.old_pin")

    def _act_title(self) -> str:
        return text("cards.unblock") if self._under is Under.PUK else text("cards.change_pin")

    def _update(self) -> None:
        typed = all(_secret(form_row).characters() for form_row in self._rows())
        self.button.setEnabled(typed and not self._busy)
        for form_row in self._rows():
            form_row.field.setEnabled(not self._busy)
            if _secret(form_row).characters():
                form_row.set_error("")

    def _enter(self) -> None:
        empty = next((r.field for r in self._rows() if not _secret(r).characters()), None)
        if empty is not None:
            empty.setFocus()
        elif self.button.isEnabled():
            self.button.click()

    def _send(self) -> None:
        first, new, again = (_secret(form_row) for form_row in self._rows())
        if not new.equals(again):
            again.wipe()
            self._again.set_error(text("cards.new_pin_differs"))
            again.setFocus()
            return
        fits = self._pin.min_length <= new.characters() <= self._pin.max_length
        if not new.is_digits() or not fits:
            new.wipe()
            again.wipe()
            facts = Failure.of(Code.PIN_FORMAT, min=self._pin.min_length, max=self._pin.max_length)
            self._new.set_error(failure_text(facts))
            new.setFocus()
            return
        again.wipe()
        self.entered.emit(first.take(), new.take())


def _secret(form_row: FormRow) -> SecretField:
    assert isinstance(form_row.field, SecretField)
    return form_row.field
