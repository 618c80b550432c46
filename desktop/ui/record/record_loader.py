"""Loads list and episodes of the open record in the worker lanes: first page first, then the rest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, DocumentPage, Episode, data_of, shown
from desktop.services.record import Listing
from desktop.ui.record.controller import RecordController
from desktop.ui.tasks import Generation, Lane, Tasks

T = TypeVar("T")
# A platform that links in a circle, or goes on for ever, must not keep us: what came is shown, and said to be
# incomplete.
MOST_PAGES = 500
MOST_DOCUMENTS = 25_000
MOST_PAGES_WITHOUT_NEWS = 10


class RecordLoader(QObject):
    """``documents`` are the rows to show, ``data`` what stands beside them, by their ids. ``changed``:
    documents or episodes grew; ``finished``: all there, or as much as could be had; ``kept``: the whole list
    is in the store."""

    changed = Signal()
    finished = Signal()
    failed = Signal(object)
    kept = Signal()

    def __init__(self, controller: RecordController, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._tasks = controller, tasks
        self._generation = Generation()
        self.documents: Sequence[Document] = ()
        self.data: Mapping[str, Document] = {}
        self._listed: tuple[Document, ...] = ()
        self.episodes: tuple[Episode, ...] = ()
        self.complete = True
        self._pages = self._without_news = 0
        self._links: set[str] = set()
        self._waiting = 0
        self._begun = False
        self._asked_at = controller.now()
        self._fresh_documents: dict[str, Document] = {}

    def begin(self) -> None:
        """As :meth:`start`, unless it was begun and not stopped since."""
        if not self._begun:
            self.start()

    def start(self) -> None:
        """Load everything anew; what is shown stays until the first answer."""
        self._generation.bump()
        self._begun = True
        self.complete, self._pages, self._without_news, self._fresh_documents = True, 0, 0, {}
        self._links = set()
        self._waiting = 2
        self._asked_at = self._controller.now()
        controller = self._controller
        self._run(controller.first_page, self._got_page)
        self._run(controller.episodes, self._got_episodes)

    def stop(self) -> None:
        """Drop what is on its way and what is there."""
        self._generation.bump()
        self._begun = False
        self.documents = self._listed = ()
        self.data = {}
        self.episodes, self._fresh_documents, self._links = (), {}, set()

    def replace(self, document: Document) -> None:
        """One document changed (its level); what is kept says so too."""
        self._list(document if d.id == document.id else d for d in self._listed)
        self.changed.emit()
        if self._begun and not self._waiting:
            self._keep()

    def document(self, document_id: str) -> Document | None:
        """A row by its id."""
        return next((d for d in self.documents if d.id == document_id), None)

    def is_loading(self) -> bool:
        """True until :attr:`finished`."""
        return self._waiting > 0

    def is_whole(self) -> bool:
        """True once everything came: only then is known what there is not."""
        return self._begun and self.complete and not self._waiting

    def _run(self, work: Callable[[], Result[T]], done: Callable[[T | Failure], object]) -> None:
        self._tasks.run(Lane.NET, work, done, owner=self, generation=self._generation)

    def _got_page(self, page: Result[DocumentPage]) -> None:
        if isinstance(page, Failure):
            # With something on the screen the rest is missing, not everything.
            self.complete = False
            self.failed.emit(page if not self._fresh_documents else Failure(Code.LIST_INCOMPLETE))
            self._end()
            return
        self._pages += 1
        self.complete = self.complete and page.complete
        before = len(self._fresh_documents)
        self._fresh_documents.update((document.id, document) for document in page.documents)
        self._without_news = 0 if len(self._fresh_documents) > before else self._without_news + 1
        # When loading again, what was there stays until all is there: the list never shrinks and grows.
        kept = {d.id: d for d in self._listed if d.id not in self._fresh_documents}
        self._list((*self._fresh_documents.values(), *kept.values()))
        self.changed.emit()
        if page.next is not None and not self._is_endless(page.next):
            self._links.add(page.next)
            controller = self._controller
            self._run(lambda: controller.following_page(page), self._got_page)
            return
        if page.next is not None:
            self.complete = False
            self.failed.emit(Failure(Code.LIST_INCOMPLETE))
        if self.complete:
            self._list(self._fresh_documents.values())
        self._end()

    def _list(self, documents: Iterable[Document]) -> None:
        """All rows are kept; a document and its data are one row to look at."""
        self._listed = tuple(documents)
        self.documents, self.data = shown(self._listed), data_of(self._listed)

    def _is_endless(self, following: str) -> bool:
        return (
            following in self._links
            or self._pages >= MOST_PAGES
            or len(self._fresh_documents) >= MOST_DOCUMENTS
            or self._without_news >= MOST_PAGES_WITHOUT_NEWS
        )

    def _got_episodes(self, episodes: Result[tuple[Episode, ...]]) -> None:
        if isinstance(episodes, Failure):
            self.failed.emit(episodes)
        else:
            self.episodes = episodes
            self.changed.emit()
        self._end()

    def _end(self) -> None:
        self._waiting -= 1
        if self._waiting:
            return
        self._keep()
        self.finished.emit()

    def _keep(self) -> None:
        """Only a list that is whole: what it leaves out leaves the cache."""
        if self.complete:
            controller, listing = self._controller, Listing(self._listed, self.episodes, self._asked_at)
            self._tasks.run(
                Lane.STORE, lambda: controller.keep(listing), self._kept,
                owner=self, generation=self._generation,
            )  # fmt: skip

    def _kept(self, outcome: Result[None]) -> None:
        if isinstance(outcome, Failure):
            self.failed.emit(outcome)
        else:
            self.kept.emit()
