"""The work list on the screen: filters, a table, the chosen line; and its summary on the home page."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.errors import Failure
from desktop.domain.local_time import local_day
from desktop.domain.texts import counted, text
from desktop.features.worklist.cells import (
    COLUMNS,
    ORDERS,
    choice_words,
    count_words,
    panel_words,
    spoken,
    spoken_choice,
)
from desktop.features.worklist.domain import MOST_FIRST, Choice, Line, Order, Wish, wished
from desktop.features.worklist.service import Worklist
from desktop.ui.dates import moment
from desktop.ui.printing import Printing
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import Speaking, View
from desktop.ui.widgets.badged_cell import BADGES, BadgedLine
from desktop.ui.widgets.buttons import primary_button, secondary_button, tab_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import ElidedLabel, heading, label, muted

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ROW = 30  # pixels: thirteen of them stand on the smallest usual screen
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, BADGES)
_GIVE_WAY = (8, 5, 1, 4, 7, 2)  # columns that narrow windows leave out, the first one first


@dataclass(frozen=True, slots=True)
class WorklistModel:
    """``worklist`` None = not known (yet); with a ``failure`` it is a former one."""

    worklist: Worklist | None = None
    wish: Wish = field(default_factory=Wish)
    loading: bool = False
    failure: Failure | None = None
    printing: Printing = Printing.NOTHING


class WorklistView(View):
    """Signals: ``refresh_asked``, ``print_asked``, ``wished`` (a :class:`Wish`), ``patient_chosen`` (to
    be opened), ``summary_chosen`` (to be opened on his résumé patient)."""

    refresh_asked = Signal()
    print_asked = Signal()
    wished = Signal(object)
    patient_chosen = Signal(object)
    summary_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("worklist-view", parent)
        self._model = WorklistModel()
        title = heading("")
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
        self.bind(self.order.setAccessibleName, lambda: text("worklist.order_name"))
        self.order.activated.connect(lambda number: self._wish(order=list(ORDERS)[number]))
        self._message = Message("worklist-message")
        self._wait = DelayedProgress("worklist-wait", keep_place=False)
        self.rows = WorklistRows(self)
        self.table = WorklistTable(self.rows)
        self.bind(self.table.setAccessibleName, lambda: text("worklist.heading"))
        self.table.activated.connect(lambda _: self._open_patient())
        self.table.typed.connect(self._type_on)
        self.table.narrowed.connect(self._show_chosen_line)
        self.table.horizontalHeader().sectionClicked.connect(lambda n: self._wish(order=COLUMNS[n].order))
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_chosen_line())
        self.line = label("")
        self.line.setObjectName("worklist-line")
        self._empty = muted("")
        self._empty.setObjectName("worklist-empty")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        layout.setSpacing(GRID)
        head = row(title, self.words, self._count, self._print, self._again, self._open)
        head.setStretch(2, 1)
        layout.addLayout(head)
        sorted_by = muted("")
        sorted_by.setBuddy(self.order)
        self.bind(sorted_by.setText, lambda: text("worklist.order_name"))
        layout.addLayout(row(*self.choices.values(), None, sorted_by, self.order))
        layout.addWidget(self._message)
        layout.addWidget(self._wait)
        layout.addWidget(self._empty)
        layout.addWidget(self.table, 1)
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
        chosen = self._chosen() if self.table.currentIndex().row() > 0 else None  # the top stays the top
        lines = wished(worklist.lines, wish) if worklist else ()
        self.rows.show(lines, local_day(worklist.read_at) if worklist else None)
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

    def _type_on(self, letters: str) -> None:
        """Letters that are typed on the list look for a name."""
        self.words.setFocus()
        self.words.setText(self.words.text() + letters)
        self._wish(words=self.words.text())

    def _chosen(self) -> Line | None:
        number = self.table.currentIndex().row()
        return self.rows.lines[number] if 0 <= number < len(self.rows.lines) else None

    def _open_patient(self) -> None:
        self._choose_patient(self.patient_chosen)

    def _choose_patient(self, tell: SignalInstance) -> None:
        """The one under the cursor; from the filter, the first that it leaves."""
        chosen = self._chosen() or next(iter(self.rows.lines), None)
        if chosen is not None:
            tell.emit(chosen.told.patient)

    def _show_chosen_line(self) -> None:
        chosen = self._chosen()
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


class FilterField(QLineEdit):
    """Ctrl and an arrow walk by words where there are some; an empty field leaves them to the page."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and not self.text():
            event.ignore()
            return False
        return super().event(event)


