"""What the record's screen talks to, without a platform."""

from dataclasses import replace
from datetime import datetime

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, DocumentPage, DocumentStatus, Episode, Level, Mandate, Patient
from desktop.ports.pdf import PdfCopiesPort
from desktop.ports.platform import Progress
from desktop.services.record import Listing, OpenRecord
from desktop.ui.printing import CopiesUnderWay
from desktop.ui.record.controller import OpenRecordFacts, RecordController
from tests.fakes.pdf import FakePdf
from tests.samples.record import LAST, MANDATE, NOW, PATIENT, documents, episodes


class FakeController(RecordController):
    """Answers from memory; counts what is asked. *pdf* draws instead of ``pages``."""

    def __init__(
        self,
        listed: tuple[Document, ...] | None = None,
        *,
        pdf: PdfCopiesPort | None = None,
        content: Result[bytes] = b"%PDF-1.4",
        mandate: Mandate = MANDATE,
        patient: Patient = PATIENT,
        offline: bool = False,
        last: datetime | None = LAST,
        page_size: int = 100,
        sees_lifeline: bool = True,
    ) -> None:
        record = OpenRecord(patient, mandate, last, offline)
        self._facts = OpenRecordFacts(record, "Dr Weber", "me", sees_lifeline)
        self.pages = FakePdf()
        self.under_way = CopiesUnderWay()
        self._pdf = pdf
        self.listed = documents() if listed is None else listed
        self.content = content
        self.page_size = page_size
        self.first: Failure | None = None
        self.second: Failure | None = None
        self.mandate_answer: Result[Mandate] = mandate
        self.found: tuple[str, ...] = ()
        self.former: tuple[Document, ...] = ()
        self.reads: list[str] = []
        self.kept: list[int] = []
        self.indexed: list[str] = []
        self.lifted: list[str] = []
        self.acts: list[tuple[str, str]] = []
        self.time = NOW
        self.settings: dict[str, str] = {}

    @property
    def facts(self) -> OpenRecordFacts:
        return self._facts

    @property
    def pdf(self) -> PdfCopiesPort:
        return self._pdf or self.pages

    @property
    def copies(self) -> CopiesUnderWay:
        return self.under_way

    def now(self) -> datetime:
        return self.time

    def _page(self, start: int) -> DocumentPage:
        end = start + self.page_size
        following = str(end) if end < len(self.listed) else None
        return DocumentPage(self.listed[start:end], following, len(self.listed))

    def first_page(self) -> Result[DocumentPage]:
        return self.first or self._page(0)

    def following_page(self, page: DocumentPage) -> Result[DocumentPage]:
        return self.second or self._page(int(page.next or 0))

    def episodes(self) -> Result[tuple[Episode, ...]]:
        return episodes()

    def keep(self, listing: Listing) -> Result[None]:
        self.kept.append(len(listing.documents))
        return None

    def view_setting(self, name: str) -> str:
        return self.settings.get(name, "")

    def set_view_setting(self, name: str, value: str) -> Result[None]:
        self.settings[name] = value
        return None

    def cached_ids(self) -> frozenset[str]:
        return frozenset({"d1", "d2"})

    def search(self, words: str) -> Result[tuple[str, ...]]:
        return self.found

    def read(self, document: Document, progress: Progress | None) -> Result[bytes]:
        self.reads.append(document.id)
        if document.status is DocumentStatus.DISABLED:
            return Failure(Code.DOCUMENT_DISABLED)
        return self.content

    def index(self, document: Document, content_text: str) -> Result[None]:
        self.indexed.append(content_text)
        return None

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        return self.former

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        self.lifted.append(statement)
        return replace(document, level=Level.STANDARD)

    def confirmed(self, document: Document) -> None:
        self.acts.append(("confirmed", document.id))

    def told(self, document: Document) -> None:
        self.acts.append(("told", document.id))

    def recheck(self) -> Result[Mandate]:
        return self.mandate_answer
