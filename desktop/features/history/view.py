"""The historique des activités on the screen: filters, a table, and the chosen line in full."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.errors import Failure
from desktop.domain.texts import code_words, counted, text
from desktop.domain.trace import Trace
from desktop.features.history.domain import Choice, Period, Person, person_of
from desktop.services.known_names import NO_NAMES, Names
from desktop.ui.dates import moment
from desktop.ui.printing import Printing
from desktop.ui.theme import GRID, ROW_HEIGHT
from desktop.ui.views.base import View
from desktop.ui.views.describe import document_title
from desktop.ui.views.trace_words import NONE, act_words, document_badges, outcome_words, role_words
from desktop.ui.views.walked_table import WalkedTable
from desktop.ui.widgets.badged_cell import BADGES, BadgedLine
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import fold, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import heading, label, muted

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
NARROW = 760  # pixels of the table below which the role stands in the chosen line only
_WHEN, _WHO, _ROLE, _ACT, _DOCUMENT = range(5)
_PERIODS = {
    Period.WEEK: "history.period_week",
    Period.MONTH: "history.period_month",
    Period.YEAR: "history.period_year",
    Period.EVERYTHING: "history.period_everything",
}


@dataclass(frozen=True, slots=True)
class HistoryModel:
    """``read_at`` None = not read (yet). ``rows`` of ``total`` are let through by ``choice``."""

    rows: tuple[Trace, ...] = ()
    names: Names = NO_NAMES
    total: int = 0
    people: tuple[Person, ...] = ()
    actions: tuple[str, ...] = ()
    choice: Choice = field(default_factory=Choice)
    read_at: datetime | None = None
    loading: bool = False
    failure: Failure | None = None
    offline: bool = False
    printing: Printing = Printing.NOTHING


class HistoryView(View):
    """Signals: ``refresh_asked``, ``print_asked``, ``chosen`` (a :class:`Choice`)."""

    refresh_asked = Signal()
    print_asked = Signal()
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("history-view", parent)
        self._model = HistoryModel()
        title = heading("")
        self.bind(title.setText, lambda: text("history.heading"))
        intro = muted("")
        self.bind(intro.setText, lambda: text("history.intro"))
        self._again = secondary_button("", "history-refresh", self.refresh_asked.emit)
        self.bind_named(self._again, lambda: text("history.refresh"))
        self._print = secondary_button("", "history-print", self.print_asked.emit)
        self.bind_named(self._print, lambda: text("history.print"))
        for sequence, button in (
            (QKeySequence("F5"), self._again),
            (QKeySequence.StandardKey.Print, self._print),
        ):
            key = QShortcut(sequence, self)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.activated.connect(button.click)
        self.period = self._filter("history-period", "history.filter_period")
        self.person = self._filter("history-person", "history.filter_person")
        self.act = self._filter("history-act", "history.filter_act")
        self._reset = quiet_button("", "history-reset", self._show_everything)
        self.bind_named(self._reset, lambda: text("history.reset"))
        self._message = Message("history-message")
        self._wait = DelayedProgress("history-wait", keep_place=False)
        self.rows = HistoryRows(self)
        self.table = HistoryTable(self.rows)
        self.bind(self.table.setAccessibleName, lambda: text("history.heading"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_chosen_line())
        self.line = label("", "body")
        self.line.setObjectName("history-line")
        self._count = muted("")
        self._count.setObjectName("history-count")
        self._count.setWordWrap(False)
        filters = self._filters = QHBoxLayout()
        filters.setSpacing(GRID)
        for combo in (self.period, self.person, self.act):
            filters.addWidget(combo, 1)
        filters.addWidget(self._reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        layout.setSpacing(2 * GRID)
        self._head = row(row(title, self._count, None), row(None, self._print, self._again))
        layout.addLayout(self._head)
        layout.addWidget(intro)
        layout.addLayout(filters)
        layout.addWidget(self._message)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._wait)
        layout.addWidget(self.line)
        self.refresh()

    def show_state(self, model: HistoryModel) -> None:
        """Show *model*."""
        before, self._model = self._model, model
        if not model == before == HistoryModel():  # a lock empties it in three steps, the first is enough
            self.refresh()

    def refresh(self) -> None:
        model = self._model
        self._fill_filters(model)
        self.rows.show(model.rows, model.names)
        busy = model.loading or model.printing is Printing.RUNNING
        self._again.setEnabled(not model.offline)
        self._print.setEnabled(bool(model.rows) and not busy)
        if busy:
            self._wait.wait(text("history.loading" if model.loading else "history.printing"))
        else:
            self._wait.done()
        self._say(model)
        self._count.setText(_count_words(model))
        self._show_chosen_line()

    def focus_first(self) -> None:
        (self.table if self._model.rows else self.period).setFocus()

    def _say(self, model: HistoryModel) -> None:
        if model.offline:
            self._message.show_text(text("history.offline"), tone="warning")
        elif model.failure is None and model.printing is Printing.DONE:
            self._message.show_text(text("history.printed"))
        elif model.failure is None:
            self._message.clear()
        elif model.failure is not self._message.failure or self._message.isHidden():
            self._message.show_failure(model.failure)

    def _filter(self, name: str, title: str) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(name)
        combo.setMinimumContentsLength(8)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.bind(combo.setAccessibleName, lambda: text(title))
        combo.activated.connect(lambda _: self._choose())
        return combo

    def _fill_filters(self, model: HistoryModel) -> None:
        choice = model.choice
        _fill(self.period, [(text(key), period) for period, key in _PERIODS.items()], choice.period)
        persons = [(text("history.all_people"), None), *((_person_words(p), p) for p in model.people)]
        _fill(self.person, persons, choice.person)
        named = sorted((_action_words(code), code) for code in model.actions)
        _fill(self.act, [(text("history.all_acts"), ""), *named], choice.action)
        self._reset.setVisible(choice.person is not None or bool(choice.action))

    def _choose(self) -> None:
        combos = (self.period, self.person, self.act)
        self.chosen.emit(Choice(*(combo.currentData() for combo in combos)))

    def _show_everything(self) -> None:
        self.chosen.emit(Choice(self._model.choice.period))
        self.focus_first()

    def _show_chosen_line(self) -> None:
        number = self.table.currentIndex().row()
        rows = self._model.rows
        self.line.setText(_line(rows[number], self._model.names) if 0 <= number < len(rows) else "")
        self.line.setVisible(bool(self.line.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fold(self, self._head, self._filters)


class HistoryRows(QAbstractTableModel):
    """One trace a row; some thousands are as quick as ten."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._traces: tuple[Trace, ...] = ()
        self._names = NO_NAMES

    def show(self, traces: tuple[Trace, ...], names: Names) -> None:
        """Replace all rows; nothing moves where they are the same."""
        if (traces, names) == (self._traces, self._names):
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, _DOCUMENT)
            if traces:
                self.dataChanged.emit(self.index(0, 0), self.index(len(traces) - 1, _DOCUMENT))
            return
        self.beginResetModel()
        self._traces, self._names = traces, names
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._traces)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        trace, column = self._traces[index.row()], index.column()
        badges = document_badges(trace, self._names) if column == _DOCUMENT else ()
        if role == BADGES:
            return badges
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _cell(trace, column, self._names)
        return _COLUMNS[column][1](trace, self._names)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return text(_COLUMNS[section][0])
        return None


