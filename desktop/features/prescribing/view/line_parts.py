"""What is said of a line besides its words, and an act that is no medicine."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.drugs.amounts import number_words
from desktop.domain.drugs.classes import ClassTold
from desktop.domain.prescription.ordonnance import DISPENSED, Line, Nature, RenewalClass
from desktop.domain.prescription.posology_words import dosage_words
from desktop.domain.texts import current_language, text
from desktop.features.prescribing.cells import CLASSES
from desktop.features.prescribing.domain.filling import act_of
from desktop.features.prescribing.domain.following import NATURES
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import label, muted, strong

LONGEST = 120
_REPEATS = 2


def _field(name: str, longest: int) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    made.setMaxLength(longest)
    made.setMinimumHeight(CONTROL_HEIGHT)
    return made


class LineParts(Speaking):
    """Signals: ``changed(Line)``, when a field is left or Enter is pressed in it; ``favourite_asked``."""

    changed = Signal(object)
    favourite_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rx-parts", parent)
        self._line: Line | None = None
        self._told: ClassTold | None = None
        self.reason = _field("rx-not-substitutable", LONGEST)
        self.repeats = _field("rx-repeats", _REPEATS)
        self.repeats.setValidator(QIntValidator(0, 99, self))
        self.indication = _field("rx-indication", LONGEST)
        self.note = _field("rx-note", LONGEST)
        self.paper = _field("rx-paper-form", 40)
        self.renewal = QComboBox()
        self.renewal.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.renewal.setObjectName("rx-class")
        self.renewal.setMinimumHeight(CONTROL_HEIGHT)
        self._title = strong("")
        self._taken = label("")
        self._taken.setObjectName("rx-parts-posology")
        self._listed = muted("")
        self._listed.setObjectName("rx-class-source")
        self._is_favourite = self._typing = False
        self._favourite = quiet_button("", "rx-favourite-keep", self.favourite_asked.emit)
        self.bind_named(self._favourite, self._favourite_words)
        self._paper_title = muted("")
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID)
        panel.body.addLayout(row(self._title, None, self._favourite))
        panel.body.addWidget(self._taken)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        self._titles: list[QWidget] = []
        for place, (key, field) in enumerate(self._fields()):
            title = self._paper_title if field is self.paper else muted("")
            title.setWordWrap(False)
            self.bind(title.setText, key)
            self.bind(field.setAccessibleName, key)
            grid.addWidget(title, 2 * (place // 3), place % 3)
            grid.addWidget(field, 2 * (place // 3) + 1, place % 3)
            if isinstance(field, QLineEdit):
                field.editingFinished.connect(self.read)
            self._titles.append(title)
        panel.body.addLayout(grid)
        panel.body.addWidget(self._listed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self._fill_classes()
        self.renewal.activated.connect(lambda _: self.read())
        self.hide()

    def show_line(self, line: Line | None, told: ClassTold | None, *, favourite: bool) -> None:
        """Show *line*, a medicine or an act; None: nothing is chosen. *told*: its class in the drug data.

        What is being typed of the same line stays; of another one it says nothing.
        """
        before = self._line
        same = line is not None and before is not None and line.identifier == before.identifier
        self._typing = same
        self._line, self._told, self._is_favourite = line, told, favourite
        self.refresh()
        self.setVisible(line is not None)

    def refresh(self) -> None:
        line = self._line
        self._fill_classes()
        told = {
            self.reason: line.not_substitutable if line else "",
            self.repeats: str(line.repeats) if line and line.repeats is not None else "",
            self.indication: line.indication if line else "",
            self.note: line.note if line else "",
            self.paper: line.paper_form if line else "",
        }
        for edit, words in told.items():
            if edit.text() != words and not (self._typing and edit.hasFocus()):
                edit.setText(words)
        medicine = line is not None and line.nature is Nature.MEDICATION
        for (_, field), title in zip(self._fields(), self._titles, strict=True):
            shown = medicine or field in (self.indication, self.note)
            if line is not None and line.nature is Nature.DEVICE:
                shown = field is not self.renewal
            if field is self.paper:
                shown = line is not None and line.renewal is RenewalClass.S
            field.setVisible(shown)
            title.setVisible(shown)
        self.renewal.setCurrentIndex(list(CLASSES).index(line.renewal) if line else 0)
        self._favourite.setText(self._favourite_words())
        self._favourite.setAccessibleName(self._favourite_words())
        posology = line.posology if line else None
        self._taken.setText(dosage_words(posology, current_language()) if posology else "")
        self._taken.setVisible(posology is not None)
        self._listed.setText(_class_words(self._told) if medicine else "")
        self._listed.setVisible(bool(self._listed.text()))
        number = line.number if line else 0
        self._title.setText(
            text("prescribing.parts_of", number=number, name=line.product.label) if line else ""
        )

    def _favourite_words(self) -> str:
        known = self._is_favourite
        return text("prescribing.favourite_forget" if known else "prescribing.favourite_keep")

    def _fields(self) -> tuple[tuple[Callable[[], str], QLineEdit | QComboBox], ...]:
        return (
            (lambda: text("prescribing.not_substitutable"), self.reason),
            (lambda: text("prescribing.repeats"), self.repeats),
            (lambda: text("prescribing.class"), self.renewal),
            (lambda: text("prescribing.indication"), self.indication),
            (lambda: text("prescribing.note"), self.note),
            (lambda: text("prescribing.paper_form"), self.paper),
        )

    def _fill_classes(self) -> None:
        words = [text(key) for key in CLASSES.values()]
        if [self.renewal.itemText(n) for n in range(self.renewal.count())] != words:
            place = max(self.renewal.currentIndex(), 0)
            self.renewal.clear()
            self.renewal.addItems(words)
            self.renewal.setCurrentIndex(place)

    def read(self) -> None:
        """Tell what stands in the fields, also where the cursor is still in one."""
        line = self._line
        if line is None:
            return
        repeats = self.repeats.text().strip()
        said = replace(
            line,
            not_substitutable=self.reason.text().strip(),
            repeats=int(repeats) if repeats.isdecimal() else None,
            renewal=list(CLASSES)[max(self.renewal.currentIndex(), 0)],
            indication=self.indication.text().strip(),
            note=self.note.text().strip(),
            paper_form=self.paper.text().strip(),
        )
        if said != line:
            self._line = said
            self.changed.emit(said)


def _class_words(told: ClassTold | None) -> str:
    """Who says which class, with row and date; that nobody does where the data tell none."""
    if told is None:
        return text("prescribing.class_untold")
    return text("prescribing.class_told", renewal=text(CLASSES[told.renewal]), words=told.words())


class ActForm(Speaking):
    """Signals: ``added(Line)``, a new one or one that was edited; ``closed``. Enter adds, Esc closes."""

    added = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rx-act", parent)
        self._before: Line | None = None
        self.nature = QComboBox()
        self.nature.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.nature.setObjectName("rx-act-nature")
        self.nature.setMinimumHeight(CONTROL_HEIGHT)
        self.words = _field("rx-act-words", LONGEST)
        self.count = _field("rx-act-count", _REPEATS + 1)
        self.count.setFixedWidth(10 * GRID)
        self.bind(self.nature.setAccessibleName, lambda: text("prescribing.act_nature"))
        for setter in (self.words.setPlaceholderText, self.words.setAccessibleName):
            self.bind(setter, lambda: text("prescribing.act_words"))
        for setter in (self.count.setPlaceholderText, self.count.setAccessibleName):
            self.bind(setter, lambda: text("prescribing.act_count"))
        self._add = secondary_button("", "rx-act-add", self._send)
        self.bind_named(self._add, self._add_words)
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID)
        panel.body.addLayout(row(self.nature, self.words, self.count, self._add))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.words.textEdited.connect(lambda _: self._update())
        self.count.textEdited.connect(lambda _: self._update())
        self.nature.currentIndexChanged.connect(lambda _: self._update())
        self._fill()
        self._update()
        self.hide()

    def begin(self, line: Line | None = None) -> None:
        """Wait for the words of an act, or of *line* as it shall be."""
        self.empty()
        self._before = line
        if line is not None:
            self.nature.setCurrentIndex(list(NATURES).index(line.nature))
            self.words.setText(line.product.label)
            self.count.setText(number_words(line.quantity.value) if line.quantity else "")
        self.refresh()
        self.show()
        (self.nature if line is None else self.words).setFocus()

    def empty(self) -> None:
        """No words stay."""
        self._before = None
        self.words.clear()
        self.count.clear()
        self._update()

    def refresh(self) -> None:
        self._fill()
        self._add.setText(self._add_words())
        self._add.setAccessibleName(self._add_words())
        self._update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._send()
        elif event.key() == Qt.Key.Key_Escape:
            self.empty()
            self.hide()
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        words = [text(key) for key in NATURES.values()]
        if [self.nature.itemText(n) for n in range(self.nature.count())] != words:
            place = max(self.nature.currentIndex(), 0)
            self.nature.clear()
            self.nature.addItems(words)
            self.nature.setCurrentIndex(place)

    def _add_words(self) -> str:
        return text("prescribing.act_add" if self._before is None else "prescribing.act_change")

    def _nature(self) -> Nature:
        return list(NATURES)[max(self.nature.currentIndex(), 0)]

    def _number(self) -> Decimal | None:
        count = self.count.text().strip()
        return Decimal(count) if count.isdecimal() and int(count) else None

    def _lacking(self) -> QLineEdit | None:
        """The field that a line cannot do without: a device is handed over by number (contract §8.1)."""
        if not self.words.text().strip():
            return self.words
        return self.count if self._nature() in DISPENSED and self._number() is None else None

    def _update(self) -> None:
        self._add.setEnabled(self._lacking() is None)

    def _send(self) -> None:
        lacking = self._lacking()
        if lacking is not None:
            lacking.setFocus()
            return
        line = act_of(self._nature(), self.words.text(), self._number(), self._before)
        self.empty()
        self.hide()
        self.added.emit(line)
