"""What is said of one document: category, date, title, level, and whether the patient objects."""

from datetime import date

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QCompleter,
    QDateEdit,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.catalog import Category
from desktop.domain.errors import Code, Failure
from desktop.domain.folding import fold
from desktop.domain.proposal import TITLE_MAX, ProposedFrom
from desktop.domain.record import LEVELS_AT_DEPOSIT, Level
from desktop.domain.texts import current_language, failure_text, text
from desktop.ui.qt_words import spoken_locale
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.views.deposit_model import Field, FilledForm
from desktop.ui.views.describe import level_word
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, label, muted
from desktop.ui.widgets.typed import forget_typed

_DATE_PX = 184  # as wide as what is said below it, in one line
_PROPOSED_WORDS = {
    ProposedFrom.PDF_TITLE: "deposit.proposed_pdf_title",
    ProposedFrom.FILE_NAME: "deposit.proposed_file_name",
    ProposedFrom.PAGE: "deposit.proposed_page",
    ProposedFrom.PDF_DATE: "deposit.proposed_pdf_date",
    ProposedFrom.TODAY: "deposit.proposed_today",
    ProposedFrom.PILE: "deposit.proposed_pile",
}
_LEVEL_HINTS = {
    Level.STANDARD: "deposit.level_standard_hint",
    Level.CONFIDENTIEL: "deposit.level_confidentiel_hint",
    Level.ANNONCE: "deposit.level_annonce_hint",
}


class _CalmChoice(QComboBox):
    """The wheel moves the page: it must not change a category that it happens to pass over."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _CalmDate(QDateEdit):
    """As above."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _OfferedLine(QLineEdit):
    """Signals: ``entered()`` when the keyboard comes to it."""

    entered = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()


