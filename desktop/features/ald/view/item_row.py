"""One condition of the form: number, label, three answers, since when, and what its number asks."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.icd10 import title_of
from desktop.domain.texts import text
from desktop.features.ald.cells import ANSWERS, COURSES, details_name, gap_words, icd10_words, name_of
from desktop.features.ald.domain import (
    DIABETES,
    HYPERTENSION,
    LONGEST_TEXT,
    OFF_LIST,
    Answer,
    Detail,
    Gap,
    Item,
    label_of,
)
from desktop.features.ald.view.icd10_field import Icd10Field
from desktop.ui.icons import Glyph
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import icon_button
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.text import label, muted, set_tone, strong

NUMBER, ANSWER, SINCE, DETAILS = 48, 330, 112, 340  # pixels, on a wide screen
_KINDS = ("", "1", "2")


def is_wide(width: int) -> bool:
    """Whether a condition fits on one line."""
    return width >= NUMBER + ANSWER + SINCE + DETAILS + 260


class ItemHead(Speaking):
    """The titles over the conditions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("ald-head", parent)
        line = row(spacing=GRID)
        for key, width in (
            ("ald.number", NUMBER - GRID),
            ("ald.condition", 0),
            ("ald.answer", ANSWER),
            ("ald.since_title", SINCE),
            ("ald.details", DETAILS + 5 * GRID),
        ):
            title = muted("")
            title.setWordWrap(False)
            if width:
                title.setFixedWidth(width)
            self._bind_title(title, key)
            line.addWidget(title, 0 if width else 1)
        self.setLayout(line)

    @staticmethod
    def fits(width: int) -> bool:
        """Only over conditions that stand on one line."""
        return is_wide(width)

    def _bind_title(self, title: QLabel, key: str) -> None:
        self.bind(title.setText, lambda: text(key))


class Choice(QRadioButton):
    """One answer. Left and right answer, from none too; up and down lead to the rows beside."""

    stepped = Signal(int)
    left = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        rows = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if key in steps:
            self.stepped.emit(steps[key])
        elif key in rows:
            self.left.emit(rows[key])
        else:
            super().keyPressEvent(event)


