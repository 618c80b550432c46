"""« À savoir »: what the list's metadata alone tell; nothing is read for it (CF-062)."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

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


class KeyFactsPanel(Panel):
    """A short column of facts; those that lead somewhere are links."""

    open_requested = Signal(str)
    annonces_requested = Signal()
    new_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent, margin=2 * GRID)
        self.setObjectName("know-panel")
        self.setAccessibleName(text("record.know"))
        self.setMinimumWidth(WIDTH)
        self.body.setSpacing(GRID // 2)
        self.body.addWidget(heading(text("record.know")))
        self.body.addSpacing(GRID // 2)
        self._newest_resume = ""
        self._resume = link("", "know-resume", lambda: self.open_requested.emit(self._newest_resume))
        self._no_resume = muted(text("record.no_resume"))
        self._new = link("", "know-new", self.new_requested.emit)
        self._nothing_new = muted("")
        self._annonces = link("", "know-annonces", self.annonces_requested.emit)
        set_tone(self._annonces, "warning")
        self._count = label("")
        self._count.setObjectName("know-count")
        self._offline = label("")
        self._offline.setObjectName("know-offline")
        for part in (
            self._resume, self._no_resume, self._new, self._nothing_new, self._annonces, self._count,
            self._offline,
        ):  # fmt: skip
            part.hide()
            self.body.addWidget(part)
        self.body.addStretch(1)

    def sizeHint(self) -> QSize:
        """A column beside what needs the room; alone in its line it takes all of it."""
        return QSize(WIDTH, super().sizeHint().height())

    def show_facts(
        self,
        documents: Sequence[Document],
        *,
        fresh: frozenset[str],
        since: datetime | None,
        now: datetime,
        readable_offline: int | None,
        whole: bool,
    ) -> None:
        """Replace the facts; *since*: the former opening by this user; *readable_offline*: None = online;
        *whole*: all that the right shows came, and it is no view of one's own documents. What is not there is
        said of a whole list only."""
        self._show_resume(documents)
        self._no_resume.setVisible(whole and not self._newest_resume)
        if since is None:
            nothing = text("record.first_opening")
        else:
            nothing = "" if fresh or not whole else text("record.nothing_new", date=day(since))
        _set(self._new, counted("record.new_since", len(fresh), date=day(since)) if since and fresh else "")
        _set(self._nothing_new, nothing)
        pending = len(pending_annonces(documents, now))
        _set(self._annonces, "▲ " + counted("record.annonces_pending", pending) if pending else "")
        _set(self._count, counted("record.documents", len(documents)) if documents else "")
        offline = readable_offline is not None
        _set(self._offline, counted("record.readable_offline", readable_offline or 0) if offline else "")

    def _show_resume(self, documents: Sequence[Document]) -> None:
        dated = [d for d in documents if d.category == RESUME and d.status is DocumentStatus.CURRENT]
        newest = max(dated, key=lambda d: _key(document_time(d)), default=None)
        self._newest_resume = newest.id if newest else ""
        _set(self._resume, text("record.resume", date=day(document_time(newest))) if newest else "")


def _set(part: QLabel | QPushButton, words: str) -> None:
    part.setText(words)
    part.setAccessibleName(words)
    part.setVisible(bool(words))


def _key(when: datetime | None) -> float:
    return when.timestamp() if when else float("-inf")
