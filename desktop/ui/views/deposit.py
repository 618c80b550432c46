"""« Déposer un document »: file, document, verification on one page; one confirmation (CF-050)."""

from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QCompleter,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.catalog import Category
from desktop.domain.errors import Code, Failure
from desktop.domain.record import LEVELS_AT_DEPOSIT, Level
from desktop.domain.texts import current_language, failure_text, text
from desktop.ui.theme import GRID
from desktop.ui.views.base import View, megabytes, scrolling
from desktop.ui.views.deposit_model import DepositModel, DepositPhase, FilledForm
from desktop.ui.views.deposit_summary import DepositSummary
from desktop.ui.views.describe import level_word
from desktop.ui.views.drop_zone import DropZone
from desktop.ui.views.verdict_box import VerdictBox
from desktop.ui.widgets.buttons import quiet_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, label, muted

TITLE_MAX = 120
_LEVEL_HINTS = {
    Level.STANDARD: "deposit.level_standard_hint",
    Level.CONFIDENTIEL: "deposit.level_confidentiel_hint",
    Level.ANNONCE: "deposit.level_annonce_hint",
}


class DepositView(View):
    """Signals: ``file_chosen(Path)``, ``image_pasted(bytes)``, ``copy_asked``, ``copy_accepted``,
    ``copy_declined``, ``form_changed(FilledForm)`` (for the draft), ``deposit_confirmed(FilledForm)``,
    ``another_asked``, ``record_asked`` (after « déposé »).
    """

    file_chosen = Signal(object)
    image_pasted = Signal(object)
    copy_asked = Signal()
    copy_accepted = Signal()
    copy_declined = Signal()
    form_changed = Signal(object)
    deposit_confirmed = Signal(object)
    another_asked = Signal()
    record_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("deposit-view", parent)
        self._model: DepositModel | None = None
        self._filling = False
        self._drop = DropZone("deposit-drop-zone")
        self.verdict = VerdictBox("deposit-verdict-box")
        self._summary = DepositSummary("deposit-summary")
        left = QWidget()
        left.setObjectName("page")
        forms = QVBoxLayout(left)
        forms.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        forms.setSpacing(GRID + 4)
        forms.addLayout(self._header())
        forms.addWidget(self._file_panel())
        forms.addWidget(self._document_panel())
        forms.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scrolling(left), 3)
        side = QVBoxLayout()
        side.setContentsMargins(0, 2 * GRID, 2 * GRID, 2 * GRID)
        side.addWidget(self._summary)
        side.addStretch(1)
        layout.addLayout(side, 2)
        self._connect()

    def begin(self, model: DepositModel, form: FilledForm | None = None) -> None:
        """Start a form for ``model.patient``, empty or from a kept draft."""
        self._model = None
        self._filling = True
        self._fill_categories(model.categories)
        today = QDate(model.today.year, model.today.month, model.today.day)
        self._date.setMaximumDate(today)
        entered = form or FilledForm()
        self._title.setText(entered.title)
        self._category.setCurrentIndex(self._category.findData(entered.category))
        if entered.category == "":
            self._category.setEditText("")
        created = entered.created
        self._date.setDate(QDate(created.year, created.month, created.day) if created else today)
        self._levels[entered.level if entered.level in self._levels else Level.STANDARD].setChecked(True)
        self._objects.setChecked(entered.patient_objects)
        for form_row in (self._category_row, self._title_row, self._date_row):
            form_row.set_error("")
        self._filling = False
        self.show_state(model)

    def show_state(self, model: DepositModel) -> None:
        """Show *model*; the patient cannot change under the form (ValueError: a bug)."""
        if self._model is not None and self._model.patient.id != model.patient.id:
            raise ValueError("another patient under a running deposit form")
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        if model is None:
            return
        file = model.file
        self._drop.show_file(f"{file.name}   ·   {megabytes(file.size)}" if file else "")
        self.verdict.show_file(file)
        editing = model.phase is DepositPhase.EDITING
        self._drop.set_locked(locked=not editing)
        for widget in (self._category, self._title, self._date, self._objects, *self._levels.values()):
            widget.setEnabled(editing)
        self._label_categories()
        self._say_level()
        self._summary.show_summary(model, self.form())

    def form(self) -> FilledForm:
        """What is entered now."""
        day = self._date.date()
        return FilledForm(
            category=self._chosen_category(),
            title=self._title.text().strip(),
            created=date(day.year(), day.month(), day.day()) if day.isValid() else None,
            level=next((level for level, radio in self._levels.items() if radio.isChecked()), Level.STANDARD),
            patient_objects=self._objects.isChecked(),
        )

    def primary(self) -> QPushButton | None:
        return self._summary.button

    def focus_first(self) -> None:
        if self._model is not None and self._model.file is not None:
            self._category.setFocus()
        else:
            self._drop.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._drop.paste()
        else:
            super().keyPressEvent(event)

    def _header(self) -> QHBoxLayout:
        title = heading("")
        title.setObjectName("deposit-heading")
        self.bind(title.setText, lambda: text("deposit.heading"))
        back = quiet_button("", "deposit-back", self.back_asked.emit)
        self.bind_named(back, lambda: text("deposit.back"))
        return row(title, None, back)

    def _file_panel(self) -> Panel:
        panel = Panel(margin=2 * GRID)
        panel.body.setSpacing(GRID + 4)
        title = heading("")
        self.bind(title.setText, lambda: text("deposit.step_file"))
        self._nothing = muted("")
        self._nothing.setObjectName("deposit-nothing-to-paste")
        self.bind(self._nothing.setText, lambda: text("deposit.nothing_to_paste"))
        self._nothing.hide()
        for widget in (title, self._drop, self._nothing, self.verdict):
            panel.body.addWidget(widget)
        return panel

    def _document_panel(self) -> Panel:
        panel = Panel(margin=2 * GRID)
        panel.body.setSpacing(GRID + 4)
        title = heading("")
        self.bind(title.setText, lambda: text("deposit.step_document"))
        self._category = QComboBox()
        self._category.setEditable(True)
        self._category.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._category.setMaxVisibleItems(14)
        completer = self._category.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._category_row = FormRow("", self._category, "deposit-category")
        self.bind_row(self._category_row, lambda: text("deposit.category"))
        self._title = QLineEdit()
        self._title.setMaxLength(TITLE_MAX)
        self._title_row = FormRow("", self._title, "deposit-title")
        self.bind_row(self._title_row, lambda: text("deposit.title"))
        self._date = QDateEdit()
        self._date.setDisplayFormat("dd.MM.yyyy")
        self._date.setCalendarPopup(True)
        self._date.setMinimumDate(QDate(1900, 1, 1))
        self._date.setMinimumWidth(152)
        self._date_row = FormRow("", self._date, "deposit-date")
        self.bind_row(self._date_row, lambda: text("deposit.date"))
        self._date_row.setMaximumWidth(176)
        self._objects = QCheckBox()
        self._objects.setObjectName("deposit-patient-objects")
        self.bind_named(self._objects, lambda: text("deposit.objects"))
        panel.body.addWidget(title)
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
        self._levels: dict[Level, QRadioButton] = {}
        for level in LEVELS_AT_DEPOSIT:
            radio = QRadioButton()
            radio.setObjectName(f"deposit-level-{level.value}")
            self.bind_named(radio, lambda level=level: level_word(level).capitalize())  # type: ignore[misc]
            group.addButton(radio)
            self._levels[level] = radio
        self._levels[Level.STANDARD].setChecked(True)
        choice.addLayout(row(*self._levels.values(), None, spacing=2 * GRID))
        self._level_hint = muted("")
        self._level_hint.setObjectName("deposit-level-hint")
        choice.addWidget(self._level_hint)
        return choice

    def _connect(self) -> None:
        self._drop.file_chosen.connect(self._file_taken)
        self._drop.image_pasted.connect(self.image_pasted)
        self._drop.nothing_to_paste.connect(self._nothing.show)
        self.verdict.copy_asked.connect(self.copy_asked)
        self.verdict.copy_accepted.connect(self.copy_accepted)
        self.verdict.copy_declined.connect(self.copy_declined)
        self._summary.confirmed.connect(self._confirm)
        self._summary.another_asked.connect(self.another_asked)
        self._summary.record_asked.connect(self.record_asked)
        self._category.editTextChanged.connect(lambda _: self._changed(self._category_row))
        words = self._category.lineEdit()
        if words is not None:
            words.editingFinished.connect(self._complete_category)
        self._title.textChanged.connect(lambda _: self._changed(self._title_row))
        self._date.dateChanged.connect(lambda _: self._changed(self._date_row))
        self._objects.toggled.connect(lambda _: self._changed(None))
        for radio in self._levels.values():
            radio.toggled.connect(lambda on: self._changed(None) if on else None)

    def _file_taken(self, path: object) -> None:
        self._nothing.hide()
        self.file_chosen.emit(path)

    def _changed(self, form_row: FormRow | None) -> None:
        if self._filling or self._model is None:
            return
        if form_row is not None:
            form_row.set_error("")
        self._say_level()
        form = self.form()
        self._summary.show_summary(self._model, form)
        self.form_changed.emit(form)

    def _confirm(self) -> None:
        model, form = self._model, self.form()
        if model is None or form.patient_objects:
            return
        self._category_row.set_error("" if form.category else text("deposit.category_missing"))
        self._title_row.set_error("" if form.title else text("deposit.title_missing"))
        late = form.created is None or form.created > model.today
        self._date_row.set_error(failure_text(Failure.of(Code.DATE_IN_FUTURE)) if late else "")
        ready = model.file is not None and model.file.is_ready()
        self._summary.say_file_missing(missing=not ready)
        if not ready:
            self._drop.focus_first()
        elif not form.category:
            self._category.setFocus()
        elif not form.title:
            self._title.setFocus()
        elif late:
            self._date.setFocus()
        else:
            self.deposit_confirmed.emit(form)

    def _fill_categories(self, categories: tuple[Category, ...]) -> None:
        self._category.clear()
        for category in categories:
            self._category.addItem(category.label(current_language()), category.slug)

    def _label_categories(self) -> None:
        if self._model is None:
            return
        self._filling = True
        for number, category in enumerate(self._model.categories):
            self._category.setItemText(number, category.label(current_language()))
        self._filling = False

    def _chosen_category(self) -> str:
        typed = self._category.currentText().strip().casefold()
        for number in range(self._category.count()):
            if self._category.itemText(number).casefold() == typed:
                return str(self._category.itemData(number))
        return ""

    def _complete_category(self) -> None:
        """A part of the name is enough: leaving the field takes the first category that holds it."""
        typed = self._category.currentText().strip().casefold()
        if not typed or self._chosen_category():
            return
        for number in range(self._category.count()):
            if typed in self._category.itemText(number).casefold():
                self._category.setCurrentIndex(number)
                return

    def _say_level(self) -> None:
        self._level_hint.setText(text(_LEVEL_HINTS[self.form().level]))