class ItemRow(Speaking):
    """Signals: ``changed(Item)``, ``removed(code)``, ``row_left(-1 | 1)`` by the arrows."""

    changed = Signal(object)
    removed = Signal(int)
    row_left = Signal(int)

    def __init__(self, code: int, parent: QWidget | None = None) -> None:
        name = f"ald-item-{code}"
        super().__init__(name, parent)
        self.code = code
        self._item = Item(code)
        self._gaps: tuple[Gap, ...] = ()
        self._wide: bool | None = None
        self._number = strong(str(code))
        self._label = label(label_of(code))
        self._verify = Badge("")
        self._verify.setVisible(code == HYPERTENSION)
        self.bind(self._verify.setText, lambda: text("ald.to_verify"))
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.choices = {answer: self._choice(name, answer) for answer in Answer}
        self.since = self._line(f"{name}-since", 20)
        self.words = self._line(f"{name}-words", LONGEST_TEXT)
        self.icd10 = Icd10Field(f"{name}-icd10")
        self.icd10.written.connect(lambda: self._read())
        self._icd10_words = muted("")
        self._icd10_words.setObjectName(f"{name}-icd10-words")
        self.kind = QComboBox()
        self.kind.setObjectName(f"{name}-type")
        self.kind.setVisible(code == DIABETES)
        self.course = QComboBox()
        self.course.setObjectName(f"{name}-course")
        for box in (self.kind, self.course):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.long = QCheckBox()
        self.long.setObjectName(f"{name}-long")
        self._missing = muted("")
        self._missing.setObjectName(f"{name}-missing")
        set_tone(self._missing, "danger")
        self._remove = icon_button("", f"{name}-remove", Glyph.CLOSE, lambda: self.removed.emit(code))
        self._fill_combos()
        for combo in (self.kind, self.course):
            combo.activated.connect(lambda _: self._read())
        self.long.toggled.connect(lambda _: self._read())
        self._answers = QWidget()
        answers = row(*self.choices.values(), None, spacing=GRID)
        self._answers.setLayout(answers)
        self._details = QWidget()
        details = QVBoxLayout(self._details)
        details.setContentsMargins(0, 0, 0, 0)
        details.setSpacing(GRID // 2)
        details.addLayout(row(self.kind, self.words, self.icd10))
        if code == OFF_LIST:
            details.addLayout(row(self.long, self.course, None))
        details.addWidget(self._icd10_words)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, GRID // 2, 0, GRID // 2)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._bind_names()
        self.arrange(width=10_000)

    def show_item(self, item: Item, gaps: tuple[Gap, ...], *, locked: bool) -> None:
        """Show *item*; *gaps* are those of this condition. A cursor in a field stays where it is."""
        self._item, self._gaps = item, gaps
        self.setEnabled(not locked)
        self.refresh()

    def refresh(self) -> None:
        item = self._item
        self._fill_combos()
        for widget in (*self.choices.values(), self.long):
            widget.blockSignals(True)
        self._group.setExclusive(False)
        for answer, button in self.choices.items():
            button.setChecked(item.answer is answer)
        self._group.setExclusive(True)
        self.long.setChecked(item.long)
        for widget in (*self.choices.values(), self.long):
            widget.blockSignals(False)
        self.kind.setCurrentIndex(_KINDS.index(item.kind) if item.kind in _KINDS else 0)
        courses = [None, *COURSES]
        self.course.setCurrentIndex(courses.index(item.course))
        for field, words in ((self.since, item.since), (self.words, item.text), (self.icd10, item.icd10)):
            if field.text() != words:
                field.setText(words)
        self._icd10_words.setText(icd10_words(item.icd10) if title_of(item.icd10) else "")
        self._icd10_words.setVisible(bool(self._icd10_words.text()))
        self._say_gaps()

    def arrange(self, width: int) -> None:
        """One line where there is room for it, else three below each other."""
        wide = is_wide(width)
        if wide is self._wide:
            return
        self._wide = wide
        for part in (self._number, self._label, self._verify, self._answers, self.since, self._details,
                     self._remove, self._missing):  # fmt: skip
            self._grid.removeWidget(part)
        self._number.setFixedWidth(NUMBER - GRID)
        self.since.setFixedWidth(SINCE)
        top = Qt.AlignmentFlag.AlignTop
        if wide:
            self._answers.setFixedWidth(ANSWER)
            self._details.setFixedWidth(DETAILS)
            parts = (self._number, self._label, self._verify, self._answers, self.since, self._details)
            for column, part in enumerate((*parts, self._remove)):
                words = part in (self._number, self._label, self._verify)
                self._grid.addWidget(part, 0, column, Qt.AlignmentFlag.AlignVCenter if words else top)
            self._grid.addWidget(self._missing, 1, 1, 1, 6)
        else:
            for part in (self._answers, self._details):
                part.setMinimumWidth(0)
                part.setMaximumWidth(16_777_215)
            self._grid.addWidget(self._number, 0, 0)
            self._grid.addWidget(self._label, 0, 1, 1, 2)
            self._grid.addWidget(self._verify, 0, 3)
            self._grid.addWidget(self._remove, 0, 4)
            self._grid.addWidget(self._answers, 1, 1, 1, 4)
            self._grid.addWidget(self.since, 2, 1, top)
            self._grid.addWidget(self._details, 2, 2, 1, 3, top)
            self._grid.addWidget(self._missing, 3, 1, 1, 4)
        self._grid.setColumnStretch(1, 1 if wide else 0)
        self._grid.setColumnStretch(2, 0 if wide else 1)

    def answer_missing(self) -> bool:
        """Whether nothing was answered yet."""
        return self._item.answer is None

    def focus_answer(self) -> None:
        """The answer that was given, else the first."""
        given = self._item.answer
        self.choices[given or Answer.STILL].setFocus()

    def focus_gap(self) -> None:
        """The first field that is missing."""
        fields: dict[Detail, QWidget] = {
            Detail.SINCE: self.since, Detail.TYPE: self.kind, Detail.CONDITION: self.words,
            Detail.CONDITIONS: self.words, Detail.SIX_MONTHS: self.long, Detail.COURSE: self.course,
            Detail.ICD10: self.icd10,
        }  # fmt: skip
        field = fields.get(self._gaps[0].detail) if self._gaps else None
        if field is None:
            self.focus_answer()
        else:
            field.setFocus()

    def _choice(self, name: str, answer: Answer) -> Choice:
        button = Choice()
        button.setObjectName(f"{name}-{answer.value}")
        button.setMinimumHeight(CONTROL_HEIGHT)
        button.clicked.connect(lambda: self._read())
        button.stepped.connect(self._step)
        button.left.connect(self.row_left)
        self._group.addButton(button)
        return button

    def _line(self, name: str, longest: int) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(name)
        field.setMaxLength(longest)
        field.setMinimumHeight(CONTROL_HEIGHT)
        field.textEdited.connect(lambda _: self._read())
        return field

    def _bind_names(self) -> None:
        """A field says of which condition it is: nobody hears columns."""

        def of(key: str) -> str:
            return text("ald.field_of", field=text(key), name=name_of(self.code))

        for answer, button in self.choices.items():
            self._bind_answer(button, ANSWERS[answer])
        self.bind(self.since.setAccessibleName, lambda: of("ald.since"))
        self.bind(self.since.setPlaceholderText, lambda: text("ald.since_example"))
        self.bind(self.words.setPlaceholderText, lambda: details_name(self.code))
        self.bind(
            self.words.setAccessibleName,
            lambda: text("ald.field_of", field=details_name(self.code), name=name_of(self.code)),
        )
        self.bind(self.icd10.setAccessibleName, lambda: of("ald.icd10"))
        self.bind(self.icd10.setPlaceholderText, lambda: text("ald.icd10_short"))
        self.bind(self.icd10.setToolTip, lambda: text("ald.icd10"))
        self.bind(self.kind.setAccessibleName, lambda: of("ald.type"))
        self.bind(self.long.setText, lambda: text("ald.six_months"))
        self.bind(self.long.setAccessibleName, lambda: of("ald.six_months"))
        self.bind(self.course.setAccessibleName, lambda: of("ald.course"))
        self.bind(self._remove.setAccessibleName, lambda: of("ald.remove"))
        self.bind(self._remove.setToolTip, lambda: text("ald.remove"))

    def _bind_answer(self, button: QRadioButton, key: str) -> None:
        self.bind(button.setText, lambda: text(key))
        name = name_of(self.code)
        self.bind(button.setAccessibleName, lambda: text("ald.field_of", field=text(key), name=name))

    def _fill_combos(self) -> None:
        words = [text("ald.type_unsaid"), *(text("ald.type_words", kind=kind) for kind in _KINDS[1:])]
        _fill(self.kind, words)
        _fill(self.course, [text("ald.course_unsaid"), *(text(key) for key in COURSES.values())])

    def _step(self, step: int) -> None:
        order = list(Answer)
        if self._item.answer is None:
            chosen = order[0] if step > 0 else order[-1]
        else:
            place = order.index(self._item.answer) + step
            chosen = order[max(0, min(place, len(order) - 1))]
        self.choices[chosen].setFocus()
        self.choices[chosen].click()

    def _read(self) -> None:
        answer = next((a for a, button in self.choices.items() if button.isChecked()), None)
        self._item = replace(
            self._item,
            answer=answer,
            since=self.since.text(),
            text=self.words.text(),
            kind=_KINDS[self.kind.currentIndex()],
            long=self.long.isChecked(),
            course=[None, *COURSES][self.course.currentIndex()],
            icd10=self.icd10.text(),
        )
        self.changed.emit(self._item)

    def _say_gaps(self) -> None:
        said = " ".join(gap_words(gap) for gap in self._gaps)
        self._missing.setText(said)
        self._missing.setVisible(bool(said))
        missing = {gap.detail for gap in self._gaps}
        set_tone(self.since, "danger" if Detail.SINCE in missing else "")
        set_tone(self.words, "danger" if missing & {Detail.CONDITION, Detail.CONDITIONS} else "")
        set_tone(self.kind, "danger" if Detail.TYPE in missing else "")
        set_tone(self.course, "danger" if Detail.COURSE in missing else "")
        set_tone(self.icd10, "danger" if Detail.ICD10 in missing else "")
        fields = (self.since, self.words, self.kind, self.course, self.icd10, *self.choices.values())
        for field in fields:
            field.setAccessibleDescription(said)


def _fill(combo: QComboBox, words: list[str]) -> None:
    if [combo.itemText(n) for n in range(combo.count())] != words:
        chosen = max(combo.currentIndex(), 0)
        combo.clear()
        combo.addItems(words)
        combo.setCurrentIndex(chosen)
