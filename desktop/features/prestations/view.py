"""The résumés on the screen: a tab for each, its lines by kind."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.texts import counted, text
from desktop.features.prestations.domain import Kind, Performed, Yearly, kinds, of_kind
from desktop.features.prestations.service import Known, Read
from desktop.ui.dates import day
from desktop.ui.printing import Printing
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import View
from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.widgets.buttons import primary_button, secondary_button, tab_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import ElidedLabel, heading, label, muted

KINDS = {
    Kind.CONSULTATION: "prestations.kind_consultation",
    Kind.LABORATORY: "prestations.kind_laboratory",
    Kind.IMAGING: "prestations.kind_imaging",
    Kind.PHARMACY: "prestations.kind_pharmacy",
    Kind.HOSPITAL: "prestations.kind_hospital",
    Kind.CARE: "prestations.kind_care",
    Kind.OTHER: "prestations.kind_other",
}
NOT_TOLD = "–"


@dataclass(frozen=True, slots=True)
class PrestationsModel:
    """``known`` None = not looked at yet. ``missing``: the year whose résumé has not come."""

    known: Known | None = None
    chosen: Yearly | None = None
    read: Read | None = None
    kind: Kind | None = None
    missing: int | None = None
    loading: bool = False
    offline: bool = False
    failure: Failure | None = None
    printing: Printing = Printing.NOTHING

    def lines(self) -> tuple[Performed, ...]:
        """What is shown."""
        there = self.read is not None and self.read.chosen == self.chosen
        return of_kind(self.read.lines or (), self.kind) if there and self.read else ()


class PrestationsView(View):
    """Signals: ``year_chosen(Yearly)``, ``kind_chosen(Kind | None)``, ``again_asked``, ``print_asked``."""

    year_chosen = Signal(object)
    kind_chosen = Signal(object)
    again_asked = Signal()
    print_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("prestations-view", parent)
        self._model = PrestationsModel()
        self.tabs: dict[str, QPushButton] = {}
        title = heading("")
        self.bind(title.setText, lambda: text("prestations.heading"))
        self._count = ElidedLabel("", "muted")
        self._count.setObjectName("prestations-count")
        self._print = primary_button("", "prestations-print", self.print_asked.emit)
        self.bind_named(self._print, lambda: text("prestations.print"))
        self._again = secondary_button("", "prestations-again", self.again_asked.emit)
        self.bind_named(self._again, lambda: text("prestations.again"))
        self._years = QHBoxLayout()
        self._years.setSpacing(GRID)
        self.kinds: list[Kind | None] = [None]
        self.kind = QComboBox()
        self.kind.setObjectName("prestations-kind")
        self.kind.setMinimumHeight(CONTROL_HEIGHT)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.bind(self.kind.setAccessibleName, lambda: text("prestations.kind"))
        self.kind.activated.connect(lambda place: self.kind_chosen.emit(self.kinds[place]))
        self._message = Message("prestations-message")
        self._wait = DelayedProgress("prestations-wait", keep_place=False)
        self._missing = muted("")
        self._missing.setObjectName("prestations-missing")
        self._empty = label("")
        self._empty.setObjectName("prestations-empty")
        self.table = ReadOnlyTable(
            "prestations-table",
            (
                lambda: text("prestations.day"),
                lambda: text("prestations.nature"),
                lambda: text("prestations.provider"),
                lambda: text("prestations.number"),
            ),
            stretched=frozenset({1, 2}),
        )
        self.bind(self.table.setAccessibleName, lambda: text("prestations.heading"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        head = row(title, self._count, self._again, self._print)
        head.setStretch(1, 1)
        layout.addLayout(head)
        layout.addLayout(row(self._years, None, self.kind))
        for part in (self._message, self._missing, self._empty):
            layout.addWidget(part)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)
        layout.addWidget(self._wait)
        for keys, act in (
            ("F5", self._again.click),
            ("Ctrl+P", self._print.click),
            ("Ctrl+Right", lambda: self._step(1)),
            ("Ctrl+Left", lambda: self._step(-1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.refresh()

    def show_state(self, model: PrestationsModel) -> None:
        """Show *model*."""
        before, self._model = self._model, model
        if not model == before == PrestationsModel():  # a lock empties it in three steps, the first is enough
            self.refresh()

    def refresh(self) -> None:
        model, lines = self._model, self._model.lines()
        self._show_years(model)
        self._fill_kinds(model)
        self.table.fill(cells(lines))
        self.table.setVisible(bool(lines))
        self._count.set_whole(counted("prestations.count", len(lines)) if lines else "")
        busy = model.loading or model.printing is Printing.RUNNING
        self._print.setEnabled(bool(lines) and not busy)
        self._again.setEnabled(model.chosen is not None and not model.loading and not model.offline)
        if busy:
            self._wait.wait(text("prestations.loading" if model.loading else "prestations.printing"))
        else:
            self._wait.done()
        missing = model.missing
        self._missing.setText(text("prestations.missing", year=missing) if missing else "")
        self._missing.setVisible(missing is not None)
        self._empty.setText(self._empty_words(model))
        self._empty.setVisible(bool(self._empty.text()) and not lines)
        self._say(model)

    def primary(self) -> QPushButton | None:
        return self._print if self._model.lines() else None

    def focus_first(self) -> None:
        chosen = self._model.chosen
        if self._model.lines():
            self.table.setFocus()
        elif self.tabs:
            first = next(iter(self.tabs))
            self.tabs[chosen.document_id if chosen else first].setFocus()

    def _show_years(self, model: PrestationsModel) -> None:
        listed = model.known.listed if model.known is not None else ()
        if [y.document_id for y in listed] != list(self.tabs):
            for button in self.tabs.values():
                self._years.removeWidget(button)
                button.hide()
                button.deleteLater()
            self.tabs = {y.document_id: self._tab(y) for y in listed}
        years = [y.made.year for y in listed]
        for y in listed:
            words = str(y.made.year) if years.count(y.made.year) == 1 else day(y.made)
            button = self.tabs[y.document_id]
            button.setText(words)
            button.setAccessibleName(text("prestations.of_year", year=words, day=day(y.made)))
            button.setChecked(model.chosen == y)

    def _tab(self, one: Yearly) -> QPushButton:
        button = tab_button("", f"prestations-year-{one.document_id}", lambda: self.year_chosen.emit(one))
        self._years.addWidget(button)
        return button

    def _step(self, step: int) -> None:
        """To the next year's tab, which reads it: a key is an act as a click is."""
        model = self._model
        listed = model.known.listed if model.known is not None else ()
        if listed:
            place = listed.index(model.chosen) + step if model.chosen in listed else 0
            if 0 <= place < len(listed):
                self.tabs[listed[place].document_id].setFocus()
                self.year_chosen.emit(listed[place])

    def _fill_kinds(self, model: PrestationsModel) -> None:
        lines = model.read.lines or () if model.read is not None else ()
        self.kinds = [None, *kinds(lines)]
        self.kind.clear()
        self.kind.addItems([text(KINDS[kind] if kind else "prestations.every_kind") for kind in self.kinds])
        self.kind.setCurrentIndex(self.kinds.index(model.kind) if model.kind in self.kinds else 0)
        self.kind.setVisible(bool(lines))

    def _empty_words(self, model: PrestationsModel) -> str:
        if model.known is None or model.loading or model.failure is not None:
            return ""
        if not model.known.listed:
            return text("prestations.none" if model.known.whole else "prestations.not_listed")
        if model.read is None or model.read.chosen != model.chosen:
            return "" if model.offline else text("prestations.choose")
        return text("prestations.no_data") if model.read.lines is None else text("prestations.no_lines")

    def _say(self, model: PrestationsModel) -> None:
        if model.failure is not None:
            if model.failure is not self._message.failure or self._message.isHidden():
                self._message.show_failure(model.failure)
        elif model.offline:
            self._message.show_text(text("prestations.offline"), tone="warning")
        elif model.printing is Printing.DONE:
            self._message.show_text(text("prestations.printed"))
        else:
            self._message.clear()


def columns() -> tuple[str, ...]:
    """The titles of the table."""
    keys = ("prestations.day", "prestations.nature", "prestations.provider", "prestations.number")
    return tuple(map(text, keys))


def cells(lines: tuple[Performed, ...]) -> tuple[tuple[str, ...], ...]:
    """The table in words; what was not told is no zero."""
    return tuple(
        (
            day(line.day),
            line.nature or NOT_TOLD,
            line.provider or NOT_TOLD,
            NOT_TOLD if line.count is None else str(line.count),
        )
        for line in lines
    )


def notes(model: PrestationsModel) -> tuple[str, ...]:
    """What a print needs to be read alone: which résumé, which kind, how many lines."""
    assert model.chosen is not None
    which = text("prestations.of_year", year=model.chosen.made.year, day=day(model.chosen.made))
    kind = text(KINDS[model.kind]) if model.kind else text("prestations.every_kind")
    return which, " · ".join((kind, counted("prestations.count", len(model.lines()))))