class DocumentForm(Speaking):
    """Signals: ``changed`` when the user entered something."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._filling = False
        self._origins: dict[Field, ProposedFrom] = {}
        self._categories: tuple[Category, ...] = ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._panel())
        self._connect()

    # -- content

    def begin(self, categories: tuple[Category, ...], today: date, entered: FilledForm) -> None:
        """Show *entered*; nothing is told as a change."""
        self._fill(categories, QDate(today.year, today.month, today.day), entered)

    def forget(self) -> None:
        """Nothing of a patient stays in any field (CF-014)."""
        self._fill((), self.date.maximumDate(), FilledForm())
        forget_typed(self.title)

    def _fill(self, categories: tuple[Category, ...], latest: QDate, entered: FilledForm) -> None:
        self._filling = True
        self._categories = categories
        self.category.clear()
        for one in categories:
            self.category.addItem(one.label(current_language()), one.slug)
        self.date.setMaximumDate(latest)
        self.title.setText(entered.title)
        self.category.setCurrentIndex(self.category.findData(entered.category))
        if entered.category == "":
            self.category.setEditText("")
        self._set_values(entered, latest)
        self._objects.setChecked(entered.patient_objects)
        for form_row in (self._category_row, self._title_row, self._date_row):
            form_row.set_error("")
        self._filling = False
        self._say_proposals()
        self._say_level()

    def offer(self, form: FilledForm) -> None:
        """Put what *form* has as proposals into their fields; what the user entered stands there already."""
        self._filling = True
        if (Field.CATEGORY, ProposedFrom.PILE) in form.proposed:
            self.category.setCurrentIndex(self.category.findData(form.category))
        if form.title != self.title.text():
            self.title.setText(form.title)
        self._set_values(form, self.date.maximumDate())
        if self.title.hasFocus():
            self._mark_proposal()
        self._filling = False
        self._say_proposals()
        self._say_level()

    def _set_values(self, form: FilledForm, latest: QDate) -> None:
        """Date and level; the day is today's where none is known, and that is a proposal too."""
        created = form.created
        self._origins = dict(form.proposed)
        if created is None:
            self._origins[Field.DATE] = ProposedFrom.TODAY
        self.date.setDate(QDate(created.year, created.month, created.day) if created else latest)
        # Of a level that no deposit has (privé, or one that nobody could read) a new version opens no more.
        self.levels[form.level if form.level in self.levels else Level.CONFIDENTIEL].setChecked(True)

    def form(self) -> FilledForm:
        """What is entered now."""
        day = self.date.date()
        return FilledForm(
            category=self._chosen_category(),
            title=self.title.text().strip(),
            created=date(day.year(), day.month(), day.day()) if day.isValid() else None,
            level=next((level for level, radio in self.levels.items() if radio.isChecked()), Level.STANDARD),
            patient_objects=self._objects.isChecked(),
            proposed=frozenset(self._origins.items()),
        )

    def set_editable(self, *, editable: bool) -> None:
        """Nothing changes while it is on its way (CF-050)."""
        for widget in (self.category, self.title, self.date, self._objects, *self.levels.values()):
            widget.setEnabled(editable)

    def refresh(self) -> None:
        self._filling = True
        for number, one in enumerate(self._categories):
            self.category.setItemText(number, one.label(current_language()))
        self._filling = False
        self._say_proposals()
        self._say_level()

    def complain(self, today: date) -> QWidget | None:
        """Say under each field what is missing; the first such field."""
        form = self.form()
        late = form.created is None or form.created > today
        self._category_row.set_error("" if form.category else text("deposit.category_missing"))
        self._title_row.set_error("" if form.title else text("deposit.title_missing"))
        self._date_row.set_error(failure_text(Failure.of(Code.DATE_IN_FUTURE)) if late else "")
        if not form.category:
            return self.category
        if not form.title:
            return self.title
        return self.date if late else None

    # -- making

    def _panel(self) -> Panel:
        panel = Panel(margin=2 * GRID)
        panel.body.setSpacing(GRID + 4)
        caption = heading("")
        self.bind(caption.setText, lambda: text("deposit.step_document"))
        self.category = _CalmChoice()
        self.category.setEditable(True)
        self.category.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.category.setMaxVisibleItems(14)
        completer = self.category.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._category_row = FormRow("", self.category, "deposit-category")
        self.bind_row(self._category_row, lambda: text("deposit.category"))
        words = self.category.lineEdit()
        if words is not None:  # the field that a screen reader meets
            self.bind(words.setAccessibleName, lambda: text("deposit.category"))
        self.title = _OfferedLine()
        self.title.setMaxLength(TITLE_MAX)
        self._title_row = FormRow("", self.title, "deposit-title")
        self.bind_row(self._title_row, lambda: text("deposit.title"))
        self.date = _CalmDate()
        self.date.setDisplayFormat("dd.MM.yyyy")
        self.date.setMinimumWidth(_DATE_PX)
        self.date.setCalendarPopup(True)
        self.date.setMinimumDate(QDate(1900, 1, 1))
        self._date_row = FormRow("", self.date, "deposit-date")
        self.bind_row(self._date_row, lambda: text("deposit.date"))
        self.bind(lambda _: self.date.setLocale(spoken_locale()), lambda: "")
        self._objects = QCheckBox()
        self._objects.setObjectName("deposit-patient-objects")
        self.bind_named(self._objects, lambda: text("deposit.objects"))
        panel.body.addWidget(caption)
        line = row(self._category_row, self._date_row, spacing=2 * GRID)
        line.setStretch(0, 1)
        for form_row in (self._category_row, self._date_row):
            line.setAlignment(form_row, Qt.AlignmentFlag.AlignTop)
        panel.body.addLayout(line)
        panel.body.addWidget(self._title_row)
        panel.body.addLayout(self._level_choice())
        panel.body.addWidget(self._objects)
        return panel

    def _level_choice(self) -> QVBoxLayout:
        choice = QVBoxLayout()
        choice.setSpacing(GRID // 2)
        caption = label("", "strong")
        self.bind(caption.setText, lambda: text("deposit.level"))
        choice.addWidget(caption)
        group = QButtonGroup(self)
        self.levels: dict[Level, QRadioButton] = {}
        for level in LEVELS_AT_DEPOSIT:
            radio = QRadioButton()
            radio.setObjectName(f"deposit-level-{level.value}")
            self.bind_named(radio, lambda level=level: level_word(level).capitalize())  # type: ignore[misc]
            group.addButton(radio)
            self.levels[level] = radio
        self.levels[Level.STANDARD].setChecked(True)
        choice.addLayout(row(*self.levels.values(), None, spacing=2 * GRID))
        self._level_hint = muted("")
        self._level_hint.setObjectName("deposit-level-hint")
        choice.addWidget(self._level_hint)
        return choice

    def _connect(self) -> None:
        self.category.editTextChanged.connect(lambda _: self._entered(Field.CATEGORY))
        words = self.category.lineEdit()
        if words is not None:
            words.editingFinished.connect(self._complete_category)
        self.title.textChanged.connect(lambda _: self._entered(Field.TITLE))
        # After the click that brought the keyboard, which puts the cursor between two letters.
        self.title.entered.connect(lambda: QTimer.singleShot(0, self.title, self._mark_proposal))
        self.date.dateChanged.connect(lambda _: self._entered(Field.DATE))
        self._objects.toggled.connect(lambda _: self._entered(None))
        for radio in self.levels.values():
            radio.toggled.connect(lambda on: self._entered(Field.LEVEL) if on else None)

    def _entered(self, what: Field | None) -> None:
        if self._filling:
            return
        rows = {Field.CATEGORY: self._category_row, Field.TITLE: self._title_row, Field.DATE: self._date_row}
        if what in rows:
            rows[what].set_error("")
        if what is not None and self._origins.pop(what, None) is not None:
            self._say_proposals()
        self._say_level()
        self.changed.emit()

    def _mark_proposal(self) -> None:
        """What is typed next takes the place of a title that the file proposed."""
        if Field.TITLE in self._origins:
            self.title.selectAll()

    def _chosen_category(self) -> str:
        typed = fold(self.category.currentText())
        for number in range(self.category.count()):
            if fold(self.category.itemText(number)) == typed:
                return str(self.category.itemData(number))
        return ""

    def _complete_category(self) -> None:
        """A part of the name is enough: leaving the field takes the first category that holds it."""
        typed = fold(self.category.currentText())
        if not typed or self._chosen_category():
            return
        for number in range(self.category.count()):
            if typed in fold(self.category.itemText(number)):
                self.category.setCurrentIndex(number)
                return

    def _say_proposals(self) -> None:
        """Under each field where its value comes from; a line stands there always, so that nothing moves."""
        origins = self._origins
        said = {what: text(_PROPOSED_WORDS[origin]) for what, origin in origins.items()}
        self._title_row.set_hint(said.get(Field.TITLE) or text("deposit.title_hint"))
        self._date_row.set_hint(said.get(Field.DATE) or text("deposit.date_hint"))
        self._category_row.set_hint(said.get(Field.CATEGORY, ""))

    def _say_level(self) -> None:
        hint = text(_LEVEL_HINTS[self.form().level])
        origin = self._origins.get(Field.LEVEL)
        self._level_hint.setText(f"{text(_PROPOSED_WORDS[origin])} {hint}" if origin else hint)
