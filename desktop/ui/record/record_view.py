"""The open record: banner, « À savoir », ligne de vie, filters, list, viewer."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Level, Mandate
from desktop.domain.texts import counted, text
from desktop.services.lifeline import build_lifeline
from desktop.services.record import new_since
from desktop.ui.dates import moment
from desktop.ui.record.controller import RecordController
from desktop.ui.record.document_list import DocumentList
from desktop.ui.record.document_model import DocumentModel, Filter
from desktop.ui.record.filter_bar import FilterBar
from desktop.ui.record.know_panel import KnowPanel
from desktop.ui.record.lifeline_panel import LifelinePanel
from desktop.ui.record.record_loader import RecordLoader
from desktop.ui.record.viewer import Viewer
from desktop.ui.tasks import Generation, Lane, Tasks
from desktop.ui.theme import GRID
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, centred
from desktop.ui.widgets.patient_banner import PatientBanner
from desktop.ui.widgets.progress import QuietLine
from desktop.ui.widgets.text import heading, muted

RECHECK_MS = 30_000  # CF-031: the mandate is asked for again every 30 s
GROW_MS = 150
SEARCH_LETTERS = 3


class RecordView(QWidget):
    """One record from opening to end. Call :meth:`start` once it stands in the window.

    ``deposit_requested`` carries the document to be replaced, or None for a new one.
    ``ended`` carries the failure that ended the access; the content is gone by then.
    """

    deposit_requested = Signal(object)
    close_requested = Signal()
    ended = Signal(object)
    loaded = Signal()

    def __init__(self, controller: RecordController, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("record-view")
        facts = controller.facts
        self._controller, self._tasks, self._facts = controller, tasks, facts
        self._generation, self._search_generation = Generation(), Generation()
        self._read: frozenset[str] = frozenset()
        self._select_after = ""
        self._viewing = self._large = self._over = False
        self._readable: int | None = None
        self._focus_back: QWidget | None = None
        record = facts.record
        self.banner = PatientBanner(record.patient, record.mandate, controller.now, demo=facts.demo)
        self.loader = RecordLoader(controller, tasks, self)
        self.loader.begin()  # the first answers are on their way while the widgets are made
        self.know = KnowPanel()
        self.line = LifelinePanel()
        if not facts.sees_lifeline:
            self.line.hide()  # never shown here: without a parent yet, it would open as a window
        self.filters = FilterBar()
        self.model = DocumentModel(self)
        self.list = DocumentList(self.model)
        self.quiet = QuietLine("record-progress", keep_place=False)
        self.message = Message("record-message")
        self.offline = Message("record-offline")
        self.viewer = Viewer(controller, tasks)
        self.viewer.hide()
        self._arrange()
        self._connect()
        self._growing = QTimer(self, singleShot=True, interval=GROW_MS)
        self._growing.timeout.connect(self._show_content)
        self._recheck_timer = QTimer(self, interval=RECHECK_MS)
        self._recheck_timer.timeout.connect(self.recheck)

    # -- life

    def start(self) -> None:
        """Load the record (that began with the view; after a wipe it begins here) and watch its mandate."""
        if self._facts.record.offline:
            since = moment(self._facts.record.last_opening)
            self.offline.show_text(
                text("record.offline", when=since), text("record.offline_next"), tone="warning"
            )
            self._tasks.run(
                Lane.STORE, self._controller.cached_ids, self._count_readable,
                owner=self, generation=self._generation,
            )  # fmt: skip
        self.quiet.wait(text("record.loading"))
        self.loader.begin()
        self._recheck_timer.start()
        (self.line.view if self._facts.sees_lifeline else self.list).setFocus()

    def refresh(self, *, select: str = "") -> None:
        """Load again, after a deposit for instance; *select*: a document to choose once it is there."""
        self._select_after = select
        self.quiet.wait(text("record.loading"))
        self.loader.start()

    def recheck(self) -> None:
        """Ask whether the mandate still runs."""
        controller = self._controller
        self._tasks.run(
            Lane.NET, controller.recheck, self._rechecked, owner=self, generation=self._generation
        )

    def wipe(self) -> None:
        """Take every content off the screen and out of both processes (lock, end, close)."""
        self._recheck_timer.stop()
        self._growing.stop()
        chosen = self.list.current()
        # An id is no content: after an unlock the same row is chosen again, nothing is read by itself.
        self._select_after = chosen.id if chosen else self._select_after
        for generation in (self._generation, self._search_generation):
            generation.bump()
        self.loader.stop()
        self.viewer.clear()
        self._viewing = self._large = False
        self._show_viewer()
        self._show_content()
        self.filters.words.clear()
        pdf = self._controller.pdf
        self._tasks.run(Lane.WIPE, pdf.wipe, lambda _: None, owner=self._tasks)

    def cover(self) -> None:
        """Put an empty page before the record."""
        self._stack.setCurrentWidget(self._ended_page)

    def end(self, failure: Failure) -> None:
        """The access ended: hide first, then wipe, then say so."""
        if self._over:
            return
        self._over = True
        self.cover()
        self.wipe()
        self.banner.show_ended()
        self.banner.set_deposit_allowed(allowed=False)
        self.message.clear()
        self._ended_message.show_failure(failure)
        self._ended_button.setFocus()
        self.ended.emit(failure)

    # -- documents

    def open_document(self, document_id: str, *, large: bool = False) -> None:
        """Show one document at the right, or in the whole window."""
        document = next((d for d in self.loader.documents if d.id == document_id), None)
        if document is None:
            return
        for focus in (self.line.view, self.list):
            if focus.hasFocus():
                self._focus_back = focus
        self._choose(document_id)
        self._viewing, self._large = True, large
        self._show_viewer()
        self.viewer.show_document(document)

    def close_document(self) -> None:
        """Back to the list; the focus returns where it was."""
        self.viewer.clear()
        self._viewing = self._large = False
        self._show_viewer()
        (self._focus_back or self.list).setFocus()

    def _choose(self, document_id: str) -> None:
        self.list.set_current(document_id)
        self.line.view.set_current(document_id)
        self.line.refresh_episode()

    def _show_viewer(self) -> None:
        self.viewer.setVisible(self._viewing)
        self._main.setVisible(not self._large)
        self.viewer.bar.set_large(large=self._large)
        self._fit()

    # -- content

    def _content_grew(self) -> None:
        """The first page is shown at once; what follows in steps, so that long lists do not stutter."""
        if self.model.total() == 0:
            self._show_content()
        elif not self._growing.isActive():
            self._growing.start()

    def _show_content(self) -> None:
        documents, record = self.loader.documents, self._facts.record
        now = self._controller.now()
        fresh = new_since(documents, record.last_opening) - self._read
        chosen = self.list.current()
        self.model.set_documents(documents, fresh)
        self.filters.set_documents(documents)
        self.line.view.set_line(build_lifeline(documents, self.loader.episodes, now), fresh)
        self._apply(self.model.filter())
        select = self._select_after or (chosen.id if chosen else "")
        if select and self.model.row_of(select) is not None:
            self._select_after = ""
            self._choose(select)
        self.know.show_facts(
            documents, fresh=fresh, since=record.last_opening, now=now, readable_offline=self._readable
        )

    def _finished(self) -> None:
        self.quiet.done()
        self._growing.stop()
        self._show_content()
        if not self.loader.complete and self.loader.documents:
            self.message.show_failure(Failure(Code.LIST_INCOMPLETE), act=text("record.again"), closable=True)
        self.loaded.emit()

    def _count_readable(self, ids: Result[frozenset[str]]) -> None:
        if not isinstance(ids, Failure):
            self._readable = len(ids)
            self._show_content()

    def _failed(self, failure: Failure) -> None:
        if failure.code is Code.MANDATE_ENDED:
            self.end(failure)
        elif failure.code is not Code.CANCELLED:
            self.message.show_failure(failure, act=text("record.again"), closable=True)

    def _opened(self, document_id: str) -> None:
        """« nouveau » goes once the document was read."""
        if document_id in self._read:
            return
        self._read |= {document_id}
        self._show_content()

    def _rechecked(self, result: Result[Mandate]) -> None:
        if isinstance(result, Mandate):
            self.banner.set_mandate(result)
        elif result.code is Code.MANDATE_ENDED:
            self.end(result)

    # -- filter

    def _filter_changed(self, chosen: Filter) -> None:
        self._apply(chosen)
        self._search_generation.bump()
        if len(chosen.words) < SEARCH_LETTERS:
            return
        controller = self._controller
        self._tasks.run(
            Lane.STORE,
            lambda: controller.search(chosen.words),
            lambda found: self._searched(chosen, found),
            owner=self,
            generation=self._search_generation,
        )

    def _searched(self, chosen: Filter, found: Result[tuple[str, ...]]) -> None:
        if not isinstance(found, Failure) and found:
            self._apply(replace(chosen, found=frozenset(found)))

    def _apply(self, chosen: Filter) -> None:
        before = self.list.current()
        self.model.set_filter(chosen)
        if before is not None:
            self.list.set_current(before.id)
        self.line.view.set_shown(None if chosen.is_empty() else self.model.ids())
        shown, total = self.model.rowCount(), self.model.total()
        loading = self.loader.is_loading() and not total
        if shown or loading:
            self._lists.setCurrentWidget(self.list)
        else:
            self._lists.setCurrentWidget(self._nothing if total else self._empty)
        if chosen.is_empty():
            self._count.setText(counted("record.documents", total))
        else:
            self._count.setText(text("record.shown_of", shown=shown, total=total))

    def _show_annonces(self) -> None:
        self.filters.level.setCurrentIndex(list(Level).index(Level.ANNONCE) + 1)
        self.list.setFocus()

    def _show_new(self) -> None:
        fresh = new_since(self.loader.documents, self._facts.record.last_opening) - self._read
        newest = next((d for d in self.model.documents() if d.id in fresh), None)
        if newest is not None:
            self._choose(newest.id)
            self.list.setFocus()

    # -- events and layout

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Find):
            self.filters.words.setFocus()
            self.filters.words.selectAll()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """With a document at the right there is no room for « À savoir » on a small screen."""
        beside = self._viewing and not self._large
        self.know.setVisible(not beside or self.width() > 1700)
        if beside:
            half = self._split.width() // 2
            self._split.setSizes([half, self._split.width() - half])

    def _connect(self) -> None:
        view = self.line.view
        view.current_changed.connect(self.list.set_current)
        self.list.current_changed.connect(view.set_current)
        self.list.current_changed.connect(lambda _: self.line.refresh_episode())
        for source in (view, self.list):
            source.opened.connect(self.open_document)
            source.opened_large.connect(lambda name: self.open_document(name, large=True))
        self.filters.changed.connect(self._filter_changed)
        self.know.open_requested.connect(self.open_document)
        self.know.annonces_requested.connect(self._show_annonces)
        self.know.new_requested.connect(self._show_new)
        self.loader.changed.connect(self._content_grew)
        self.loader.finished.connect(self._finished)
        self.loader.failed.connect(self._failed)
        self.message.act_requested.connect(self.refresh)
        self.viewer.closed.connect(self.close_document)
        self.viewer.large_toggled.connect(self._toggle_large)
        self.viewer.opened.connect(self._opened)
        self.viewer.changed.connect(self.loader.replace)
        self.viewer.new_version_requested.connect(self.deposit_requested)
        self.banner.deposit_requested.connect(lambda: self.deposit_requested.emit(None))
        self.banner.close_requested.connect(self.close_requested)
        self.banner.ended.connect(lambda: self.end(Failure(Code.MANDATE_ENDED)))

    def _toggle_large(self) -> None:
        self._large = not self._large
        self._show_viewer()

    def _arrange(self) -> None:
        self._count = muted("")
        self._count.setObjectName("document-count")
        self._count.setWordWrap(False)
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addWidget(self.know)
        top.addWidget(self.line, 1)
        filters = QHBoxLayout()
        filters.setSpacing(2 * GRID)
        filters.addWidget(self.filters, 1)
        filters.addWidget(self._count)
        self._lists = QStackedWidget()
        self._lists.addWidget(self.list)
        self._empty = _note("record-empty", text("record.empty"), text("record.empty_next"))
        first = secondary_button(text("record.deposit"), "record-empty-deposit")
        first.clicked.connect(lambda: self.deposit_requested.emit(None))
        self._empty.body.addWidget(first, 0, Qt.AlignmentFlag.AlignHCenter)
        self._nothing = _note("record-nothing", text("record.nothing"), "")
        again = secondary_button(text("record.filter_reset"), "record-nothing-reset", self.filters.reset)
        self._nothing.body.addWidget(again, 0, Qt.AlignmentFlag.AlignHCenter)
        for note in (self._empty, self._nothing):
            note.body.addStretch(1)
            self._lists.addWidget(note)
        self._main = QWidget()
        main = QVBoxLayout(self._main)
        main.setContentsMargins(0, 0, 0, 0)
        main.setSpacing(2 * GRID)
        main.addLayout(top)
        main.addLayout(filters)
        main.addWidget(self._lists, 1)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(2 * GRID)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._main)
        self._split.addWidget(self.viewer)
        content = QWidget()
        body = QVBoxLayout(content)
        body.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        body.setSpacing(GRID + 4)
        for part in (self.offline, self.message, self.quiet):
            body.addWidget(part)
        body.addWidget(self._split, 1)
        over = Panel(text("record.ended_title"))
        self._ended_message = Message("record-ended")
        self._ended_button = primary_button(
            text("record.close"), "record-ended-close", self.close_requested.emit
        )
        over.body.addWidget(self._ended_message)
        over.body.addWidget(self._ended_button, 0, Qt.AlignmentFlag.AlignRight)
        self._ended_page = centred(over, 640)
        self._stack = QStackedWidget()
        self._stack.addWidget(content)
        self._stack.addWidget(self._ended_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self._stack, 1)


def _note(name: str, title: str, next_step: str) -> Panel:
    panel = Panel()
    panel.setObjectName(name)
    panel.setAccessibleName(title)
    panel.body.addStretch(1)
    for part in (heading(title), muted(next_step)):
        part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        panel.body.addWidget(part)
        part.setVisible(bool(part.text()))
    return panel
