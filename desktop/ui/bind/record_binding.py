"""The open record's screen on services and record desk."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from desktop.common.performance import mark
from desktop.domain.account import Account
from desktop.domain.catalog import categories, may_read, sees_ligne_de_vie
from desktop.domain.errors import Failure, Result
from desktop.domain.key_facts import Told
from desktop.domain.mandates import acting_profile
from desktop.domain.record import Document, DocumentPage, Episode, Mandate, MandateKind
from desktop.domain.texts import current_language
from desktop.kernel.document import ChosenDocument
from desktop.ports.pdf import PdfCopiesPort, PdfPort
from desktop.ports.platform import Progress
from desktop.ports.store import SettingsPort
from desktop.services.deposit import offered_categories
from desktop.services.documents import DocumentService
from desktop.services.record import Listing, OpenRecord, RecordService
from desktop.services.session import Effect
from desktop.ui.bind.list_memory import ListMemory
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.outbox_desk import OutboxDesk
from desktop.ui.desk.record_desk import GONE, RecordDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.printing import CopiesUnderWay
from desktop.ui.record.controller import OpenRecordFacts
from desktop.ui.record.reading import ReadingPlace
from desktop.ui.record.record_page import RecordPage
from desktop.ui.record.record_view import RecordView
from desktop.ui.shell import Shell
from desktop.ui.tasks import Lane, Tasks


class ServiceController:
    """RecordController over the use cases, for one opening by one professional."""

    def __init__(
        self,
        records: RecordService,
        documents: DocumentService,
        pdf: PdfCopiesPort,
        copies: CopiesUnderWay,
        record: OpenRecord,
        account: Account,
        *,
        tasks: Tasks,
        outbox: OutboxDesk,
        demo: bool,
    ) -> None:
        self._records, self._documents, self._pdf = records, documents, pdf
        self._copies = copies
        self._tasks, self._outbox = tasks, outbox
        self._record = record
        self._account = account
        author_view = record.mandate.kind is MandateKind.AUTEUR
        lifeline = not author_view and sees_ligne_de_vie(acting_profile(account.profile, record.mandate.kind))
        may_deposit = bool(offered_categories(account.profile, record))
        profile = acting_profile(account.profile, record.mandate.kind)
        readable = frozenset(c.slug for c in categories() if may_read(profile, c.slug))
        self._facts = OpenRecordFacts(
            record, account.name, account.practitioner_id, lifeline, may_deposit, demo,
            frozenset() if author_view else readable,
        )  # fmt: skip

    @property
    def facts(self) -> OpenRecordFacts:
        """Who looks at whose record."""
        return self._facts

    @property
    def pdf(self) -> PdfCopiesPort:
        """The render child."""
        return self._pdf

    @property
    def copies(self) -> CopiesUnderWay:
        """What is being printed and saved."""
        return self._copies

    def now(self) -> datetime:
        """The platform's clock where known."""
        return self._records.now()

    def first_page(self) -> Result[DocumentPage]:
        """The newest documents."""
        return self._records.first_page(self._record, self._account.practitioner_id)

    def following_page(self, page: DocumentPage) -> Result[DocumentPage]:
        """The page after."""
        return self._records.following_page(self._record, page, self._account.practitioner_id)

    def episodes(self) -> Result[tuple[Episode, ...]]:
        """The care episodes."""
        return self._records.episodes(self._record)

    def keep(self, listing: Listing) -> Result[None]:
        """For offline reading."""
        return self._records.keep(self._record, listing, self._account.practitioner_id)

    def view_setting(self, name: str) -> str:
        """How the user left it."""
        return self._records.view_setting(name)

    def set_view_setting(self, name: str, value: str) -> Result[None]:
        """For the next record, too."""
        return self._records.set_view_setting(name, value)

    def cached_ids(self) -> frozenset[str]:
        """Readable offline."""
        return self._documents.cached(self._record)

    def search(self, words: str) -> Result[tuple[str, ...]]:
        """Full text of what was read."""
        return self._documents.search(self._record, words)

    def read(self, document: Document, progress: Progress | None) -> Result[bytes]:
        """One traced access."""
        return self._documents.read(self._record, document, self._account, progress)

    def index(self, document: Document, content_text: str) -> Result[None]:
        """Make findable what was read."""
        return self._documents.index(document, content_text)

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        """Former versions."""
        return self._documents.versions(self._record, document, self._account)

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        """The patient was accompanied."""
        return self._documents.lift_annonce(self._record, document, statement)

    def confirmed(self, document: Document) -> None:
        """Where nothing outlives a lock, it counts what it leaves behind."""
        self._outbox.follow(document.id)

    def told(self, document: Document) -> None:
        """Nothing of it waits any more."""
        self._outbox.unfollow(document.id)
        documents = self._documents
        self._tasks.run(Lane.STORE, lambda: documents.told(document), lambda _: None, owner=self._outbox)

    def recheck(self) -> Result[Mandate]:
        """As the platform sees the mandate now."""
        return self._records.recheck(self._record)


