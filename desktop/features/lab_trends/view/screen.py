"""The page of the trends: analytes at the left, chart and table at the right."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.errors import Failure
from desktop.domain.texts import counted, text
from desktop.features.lab_trends.cells import amount, cells, columns, series_title, series_words
from desktop.features.lab_trends.domain.series import Series, Span, within
from desktop.features.lab_trends.domain.values import LabValue
from desktop.features.lab_trends.service import Trends
from desktop.features.lab_trends.view.chart import TrendChart
from desktop.features.lab_trends.view.rows import ValueRows
from desktop.ui.printing import Printing
from desktop.ui.theme import GRID
from desktop.ui.views.base import View
from desktop.ui.views.walked_table import WalkedTable
from desktop.ui.widgets.buttons import primary_button, quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import ElidedLabel, heading
from desktop.ui.widgets.unsearched import Unsearched

_SIDE, _ROW, _NARROW = 264, 28, 900
_WAIT = 300  # pixels: what is waited for is said beside the title, in one line, and moves nothing


class Period(Enum):
    """How far back."""

    YEAR = "lab_trends.year"
    FIVE_YEARS = "lab_trends.five_years"
    ALL = "lab_trends.all"

    def since(self, now: datetime) -> datetime | None:
        """From when on; None = all."""
        return {Period.YEAR: now - Span.YEAR, Period.FIVE_YEARS: now - Span.FIVE_YEARS}.get(self)


@dataclass(frozen=True, slots=True)
class TrendsModel:
    """``trends`` None = not there. ``chosen`` are keys of series; ``now`` is the platform's."""

    trends: Trends | None = None
    chosen: frozenset[str] = frozenset()
    period: Period = Period.FIVE_YEARS
    now: datetime | None = None
    loading: bool = False
    offline: bool = False
    failure: Failure | None = None
    printing: Printing = Printing.NOTHING

    def shown(self) -> tuple[Series, ...]:
        """The chosen curves, with the points of the period."""
        since = self._since()
        found = self.trends.series if self.trends is not None else ()
        cut = (
            Series(s.key, s.label, s.unit, s.known, within(s.points, since))
            for s in found
            if s.key in self.chosen
        )
        return tuple(s for s in cut if s.points)

    def rows(self) -> tuple[LabValue, ...]:
        """Those of the chosen analytes; with none chosen all, those of no curve among them (CF-152)."""
        trends, since = self.trends, self._since()
        if trends is None:
            return ()
        codes = {p.value.code for s in trends.series if s.key in self.chosen for p in s.points}
        dated = (v for v in trends.values if since is None or (v.at is not None and v.at >= since))
        return tuple(v for v in dated if not codes or v.code in codes)

    def _since(self) -> datetime | None:
        return self.period.since(self.now) if self.now is not None else None


class AnalyteList(Unsearched, QListWidget):
    """What can be drawn, each with a tick."""