class HistoryTable(WalkedTable):
    """Walked by arrows, left by Tab."""

    def __init__(self, rows: HistoryRows) -> None:
        super().__init__("history-table", rows, row_height=ROW_HEIGHT)
        self.setItemDelegateForColumn(_DOCUMENT, BadgedLine(self))
        header = self.horizontalHeader()
        header.setResizeContentsPrecision(20)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_WHEN, QHeaderView.ResizeMode.ResizeToContents)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setColumnHidden(_ROLE, event.size().width() < NARROW)
        super().resizeEvent(event)


def columns() -> tuple[str, ...]:
    """The titles of the table."""
    return tuple(text(key) for key, _ in _COLUMNS)


def cells(model: HistoryModel) -> tuple[tuple[str, ...], ...]:
    """The table in words, badges included: a copy says all that the screen says."""
    return tuple(
        tuple(_cell(trace, column, model.names) for column in range(len(_COLUMNS))) for trace in model.rows
    )


def notes(model: HistoryModel) -> tuple[str, ...]:
    """What a copy needs to be read alone: which acts of how many, read when, and by which filters."""
    choice = model.choice
    person = text("history.all_people") if choice.person is None else _person_words(choice.person)
    act = _action_words(choice.action) if choice.action else text("history.all_acts")
    return _count_words(model), " · ".join((text(_PERIODS[choice.period]), person, act))


