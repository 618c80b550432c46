"""What the page of a received summary gives to the editor of the same window; nothing stays in between."""

from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from desktop.domain.record import Document
from desktop.features.summary.domain.reading import Reading
from desktop.features.summary.port import SummaryPort


@dataclass(frozen=True, slots=True)
class Offered:
    """A summary whose lines may become proposals: ``document`` is their source (CF-088)."""

    document: Document
    reading: Reading


class Handover:
    """``give`` is called once the editor said with :meth:`on_offered` that it takes something."""

    def __init__(self) -> None:
        self._take: Callable[[Offered], object] | None = None

    @property
    def is_taken(self) -> bool:
        """Whether there is an editor."""
        return self._take is not None

    def on_offered(self, take: Callable[[Offered], object]) -> None:
        """*take* brings the editor in front with the proposals; nothing is accepted by that (CF-087)."""
        self._take = take

    def give(self, offered: Offered) -> None:
        """The doctor asked for proposals."""
        if self._take is not None:
            self._take(offered)


_BY_PORT: "WeakKeyDictionary[SummaryPort, Handover]" = WeakKeyDictionary()


def handover(port: SummaryPort) -> Handover:
    """The one of the window whose pages work over *port*."""
    return _BY_PORT.setdefault(port, Handover())
