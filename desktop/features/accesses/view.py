"""« Mes accès »: what the platform traced of this professional in this session (CF-060, CF-065)."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.texts import counted, text
from desktop.features.accesses.service import Accesses
from desktop.services.known_names import NO_NAMES
from desktop.ui.dates import moment
from desktop.ui.theme import GRID
from desktop.ui.views.base import View
from desktop.ui.views.table import Cell, ReadOnlyTable
from desktop.ui.views.trace_words import (
    act_words,
    document_badges,
    document_words,
    outcome_words,
    patient_words,
    role_words,
)
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import heading, muted


@dataclass(frozen=True, slots=True)
class AccessesModel:
    """``accesses`` None = not known (yet)."""

    accesses: Accesses | None = None
    loading: bool = False
    failure: Failure | None = None


class AccessesView(View):
    """Signals: ``refresh_asked``."""

    refresh_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("accesses-view", parent)
        self._model = AccessesModel()
        title = heading("")
        self.bind(title.setText, lambda: text("accesses.title"))
        intro = muted("")
        self.bind(intro.setText, lambda: text("accesses.intro"))
        back = quiet_button("", "accesses-back", self.back_asked.emit)
        self.bind_named(back, lambda: text("common.back"))
        again = secondary_button("", "accesses-refresh", self.refresh_asked.emit)
        self.bind_named(again, lambda: text("accesses.refresh"))
        key = QShortcut(QKeySequence("F5"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.refresh_asked)
        self._count = muted("")
        self._count.setObjectName("accesses-count")
        self._message = Message("accesses-failure")
        self._wait = DelayedProgress("accesses-wait", keep_place=False)
        self.table = ReadOnlyTable(
            "accesses-table",
            (
                lambda: text("accesses.when"),
                lambda: text("accesses.action"),
                lambda: text("accesses.patient"),
                lambda: text("accesses.document"),
                lambda: text("accesses.role"),
                lambda: text("accesses.outcome"),
            ),
            stretched=frozenset({1, 3, 5}),
        )
        self.bind(self.table.setAccessibleName, lambda: text("accesses.title"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(row(title, None, again, back))
        layout.addWidget(intro)
        layout.addWidget(self._message)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._wait)
        layout.addWidget(self._count)
        self.refresh()

    def show_state(self, model: AccessesModel) -> None:
        """Show *model*."""
        before, self._model = self._model, model
        if not model == before == AccessesModel():  # a lock empties it in three steps, the first is enough
            self.refresh()

    def refresh(self) -> None:
        model, accesses = self._model, self._model.accesses
        traces, names = (accesses.traces, accesses.names) if accesses else ((), NO_NAMES)
        self.table.fill(
            [
                (
                    moment(trace.when),
                    act_words(trace),
                    patient_words(trace, names),
                    Cell(document_words(trace, names), document_badges(trace, names)),
                    role_words(trace),
                    outcome_words(trace),
                )
                for trace in traces
            ]
        )
        self._count.setText(counted("accesses.count", len(traces)))
        if model.loading:
            self._wait.wait(text("accesses.loading"))
        else:
            self._wait.done()
        if model.failure is None:
            self._message.clear()
        elif model.failure is not self._message.failure or self._message.isHidden():
            self._message.show_failure(model.failure)

    def focus_first(self) -> None:
        self.table.setFocus()
