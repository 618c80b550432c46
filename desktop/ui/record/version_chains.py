"""The former versions under a row of the list, asked for when its user unfolds it (CF-052)."""

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import Failure, Result
from desktop.domain.record import Document
from desktop.ui.record.controller import RecordController
from desktop.ui.record.document_list import DocumentList
from desktop.ui.record.document_model import DocumentModel
from desktop.ui.tasks import Generation, Lane, Tasks


class VersionChains(QObject):
    """The list that the platform gives names the newest only. Signal: ``failed``."""

    failed = Signal(object)

    def __init__(
        self, controller: RecordController, tasks: Tasks, model: DocumentModel, shown: DocumentList
    ) -> None:
        super().__init__(shown)
        self._controller, self._tasks, self._model = controller, tasks, model
        self._generation = Generation()
        self._asked: set[str] = set()
        shown.versions_asked.connect(self._ask)

    def drop(self) -> None:
        """Nobody waits for them any more."""
        self._generation.bump()
        self._asked.clear()

    def _ask(self, document: Document) -> None:
        if document.id in self._asked:
            return
        self._asked.add(document.id)
        controller = self._controller

        def got(former: Result[tuple[Document, ...]]) -> None:
            self._asked.discard(document.id)
            if isinstance(former, Failure):
                self.failed.emit(former)
            else:
                self._model.set_former(document.id, [d for d in former if d.id != document.id])

        self._tasks.run(
            Lane.NET, lambda: controller.versions(document), got, owner=self, generation=self._generation
        )
