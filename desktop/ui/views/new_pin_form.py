"""New PIN under the old PIN or the PUK: three secret fields, compared without a copy."""

from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.domain.card import PinState
from desktop.domain.texts import text
from desktop.ui.secret_field import SecretField
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.views.pin_form import is_last_try
from desktop.ui.widgets.buttons import primary_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.panel import column, row

# What a PUK may be where the card does not tell its limits.
PUK_LENGTHS = (4, 16)


class Under(Enum):
    """What opens the way to a new PIN."""

    OLD_PIN = "old-pin"
    PUK = "puk"


class NewPinForm(Speaking):
    """Signals: ``entered(Secret, Secret)``: old PIN or PUK, then the new PIN.

    A slip (letters, too short, too long, two different new PINs) is told here: the card is not asked.
    """

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
        if under is Under.PUK:
            self.bind(self._first.set_hint, lambda: text("cards.puk_tries_hint"))
        self._sure = QCheckBox()
        self._sure.setObjectName("change-pin-last-try-tick")
        self.bind_named(self._sure, lambda: text("login.last_try_tick"))
        act = "unblock-button" if under is Under.PUK else "change-pin-button"
        self.button = primary_button("", act, self._send)
        self.bind_named(self.button, self._act_title)
        layout = column(spacing=GRID + 4)
        self.setLayout(layout)
        for form_row in self._rows():
            layout.addWidget(form_row)
            field = _secret(form_row)
            field.entered.connect(self._enter)
            field.length_changed.connect(lambda _, at=form_row: self._typed(at))
            field.too_long.connect(lambda at=form_row: at.set_error(self._format_text(at)))
        layout.addWidget(self._sure)
        layout.addLayout(row(self.button, None))
        self._sure.toggled.connect(lambda _: self._update())
        self._update()

    def show_pin(self, pin: PinState, *, busy: bool = False) -> None:
        """The card's limits for the new PIN; a different state takes the tick away."""
        if pin != self._pin:
            self._sure.setChecked(False)
        self._pin, self._busy = pin, busy
        for form_row in self._rows():
            if form_row is not self._first or self._under is Under.OLD_PIN:
                _secret(form_row).set_max_length(pin.max_length)
        self._update()

    def clear(self) -> None:
        """Wipe all three fields."""
        self._sure.setChecked(False)
        for form_row in self._rows():
            _secret(form_row).wipe()
            form_row.set_error("")

    def focus_first(self) -> None:
        """The first field."""
        self._first.field.setFocus()

    def first_field(self) -> QWidget:
        """Where typing begins."""
        return self._first.field

    def _row(self, name: str) -> FormRow:
        field = SecretField(name, max_length=PUK_LENGTHS[1])
        field.setMaximumWidth(280)
        return FormRow("", field, name)

    def _rows(self) -> tuple[FormRow, FormRow, FormRow]:
        return self._first, self._new, self._again

    def _first_title(self) -> str:
        return text("cards.puk") if self._under is Under.PUK else text("cards.old_pin")

    def _act_title(self) -> str:
        return text("cards.unblock") if self._under is Under.PUK else text("cards.change_pin")

    def _needs_tick(self) -> bool:
        """The old PIN is a try like any other: the last one asks."""
        return self._under is Under.OLD_PIN and is_last_try(self._pin)

    def _typed(self, form_row: FormRow) -> None:
        if _secret(form_row).characters():
            form_row.set_error("")
        self._update()

    def _update(self) -> None:
        typed = all(_secret(form_row).characters() for form_row in self._rows())
        self._sure.setVisible(self._needs_tick())
        sure = self._sure.isChecked() or not self._needs_tick()
        self.button.setEnabled(typed and sure and not self._busy)
        for form_row in self._rows():
            form_row.field.setEnabled(not self._busy)

    def _enter(self) -> None:
        empty = next((r.field for r in self._rows() if not _secret(r).characters()), None)
        if empty is not None:
            empty.setFocus()
        elif self._needs_tick() and not self._sure.isChecked():
            self._sure.setFocus()
        elif self.button.isEnabled():
            self.button.click()

    def _send(self) -> None:
        first, new, again = (_secret(form_row) for form_row in self._rows())
        wrong = self._slip()
        if wrong is not None:
            form_row, words = wrong
            _secret(form_row).wipe()
            if form_row is self._new:
                again.wipe()
            form_row.set_error(words)
            form_row.field.setFocus()
            return
        again.wipe()
        self._sure.setChecked(False)
        self.entered.emit(first.take(), new.take())

    def _slip(self) -> tuple[FormRow, str] | None:
        """The first field that the card need not be asked about, and what to say there."""
        first, new, again = (_secret(form_row) for form_row in self._rows())
        for form_row in (self._first, self._new):
            if not self._has_right_form(form_row):
                return form_row, self._format_text(form_row)
        if self._under is Under.OLD_PIN and first.equals(new):
            return self._new, text("cards.new_pin_same")
        return None if new.equals(again) else (self._again, text("cards.new_pin_differs"))

    def _has_right_form(self, form_row: FormRow) -> bool:
        field = _secret(form_row)
        shortest, longest = self._limits(form_row)
        letters = self._pin.letters and not self._is_puk(form_row)
        return (letters or field.is_digits()) and shortest <= field.characters() <= longest

    def _is_puk(self, form_row: FormRow) -> bool:
        return form_row is self._first and self._under is Under.PUK

    def _limits(self, form_row: FormRow) -> tuple[int, int]:
        return PUK_LENGTHS if self._is_puk(form_row) else (self._pin.min_length, self._pin.max_length)

    def _format_text(self, form_row: FormRow) -> str:
        shortest, longest = self._limits(form_row)
        if self._is_puk(form_row):
            return text("cards.puk_format", min=shortest, max=longest)
        if self._pin.letters:
            return text("login.pin_length", min=shortest, max=longest)
        if form_row is self._first:
            return text("cards.old_pin_format", min=shortest, max=longest)
        return text("cards.new_pin_format", min=shortest, max=longest)


def _secret(form_row: FormRow) -> SecretField:
    assert isinstance(form_row.field, SecretField)
    return form_row.field
