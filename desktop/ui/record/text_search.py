"""The words of the filter in what this user has read: a search of this computer's own index (CF-062)."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import Failure, Result
from desktop.domain.record import Document
from desktop.ports.pdf import OpenedPdf
from desktop.ui.record.controller import RecordController
from desktop.ui.record.list_filter import Filter
from desktop.ui.tasks import Generation, Lane, Tasks

SEARCH_LETTERS = 3
INDEX_PAGES = 50  # pages of a read document whose text is made findable


def index_read(controller: RecordController, document: Document, opened: OpenedPdf) -> Result[None]:
    """Make findable what is written in a document that was read and stands open. In a worker."""
    parts = []
    for page in range(min(len(opened.page_sizes), INDEX_PAGES)):
        found = controller.pdf.page_text(opened, page)
        if isinstance(found, Failure):
            return found
        parts.append(found.content)
    return controller.index(document, "\n".join(parts))


class TextSearch(QObject):
    """Signal: ``found(Filter)``, the one asked for with what its words were found in."""

    found = Signal(object)

    def __init__(self, controller: RecordController, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._controller, self._tasks = controller, tasks
        self._generation = Generation()

    def look_for(self, chosen: Filter) -> None:
        """Drop what is on its way, and look for the words of *chosen* where they are long enough."""
        self.drop()
        if len(chosen.words) < SEARCH_LETTERS:
            return
        controller = self._controller
        self._tasks.run(
            Lane.STORE, lambda: controller.search(chosen.words), lambda ids: self._tell(chosen, ids),
            owner=self, generation=self._generation,
        )  # fmt: skip

    def drop(self) -> None:
        """Nobody waits for it any more."""
        self._generation.bump()

    def _tell(self, chosen: Filter, ids: Result[tuple[str, ...]]) -> None:
        if not isinstance(ids, Failure) and ids:
            self.found.emit(replace(chosen, found=frozenset(ids)))