class TrendsView(View):
    """Signals: ``chosen_changed(frozenset)``, ``period_chosen(Period)``, ``open_asked(LabValue)``,
    ``print_asked``, ``again_asked``, ``closed``."""

    chosen_changed = Signal(object)
    period_chosen = Signal(object)
    open_asked = Signal(object)
    print_asked = Signal()
    again_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("lab-trends-view", parent)
        self._model = TrendsModel()
        self._filling = False
        title = heading("")
        self.bind(title.setText, lambda: text("lab_trends.heading"))
        self._count = ElidedLabel("", "muted")
        self._count.setObjectName("lab-trends-count")
        self.periods: dict[Period, QPushButton] = {}
        for period in Period:
            button = self.periods[period] = quiet_button("", f"lab-trends-{period.name.lower()}")
            button.setCheckable(True)
            button.clicked.connect(partial(self._choose_period, period))
            self.bind_named(button, partial(_period_words, period))
        self._print = secondary_button("", "lab-trends-print", self.print_asked.emit)
        self.bind_named(self._print, lambda: text("lab_trends.print"))
        self._open = primary_button("", "lab-trends-open", self._open_current)
        self.bind_named(self._open, lambda: text("lab_trends.open"))
        self._message = Message("lab-trends-message")
        self._message.act_requested.connect(self.again_asked)
        self._wait = DelayedProgress("lab-trends-wait")
        self.analytes = AnalyteList()
        self.analytes.setObjectName("lab-trends-analytes")
        self.analytes.setMinimumWidth(_SIDE)
        self.analytes.setWordWrap(True)
        self.analytes.setSpacing(2)
        self.analytes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.analytes.itemChanged.connect(lambda _: self._ticked())
        self.bind(self.analytes.setAccessibleName, lambda: text("lab_trends.analytes"))
        self.chart = TrendChart()
        self.chart.opened.connect(self.open_asked)
        self.chart.moved.connect(self._point_moved)
        self._rows = ValueRows()
        self.table = WalkedTable("lab-trends-table", self._rows, row_height=_ROW)
        self.table.setFixedHeight(_ROW * 5 + 46)
        self.table.activated.connect(lambda index: self._open_row(index.row()))
        self.table.selectionModel().currentRowChanged.connect(lambda now, _: self._row_moved(now.row()))
        header = self.table.horizontalHeader()
        for column, wide in enumerate((110, 190, 110, 120, 150, 170, 180)):
            self.table.setColumnWidth(column, wide)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        self.bind(self.table.setAccessibleName, lambda: text("lab_trends.table"))
        self._arrange(title)
        for keys, act in (
            ("F5", self.again_asked.emit), ("Ctrl+P", self._print.click), ("F6", self._next_panel),
            ("Ctrl+C", self._copy),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.refresh()

    def _arrange(self, title: QWidget) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        self._wait.setFixedWidth(_WAIT)
        head = row(title, self._count, self._wait)
        head.setStretch(1, 1)
        acts = row(*self.periods.values(), None, self._print, self._open)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addLayout(head, 1)
        self._head.addLayout(acts)
        layout.addLayout(self._head)
        layout.addWidget(self._message)
        right = QVBoxLayout()
        right.setSpacing(GRID)
        right.addWidget(self.chart, 1)
        right.addWidget(self.table)
        self._sides = QHBoxLayout()
        self._sides.setSpacing(GRID)
        self._sides.addWidget(self.analytes)
        self._sides.addLayout(right, 1)
        layout.addLayout(self._sides, 1)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        wide = min(self.width(), self.window().width()) >= _NARROW
        ways = QBoxLayout.Direction
        self._sides.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        self._head.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        self.analytes.setMaximumWidth(_SIDE if wide else 16_777_215)
        self.analytes.setMinimumHeight(0 if wide else 4 * _ROW)

    def show_state(self, model: TrendsModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        for period, button in self.periods.items():
            button.setChecked(period is model.period)
        self._fill_analytes()
        self.chart.show_series(model.shown(), self._empty_words())
        self._rows.set_values(model.rows())
        self._rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns()) - 1)
        rows = len(self._rows.values())
        self._count.set_whole(counted("lab_trends.count", rows) if rows else "")
        self._open.setEnabled(self.current() is not None)
        self._print.setEnabled(bool(rows) and model.printing is not Printing.RUNNING)
        if model.loading or model.printing is Printing.RUNNING:
            self._wait.wait(text("lab_trends.loading" if model.loading else "lab_trends.printing"))
        else:
            self._wait.done()
        if model.failure is not None:
            if model.failure is not self._message.failure or self._message.isHidden():
                self._message.show_failure(model.failure, act=text("lab_trends.again"))
        elif model.offline:
            self._message.show_text(text("lab_trends.offline"), tone="warning")
        elif model.printing is Printing.DONE:
            self._message.show_text(text("lab_trends.printed"))
        else:
            self._message.clear()

    def primary(self) -> QPushButton | None:
        return self._open

    def focus_first(self) -> None:
        (self.chart if self._model.shown() else self.analytes).setFocus()

    def current(self) -> LabValue | None:
        """What stands chosen in chart or table."""
        if self.table.hasFocus() and 0 <= self.table.currentIndex().row() < len(self._rows.values()):
            return self._rows.values()[self.table.currentIndex().row()]
        point = self.chart.current()
        row_of = self.table.currentIndex().row()
        values = self._rows.values()
        return point.value if point is not None else values[row_of] if 0 <= row_of < len(values) else None

    def _empty_words(self) -> str:
        model = self._model
        if model.trends is None or model.loading or model.failure is not None:
            return ""
        if not model.trends.values:
            return text("lab_trends.none")
        return text("lab_trends.choose") if not model.chosen else text("lab_trends.none_in_period")

    def _fill_analytes(self) -> None:
        found = self._model.trends.series if self._model.trends is not None else ()
        keys = [self.analytes.item(n).data(Qt.ItemDataRole.UserRole) for n in range(self.analytes.count())]
        self._filling = True
        if keys != [s.key for s in found]:
            self.analytes.clear()
            for _ in found:
                self.analytes.addItem(QListWidgetItem())
        for n, one in enumerate(found):
            item = self.analytes.item(n)
            ticked = Qt.CheckState.Checked if one.key in self._model.chosen else Qt.CheckState.Unchecked
            item.setData(Qt.ItemDataRole.UserRole, one.key)
            item.setText(f"{series_title(one)}\n{amount(one.last, one)}" if not one.known else _line(one))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, series_words(one))
            item.setToolTip(series_words(one))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(ticked)
        self._filling = False

    def _choose_period(self, period: Period, *_: object) -> None:
        self.period_chosen.emit(period)

    def _ticked(self) -> None:
        if self._filling:
            return
        items = (self.analytes.item(n) for n in range(self.analytes.count()))
        checked = (i.data(Qt.ItemDataRole.UserRole) for i in items if i.checkState() is Qt.CheckState.Checked)
        self.chosen_changed.emit(frozenset(checked))

    def _point_moved(self, value: LabValue) -> None:
        place = self._rows.row_of(value.id)
        if place is not None and place != self.table.currentIndex().row():
            self.table.selectRow(place)
        self._open.setEnabled(True)

    def _row_moved(self, place: int) -> None:
        values = self._rows.values()
        if 0 <= place < len(values):
            self.chart.go_to(values[place].id)
            self._open.setEnabled(True)

    def _open_row(self, place: int) -> None:
        values = self._rows.values()
        if 0 <= place < len(values):
            self.open_asked.emit(values[place])

    def _open_current(self) -> None:
        value = self.current()
        if value is not None:
            self.open_asked.emit(value)

    def _next_panel(self) -> None:
        panels = (self.analytes, self.chart, self.table)
        here = next((n for n, panel in enumerate(panels) if panel.hasFocus()), -1)
        panels[(here + 1) % len(panels)].setFocus()

    def _copy(self) -> None:
        """The row, as the table says it: the comparator goes along (CF-150)."""
        value = self.current()
        if value is not None:
            QGuiApplication.clipboard().setText("\t".join(cells(value)))


def _line(one: Series) -> str:
    return f"{one.label}\n{amount(one.last, one)}"


def _period_words(period: Period) -> str:
    return text(period.value)
