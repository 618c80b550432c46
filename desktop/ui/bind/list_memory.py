"""How this user likes the list of documents, read before it is first shown and kept when he changes it."""

from PySide6.QtCore import QObject

from desktop.domain.errors import Failure, Result
from desktop.ports.store import SettingsPort
from desktop.services.list_taste import ListTaste, ListTastes
from desktop.ui.record.document_list import DocumentList
from desktop.ui.tasks import Generation, Lane, Tasks


class ListMemory(QObject):
    """Columns that change under a hand would be worse than columns that were forgotten: what is read is shown
    at once only where no row stands yet."""

    def __init__(self, settings: SettingsPort, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._kept, self._tasks = ListTastes(settings), tasks
        self._generation = Generation()
        self._taste: ListTaste | None = None
        self._shown: DocumentList | None = None

    def read(self) -> None:
        """Ahead, as soon as a patient is known: his record may follow."""
        if self._taste is None:
            self._tasks.run(Lane.STORE, self._kept.known, self._got, owner=self, generation=self._generation)

    def show_in(self, shown: DocumentList) -> None:
        """*shown* is the list on the screen from now on."""
        self._shown = shown
        shown.taste_changed.connect(self._keep)
        if self._taste is None:
            self.read()
        else:
            shown.show_taste(self._taste)

    def leave(self) -> None:
        """That list is thrown away."""
        self._shown = None

    def forget(self) -> None:
        """The next holder of a card has his own."""
        self._generation.bump()
        self._taste = None
        self.leave()

    def _got(self, taste: Result[ListTaste]) -> None:
        if isinstance(taste, Failure) or self._taste is not None:
            return
        self._taste = taste
        if self._shown is not None and not self._shown.has_rows():
            self._shown.show_taste(taste)

    def _keep(self, taste: ListTaste) -> None:
        self._taste, kept = taste, self._kept
        # What cannot be kept is missed at the next start only, and says nothing worth a word now.
        self._tasks.run(Lane.STORE, lambda: kept.keep(taste), lambda _: None, owner=self)