def _cell(trace: Trace, column: int, names: Names) -> str:
    badges = document_badges(trace, names) if column == _DOCUMENT else ()
    return ", ".join((_COLUMNS[column][1](trace, names), *(badge for badge, _ in badges)))


def _fill(combo: QComboBox, items: Sequence[tuple[str, object]], current: object) -> None:
    """Replace the entries; what is chosen stays chosen although nothing of it is left."""
    combo.blockSignals(True)
    combo.clear()
    for words, value in items:
        combo.addItem(words, value)
    values = [value for _, value in items]
    if current not in values:
        values.append(current)
        combo.addItem(_gone_words(current), current)
    combo.setCurrentIndex(values.index(current))
    combo.blockSignals(False)


def _gone_words(value: object) -> str:
    return _person_words(value) if isinstance(value, Person) else _action_words(str(value))


def _person_words(person: Person) -> str:
    if person.role:
        return code_words("traces", "roles", person.role) or person.who
    if person.function:
        return text("history.person", who=person.who, function=person.function)
    return person.who


def _action_words(code: str) -> str:
    return code_words("traces", "acts", code) or text("traces.unknown", code=code)


def _act_and_refusal(trace: Trace) -> str:
    act = act_words(trace)
    return act if trace.succeeded else text("history.refused_act", act=act, outcome=outcome_words(trace))


def _document_words(trace: Trace, names: Names) -> str:
    """A title from the user's own list; an id would say nothing to him, and more than the list does."""
    if not trace.document_id:
        return NONE
    document = names.documents.get(trace.document_id)
    if document is not None:
        return document_title(document)
    return text("history.unlisted" if names.leaves_out(trace) else "history.unnamed")


def _has_role(trace: Trace) -> bool:
    """Who is named by a role alone (the patient, an administrator) has no other beside it."""
    return bool(trace.role) and not person_of(trace).role


def _role_words(trace: Trace) -> str:
    return role_words(trace) if _has_role(trace) else NONE


def _line(trace: Trace, names: Names) -> str:
    parts = (
        moment(trace.when),
        _person_words(person_of(trace)),
        text("history.as_role", role=_role_words(trace)) if _has_role(trace) else "",
        act_words(trace),
        _document_words(trace, names) if trace.document_id else "",
        *(words for words, _ in document_badges(trace, names)),
        outcome_words(trace),
        text("history.through", software=trace.software) if trace.software else "",
    )
    return " · ".join(part for part in parts if part)


def _count_words(model: HistoryModel) -> str:
    if model.read_at is None:
        return ""
    shown = counted("history.count", len(model.rows))
    if len(model.rows) != model.total:
        shown = text("history.of_total", shown=shown, total=model.total)
    return text("history.read_at", count=shown, when=moment(model.read_at))


_COLUMNS: tuple[tuple[str, Callable[[Trace, Names], str]], ...] = (
    ("history.when", lambda trace, _: moment(trace.when)),
    ("history.who", lambda trace, _: _person_words(person_of(trace))),
    ("history.role", lambda trace, _: _role_words(trace)),
    ("history.act", lambda trace, _: _act_and_refusal(trace)),
    ("history.document", _document_words),
)
