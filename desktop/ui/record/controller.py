"""What the record's screen needs from the services; bound in the composition root."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desktop.domain.errors import Result
from desktop.domain.record import Document, DocumentPage, Episode, Mandate
from desktop.ports.pdf import PdfCopiesPort
from desktop.ports.platform import Progress
from desktop.services.record import Listing, OpenRecord
from desktop.ui.printing import CopiesUnderWay


@dataclass(frozen=True, slots=True)
class OpenRecordFacts:
    """Fixed while one record is open.

    ``professional`` and ``demo`` stand on prints (CF-068); ``practitioner_id`` marks own documents;
    ``sees_lifeline``: whether this profile has the ligne de vie; ``may_deposit``: whether profile and mandate
    let anything be sent; ``readable``: the categories that its right may show, None = all.
    """

    record: OpenRecord
    professional: str
    practitioner_id: str
    sees_lifeline: bool = True
    may_deposit: bool = True
    demo: bool = False
    readable: frozenset[str] | None = None

    def shows(self, category: str) -> bool:
        """Whether this right may show any document of *category* (CF-027)."""
        return self.readable is None or category in self.readable


class RecordController(Protocol):
    """``facts``, ``now``, ``copies`` and ``pdf`` answer at once; all else may block: in worker lanes."""

    @property
    def facts(self) -> OpenRecordFacts:
        """Who looks at whose record, and how."""
        ...

    @property
    def pdf(self) -> PdfCopiesPort:
        """The render child."""
        ...

    @property
    def copies(self) -> CopiesUnderWay:
        """What is being printed and saved."""
        ...

    def now(self) -> datetime:
        """The platform's clock where known, aware UTC."""
        ...

    def first_page(self) -> Result[DocumentPage]:
        """The newest documents."""
        ...

    def following_page(self, page: DocumentPage) -> Result[DocumentPage]:
        """The page after *page*."""
        ...

    def episodes(self) -> Result[tuple[Episode, ...]]:
        """The care episodes."""
        ...

    def keep(self, listing: Listing) -> Result[None]:
        """Keep the finished list for offline reading."""
        ...

    def view_setting(self, name: str) -> str:
        """How the user left a part of the screen; "" = nothing kept."""
        ...

    def set_view_setting(self, name: str, value: str) -> Result[None]:
        """Keep it; nothing of a patient."""
        ...

    def cached_ids(self) -> frozenset[str]:
        """What is readable offline."""
        ...

    def search(self, words: str) -> Result[tuple[str, ...]]:
        """Ids whose read text matches (full text of what was read; never fetches, CF-062)."""
        ...

    def read(self, document: Document, progress: Progress | None) -> Result[bytes]:
        """The bytes: one traced access."""
        ...

    def index(self, document: Document, content_text: str) -> Result[None]:
        """Make the text of a read document findable."""
        ...

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        """Former versions, newest first (CF-052)."""
        ...

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        """The patient was accompanied (CF-044)."""
        ...

    def confirmed(self, document: Document) -> None:
        """The user confirmed an act on *document*; in the window's thread, as :meth:`told`."""
        ...

    def told(self, document: Document) -> None:
        """He reads what became of it; an act of which he never reads is told at the next opening."""
        ...

    def recheck(self) -> Result[Mandate]:
        """The mandate as the platform sees it now (CF-031)."""
        ...
