"""What is selected in a document's text: from one character to another, over any number of pages."""

from collections.abc import Callable

from desktop.ports.pdf import PageText

Character = tuple[int, int]  # page and index in its text, both 0-based


class TextSelection:
    """Between an anchor and a head, in either order; nothing while one of them is missing."""

    def __init__(self, text: Callable[[int], PageText | None]) -> None:
        """*text*: of a page, None while it is not known."""
        self._text = text
        self._anchor: Character | None = None
        self._head: Character | None = None

    def clear(self) -> None:
        """Select nothing."""
        self._anchor = self._head = None

    def begin(self, at: Character | None) -> bool:
        """Select from here; False where no character is."""
        self._anchor, self._head = at, None
        return at is not None

    def extend(self, to: Character | None) -> None:
        """Up to here; where no character is, it stays as it was."""
        self._head = to or self._head

    def take_page(self, page: int) -> None:
        """The whole text of a page, if there is any."""
        content = self._text(page)
        if content is not None and content.content:
            self._anchor, self._head = (page, 0), (page, len(content.content) - 1)

    def parts(self) -> dict[int, tuple[int, int]]:
        """For each page that has text selected, its first and last character."""
        if self._anchor is None or self._head is None:
            return {}
        first, last = sorted((self._anchor, self._head))
        found = {}
        for page in range(first[0], last[0] + 1):
            content = self._text(page)
            if content is None or not content.content:
                continue
            start = first[1] if page == first[0] else 0
            found[page] = (start, last[1] if page == last[0] else len(content.content) - 1)
        return found

    def words(self) -> str:
        """The selected text, pages joined by a line break."""
        return "\n".join(
            content.content[first : last + 1]
            for page, (first, last) in self.parts().items()
            if (content := self._text(page)) is not None
        )
