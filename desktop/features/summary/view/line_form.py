"""The small form of one line: what it is, then what is said of it; each kind of line has its own fields."""

from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.texts import current_language, text
from desktop.features.summary.domain.entries import ENTRY_TYPES, Entry, MedicationStatus, PartialDate
from desktop.features.summary.domain.sections import EntryKind
from desktop.features.summary.domain.wording import day_words
from desktop.features.summary.view.fields import Ahead, Field, Slip, fields_of
from desktop.ui.theme import GRID
from desktop.ui.views.base import ScrollPage, Speaking
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.panel import row

_COLUMNS = 3
_ACROSS = {"text": 2, "reactions": 2}
_MOST = 400  # letters of one field: more is a document, not a line


class LineForm(Speaking):
    """Signals: ``written(Entry)``, ``typed(Entry)`` (as far as it can be read), ``left`` (Esc)."""

    written = Signal(object)
    typed = Signal(object)
    left = Signal()

    def __init__(self, kind: EntryKind, parent: QWidget | None = None) -> None:
        super().__init__(f"summary-form-{kind.value}", parent)
        self._entry: Entry | None = None
        self._today: date | None = None
        self._fields = fields_of(ENTRY_TYPES[kind])
        area = ScrollPage(self)
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        area.setMinimumHeight(12 * GRID)
        area.body.setContentsMargins(0, 0, GRID, 0)
        grid = QGridLayout()
        grid.setSpacing(GRID)
        area.body.addLayout(grid)
        area.body.addStretch(1)
        self._rows: dict[str, FormRow] = {}
        place = 0
        for field in self._fields:
            made = self._rows[field.name] = self._row(field)
            across = _ACROSS.get(field.name, 1)
            place += -place % _COLUMNS if place % _COLUMNS + across > _COLUMNS else 0
            across = _COLUMNS - place % _COLUMNS if field.name == "note" else across
            grid.addWidget(made, place // _COLUMNS, place % _COLUMNS, 1, across, Qt.AlignmentFlag.AlignTop)
            place += across
        for number in range(_COLUMNS):
            grid.setColumnStretch(number, 1)
        self.save = primary_button("", f"{self.objectName()}-save", self._send)
        self.save.setDefault(False)
        self.bind_named(self.save, lambda: text("summary.edit_save"))
        leave = secondary_button("", f"{self.objectName()}-leave", self.left.emit)
        self.bind_named(leave, lambda: text("summary.edit_leave"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(area, 1)
        layout.addLayout(row(self.save, leave, None))

    def show_entry(self, entry: Entry, today: date) -> None:
        """Fill it; what stood in it is gone."""
        self._entry, self._today = entry, today
        for field in self._fields:
            shown = self._rows[field.name]
            shown.set_error("")
            value = getattr(entry, field.name)
            if isinstance(shown.field, QComboBox):
                shown.field.setCurrentIndex(max(list(field.options).index(value), 0))
            elif isinstance(shown.field, QLineEdit):
                shown.field.setText(field.show(value))

    def clear(self) -> None:
        """Nothing of a patient stays."""
        self._entry = None
        for shown in self._rows.values():
            shown.set_error("")
            if isinstance(shown.field, QLineEdit):
                shown.field.clear()

    def focus_first(self) -> None:
        """On what it is, or for a line that has that, on what comes next."""
        has_text = self._entry is not None and bool(self._entry.text)
        self._rows[self._fields[1 if has_text else 0].name].field.setFocus()

    def refresh(self) -> None:
        for field in self._fields:
            box = self._rows[field.name].field
            if isinstance(box, QComboBox):
                for number, option in enumerate(field.options):
                    box.setItemText(number, field.option_words(option, current_language()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            focused = self.focusWidget()
            if isinstance(focused, QAbstractButton):
                focused.click()
            else:
                self._send()
        else:
            super().keyPressEvent(event)

    def _row(self, field: Field) -> FormRow:
        name = f"{self.objectName()}-{field.name.replace('_', '-')}"
        if field.options:
            box = QComboBox()
            box.addItems([field.option_words(option, current_language()) for option in field.options])
            box.activated.connect(lambda _: self._tell())
            made = FormRow(text(field.title), box, name)
        else:
            line = QLineEdit()
            line.setMaxLength(_MOST)
            line.textEdited.connect(lambda _: self._tell())
            made = FormRow(text(field.title), line, name)
            if field.hint:
                self.bind(line.setPlaceholderText, lambda: text(field.hint))
        self.bind_row(made, lambda: text(field.title))
        return made

    def _value(self, field: Field) -> Any:
        """What the field says: the former value where nobody touched it, a Slip where it cannot be read."""
        box, former = self._rows[field.name].field, getattr(self._entry, field.name)
        if isinstance(box, QComboBox):
            return field.options[box.currentIndex()]
        assert isinstance(box, QLineEdit)
        return former if box.text() == field.show(former) else field.read(box.text(), former)

    def _tell(self) -> None:
        """For the draft, in which nothing that is begun is lost: what cannot be read becomes a remark."""
        if self._entry is None:
            return
        said, odd = {}, []
        for field in self._fields:
            value = self._value(field)
            if isinstance(value, Slip):
                box = self._rows[field.name].field
                assert isinstance(box, QLineEdit)
                odd.append(text("summary.edit_said_of", title=text(field.title), said=box.text()))
            else:
                said[field.name] = value
        said["note"] = " · ".join(part for part in (str(said["note"]), *odd) if part)
        self.typed.emit(replace(self._entry, **said))

    def _send(self) -> None:
        if self._entry is None:
            return
        said = {field.name: self._value(field) for field in self._fields}
        slips = [(f, slip) for f in self._fields if (slip := self._slip(f, said)) is not None]
        for field in self._fields:
            self._rows[field.name].set_error("")
        for field, words in slips:
            self._rows[field.name].set_error(words)
        if slips:
            self._rows[slips[0][0].name].field.setFocus()
        else:
            self.written.emit(replace(self._entry, **said))

    def _slip(self, field: Field, said: dict[str, Any]) -> str | None:
        """What is wrong in a field, in words that say what to write instead."""
        value = said[field.name]
        if isinstance(value, Slip):
            return text(value.key)
        if field.name == "text" and not value:
            return text("summary.edit_slip_text")
        is_ahead = isinstance(value, PartialDate) and self._today is not None and value.is_after(self._today)
        planned = field.ahead is Ahead.PLANNED and said["status"] is MedicationStatus.INTENDED
        if is_ahead and field.ahead is not Ahead.FREELY and not planned:
            return text("summary.edit_slip_future", day=day_words(value))
        return None
