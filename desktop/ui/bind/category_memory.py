"""The category of the deposit before, read before a form is shown and kept when one is confirmed."""

from PySide6.QtCore import QObject

from desktop.domain.catalog import Category
from desktop.domain.errors import Failure
from desktop.ports.store import SettingsPort
from desktop.services.last_category import LastCategory, with_first
from desktop.ui.tasks import Lane, Tasks


class CategoryMemory(QObject):
    """A list that is turned over under a hand would be worse than one in its plain order: what is read is for
    the next form."""

    def __init__(self, settings: SettingsPort, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._kept, self._tasks = LastCategory(settings), tasks
        self._last = ""

    def read(self) -> None:
        """Ahead, once a record is open: the next holder of a card has his own."""
        self._last = ""
        self._tasks.run(Lane.STORE, self._kept.known, self._got, owner=self)

    def first(self, categories: tuple[Category, ...]) -> tuple[Category, ...]:
        """The one before, then the others."""
        return with_first(categories, self._last)

    def used(self, slug: str) -> None:
        """In a deposit that was confirmed."""
        self._last, kept = slug, self._kept
        # What cannot be kept is missed at the next start only, and says nothing worth a word now.
        self._tasks.run(Lane.STORE, lambda: kept.keep(slug), lambda _: None, owner=self)

    def _got(self, slug: str | Failure) -> None:
        if not self._last and not isinstance(slug, Failure):
            self._last = slug
