"""The words of the window's pages after a change of language."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.ui.tasks import Generation
from desktop.ui.turns import in_turns


class PageWords(QObject):
    """The page in front speaks the new language at once, the others one a turn of the event loop.

    All pages in one turn are a gap of 100 ms, for words that nobody sees.
    """

    def __init__(self, pages: Mapping[str, QWidget], parent: QObject) -> None:
        """*pages* by name, as they come."""
        super().__init__(parent)
        self._pages = pages
        self._due: list[str] = []
        self._asked = Generation()

    def say_again(self, front: str) -> None:
        """In the language in force; *front*: the page that is seen, "" before the first."""
        self._due = list(self._pages)
        self.catch_up(front)
        self._asked.bump()
        in_turns(self, self._rest(), self._asked)

    def catch_up(self, name: str) -> None:
        """This page comes in front: now, if it still speaks the former language."""
        if name in self._due:
            self._due.remove(name)
            retranslate(self._pages[name])

    def _rest(self) -> Iterator[None]:
        while self._due:
            self.catch_up(self._due[0])
            yield


def retranslate(part: QWidget) -> None:
    """Say *part* again, where it has words of its own."""
    if callable(again := getattr(part, "retranslate", None)):
        again()
