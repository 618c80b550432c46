"""The document viewer: reads one document on demand and shows its pages (CF-052, CF-062, CF-067, CF-068)."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, DocumentStatus
from desktop.domain.texts import text
from desktop.ports.paper import Printer
from desktop.ports.pdf import Hit, OpenedPdf
from desktop.services.lifeline import document_time
from desktop.ui.dates import day
from desktop.ui.record import dialogs
from desktop.ui.record.clipboard import copy_privately, take_back
from desktop.ui.record.controller import RecordController
from desktop.ui.record.page_source import PageSource
from desktop.ui.record.page_view import Flow, PagePlace, PageView
from desktop.ui.record.search_bar import SearchBar
from desktop.ui.record.stamped_copies import CopyMark, SavedCopy, saved_copy
from desktop.ui.record.text_pane import TextPane
from desktop.ui.record.text_search import index_read
from desktop.ui.record.thumbnails import Thumbnails
from desktop.ui.record.version_box import VersionBox
from desktop.ui.record.viewer_bar import ViewerBar
from desktop.ui.tasks import Generation, Lane, Tasks
from desktop.ui.theme import GRID
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.progress import DelayedProgress, foot


class Viewer(QFrame):
    """Right half or whole window; nothing of a document is kept in this process but page pictures."""

    closed = Signal()
    large_toggled = Signal()
    opened = Signal(str)
    first_page_shown = Signal(str)
    changed = Signal(object)
    failed = Signal(object)
    new_version_requested = Signal(object)

    _controller: RecordController

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        """Empty; :meth:`attach` says whose documents."""
        super().__init__(parent)
        self.setObjectName("viewer")
        self.setProperty("kind", "panel")
        self.setAccessibleName(text("viewer.name"))
        self._tasks = tasks
        self._generation = Generation()
        self._document: Document | None = None
        self._source: PageSource | None = None
        self._at: PagePlace | None = None  # where to go once the pages are there
        self._inside = False
        self._pending: Callable[[], None] | None = None
        self._announce_first = False
        self._hits = 0
        self.bar = ViewerBar(self)
        self.search = SearchBar(self)
        self.search.hide()
        self.message = Message("viewer-message", self)
        self.quiet = DelayedProgress("viewer-progress", self, keep_place=False)
        self.versions = VersionBox(self)
        self.pages = PageView(self)
        self.thumbnails = Thumbnails(self)
        self.thumbnails.hide()
        self.words = TextPane(self)
        self._arrange()
        self._connect()
        self.bar.set_ready(ready=False)

    def attach(self, controller: RecordController) -> None:
        """Read from *controller* from now on."""
        self._controller = controller

    # -- documents

    def document(self) -> Document | None:
        """What is shown or being read."""
        return self._document

    def whole_document(self) -> Document | None:
        """As :meth:`document`, unless what is shown was found inside it, or is a former version of it."""
        document = self._document
        former = document is not None and document.status is DocumentStatus.SUPERSEDED
        return None if self._inside or former or self.versions.shows_former() else document

    def show_document(self, document: Document, at: PagePlace | None = None) -> None:
        """Read and show *document*: one traced access, asked for by the user (CF-062); from *at* on."""
        self._drop()
        self._at = at
        self.versions.hide()
        self._show(document)

    def show_inside(self, document: Document, pdf: bytes) -> None:
        """Show *pdf*, which was found in *document* when that was read: no access more."""
        self._drop()
        self.versions.hide()
        self._name(document)
        self._inside = True
        self._got_content(document, pdf)

    def clear(self) -> None:
        """Forget what is shown, in this process at once and in the child."""
        self._drop()
        self._document = None
        self.versions.hide()
        take_back()

    def _name(self, document: Document) -> None:
        self._document = document
        self.pages.await_focus()
        self.bar.show_document(document, may_replace=self._may_replace(document))
        self.setAccessibleDescription(self.bar.title.whole())
        self.quiet.wait(text("viewer.reading"))

    def _may_replace(self, document: Document) -> bool:
        """One's own, under a right that lets something be sent."""
        facts = self._controller.facts
        own = bool(document.author.id) and document.author.id == facts.practitioner_id
        return own and facts.may_deposit

    def _show(self, document: Document) -> None:
        self._name(document)
        if document.status is DocumentStatus.SUPERSEDED:
            self.message.show_text(text("viewer.former_shown"), tone="warning")
        report = self._tasks.progress(self.quiet.progress, owner=self, generation=self._generation)
        controller = self._controller
        self._tasks.run(
            Lane.NET, lambda: controller.read(document, report), partial(self._got_content, document),
            owner=self, generation=self._generation,
        )  # fmt: skip

    def _drop(self) -> None:
        self._generation.bump()
        self._pending = self._at = None
        self._inside = False
        self.pages.set_source(None)
        self.thumbnails.set_source(None)
        if self._source is not None:
            self._controller.copies.end(self)
            self._source.close()
            self._source.deleteLater()
            self._source = None
        self.words.clear()
        self.message.clear()
        self.quiet.done()
        self.search.reset()
        self.search.hide()
        self.bar.set_ready(ready=False)
        self.bar.set_page(0, 0)

    def _got_content(self, document: Document, content: Result[bytes]) -> None:
        if isinstance(content, Failure):
            self._fail(content)
            return
        self.opened.emit(document.id)
        pdf = self._controller.pdf
        self._tasks.run(
            Lane.PDF,
            lambda: pdf.open(content),
            lambda opened: self._got_pages(document, opened),
            owner=self,
            generation=self._generation,
        )

    def _got_pages(self, document: Document, opened: Result[OpenedPdf]) -> None:
        if isinstance(opened, Failure):
            self._fail(opened)
            return
        self.quiet.done()
        self._source = PageSource(self._tasks, self._controller.pdf, opened, self)
        self._source.failed.connect(self._fail)
        self._source.text_ready.connect(self._text_ready)
        self._announce_first = True
        self._source.image_ready.connect(lambda _: self._first(document, opened))
        self.bar.set_ready(ready=True)
        self.pages.set_source(self._source)
        if self._at is not None:
            self.pages.go_back_to(self._at)
            self.bar.single.setChecked(self.pages.flow() is Flow.SINGLE)
        self.thumbnails.set_source(self._source)
        self.thumbnails.set_page(self.pages.page())
        self.pages.take_focus()

    def _first(self, document: Document, opened: OpenedPdf) -> None:
        if self._announce_first:
            self._announce_first = False
            self.first_page_shown.emit(document.id)
            # Only now: reading all texts must not stand before the first page in the child's queue.
            self._index(document, opened)

    def _fail(self, failure: Failure) -> None:
        self.quiet.done()
        if failure.code is Code.CANCELLED:
            return
        again = failure.code in (Code.OFFLINE, Code.TIMEOUT, Code.PLATFORM_BUSY, Code.PLATFORM_ERROR)
        self.message.show_failure(failure, act=text("viewer.again") if again else "")
        self._pending = self._again if again else None
        self.failed.emit(failure)

    def _again(self) -> None:
        if self._document is not None:
            self._drop()
            self._show(self._document)

    def _index(self, document: Document, opened: OpenedPdf) -> None:
        """Make the text of what the user read findable; nothing is fetched for it (CF-062)."""
        controller = self._controller
        self._tasks.run(
            Lane.STORE, lambda: index_read(controller, document, opened), lambda _: None,
            owner=self, generation=self._generation,
        )  # fmt: skip

    # -- search and text

    def show_search(self) -> None:
        """Open the search line."""
        self.search.show()
        self.search.words.setFocus()
        self.search.words.selectAll()

    def _find(self, words: str) -> None:
        if self._source is None or not words:
            self.pages.set_hits(())
            self.search.set_result(-1, 0)
            return
        pdf, opened = self._controller.pdf, self._source.opened
        self._tasks.run(
            Lane.PDF, lambda: pdf.find(opened, words), self._found, owner=self, generation=self._generation
        )

    def _found(self, hits: Result[tuple[Hit, ...]]) -> None:
        if isinstance(hits, Failure):
            self._fail(hits)
            return
        self.pages.set_hits(hits)
        self.search.set_result(self.pages.hit_number(), len(hits))
        self._hits = len(hits)

    def _next_hit(self, by: int) -> None:
        self.pages.next_hit(by)
        if self.pages.hit_number() >= 0:
            self.search.set_result(self.pages.hit_number(), self._hits)

    def _close_search(self) -> None:
        self.search.hide()
        self.search.reset()
        self.pages.set_hits(())
        self.pages.setFocus()

    def _show_text(self) -> None:
        if self._source is None or self.words.isHidden():
            return
        page = self.pages.page()
        content = self._source.text(page)
        if content is None:
            self._source.want_text(page)
            return
        shown = content.content.strip() or text("viewer.no_text")
        if shown != self.words.toPlainText():
            self.words.setPlainText(shown)
        where = text("viewer.page_of", page=page + 1, pages=self.pages.page_count())
        self.words.setAccessibleName(f"{text('viewer.text_pane_tip')}, {where}")

    def _text_ready(self, page: int) -> None:
        if page == self.pages.page():
            self._show_text()

    def _toggle_text(self, shown: bool) -> None:  # noqa: FBT001 - a Qt signal
        self.words.setVisible(shown)
        self._body.setSizes([self._body.width() // 2] * 2)
        self._show_text()

    def _page_changed(self, page: int) -> None:
        self.bar.set_page(page, self.pages.page_count())
        self.thumbnails.set_page(page)
        self._show_text()

    # -- copies

    def _mark(self) -> CopyMark:
        facts = self._controller.facts
        return CopyMark(facts.professional, self._controller.now(), facts.demo)

    def _ask_print(self) -> None:
        if self._source is None:
            return
        opened = self._source.opened
        self.bar.print_action.setEnabled(False)
        self.quiet.wait(text("viewer.looking_for_printers"))
        self._tasks.run(
            Lane.PDF, self._controller.pdf.printers, partial(self._choose_printer, opened),
            owner=self, generation=self._generation,
        )  # fmt: skip

    def _choose_printer(self, opened: OpenedPdf, printers: Result[tuple[Printer, ...]]) -> None:
        self.quiet.done()
        self.bar.print_action.setEnabled(True)
        if isinstance(printers, Failure):
            self._fail(printers)
            return
        pdf, copies, mark = self._controller.pdf, self._controller.copies, self._mark()

        def chosen(work: dialogs.PrintWork) -> None:
            self.quiet.wait(text("viewer.printing"))
            self._tasks.run(
                Lane.PDF, copies.begun(self, lambda: work(pdf, opened, mark)),
                partial(self._copied, text("viewer.printed")), owner=self, generation=self._generation,
            )  # fmt: skip

        dialogs.choose_printer(self, printers, len(opened.page_sizes), chosen)

    def _ask_save(self) -> None:
        """First the purpose rule, in place (CF-067), then where to."""
        self._pending = self._choose_target
        self.message.show_text(
            text("viewer.purpose"), text("viewer.purpose_next"), tone="warning",
            act=text("viewer.save_act"), closable=True,
        )  # fmt: skip

    def _choose_target(self) -> None:
        self.message.clear()
        if self._source is None or self._document is None:
            return
        opened, pdf, mark = self._source.opened, self._controller.pdf, self._mark()
        copies = self._controller.copies

        def chosen(target: Path) -> None:
            self.quiet.wait(text("viewer.saving"))
            self._tasks.run(
                Lane.PDF, copies.begun(self, lambda: saved_copy(pdf, opened, mark, target)),
                partial(self._copied, ""), owner=self, generation=self._generation,
            )  # fmt: skip

        when = document_time(self._document)
        name = text("viewer.copy_name", date=day(when) if when else day(self._controller.now()))
        dialogs.choose_target(self, name, chosen)

    def _copied(self, words: str, outcome: Result[SavedCopy | None]) -> None:
        self.quiet.done()
        if isinstance(outcome, Failure):
            self._fail(outcome)
        else:
            self.message.show_text(words if outcome is None else outcome.told(), closable=True)

    # -- versions and annonce

    def _ask_versions(self) -> None:
        document, controller = self._document, self._controller
        if document is None:
            return
        self.quiet.wait(text("viewer.versions_wait"))
        self._tasks.run(
            Lane.NET, lambda: controller.versions(document), partial(self._got_versions, document),
            owner=self, generation=self._generation,
        )  # fmt: skip

    def _got_versions(self, document: Document, versions: Result[tuple[Document, ...]]) -> None:
        self.quiet.done()
        if isinstance(versions, Failure):
            self._fail(versions)
            return
        former = [version for version in versions if version.id != document.id]
        if not former:
            self.message.show_text(text("viewer.no_versions"), closable=True)
            return
        self.versions.show_versions(document, former)

    def _choose_version(self, version: Document, former: bool) -> None:  # noqa: FBT001 - a Qt signal
        self._drop()
        self._show(version)
        if former:
            self.message.show_text(text("viewer.former_shown"), tone="warning")

    def _ask_lift(self) -> None:
        """CF-044: the client asks whether the patient was accompanied."""
        self._pending = self._lift
        self.message.show_text(
            text("viewer.lift_ask"), text("viewer.lift_next"), tone="warning",
            act=text("viewer.lift_act"), closable=True,
        )  # fmt: skip

    def _lift(self) -> None:
        self.message.clear()
        document, controller = self._document, self._controller
        if document is None:
            return
        statement = text("viewer.lift_statement", who=controller.facts.professional)
        self.quiet.wait(text("viewer.lifting"))
        controller.confirmed(document)
        self._tasks.run(
            Lane.NET, lambda: controller.lift_annonce(document, statement), partial(self._lifted, document),
            owner=self, generation=self._generation,
        )  # fmt: skip

    def _lifted(self, document: Document, result: Result[Document]) -> None:
        self.quiet.done()
        self._controller.told(document)
        if isinstance(result, Failure):
            self._fail(result)
            return
        self._document = result
        self.bar.show_document(result, may_replace=False)
        self.message.show_text(text("viewer.lifted"), closable=True)
        self.changed.emit(result)

    # -- events and layout

    def close_innermost(self) -> bool:
        """A question, the search, the whole window, in this order; False where nothing of them is open."""
        if self._pending not in (None, self._again):
            self._pending = None
            self.message.clear()
        elif not self.search.isHidden():
            self._close_search()
        elif self.bar.is_large:
            self.large_toggled.emit()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self.close_innermost():
                self.closed.emit()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.show_search()
        elif event.key() == Qt.Key.Key_F3:
            self._next_hit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.matches(QKeySequence.StandardKey.Print):
            self._ask_print()
        else:
            super().keyPressEvent(event)

    def _act(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending()

    def _connect(self) -> None:
        bar, pages = self.bar, self.pages
        bar.close_requested.connect(self.closed)
        bar.large_requested.connect(self.large_toggled)
        bar.zoom_requested.connect(pages.zoom_by)
        bar.fit_requested.connect(pages.fit)
        bar.fit_page_requested.connect(pages.fit_page)
        bar.rotate_requested.connect(pages.rotate)
        bar.search_requested.connect(self.show_search)
        bar.print_requested.connect(self._ask_print)
        bar.save_requested.connect(self._ask_save)
        bar.versions_requested.connect(self._ask_versions)
        bar.lift_requested.connect(self._ask_lift)
        bar.new_version_requested.connect(lambda: self.new_version_requested.emit(self._document))
        bar.text_pane.toggled.connect(self._toggle_text)
        bar.thumbnails.toggled.connect(self.thumbnails.setVisible)
        bar.single.toggled.connect(lambda on: pages.set_flow(Flow.SINGLE if on else Flow.CONTINUOUS))
        self.message.act_requested.connect(self._act)
        self.search.searched.connect(self._find)
        self.search.moved.connect(self._next_hit)
        self.search.closed.connect(self._close_search)
        pages.page_changed.connect(self._page_changed)
        pages.zoom_changed.connect(bar.set_zoom)
        pages.copy_requested.connect(copy_privately)
        self.thumbnails.chosen.connect(pages.go_to)
        self.versions.version_chosen.connect(self._choose_version)

    def _arrange(self) -> None:
        body = QSplitter(Qt.Orientation.Horizontal)
        body.setChildrenCollapsible(False)
        body.setHandleWidth(GRID)
        for part in (self.pages, self.words):
            body.addWidget(part)
            body.setStretchFactor(body.count() - 1, 1)
            # Both ask for as much, so that the text pane opens at half the width.
            part.setMinimumWidth(160)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(self.thumbnails)
        line.addWidget(body, 1)
        self._body = body
        notes = QVBoxLayout()
        notes.setContentsMargins(GRID + 4, 0, GRID + 4, GRID)
        notes.setSpacing(GRID)
        for note in (self.versions, self.message):
            notes.addWidget(note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.search)
        layout.addLayout(notes)
        layout.addLayout(line, 1)
        layout.addLayout(foot(self.quiet))
