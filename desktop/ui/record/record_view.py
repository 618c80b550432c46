"""The open record: banner, « À savoir », ligne de vie, filters, list, viewer."""

from collections import deque
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Level, Mandate
from desktop.domain.texts import current_language, text
from desktop.services.lifeline import build_lifeline
from desktop.services.record import ends_access, new_since
from desktop.ui.record.controller import OpenRecordFacts, RecordController
from desktop.ui.record.document_acts import DocumentActs
from desktop.ui.record.document_list import DocumentList
from desktop.ui.record.document_model import DocumentModel
from desktop.ui.record.document_pages import DocumentPages
from desktop.ui.record.filter_bar import FilterBar, count_words
from desktop.ui.record.key_facts_panel import KeyFactsPanel
from desktop.ui.record.lifeline_panel import LifelinePanel
from desktop.ui.record.list_filter import Filter
from desktop.ui.record.list_notes import ListNotes
from desktop.ui.record.open_row import OpenRow
from desktop.ui.record.overview import Overview
from desktop.ui.record.reading import Reading, ReadingPlace
from desktop.ui.record.record_frame import RecordFrame
from desktop.ui.record.record_loader import RecordLoader
from desktop.ui.record.text_search import TextSearch
from desktop.ui.record.version_chains import VersionChains
from desktop.ui.record.viewer import Viewer
from desktop.ui.tasks import Generation, Lane, Tasks
from desktop.ui.turns import at_once, in_turns, next_turn
from desktop.ui.views.describe import offline_words
from desktop.ui.widget_tree import discard
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.patient_banner import PatientBanner
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import muted

RECHECK_MS = 30_000  # CF-031: the mandate is asked for again every 30 s
GROW_MS, GROW_LONG_MS = 150, 400
LONG_LIST = 1000  # documents; up to them all is shown in one turn of the event loop


