"""Which page of a feature shows a document; none does where no feature is plugged in that takes it."""

from collections.abc import Callable, Mapping, Sequence

from desktop.domain.record import Document
from desktop.kernel.document import ChosenDocument, Takes

Opens = Callable[[ChosenDocument], object]


class DocumentPages:
    """Filled once, as the pages are mounted; the first that takes a document shows it."""

    def __init__(self) -> None:
        self._pages: list[tuple[Takes, Opens]] = []

    def add(self, takes: Takes, opens: Opens) -> None:
        """*opens* brings the page in front, with the document."""
        self._pages.append((takes, opens))

    def of(self, document: Document, data: Document | None) -> Opens | None:
        """What shows *document*; None: the viewer."""
        return next((opens for takes, opens in self._pages if takes(document, data)), None)

    def taken(self, documents: Sequence[Document], data: Mapping[str, Document]) -> frozenset[str]:
        """The ids of those that a page shows; *data* by the id of the document that they are beside."""
        if not self._pages:
            return frozenset()
        return frozenset(d.id for d in documents if self.of(d, data.get(d.id)) is not None)