class RecordBinding(QObject):
    """Takes a blank screen at each opening and throws it away at each end; the next one is made meanwhile."""

    def __init__(
        self,
        *,
        page: RecordPage,
        deposit: Callable[[Document | None, tuple[Path, ...]], object],
        shell: Shell,
        tasks: Tasks,
        machine: Machine,
        session: SessionDesk,
        record: RecordDesk,
        outbox: OutboxDesk,
        records: RecordService,
        documents: DocumentService,
        pdf: PdfPort,
        copies: CopiesUnderWay,
        settings: SettingsPort,
        demo: bool,
    ) -> None:
        """*page* is where the screen stands; *deposit* opens the form, for a new version of one or with
        files."""
        super().__init__(record)
        self._page, self._deposit = page, deposit
        self._shell, self._tasks, self._session, self._desk = shell, tasks, session, record
        self._records, self._documents, self._pdf, self._demo = records, documents, pdf, demo
        self._machine, self._outbox, self._copies = machine, outbox, copies
        self._view: RecordView | None = None
        self._row_behind_lock = ""
        self._read_behind_lock: ReadingPlace | None = None
        self._list = ListMemory(settings, tasks, self)
        page.files_dropped.connect(lambda files: self._deposit(None, files))
        desk = record
        desk.identified.connect(self._list.read)
        desk.opened.connect(self._on_opened)
        desk.closed.connect(self._on_closed)
        desk.ended.connect(self._on_ended)
        outbox.proven.connect(self._on_published)
        desk.outdated.connect(self._on_published)
        desk.document_asked.connect(self._on_document_asked)
        desk.recheck_asked.connect(self._recheck)
        shell.stack.currentChanged.connect(lambda _: self._on_page())
        machine.on(Effect.HIDE_CONTENT, self._hide)
        machine.on(Effect.HIDE_RECORD, self._cover)
        machine.on(Effect.WIPE_DOCUMENTS, self._wipe)
        page.language_changed.connect(self._say_again)
        page.make_ahead()

    def _on_opened(self, record: OpenRecord) -> None:
        view = self._mount(record)
        if view is None:
            return
        mark("access-granted")
        if self._shell.page() in ("identity", "home"):  # else an unlock brought back the page that was there
            self._shell.set_page("record")
        row, self._row_behind_lock = self._row_behind_lock, ""
        place, self._read_behind_lock = self._read_behind_lock, None
        view.start(select=row, come_back=place)

    def _say_again(self) -> None:
        """A screen is made in one language: another takes its place, with the same row and filter chosen.

        No document is opened in it: that would be an access that nobody asked for (CF-062).
        """
        former, record = self._view, self._desk.record
        if former is None or record is None or not self._machine.situation.may_show_content:
            return  # nothing of a record is shown; an unlock makes a screen of its own
        if former.language is current_language():
            return  # made since: it is not read anew, and what is open in it stays open
        row, chosen = former.list.current(), former.filters.filter()
        former.put_document_away()
        view = self._mount(record)
        if view is None:
            return
        if not chosen.is_empty():
            once = Qt.ConnectionType.SingleShotConnection
            view.loaded.connect(lambda: view.filters.choose(chosen), once)
        view.start(select=row.id if row else "")

    def _mount(self, record: OpenRecord) -> RecordView | None:
        """A screen for *record* in the place of the former one; None where nobody is logged in."""
        session = self._session.session
        if session is None:
            return None
        self._take_away()
        controller = ServiceController(
            self._records, self._documents, self._pdf, self._copies, record, session.account,
            tasks=self._tasks, outbox=self._outbox, demo=self._demo,
        )  # fmt: skip
        view = self._view = self._page.take()
        view.open(controller, self._desk.document_pages)
        view.overview.take(self._desk.overview_parts)
        self._page.show_view(view)
        self._list.show_in(view.list)
        view.close_requested.connect(self._desk.close)
        view.deposit_requested.connect(lambda former: self._deposit(former, ()))
        view.ended.connect(self._desk.end)
        view.page_asked.connect(partial(self._open_page, controller))
        view.failed.connect(self._on_failed)
        view.loaded.connect(lambda: QTimer.singleShot(0, lambda: mark("lifeline-painted")))
        view.loaded.connect(self._warm)
        view.loader.kept.connect(self._desk.listed)
        view.list.opened.connect(lambda _: mark("open-asked"))
        view.page_shown.connect(lambda: QTimer.singleShot(0, lambda: mark("page-painted")))
        self._shell.set_banner(view.banner)
        self._on_page()
        return view

    def _open_page(self, controller: ServiceController, document: Document, data: Document | None) -> None:
        """A page of a feature shows it; by the time that it answers, another screen may be mounted here."""
        opens = self._desk.document_pages.of(document, data)
        if opens is None:
            return

        def was_read(told: tuple[Told, ...]) -> None:
            if self._view is not None:
                self._view.overview.tell(told)
                self._view.note_read(document.id)

        def show_pages() -> None:
            if self._view is not None:
                self._shell.set_page("record")
                self._view.show_pages(document.id)

        def show_inside(pdf: bytes) -> None:
            if self._view is not None:
                self._shell.set_page("record")
                self._view.show_pages(document.id, inside=pdf)

        opens(
            ChosenDocument(
                document, data, lambda one: controller.read(one, None), was_read, show_pages, show_inside
            )
        )

    def _on_page(self) -> None:
        if self._view is not None:
            self._view.banner.set_depositing(depositing=self._shell.page() == "deposit")

    def _warm(self) -> None:
        """Once the list is there: the first document shall not wait for a child to start."""
        self._tasks.run(Lane.PDF, self._pdf.warm, lambda _: None, owner=self)

    def _on_failed(self, failure: Failure) -> None:
        if self._session.heed(failure):
            return
        record = self._desk.record
        by_mandate = record is not None and record.mandate.kind is not MandateKind.AUTEUR
        if failure.code in GONE and by_mandate and self._view is not None:
            self._view.end(failure)

    def _on_ended(self, failure: Failure) -> None:
        """Told in the record's place, whatever page of the patient was in front; it names nobody."""
        self._take_away()
        self._page.show_end(failure, self._desk.close)
        if self._shell.is_in_record():
            self._shell.set_page("record")

    def _on_document_asked(self, document_id: str) -> None:
        """A page of a feature leads to a document; one that was just published is there once the list is."""
        view, page = self._view, self._shell.page()
        if view is None:
            return

        def show() -> None:
            if self._view is view and self._shell.page() == page:
                self._shell.set_page("record")
                view.open_document(document_id)

        if view.loader.document(document_id) is not None:
            show()
        else:
            view.loaded.connect(show, Qt.ConnectionType.SingleShotConnection)
            view.refresh(select=document_id)

    def _on_published(self) -> None:
        """The list is read again: by a deposit that was proven, or what a page published."""
        if self._view is not None:
            self._view.refresh()

    def _recheck(self) -> None:
        if self._view is not None:
            self._view.recheck()

    def _hide(self) -> None:
        if self._view is not None:
            self._view.hide()
            self._page.make_ahead()  # for the unlock

    def _cover(self) -> None:
        if self._view is not None:
            self._view.cover()

    def _wipe(self) -> None:
        """Behind a lock nothing is left of the screen but which row was chosen, and where its reader was."""
        view = self._view
        if view is None:
            return
        chosen, place = view.list.current(), view.reading.place()
        view.wipe()
        if not self._machine.situation.may_show_content:
            self._row_behind_lock = chosen.id if chosen else ""
            self._read_behind_lock = place
            self._take_away()

    def _on_closed(self) -> None:
        self._row_behind_lock, self._read_behind_lock = "", None
        self._list.forget()
        self._take_away()
        self._page.clear_end()

    def _take_away(self) -> None:
        view, self._view = self._view, None
        if view is None:
            return
        self._list.leave()
        self._shell.set_banner(None)
        self._page.remove(view)
        self._page.make_ahead()
