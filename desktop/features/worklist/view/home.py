"""What the home page shows of the work list: how many have what due, and the most urgent of them."""

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.worklist.cells import panel_words
from desktop.features.worklist.view.screen import WorklistModel
from desktop.features.worklist.view.table import HEAD, ROW, WorklistRows, WorklistTable
from desktop.ui.dates import moment
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, label

MOST = 5  # lines


class HomePanel(Speaking):
    """Signals: ``open_asked`` (the whole list), ``patient_chosen``, ``summary_chosen`` and ``widths_changed``
    as on the page.
    """

    open_asked = Signal()
    patient_chosen = Signal(object)
    summary_chosen = Signal(object)
    widths_changed = Signal(object)

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
        self.rows = WorklistRows(self)
        self.table = WorklistTable(self.rows)
        self.table.setObjectName("worklist-home-table")
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.bind(self.table.setAccessibleName, lambda: text("worklist.panel_urgent"))
        self.table.widths_changed.connect(self.widths_changed)
        self.table.activated.connect(lambda _: self._choose(self.patient_chosen))
        summary = QShortcut(QKeySequence("F4"), self.table)
        summary.setContext(Qt.ShortcutContext.WidgetShortcut)
        summary.activated.connect(lambda: self._choose(self.summary_chosen))
        panel.body.addLayout(row(title, None, opens))
        panel.body.addWidget(self.said)
        panel.body.addWidget(self.table)
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
        lines = worklist.urgent(MOST) if worklist is not None else ()
        chosen = self.table.chosen()
        self.rows.show(lines, worklist.today if worklist is not None else None)
        self.table.set_widths(self._model.widths)
        self.table.stand_on(chosen)
        self.table.setFixedHeight(HEAD + len(lines) * ROW + GRID)  # and the frame's own room
        self.table.setVisible(bool(lines))
        if worklist is None:
            self.said.setText(text("worklist.panel_missing"))
            self.setVisible(self._model.failure is not None)
            return
        words = panel_words(worklist)
        if self._model.failure is not None:
            words = text("worklist.stale", when=moment(worklist.read_at))
        self.said.setText(words)
        self.setVisible(bool(worklist.lines))

    def _choose(self, tell: SignalInstance) -> None:
        chosen = self.table.chosen()
        if chosen is not None:
            tell.emit(chosen.told.patient)
