"""The open record's screen on services and record desk."""

from datetime import datetime

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop.common.performance import mark
from desktop.domain.account import Account
from desktop.domain.catalog import sees_ligne_de_vie
from desktop.domain.errors import Failure, Result
from desktop.domain.mandates import acting_profile
from desktop.domain.record import Document, DocumentPage, Episode, Mandate, MandateKind
from desktop.ports.pdf import PdfPagesPort
from desktop.ports.platform import Progress
from desktop.services.bundle import Services
from desktop.services.record import OpenRecord
from desktop.services.session import Effect
from desktop.ui.bind.context import Context
from desktop.ui.bind.deposit_binding import DepositBinding
from desktop.ui.desk.record_desk import GONE
from desktop.ui.record.controller import RecordFacts
from desktop.ui.record.record_view import RecordView
from desktop.ui.tasks import Lane


class ServiceController:
    """RecordController over the use cases, for one opening by one professional."""

    def __init__(self, services: Services, record: OpenRecord, account: Account, *, demo: bool) -> None:
        self._services = services
        self._record = record
        self._account = account
        author_view = record.mandate.kind is MandateKind.AUTEUR
        lifeline = not author_view and sees_ligne_de_vie(acting_profile(account.profile, record.mandate.kind))
        self._facts = RecordFacts(record, account.name, account.practitioner_id, lifeline, demo)

    @property
    def facts(self) -> RecordFacts:
        """Who looks at whose record."""
        return self._facts

    @property
    def pdf(self) -> PdfPagesPort:
        """The render child."""
        return self._services.ports.pdf

    def now(self) -> datetime:
        """The platform's clock where known."""
        return self._services.record.now()

    def first_page(self) -> Result[DocumentPage]:
        """The newest documents."""
        return self._services.record.first_page(self._record)

    def following_page(self, page: DocumentPage) -> Result[DocumentPage]:
        """The page after."""
        return self._services.record.following_page(self._record, page)

    def episodes(self) -> Result[tuple[Episode, ...]]:
        """The care episodes."""
        return self._services.record.episodes(self._record)

    def keep(self, documents: tuple[Document, ...], episodes: tuple[Episode, ...]) -> Result[None]:
        """For offline reading."""
        return self._services.record.keep(self._record, documents, episodes)

    def cached_ids(self) -> frozenset[str]:
        """Readable offline."""
        return self._services.documents.cached(self._record)

    def search(self, words: str) -> Result[tuple[str, ...]]:
        """Full text of what was read."""
        return self._services.documents.search(self._record, words)

    def read(self, document: Document, progress: Progress | None) -> Result[bytes]:
        """One traced access."""
        return self._services.documents.read(self._record, document, self._account, progress)

    def index(self, document: Document, content_text: str) -> Result[None]:
        """Make findable what was read."""
        return self._services.documents.index(document, content_text)

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        """Former versions."""
        return self._services.documents.versions(document)

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        """The patient was accompanied."""
        return self._services.documents.lift_annonce(document, statement)

    def recheck(self) -> Result[Mandate]:
        """As the platform sees the mandate now."""
        return self._services.record.recheck(self._record)


class RecordBinding(QObject):
    """Makes a record screen at each opening and takes it away at each end."""

    def __init__(self, context: Context, page: QWidget, deposit: DepositBinding) -> None:
        super().__init__(context.desks.record)
        self._context = context
        self._page = page
        self._deposit = deposit
        self._view: RecordView | None = None
        desk = context.desks.record
        desk.opened.connect(self._on_opened)
        desk.closed.connect(self._take_away)
        desk.ended.connect(self._on_ended)
        context.desks.outbox.proven.connect(self._on_proven)
        context.place.shell.stack.currentChanged.connect(lambda _: self._on_page())
        machine = context.desks.machine
        machine.on(Effect.HIDE_CONTENT, self._hide)
        machine.on(Effect.HIDE_RECORD, self._cover)
        machine.on(Effect.WIPE_DOCUMENTS, self._wipe)

    def _on_opened(self, record: OpenRecord) -> None:
        session = self._context.desks.session.session
        if session is None:
            return
        self._take_away()
        place = self._context.place
        controller = ServiceController(self._context.services, record, session.account, demo=place.demo)
        view = RecordView(controller, place.tasks, self._page)
        self._view = view
        layout = self._page.layout()
        assert layout is not None
        layout.addWidget(view)
        view.close_requested.connect(self._context.desks.record.close)
        view.deposit_requested.connect(self._deposit.open)
        view.ended.connect(self._context.desks.record.end)
        view.failed.connect(self._on_failed)
        mark("access-granted")
        view.loaded.connect(lambda: QTimer.singleShot(0, lambda: mark("lifeline-painted")))
        view.loaded.connect(self._warm)
        view.list.opened.connect(lambda _: mark("open-asked"))
        view.page_shown.connect(lambda: QTimer.singleShot(0, lambda: mark("page-painted")))
        if record.mandate.kind is MandateKind.AUTEUR:
            view.banner.set_deposit_allowed(allowed=False)
        place.shell.set_banner(view.banner)
        self._on_page()
        if place.shell.page() in ("identity", "home"):  # else an unlock brought back the page that was there
            place.shell.set_page("record")
        view.start()

    def _on_page(self) -> None:
        if self._view is not None:
            self._view.banner.set_depositing(depositing=self._context.place.shell.page() == "deposit")

    def _warm(self) -> None:
        """Once the list is there: the first document shall not wait for a child to start."""
        pdf = self._context.services.ports.pdf
        self._context.place.tasks.run(Lane.PDF, pdf.warm, lambda _: None, owner=self)

    def _on_failed(self, failure: Failure) -> None:
        if self._context.desks.session.heed(failure):
            return
        record = self._context.desks.record.record
        by_mandate = record is not None and record.mandate.kind is not MandateKind.AUTEUR
        if failure.code in GONE and by_mandate and self._view is not None:
            self._view.end(failure)

    def _on_ended(self, failure: Failure) -> None:
        """The end is told on the record's page, whatever page of the patient was in front."""
        view = self._view
        if view is not None:
            self._context.place.shell.set_banner(view.banner)
            view.show()
            view.end(failure)
        if self._context.place.shell.is_in_record():
            self._context.place.shell.set_page("record")

    def _on_proven(self, _row: object) -> None:
        if self._view is not None:
            self._view.refresh()

    def _hide(self) -> None:
        if self._view is not None:
            self._view.hide()

    def _cover(self) -> None:
        if self._view is not None:
            self._view.cover()

    def _wipe(self) -> None:
        if self._view is not None:
            self._view.wipe()

    def _take_away(self) -> None:
        view, self._view = self._view, None
        if view is None:
            return
        self._context.place.shell.set_banner(None)
        view.hide()
        view.setParent(None)
        view.banner.deleteLater()
        view.deleteLater()
