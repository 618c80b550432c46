"""A document of the open record that a feature's page shows in its own way, instead of the viewer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from desktop.domain.errors import Result
from desktop.domain.key_facts import Told
from desktop.domain.record import Document

Takes = Callable[[Document, Document | None], bool]
"""Whether a page shows a document; the second is the structured data beside it, None without."""


@dataclass(frozen=True, slots=True)
class ChosenDocument:
    """What the user opened.

    ``read`` gives the bytes of the document or of its ``data`` as the viewer would get them, from the cache
    or the platform, each time one traced access (CF-060); call it in a worker. ``was_read`` tells the record
    that it stands before the user, and what it says of allergies and treatment (for « À savoir », in memory,
    until the record is left or locked). ``show_pages`` leads to the viewer, which reads the document itself;
    ``show_inside`` shows there a PDF that was found in what was read.
    """

    document: Document
    data: Document | None
    read: Callable[[Document], Result[bytes]]
    was_read: Callable[[tuple[Told, ...]], object]
    show_pages: Callable[[], object]
    show_inside: Callable[[bytes], object]


class OnDocument(Protocol):
    """Says which documents of a record a page takes; those that it refuses open in the viewer."""

    def __call__(self, takes: Takes, came: Callable[[ChosenDocument], object]) -> object:
        """*takes* looks at the list alone and answers at once; *came* is called with the page in front."""
        ...