class RecordView(QWidget):
    """One record from opening to end: made, :meth:`open`, and :meth:`start` once it stands in the window.

    ``deposit_requested`` carries the document to be replaced, or None for a new one.
    ``ended`` carries the failure that ended the access; the content is gone by then. ``failed`` carries
    every refusal of the platform, whoever asked: list, recheck, reading, versions, lifting. ``page_shown``:
    the first page of a document stands. ``page_asked`` carries a document that a feature's page shows, and
    its data or None.
    """

    deposit_requested = Signal(object)
    close_requested = Signal()
    ended = Signal(object)
    failed = Signal(object)
    loaded = Signal()
    page_shown = Signal()
    page_asked = Signal(object, object)

    loader: RecordLoader
    _controller: RecordController
    _facts: OpenRecordFacts
    _pages: DocumentPages
    reading: Reading
    model: DocumentModel
    list: DocumentList

    def __init__(
        self, tasks: Tasks, parent: QWidget | None = None, *, banner_place: QWidget | None = None
    ) -> None:
        """Blank; :meth:`make_next` makes its parts ahead, :meth:`open` what is missing.

        The banner is born in *banner_place*, whose layout will take it; else it stands over the record.
        """
        super().__init__(parent)
        self.setObjectName("record-view")
        self.language = current_language()  # the one that it is made in
        self._tasks = tasks
        self._generation = Generation()
        self._read: frozenset[str] = frozenset()
        self._show_generation = Generation()
        self._fresh: frozenset[str] = frozenset()
        self._wall_clock: dict[datetime, float] = {}
        self._select_after = ""
        self._over = self._finishing = False
        self._come_back: ReadingPlace | None = None
        self._readable: int | None = None
        self._focus_back: QWidget | None = None
        self.banner = PatientBanner(banner_place or self)
        self.banner.setVisible(banner_place is None)
        self._parts = deque((self._make_frame, self._make_line, self._make_list))

    def make_next(self) -> bool:
        """Make one part that needs no record; False when there is none left to make."""
        if self._parts:
            self._parts.popleft()()
            return True
        if self.reading.is_made:
            return False
        self.reading.make()
        return True

    def open(self, controller: RecordController, pages: DocumentPages | None = None) -> None:
        """Once: the record of *controller* from now on. None of *pages*: the viewer shows all documents."""
        facts = controller.facts
        self._controller, self._facts = controller, facts
        self._pages = pages or DocumentPages()
        self.loader = RecordLoader(controller, self._tasks, self)
        self._text_search = TextSearch(controller, self._tasks, self)
        self._text_search.found.connect(self._apply)
        self.loader.begin()  # the first answers are on their way while the widgets are made
        while self._parts:
            self.make_next()
        self._chains = VersionChains(controller, self._tasks, self.model, self.list)
        self._chains.failed.connect(self._failed)
        DocumentActs(self, facts)
        record = facts.record
        self.banner.show_patient(record.patient, record.mandate, controller.now, demo=facts.demo)
        self.banner.set_deposit_allowed(allowed=facts.may_deposit)
        self.line.setVisible(facts.sees_lifeline)
        self.reading.attach(controller)
        self.overview.open(controller, self._tasks)
        self._connect()
        self._growing = QTimer(self, singleShot=True)
        self._growing.timeout.connect(self._show_content)
        self._recheck_timer = QTimer(self, interval=RECHECK_MS)
        self._recheck_timer.timeout.connect(self.recheck)

    def throw_away(self) -> None:
        """With the banner. Both die where they stand: a move would style the whole tree once more."""
        for part in (self, self.banner):
            discard(part)

    # -- life

    def start(self, *, select: str = "", come_back: ReadingPlace | None = None) -> None:
        """Load the record (that began with the view; after a wipe it begins here) and watch its mandate.
        *select* as of :meth:`refresh`; *come_back*: where its user was reading when it was locked."""
        self._select_after = select or self._select_after
        self._come_back = come_back
        if self._facts.record.offline:
            words = offline_words(self._facts.record, self._controller.now())
            self.offline.show_text(words, text("record.offline_next"), tone="warning")
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
        self._generation.bump()
        self._text_search.drop()
        self._chains.drop()
        self.loader.stop()
        self.reading.close()
        self._come_back, self._finishing = None, False
        self._show_content()
        self.overview.wipe()
        self.filters.words.clear()
        pdf = self._controller.pdf
        self._tasks.run(Lane.WIPE, pdf.wipe, lambda _: None, owner=self._tasks)

    def cover(self) -> None:
        """Put an empty page before the record."""
        self._frame.cover()

    def end(self, failure: Failure) -> None:
        """The access ended: hide first, then wipe, then tell whoever takes this screen away."""
        if self._over:
            return
        self._over = True
        self.cover()
        self.wipe()
        self.ended.emit(failure)

    # -- documents

    def open_document(self, document_id: str, *, large: bool = False) -> None:
        """Show one document on the page that takes it, else at the right or in the whole window."""
        document, data = self.loader.document(document_id), self.loader.data.get(document_id)
        if document is not None and self._pages.of(document, data) is not None:
            self._choose(document_id)
            self.page_asked.emit(document, data)
        else:
            self.show_pages(document_id, large=large)

    def show_pages(self, document_id: str, *, large: bool = False, inside: bytes = b"") -> None:
        """Show one document in the viewer, whatever page takes it; *inside* is a PDF that was found in it."""
        document = self.loader.document(document_id) or self.model.find(document_id)
        if document is None:
            return
        for focus in (self.line.view, self.list):
            if focus.hasFocus():
                self._focus_back = focus
        self._choose(document_id)
        came_back, self._come_back = self._come_back, None
        at = came_back.pages if came_back is not None and came_back.document_id == document_id else None
        self.reading.show_document(document, large=large, inside=inside, at=at)

    def close_innermost(self) -> bool:
        """What Esc closes: in the viewer, the viewer, the filter; False where only the record is open."""
        if self.reading.open:
            if not self.reading.close_innermost():
                self.close_document()
            return True
        filtered = not self.filters.filter().is_empty()
        if filtered:
            self.filters.reset()
        return filtered

    def close_document(self) -> None:
        """Back to the list; the focus returns where it was."""
        self.reading.close()
        (self._focus_back or self.list).setFocus()

    def put_document_away(self) -> None:
        """Nothing of it stays in either process; what it covered stays covered."""
        self.reading.put_away()

    def _choose(self, document_id: str) -> None:
        self.list.set_current(document_id)
        self.line.view.set_current(document_id)
        self.line.refresh_episode()

    @property
    def viewer(self) -> Viewer:
        """What shows the pages of a document."""
        return self.reading.viewer

    def _read_on(self) -> None:
        """Once the list is there after a lock: the document that was being read, where it was. Only from what
        is kept on this computer, noted as a read (CF-060); else its row waits for the reader (CF-062), as it
        does for who went on to the filter: a document of the whole window would take the keys."""
        wanted, controller = self._come_back, self._controller
        if wanted is None or self.loader.document(wanted.document_id) is None:
            return

        def found(kept: Result[frozenset[str]]) -> None:
            ours = self._come_back is wanted and not self.filters.isAncestorOf(self.window().focusWidget())
            if ours and not isinstance(kept, Failure) and wanted.document_id in kept:
                self.show_pages(wanted.document_id, large=wanted.large)

        self._tasks.run(Lane.STORE, controller.cached_ids, found, owner=self, generation=self._generation)

    # -- content

    def _content_grew(self) -> None:
        """The first page is shown in the next turn of the loop (this one may still be making the view); what
        follows in steps, so that long lists do not stutter."""
        if not self._growing.isActive():
            total = self.model.total()
            self._growing.start((GROW_LONG_MS if total > LONG_LIST else GROW_MS) if total else 0)

    def _show_content(self) -> None:
        """Show what is loaded. A long list takes several turns of the event loop; emptying takes one."""
        self._show_generation.bump()
        steps = (show() for show in (self._show_list, self._show_line, self._show_facts, self._shown))
        if len(self.loader.documents) > LONG_LIST:
            in_turns(self, steps, self._show_generation)
        else:
            at_once(steps)

    def _show_list(self) -> None:
        documents = self.loader.documents
        since, own = self._facts.record.last_opening, self._facts.practitioner_id
        self._fresh = new_since(documents, since, own) - self._read
        chosen = self.list.current()
        taken = self._pages.taken(documents, self.loader.data)
        self.model.set_episodes(self.loader.episodes)
        self.model.set_documents(documents, self._fresh, taken)
        self.filters.set_documents(documents)
        self._filter_list(self.model.filter())
        select = self._select_after or (chosen.id if chosen else "")
        if select and select in self.model.ids():
            self._select_after = ""
            self.list.set_current(select)

    def _show_line(self) -> None:
        documents, episodes = self.loader.documents, self.loader.episodes
        if not documents:
            self._wall_clock = {}
        line = build_lifeline(documents, episodes, self._controller.now(), self._wall_clock)
        self.line.view.set_line(line, self._fresh)
        if not self.model.filter().is_empty():
            self._filter_line()
        chosen = self.list.current()
        if chosen is not None:
            self._choose(chosen.id)

    def _show_facts(self) -> None:
        self.overview.show(self.loader.documents, self._fresh, self._readable, whole=self.loader.is_whole())

    def _finished(self) -> None:
        self.quiet.done()
        self._growing.stop()
        self._finishing = True
        self._show_content()

    def _shown(self) -> None:
        if not self._finishing:
            return
        self._finishing = False
        if not self.loader.complete and (self.loader.documents or self.message.isHidden()):
            self.message.show_failure(Failure(Code.LIST_INCOMPLETE), act=text("record.again"), closable=True)
        self.loaded.emit()
        if len(self.loader.documents) > LONG_LIST:
            in_turns(self, self.model.prepare(), self._show_generation)
        self._read_on()
        next_turn(self, lambda: self.viewer)

    def _count_readable(self, ids: Result[frozenset[str]]) -> None:
        if not isinstance(ids, Failure):
            self._readable = len(ids)
            self._show_content()

    def _failed(self, failure: Failure) -> None:
        self._refused(failure)
        if not self._over and failure.code is not Code.CANCELLED:
            self.message.show_failure(failure, act=text("record.again"), closable=True)

    def _refused(self, failure: Failure) -> None:
        """The end of a right takes the record away at once (CF-019, CF-031)."""
        if ends_access(failure, self._facts.record.mandate):
            self.end(failure)
        self.failed.emit(failure)

    def note_read(self, document_id: str) -> None:
        """« nouveau » goes once the document was read."""
        if document_id in self._read:
            return
        self._read |= {document_id}
        self._show_content()

    def _rechecked(self, result: Result[Mandate]) -> None:
        if isinstance(result, Mandate):
            self.banner.set_mandate(result)
        else:
            self._refused(result)

    # -- filter

    def _filter_changed(self, chosen: Filter) -> None:
        self._apply(chosen)
        self._text_search.look_for(chosen)

    def _apply(self, chosen: Filter) -> None:
        self._filter_list(chosen)
        if self.model.total() > LONG_LIST:
            next_turn(self, self._filter_line)
        else:
            self._filter_line()

    def _filter_list(self, chosen: Filter) -> None:
        before = self.list.current()
        self.model.set_filter(chosen)
        if before is not None:
            self.list.set_current(before.id)
        shown, total = self.model.shown(), self.model.total()
        if total and not shown:
            self._notes.show_nothing(self.filters.reset)
        elif self.loader.is_whole() and not total:
            self._notes.show_empty(self._facts, lambda: self.deposit_requested.emit(None))
        else:
            self._notes.show_rows()
        self._count.setText(count_words(chosen, shown, total))

    def _filter_line(self) -> None:
        self.line.view.set_shown(None if self.model.filter().is_empty() else self.model.ids())

    def _show_annonces(self) -> None:
        self.filters.level.setCurrentIndex(list(Level).index(Level.ANNONCE) + 1)
        self.list.setFocus()

    def _show_new(self) -> None:
        newest = next((d for d in self.model.documents() if d.id in self._fresh), None)
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
        if not self._parts:  # whoever paints the window into a picture lays out what is made ahead too
            self._fit()

    def _fit(self) -> None:
        """With a document at the right there is no room for « À savoir » on a small screen."""
        beside = self.reading.open and not (self.reading.large or self.reading.beside)
        self.overview.fit(beside_viewer=beside)
        if beside:
            self._frame.halve()

    def _connect(self) -> None:
        self.loader.changed.connect(self._content_grew)
        self.loader.finished.connect(self._finished)
        self.loader.failed.connect(self._failed)
        self.banner.deposit_requested.connect(lambda: self.deposit_requested.emit(None))
        self.banner.close_requested.connect(self.close_requested)
        self.banner.ended.connect(lambda: self.end(Failure(Code.MANDATE_ENDED)))

    # -- parts, in the order in which the keyboard goes through them

    def _make_frame(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if self.banner.parent() is self:
            layout.addWidget(self.banner)
        self._frame = frame = RecordFrame(self)
        layout.addWidget(frame, 1)
        self.offline = Message("record-offline", frame.content)
        self.message = Message("record-message", frame.content)
        self.quiet = DelayedProgress("record-progress", frame.main, keep_place=False)
        frame.foot.addWidget(self.quiet)
        for part in (self.offline, self.message):
            frame.messages.addWidget(part)
        self.message.act_requested.connect(self.refresh)

    def _make_line(self) -> None:
        frame = self._frame
        panel = KeyFactsPanel(frame.main)
        frame.sides.insertWidget(0, panel)
        self.line = LifelinePanel(frame.main)
        self.overview = overview = Overview(frame, self.line, panel)
        frame.top.addWidget(self.line, 1)
        overview.open_requested.connect(self.open_document)
        overview.annonces_requested.connect(self._show_annonces)
        overview.new_requested.connect(self._show_new)

    def _make_list(self) -> None:
        frame = self._frame
        self.filters = FilterBar(frame.main)
        self.filters.changed.connect(self._filter_changed)
        self.filters.grouping_changed.connect(lambda grouping: self.list.group_by(grouping))
        frame.main.field = self.filters.words
        self._count = muted("")
        self._count.setObjectName("document-count")
        self._count.setWordWrap(False)
        frame.bar.addWidget(self.filters, 1)
        frame.bar.addWidget(self._count)
        self.model = DocumentModel(self)
        self.list = DocumentList(self.model, frame.lists)
        frame.lists.addWidget(self.list)
        self.list.grouping_shown.connect(self.filters.show_grouping)
        self._notes = ListNotes(frame, self.list)
        self._open_row = OpenRow(self.model, self)
        self._open_row.chosen.connect(lambda name: self.open_document(name, large=self.reading.large))
        self.reading = Reading(self._tasks, frame, self._open_row, self)
        self.reading.laid_out.connect(self._fit)
        self.reading.closed.connect(lambda: (self._focus_back or self.list).setFocus())
        self.reading.made.connect(self._listen)
        view = self.line.view
        view.current_changed.connect(self.list.set_current)
        self.list.current_changed.connect(view.set_current)
        self.list.current_changed.connect(lambda _: self.line.refresh_episode())
        for source in (view, self.list):
            source.opened.connect(self.open_document)
            source.opened_large.connect(lambda name: self.open_document(name, large=True))

    def _listen(self, viewer: Viewer) -> None:
        viewer.opened.connect(self.note_read)
        viewer.opened.connect(lambda _: self.page_shown.emit())
        viewer.changed.connect(lambda document: self.loader.replace(document))
        viewer.failed.connect(self._refused)
        viewer.new_version_requested.connect(self.deposit_requested)