class WorklistRows(QAbstractTableModel):
    """One patient a row; thousands are as quick as ten: only cells that are painted are put into words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()
        self.today: date | None = None

    def show(self, lines: tuple[Line, ...], today: date | None) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.lines, self.today = lines, today
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.today is None or role not in _ROLES:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(self.lines[index.row()], self.today)
        words, badges = COLUMNS[index.column()].cell(self.lines[index.row()], self.today)
        return badges if role == BADGES else words

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return text(ORDERS[COLUMNS[section].order])
        return None


class WorklistTable(QTableView):
    """Walked by arrows, left by Tab. Signals: ``typed`` (letters for the filter), ``narrowed`` (other columns
    are left out, see ``leaves_out``)."""

    typed = Signal(str)
    narrowed = Signal()

    def __init__(self, rows: WorklistRows) -> None:
        super().__init__()
        self.leaves_out = False
        self.setObjectName("worklist-table")
        self.setModel(rows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(BadgedLine(self))
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(ROW)
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(40)
        header.setFixedHeight(ROW + GRID // 2)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def stand_on(self, chosen: Line | None) -> None:
        """The same patient as before, else the first row."""
        rows = self.model()
        assert isinstance(rows, WorklistRows)
        ids = [shown.told.patient.id for shown in rows.lines]
        wanted = chosen.told.patient.id if chosen else ""
        if ids:
            self.setCurrentIndex(rows.index(ids.index(wanted) if wanted in ids else 0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(self.currentIndex())
        elif plain and event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What does not fit is said by the chosen line; the rest shares the room by its weights."""
        room = event.size().width()
        left = sum(column.width for column in COLUMNS)
        hidden: set[int] = set()
        for number in _GIVE_WAY:
            if left > room:
                hidden.add(number)
                left -= COLUMNS[number].width
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, number in hidden)
            if number not in hidden:
                self.setColumnWidth(number, column.width * room // left)
        super().resizeEvent(event)
        if bool(hidden) is not self.leaves_out:
            self.leaves_out = bool(hidden)
            self.narrowed.emit()


class HomePanel(Speaking):
    """What the home page shows of the list. Signal: ``open_asked``."""

    open_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("worklist-home", parent)
        self._model = WorklistModel()
        panel = Panel()
        title = heading("")
        self.bind(title.setText, lambda: text("worklist.title"))
        self.said = label("")
        self.said.setObjectName("worklist-home-words")
        opens = secondary_button("", "worklist-home-open", self.open_asked.emit)
        self.bind_named(opens, lambda: text("worklist.panel_all"))
        # Heard while the panel is before the eyes, wherever the keyboard is on that page.
        QShortcut(QKeySequence("F7"), self).activated.connect(self.open_asked)
        panel.body.addLayout(row(title, None, opens))
        panel.body.addWidget(self.said)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.hide()

    def show_state(self, model: WorklistModel) -> None:
        """Show *model*; nothing where nobody is declared, or nothing is known yet."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        worklist = self._model.worklist
        if worklist is None:
            self.said.setText(text("worklist.panel_missing"))
            self.setVisible(self._model.failure is not None)
            return
        self.said.setText(panel_words(worklist))
        self.setVisible(bool(worklist.lines))
