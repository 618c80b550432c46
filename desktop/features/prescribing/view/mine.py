"""« Mes ordonnances » of this patient: what became of each line, and what its author can do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QTableWidgetItem, QVBoxLayout, QWidget

from desktop.domain.prescription.lifecycle import LineAct
from desktop.domain.prescription.ordonnance import SHORTEST_REASON
from desktop.domain.prescription.standing import StandingLine, StandingOrdonnance
from desktop.domain.texts import text
from desktop.features.prescribing.cells import ACTS, mine_rows
from desktop.features.prescribing.domain.following import acts_of, replaceable
from desktop.features.prescribing.view.model import RxModel
from desktop.ui.printing import Printing
from desktop.ui.theme import CONTROL_HEIGHT, GRID, ROW_HEIGHT
from desktop.ui.views.base import Speaking
from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import label

LONGEST = 120
_PRODUCT = 2


class MineList(Speaking):
    """Signals: ``act_asked(StandingLine, LineAct, reason)``, ``renew_asked(lines)``, ``print_asked(code)``,
    ``replace_asked(StandingOrdonnance)``. Lines are ticked to be renewed; none is beforehand."""

    act_asked = Signal(object, object, str)
    renew_asked = Signal(object)
    replace_asked = Signal(object)
    print_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rx-mine", parent)
        self._model = RxModel()
        self._shown: object = None
        self._lines: tuple[tuple[StandingOrdonnance, StandingLine], ...] = ()
        self.table = ReadOnlyTable(
            "rx-mine-table",
            (
                lambda: text("prescribing.col_day"),
                lambda: text("prescribing.col_ordonnance"),
                lambda: text("prescribing.col_line"),
                lambda: text("prescribing.col_state"),
            ),
            stretched=frozenset({_PRODUCT, 3}),
        )
        self.bind(self.table.setAccessibleName, lambda: text("prescribing.mine"))
        self._empty = label("")
        self._empty.setObjectName("rx-mine-empty")
        self.reason = QLineEdit()
        self.reason.setObjectName("rx-mine-reason")
        self.reason.setMaxLength(LONGEST)
        self.reason.setMinimumHeight(CONTROL_HEIGHT)
        for setter in (self.reason.setPlaceholderText, self.reason.setAccessibleName):
            self.bind(setter, lambda: text("prescribing.act_reason"))
        self.acts = {act: secondary_button("", f"rx-mine-{act.value}") for act in ACTS}
        for act, button in self.acts.items():
            button.clicked.connect(lambda _=False, act=act: self._act(act))
            self._bind_act(act)
        self._renew = secondary_button("", "rx-mine-renew", self._renew_ticked)
        self.bind_named(self._renew, lambda: text("prescribing.renew"))
        self._replace = secondary_button("", "rx-mine-replace", self._replace_here)
        self.bind_named(self._replace, lambda: text("prescribing.replace"))
        self._print = secondary_button("", "rx-mine-print", self.print_here)
        self.bind_named(self._print, lambda: text("prescribing.print_again"))
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID)
        panel.body.addWidget(self._empty)
        panel.body.addWidget(self.table)
        panel.body.addLayout(row(self._renew, self._replace, self._print, None))
        panel.body.addLayout(row(self.reason, *self.acts.values()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.table.itemSelectionChanged.connect(self._update)
        self.table.itemChanged.connect(lambda _: self._update())
        self.reason.textEdited.connect(lambda _: self._update())

    def _bind_act(self, act: LineAct) -> None:
        self.bind_named(self.acts[act], lambda: text(ACTS[act]))

    def show_state(self, model: RxModel) -> None:
        """Show *model*; what is ticked stays while the list is the same."""
        self._model = model
        mine = model.mine or ()
        if model.mine is None:
            self.reason.clear()
        if mine != self._shown:
            self._shown = mine
            self._lines = tuple((one, line) for one in mine for line in one.lines)
            self._fill(mine)
        self._empty.setText(text("prescribing.mine_empty") if model.mine == () else "")
        self._empty.setVisible(bool(self._empty.text()))
        self.table.setVisible(bool(mine))
        self._update()

    def refresh(self) -> None:
        self._shown = None
        self.show_state(self._model)

    def focus_first(self) -> None:
        """Where the arrows walk the lines."""
        if self._lines:
            self.table.setFocus()
            if not self.table.selectedItems():
                self.table.selectRow(max(self.table.currentRow(), 0))

    def _fill(self, mine: tuple[StandingOrdonnance, ...]) -> None:
        self.table.blockSignals(True)
        self.table.fill(mine_rows(mine))
        for number in range(len(self._lines)):
            item = self.table.item(number, _PRODUCT)
            if isinstance(item, QTableWidgetItem):
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Unchecked)
        self.table.blockSignals(False)
        self.table.setMinimumHeight(min(6, len(self._lines) + 1) * ROW_HEIGHT + 60)

    def _here(self) -> tuple[StandingOrdonnance, StandingLine] | None:
        number = self.table.currentRow()
        return self._lines[number] if 0 <= number < len(self._lines) else None

    def _ticked(self) -> tuple[StandingLine, ...]:
        items = ((n, self.table.item(n, _PRODUCT)) for n in range(len(self._lines)))
        checked = Qt.CheckState.Checked
        return tuple(
            self._lines[n][1] for n, item in items if item is not None and item.checkState() is checked
        )

    def _update(self) -> None:
        here, idle = self._here(), not (self._model.loading or self._model.offline)
        possible = acts_of(here[1]) if here else ()
        said = len(self.reason.text().strip()) >= SHORTEST_REASON
        for act, button in self.acts.items():
            button.setVisible(act in possible)
            button.setEnabled(idle and (said or act is LineAct.RESUME))
        self.reason.setVisible(bool(set(possible) - {LineAct.RESUME}))
        self._renew.setEnabled(bool(self._ticked()))
        self._replace.setEnabled(here is not None and replaceable(here[0]))
        code = here[0].ordonnance.code if here else ""
        printing = self._model.printing is Printing.RUNNING
        self._print.setEnabled(code in self._model.printable and not printing)

    def _act(self, act: LineAct) -> None:
        here = self._here()
        if here is not None:
            reason = "" if act is LineAct.RESUME else self.reason.text().strip()
            self.reason.clear()
            self.act_asked.emit(here[1], act, reason)

    def _renew_ticked(self) -> None:
        ticked = self._ticked()
        if ticked:
            self.renew_asked.emit(ticked)

    def _replace_here(self) -> None:
        here = self._here()
        if here is not None:
            self.replace_asked.emit(here[0])

    def print_here(self) -> None:
        """The paper of the chosen ordonnance, where it was signed on this computer."""
        here = self._here()
        if here is not None and here[0].ordonnance.code in self._model.printable:
            self.print_asked.emit(here[0].ordonnance.code)
