"""« À savoir »: what the list's metadata alone tell; nothing is read for it (CF-062)."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.record import Document, DocumentStatus
from desktop.domain.texts import counted, text
from desktop.services.lifeline import document_time
from desktop.services.record import pending_annonces
from desktop.ui.dates import day
from desktop.ui.theme import GRID
from desktop.ui.widgets.panel import Panel
from desktop.ui.widgets.text import heading, label, link, muted, set_tone

RESUME = "resume-patient"
WIDTH = 272


class KnowPanel(Panel):
    """A short column of facts; those that lead somewhere are links."""

    open_requested = Signal(str)
    annonces_requested = Signal()
    new_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent, margin=2 * GRID)
        self.setObjectName("know-panel")
        self.setAccessibleName(text("record.know"))
        self.setFixedWidth(WIDTH)
        self.body.setSpacing(GRID)
        self.body.addWidget(heading(text("record.know")))
        self._facts = QVBoxLayout()
        self._facts.setSpacing(GRID // 2)
        self.body.addLayout(self._facts)
        self.body.addStretch(1)

    def show_facts(
        self,
        documents: Sequence[Document],
        *,
        fresh: frozenset[str],
        since: datetime | None,
        now: datetime,
        readable_offline: int | None,
    ) -> None:
        """Replace the facts; *since*: the former opening by this user; *readable_offline*: None = online."""
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._resume(documents)
        self._fresh(fresh, since)
        self._annonces(len(pending_annonces(documents, now)))
        self._fact(counted("record.documents", len(documents)), "know-count")
        if readable_offline is not None:
            self._fact(counted("record.readable_offline", readable_offline), "know-offline")

    def _resume(self, documents: Sequence[Document]) -> None:
        dated = [d for d in documents if d.category == RESUME and d.status is DocumentStatus.CURRENT]
        newest = max(dated, key=lambda d: _key(document_time(d)), default=None)
        if newest is None:
            # Unknown is not none: others may exist that this mandate does not show.
            self._facts.addWidget(muted(text("record.no_resume")))
            return
        words = text("record.resume", date=day(document_time(newest)))
        self._facts.addWidget(link(words, "know-resume", lambda: self.open_requested.emit(newest.id)))

    def _fresh(self, fresh: frozenset[str], since: datetime | None) -> None:
        if since is None:
            self._facts.addWidget(muted(text("record.first_opening")))
        elif fresh:
            words = counted("record.new_since", len(fresh), date=day(since))
            self._facts.addWidget(link(words, "know-new", self.new_requested.emit))
        else:
            self._facts.addWidget(muted(text("record.nothing_new", date=day(since))))

    def _annonces(self, pending: int) -> None:
        if pending:
            words = "▲ " + counted("record.annonces_pending", pending)
            row = link(words, "know-annonces", self.annonces_requested.emit)
            set_tone(row, "warning")
            self._facts.addWidget(row)

    def _fact(self, words: str, name: str) -> None:
        shown = label(words)
        shown.setObjectName(name)
        self._facts.addWidget(shown)


def _key(when: datetime | None) -> float:
    return when.timestamp() if when else float("-inf")
