"""The page of the work list: filters, a table, the chosen line."""

from dataclasses import dataclass, field

from PySide6.QtCore import (
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.errors import Failure
from desktop.domain.texts import counted, text
from desktop.features.worklist.cells import (
    COLUMNS,
    ORDERS,
    choice_words,
    count_words,
    spoken,
    spoken_choice,
)
from desktop.features.worklist.domain import MOST_FIRST, Choice, Line, Order, Wish, wished
from desktop.features.worklist.service import Widths, Worklist
from desktop.features.worklist.view.table import NO_INDEX, FilterField, WorklistRows, WorklistTable
from desktop.ui.dates import moment
from desktop.ui.printing import Printing
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import View
from desktop.ui.widgets.buttons import primary_button, secondary_button, tab_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import fold, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import ElidedLabel, heading, label, muted, set_tone

NARROW = 800  # pixels of the page


@dataclass(frozen=True, slots=True)
class WorklistModel:
    """``worklist`` None = not known (yet); with a ``failure`` it is a former one.

    ``left``: so many lines went since it was read, as a right ended.
    """

    worklist: Worklist | None = None
    wish: Wish = field(default_factory=Wish)
    loading: bool = False
    failure: Failure | None = None
    printing: Printing = Printing.NOTHING
    widths: Widths = field(default_factory=dict)
    left: int = 0


class WorklistView(View):
    """Signals: ``refresh_asked``, ``print_asked``, ``wished`` (a :class:`Wish`), ``patient_chosen`` (to
    be opened), ``summary_chosen`` (to be opened on his résumé patient), ``widths_changed`` (``Widths``)."""

    refresh_asked = Signal()
    print_asked = Signal()
    wished = Signal(object)
    patient_chosen = Signal(object)
    summary_chosen = Signal(object)
    widths_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("worklist-view", parent)
        self._model = WorklistModel()
        title = self._title = heading("")
        self.bind(title.setText, lambda: text("worklist.heading"))
        self._count = ElidedLabel("", "muted")
        self._count.setObjectName("worklist-count")
        self._open = primary_button("", "worklist-open", self._open_patient)
        self.bind_named(self._open, lambda: text("worklist.open"))
        self._again = secondary_button("", "worklist-refresh", self.refresh_asked.emit)
        self.bind_named(self._again, lambda: text("worklist.refresh"))
        self._print = secondary_button("", "worklist-print", self.print_asked.emit)
        self.bind_named(self._print, lambda: text("worklist.print"))
        self.words = FilterField()
        self.words.setObjectName("worklist-filter")
        self.words.setMinimumHeight(CONTROL_HEIGHT)
        self.words.setFixedWidth(18 * GRID)
        self.words.setMaxLength(80)
        self.words.setClearButtonEnabled(True)
        self.bind(self.words.setPlaceholderText, lambda: text("worklist.filter_name"))
        self.bind(self.words.setAccessibleName, lambda: text("worklist.filter_name"))
        self.words.textEdited.connect(lambda _: self._wish(words=self.words.text()))
        self.choices = {choice: self._choice_button(choice) for choice in Choice}
        self.order = QComboBox()
        self.order.setObjectName("worklist-order")
        self.order.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.bind(self.order.setAccessibleName, lambda: text("worklist.order_name"))
        self.order.activated.connect(lambda number: self._wish(order=list(ORDERS)[number]))
        self._message = Message("worklist-message")
        self._wait = DelayedProgress("worklist-wait", keep_place=False)
        self.rows = WorklistRows(self)
        self.table = WorklistTable(self.rows)
        self.bind(self.table.setAccessibleName, lambda: text("worklist.heading"))
        self.table.activated.connect(lambda _: self._open_patient())
        self.table.widths_changed.connect(self.widths_changed)
        self.table.narrowed.connect(self._show_chosen_line)
        self.table.horizontalHeader().sectionClicked.connect(lambda n: self._wish(order=COLUMNS[n].order))
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_chosen_line())
        self.line = label("")
        self.line.setObjectName("worklist-line")
        self._empty = muted("")
        self._empty.setObjectName("worklist-empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)  # it has the table's whole room
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        layout.setSpacing(GRID)
        found = row(title, self.words, self._count)
        found.setStretch(2, 1)
        self._head = row(found, row(None, self._print, self._again, self._open))
        self._head.setStretch(0, 1)
        layout.addLayout(self._head)
        sorted_by = self._sorted_by = muted("")
        sorted_by.setBuddy(self.order)
        self.bind(sorted_by.setText, lambda: text("worklist.order_name"))
        self._choosing = row(row(*self.choices.values(), None), row(None, sorted_by, self.order))
        layout.addLayout(self._choosing)
        layout.addWidget(self._message)
        layout.addWidget(self._empty)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)
        layout.addWidget(self._wait)
        layout.addWidget(self.line)
        for keys, act in (
            ("F5", self.refresh_asked.emit),
            ("Ctrl+P", self._print.click),
            ("F4", lambda: self._choose_patient(self.summary_chosen)),
            ("Ctrl+F", self._go_to_filter),
            ("Ctrl+Right", lambda: self._step_choice(1)),
            ("Ctrl+Left", lambda: self._step_choice(-1)),
            ("Ctrl+Down", lambda: self._step_order(1)),
            ("Ctrl+Up", lambda: self._step_order(-1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the menu of pages says what this is, and the choice of the order is its name."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        self._title.setHidden(narrow)
        self._sorted_by.setHidden(narrow)
        fold(self, self._head, self._choosing)
        side = GRID if narrow else 2 * GRID
        if (layout := self.layout()) is not None:
            layout.setContentsMargins(side, GRID // 2, side, GRID // 2)
        for button in self.choices.values():
            set_tone(button, "tight" if narrow else "")
            button.updateGeometry()  # the row remembers how wide it was

    def show_state(self, model: WorklistModel) -> None:
        """Show *model*; the patient under the cursor stays under it while he is shown.

        Another filter or order begins at its top: what comes first in it is what was asked for.
        """
        if model.wish != self._model.wish:
            self.table.setCurrentIndex(NO_INDEX)
        self._model = model
        self.refresh()

    def shown(self) -> tuple[Line, ...]:
        """The lines on the screen, in their order."""
        return self.rows.lines

    def refresh(self) -> None:
        model = self._model
        worklist, wish = model.worklist, model.wish
        if self.words.text() != wish.words:
            self.words.setText(wish.words)
        for choice, button in self.choices.items():
            self._name(button, choice, worklist, checked=choice is wish.choice)
        self._fill_orders(wish.order)
        chosen = self.table.chosen() if self.table.currentIndex().row() > 0 else None  # the top stays the top
        lines = wished(worklist.lines, wish) if worklist else ()
        self.rows.show(lines, worklist.today if worklist else None)
        self.table.set_widths(model.widths)
        self.table.stand_on(chosen)
        self._show_marks(wish.order)
        busy = model.loading or model.printing is Printing.RUNNING
        self._again.setEnabled(not model.loading)
        self._print.setEnabled(bool(lines) and not busy)
        if busy:
            self._wait.wait(text("worklist.loading" if model.loading else "worklist.printing"))
        else:
            self._wait.done()
        self._count.set_whole(count_words(worklist, len(lines)))
        self._say(model)
        self._say_empty(model, len(lines))
        self._show_chosen_line()

    def primary(self) -> QPushButton | None:
        return self._open

    def letters_field(self) -> FilterField:
        """They look for a name."""
        return self.words

    def focus_first(self) -> None:
        (self.table if self.rows.lines else self.words).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc first takes back what was filtered, then leads back."""
        wish = self._model.wish
        if event.key() == Qt.Key.Key_Escape and (wish.words or wish.choice is not Choice.ALL):
            self._wish(words="", choice=Choice.ALL)
            self.focus_first()
        else:
            super().keyPressEvent(event)

    def _choice_button(self, choice: Choice) -> QPushButton:
        return tab_button("", f"worklist-choice-{choice.value}", lambda: self._wish(choice=choice))

    @staticmethod
    def _name(button: QPushButton, choice: Choice, worklist: Worklist | None, *, checked: bool) -> None:
        button.setText(choice_words(worklist, choice))
        button.setAccessibleName(spoken_choice(worklist, choice))
        button.setChecked(checked)

    def _fill_orders(self, order: Order) -> None:
        words = [text(key) for key in ORDERS.values()]
        if [self.order.itemText(n) for n in range(self.order.count())] != words:
            self.order.clear()
            self.order.addItems(words)
        self.order.setCurrentIndex(list(ORDERS).index(order))

    def _show_marks(self, order: Order) -> None:
        header = self.table.horizontalHeader()
        column = next((n for n, c in enumerate(COLUMNS) if c.order is order), -1)
        header.setSortIndicatorShown(column >= 0)
        if column >= 0:
            falls = order in MOST_FIRST
            header.setSortIndicator(
                column, Qt.SortOrder.DescendingOrder if falls else Qt.SortOrder.AscendingOrder
            )

    def _wish(
        self, *, choice: Choice | None = None, order: Order | None = None, words: str | None = None
    ) -> None:
        now = self._model.wish
        wish = Wish(choice or now.choice, order or now.order, now.words if words is None else words)
        self.wished.emit(wish)

    def _step_choice(self, by: int) -> None:
        known = list(Choice)
        self._wish(choice=known[(known.index(self._model.wish.choice) + by) % len(known)])

    def _step_order(self, by: int) -> None:
        known = list(Order)
        self._wish(order=known[(known.index(self._model.wish.order) + by) % len(known)])

    def _go_to_filter(self) -> None:
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def _open_patient(self) -> None:
        self._choose_patient(self.patient_chosen)

    def _choose_patient(self, tell: SignalInstance) -> None:
        """The one under the cursor; from the filter, the first that it leaves."""
        chosen = self.table.chosen() or next(iter(self.rows.lines), None)
        if chosen is not None:
            tell.emit(chosen.told.patient)

    def _show_chosen_line(self) -> None:
        chosen = self.table.chosen()
        told = chosen is not None and self.rows.today is not None and self.table.leaves_out
        self.line.setText(spoken(chosen, self.rows.today) if told and chosen and self.rows.today else "")
        self.line.setVisible(told)
        self._open.setEnabled(bool(self.rows.lines))

    def _say(self, model: WorklistModel) -> None:
        worklist = model.worklist
        if model.failure is not None:
            words = text("worklist.missing_list")
            if worklist is not None:
                words = text("worklist.stale", when=moment(worklist.read_at))
            if model.failure is not self._message.failure or self._message.isHidden():
                self._message.show_failure(model.failure)
            self._count.set_whole(words)
        elif worklist is not None and worklist.unread:
            self._message.show_text(counted("worklist.unread", worklist.unread), tone="warning")
        elif worklist is not None and model.left:
            self._message.show_text(counted("worklist.left", model.left), tone="warning")
        elif model.printing is Printing.DONE:
            self._message.show_text(text("worklist.printed"))
        else:
            self._message.clear()

    def _say_empty(self, model: WorklistModel, shown: int) -> None:
        worklist = model.worklist
        self._empty.setVisible(worklist is not None and not shown)
        self.table.setVisible(worklist is None or bool(shown))
        if worklist is None or shown:
            self._empty.clear()
        elif worklist.lines:
            self._empty.setText(text("worklist.nobody", total=len(worklist.lines)))
        else:
            self._empty.setText(text("worklist.empty"))
