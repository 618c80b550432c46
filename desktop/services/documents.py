"""Reading documents: from the platform, or from the cache and reported (CF-060, CF-062)."""

import uuid
from collections.abc import Callable
from typing import Protocol

from desktop.domain.account import Account
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, DocumentStatus, Level
from desktop.domain.recovery import ActOnDocument, Recovery
from desktop.domain.unrecognised_levels import readable
from desktop.ports.clock import ClockPort
from desktop.ports.platform import DocumentsPort, KeepingRulePort, PlatformClockPort, Progress
from desktop.ports.store import DocumentCachePort, LocalReadsPort, UntoldActsPort
from desktop.services.local_reads import LocalReads, ReportingPlatform
from desktop.services.platform_time import PlatformTime
from desktop.services.record import OpenRecord


class DocumentPlatform(DocumentsPort, KeepingRulePort, ReportingPlatform, PlatformClockPort, Protocol):
    """Where documents are read, and reads reported."""


class DocumentStore(DocumentCachePort, LocalReadsPort, UntoldActsPort, Protocol):
    """Where documents are kept, traces until they are reported, and acts until they are told."""


class DocumentService:
    """One document at a time, only when the user asked for it."""

    def __init__(
        self,
        platform: DocumentPlatform,
        store: DocumentStore,
        clock: ClockPort,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._platform = platform
        self._store = store
        self._time = PlatformTime(platform, clock)
        self._reads = LocalReads(platform, store, self._time, new_id)

    def read(
        self, record: OpenRecord, document: Document, account: Account, progress: Progress | None = None
    ) -> Result[bytes]:
        """The bytes; DOCUMENT_DISABLED for one that the identito-vigilance took out (CF-054).

        Nothing is read from the cache either once the platform says that the session is over (CF-019).
        READ_UNTRACED for a cached one whose trace can be neither kept nor sent (CF-060).
        """
        if document.status is DocumentStatus.DISABLED:
            return Failure(Code.DOCUMENT_DISABLED)
        cached = self._store.body(document.id)
        if isinstance(cached, bytes):
            noted = self._reads.note(record, document)
            return noted if isinstance(noted, Failure) else cached
        if record.offline:
            return Failure(Code.NOT_CACHED)
        content = self._platform.read_document(document, progress)
        if isinstance(content, bytes):
            self._keep(record, document, account, content)
        return content

    def cached(self, record: OpenRecord) -> frozenset[str]:
        """Ids that are readable offline."""
        ids = self._store.cached_ids(record.patient.id)
        return frozenset() if isinstance(ids, Failure) else ids

    def index(self, document: Document, content_text: str) -> Result[None]:
        """Make the text of a read document findable."""
        return self._store.index_text(document.id, content_text)

    def search(self, record: OpenRecord, words: str) -> Result[tuple[str, ...]]:
        """Ids whose metadata or read text match."""
        return self._store.search(record.patient.id, words)

    def versions(
        self, record: OpenRecord, document: Document, account: Account
    ) -> Result[tuple[Document, ...]]:
        """Former versions, newest first (CF-052), those that may be shown."""
        found = self._platform.versions(document)
        if isinstance(found, Failure):
            return found
        return readable(found, record.mandate.kind, account.practitioner_id)

    def lift_annonce(self, record: OpenRecord, document: Document, statement: str) -> Result[Document]:
        """State that the patient was accompanied; the level becomes Standard (CF-044). See :meth:`told`."""
        if document.level is not Level.ANNONCE:
            return Failure(Code.CHANGED_ELSEWHERE)
        return self._act(record, document, lambda: self._platform.lift_annonce(document, statement))

    def change_level(self, record: OpenRecord, document: Document, level: Level) -> Result[Document]:
        """Change the level; never to annonce afterwards (CF-043), and none is lifted so (CF-044).

        See :meth:`told`.
        """
        if Level.ANNONCE in (document.level, level) or Level.UNRECOGNISED in (document.level, level):
            return Failure(Code.NOT_ENTITLED)  # what cannot be read cannot be guarded against a change either
        return self._act(record, document, lambda: self._platform.change_level(document, level))

    def told(self, document: Document) -> Result[None]:
        """The user was told what became of the act on *document*; else the next opening tells him of it."""
        return self._store.act_told(document.id)

    def report_pending(self) -> Result[int]:
        """Send the traces that wait, before anything else is sent (contract §6); how many went."""
        return self._reads.report()

    def _act(
        self, record: OpenRecord, document: Document, act: Callable[[], Result[Document]]
    ) -> Result[Document]:
        """Nothing leaves before the store knows what was confirmed: a crash or a lock may swallow the answer.

        What was done as confirmed stands in the record; what was not stays noted until the user was told.
        """
        on = ActOnDocument(document.id, document.title, record.patient.name)
        noted = self._store.note_act(Recovery(Code.ACT_UNTOLD, self._time.now(), act=on))
        if isinstance(noted, Failure):
            return noted
        done = act()
        if not isinstance(done, Failure):
            self._store.act_told(document.id)
        return done

    def _keep(self, record: OpenRecord, document: Document, account: Account, content: bytes) -> None:
        own = bool(document.author.id) and document.author.id == account.practitioner_id
        longest = self._platform.longest_kept()
        until = None if own else record.mandate.kept_until(self._time.now(), longest)
        self._store.save_body(document, content, until)
