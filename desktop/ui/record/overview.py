"""« À savoir » of the open record: its column or its one line, what feeds it, and how the user left it."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.domain.errors import Failure, Result
from desktop.domain.key_facts import KeyTopic, Told, topic_state
from desktop.domain.record import Document, MandateKind
from desktop.kernel.overview import OverviewPart
from desktop.ui.record.controller import RecordController
from desktop.ui.record.key_facts_panel import FactsStrip, KeyFactsPanel
from desktop.ui.record.key_facts_words import KeyFacts, strip_words
from desktop.ui.record.lifeline_panel import LifelinePanel
from desktop.ui.record.overview_parts import OverviewParts
from desktop.ui.record.record_frame import RecordFrame
from desktop.ui.tasks import Generation, Lane, Tasks

_SETTING = "overview"
_COLUMN, _LINE = "know", "line"  # folded as a whole; the other words of the setting are parts of the column
_ROOM_FOR_ALL = 1700  # pixels: column, list and a document beside one another


class Overview(QObject):
    """Column, line and ligne de vie fold (Ctrl+B, Ctrl+Shift+B), and stand so at the next record.

    Signals: ``open_requested(id)``, ``annonces_requested``, ``new_requested``, ``folded``. What was told of
    documents that were read is kept here, in memory, until :meth:`wipe`.
    """

    open_requested = Signal(str)
    annonces_requested = Signal()
    new_requested = Signal()
    folded = Signal()

    def __init__(self, frame: RecordFrame, line: LifelinePanel, panel: KeyFactsPanel) -> None:
        super().__init__(frame)
        self._frame, self._line, self.panel = frame, line, panel
        self.strip = FactsStrip(frame.main)
        frame.above.addWidget(self.strip)
        self._controller: RecordController | None = None
        self._tasks: Tasks | None = None
        self._parts: OverviewParts | None = None
        self._generation = Generation()
        self._told: dict[tuple[str, KeyTopic], Told] = {}
        self._facts: KeyFacts | None = None
        self._column_folded = self._unfolded_above = self._beside_viewer = False
        panel.open_requested.connect(self.open_requested)
        panel.annonces_requested.connect(self.annonces_requested)
        panel.new_requested.connect(self.new_requested)
        panel.folds_changed.connect(self._remember)
        panel.fold_asked.connect(self.turn_column)
        self.strip.unfold_asked.connect(self.turn_column)
        line.fold_asked.connect(self.turn_line)
        for keys, turn in (("Ctrl+B", self.turn_column), ("Ctrl+Shift+B", self.turn_line)):
            QShortcut(QKeySequence(keys), frame).activated.connect(turn)

    def open(self, controller: RecordController, tasks: Tasks) -> None:
        """Once: of this record; it stands as the user left the last one."""
        self._controller, self._tasks = controller, tasks
        tasks.run(
            Lane.STORE, lambda: controller.view_setting(_SETTING), self._set_folds,
            owner=self, generation=self._generation,
        )  # fmt: skip

    def take(self, parts: OverviewParts) -> None:
        """What features add, now and later."""
        self._parts = parts
        parts.changed.connect(self._add)
        for part in OverviewPart:
            self._add(part)

    # -- content

    def show(
        self, documents: Sequence[Document], fresh: frozenset[str], readable: int | None, *, whole: bool
    ) -> None:
        """What the list tells now; *readable*: how many are here without the platform, None = online."""
        controller = self._controller
        if controller is None:
            return
        record = controller.facts.record
        whole = whole and record.mandate.kind is not MandateKind.AUTEUR
        self._facts = KeyFacts(documents, (), fresh, record.last_opening, controller.now(), readable, whole)
        self._show()

    def tell(self, told: tuple[Told, ...]) -> None:
        """What a document says that this user has just read."""
        self._told |= {(one.document_id, one.topic): one for one in told}
        self._show()

    def wipe(self) -> None:
        """No word of a patient stays."""
        self._generation.bump()
        self._parts = None
        self._told.clear()
        self._facts = None
        self.panel.blank()
        self.strip.show_words("")

    def _add(self, part: OverviewPart) -> None:
        if self._parts is not None:
            self.panel.put(part.value, self._parts.make(part, self.panel))

    def _show(self) -> None:
        controller, facts = self._controller, self._facts
        if controller is None or facts is None:
            return
        told = tuple(self._told.values())
        topics = tuple(topic_state(topic, told, facts.documents) for topic in KeyTopic)
        self._facts = facts = replace(facts, topics=topics)
        shows = controller.facts.shows
        self.panel.show_facts(facts, shows)
        self.strip.show_words(strip_words(facts, shows))

    # -- room

    def fit(self, *, beside_viewer: bool) -> None:
        """The column where there is room for it, else its line."""
        self._beside_viewer = beside_viewer
        self._place()

    def turn_column(self) -> None:
        """Fold the column, or unfold it; without room beside the list it unfolds above it."""
        if self._frame.stands_beside and not self._no_room():
            self._column_folded = not self._column_folded
            self._remember()
        else:
            self._unfolded_above = not self._unfolded_above
        self._place()

    def turn_line(self) -> None:
        """Fold the ligne de vie, or unfold it."""
        self._line.set_folded(folded=not self._line.is_folded)
        self._remember()

    def _no_room(self) -> bool:
        return self._beside_viewer and self._frame.width() <= _ROOM_FOR_ALL

    def _place(self) -> None:
        beside = self._frame.stands_beside and not self._no_room()
        shown = not self._column_folded if beside else self._unfolded_above and not self._beside_viewer
        self.panel.set_stacked(stacked=not self._frame.stands_beside)
        self.panel.setVisible(shown)
        self.strip.setVisible(not shown)

    def _set_folds(self, kept: Result[str]) -> None:
        words = set() if isinstance(kept, Failure) else set(kept.split())
        self._column_folded = _COLUMN in words
        self.panel.set_folds(" ".join(words - {_COLUMN, _LINE}))
        self._line.set_folded(folded=_LINE in words)
        self._place()

    def _remember(self) -> None:
        controller, tasks = self._controller, self._tasks
        if controller is None or tasks is None:
            return
        words = [self.panel.folds()]
        words += [_COLUMN] if self._column_folded else []
        words += [_LINE] if self._line.is_folded else []
        value = " ".join(filter(None, words))
        tasks.run(
            Lane.STORE, lambda: controller.set_view_setting(_SETTING, value), lambda _: None, owner=self
        )
