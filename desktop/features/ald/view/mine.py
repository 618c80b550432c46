"""« Mes relevés ALD »: what is kept here of all patients, readable whatever became of the rights (CF-093)."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.texts import counted, text
from desktop.features.ald.cells import form_lines, mine_rows
from desktop.features.ald.domain import Form
from desktop.features.ald.service import Mine
from desktop.ui.theme import GRID
from desktop.ui.views.base import View
from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.widgets.buttons import quiet_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, label, muted


@dataclass(frozen=True, slots=True)
class MineModel:
    """``mine`` None = not known (yet)."""

    mine: Mine | None = None
    failure: Failure | None = None

    def forms(self) -> tuple[Form, ...]:
        """In the order of the rows."""
        if self.mine is None:
            return ()
        return (*(d.form for d in self.mine.drafts), *(k.sent.form for k in self.mine.sent))


class MineView(View):
    """Signals: ``refresh_asked``."""

    refresh_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("ald-mine-view", parent)
        self._model = MineModel()
        title = heading("")
        self.bind(title.setText, lambda: text("ald.mine"))
        intro = muted("")
        self.bind(intro.setText, lambda: text("ald.mine_intro"))
        back = quiet_button("", "ald-mine-back", self.back_asked.emit)
        self.bind_named(back, lambda: text("common.back"))
        key = QShortcut(QKeySequence("F5"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.refresh_asked)
        self._message = Message("ald-mine-failure")
        self.table = ReadOnlyTable(
            "ald-mine-table",
            (
                lambda: text("ald.patient"),
                lambda: text("ald.born"),
                lambda: text("ald.period_title"),
                lambda: text("ald.state"),
                lambda: text("ald.receipt_title"),
            ),
            stretched=frozenset({0, 3, 4}),
        )
        self.bind(self.table.setAccessibleName, lambda: text("ald.mine"))
        self.table.currentCellChanged.connect(lambda *_: self._show_chosen())
        self._empty = muted("")
        self._empty.setObjectName("ald-mine-empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)  # it has the table's whole room
        self.bind(self._empty.setText, lambda: text("ald.mine_empty"))
        self._panel = Panel(margin=2 * GRID)
        self.lines = label("")
        self.lines.setObjectName("ald-mine-lines")
        self._panel.body.addWidget(self.lines)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(row(title, None, back))
        for part in (intro, self._message):
            layout.addWidget(part)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._panel)
        self.refresh()

    def show_state(self, model: MineModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        mine, chosen = self._model.mine, max(self.table.currentRow(), 0)
        rows = mine_rows(mine) if mine is not None else ()
        self.table.fill(rows)
        if rows:
            self.table.setCurrentCell(min(chosen, len(rows) - 1), 0)
        self.table.setVisible(bool(rows))
        self._empty.setVisible(mine is not None and not rows)
        if self._model.failure is not None:
            if self._model.failure is not self._message.failure or self._message.isHidden():
                self._message.show_failure(self._model.failure)
        elif mine is not None and mine.unreadable:
            self._message.show_text(counted("ald.unreadable", mine.unreadable), tone="warning")
        else:
            self._message.clear()
        self._show_chosen()

    def focus_first(self) -> None:
        self.table.setFocus()

    def _show_chosen(self) -> None:
        number, forms = self.table.currentRow(), self._model.forms()
        self.lines.setText(form_lines(forms[number]) if 0 <= number < len(forms) else "")
        self._panel.setVisible(bool(self.lines.text()))
