"""What a feature is: everything that the law and the window ask of it, in one value.

A feature is a folder ``desktop/features/<name>`` and one entry of ``desktop.features.FEATURES``. No field
has a default, so that nothing of it can be forgotten. Importing this module and a feature's ``feature.py`` is
light: its page and view, and what its wire works with, are imported when they are needed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from desktop.domain.errors import ErrorCode
from desktop.domain.texts import add_area, read_area
from desktop.kernel.page import Audience, Entry, FeaturePage, KeyHint, PageInParts, Plugged, PluggedPage
from desktop.ports.kept import Kept, KeptPort
from desktop.ports.wire_call import WireCall

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Page(Generic[P]):
    """One page. ``name`` begins with the feature's; ``title`` and ``help`` are text keys.

    ``keys`` and ``help`` are shown by F1 while the page is in front. A large page is made in parts.
    """

    name: str
    title: str
    entry: Entry
    audience: Audience
    keys: tuple[KeyHint, ...]
    help: str
    make: "Callable[[Workbench, P], FeaturePage | PageInParts]"


@dataclass(frozen=True, slots=True)
class Feature(Generic[P]):
    """A feature over its own port ``P``.

    ``name`` is its folder, its area of words, and the beginning of its tables' and pages' names. ``words`` is
    the folder of ``{fr,de,lb,en}.toml``. ``wire`` builds the port from the kernel's caller, which refuses
    every call that ``wire_calls`` does not name. ``refusals`` are codes of the platform that only this
    feature knows, each with a code of its own (:class:`desktop.domain.errors.ErrorCode`). ``kept`` are its
    tables, each with its fate.
    """

    name: str
    words: Path
    wire: "Callable[[WireKit], P]"
    wire_calls: tuple[WireCall, ...]
    refusals: Mapping[str, ErrorCode]
    kept: Kept
    pages: tuple[Page[P], ...]

    def plug(self, kit: "WireKit", rows: KeptPort) -> Plugged:
        """Over the platform and the holder's store."""
        return self.over(self.wire(kit), rows)

    def load_pages(self) -> None:
        """In a worker: import each ``page.py``, or all of a ``page/``, and read the words, so that no turn of
        the window waits for files."""
        read_area(self.name)
        for name in {f"{page.make.__module__.rpartition('.')[0]}.page" for page in self.pages}:
            package = import_module(name)
            for part in iter_modules(getattr(package, "__path__", ()), f"{name}."):
                import_module(part.name)

    def over(self, port: P, rows: KeptPort) -> Plugged:
        """Over any port of its kind."""
        return Plugged(self.name, rows, tuple(_bound(page, port) for page in self.pages))


class Pluggable(Protocol):
    """Any :class:`Feature`, whatever its port."""

    @property
    def name(self) -> str:
        """See :class:`Feature`."""
        ...

    @property
    def words(self) -> Path:
        """See :class:`Feature`."""
        ...

    @property
    def wire_calls(self) -> tuple[WireCall, ...]:
        """See :class:`Feature`."""
        ...

    @property
    def refusals(self) -> Mapping[str, ErrorCode]:
        """See :class:`Feature`."""
        ...

    @property
    def kept(self) -> Kept:
        """See :class:`Feature`."""
        ...

    def plug(self, kit: "WireKit", rows: KeptPort) -> Plugged:
        """See :class:`Feature`."""
        ...

    def load_pages(self) -> None:
        """See :class:`Feature`."""
        ...


def add_words(features: tuple[Pluggable, ...]) -> None:
    """Let the texts find the words of *features*; before the first paint."""
    for feature in features:
        add_area(feature.name, feature.words)


def _bound(page: Page[P], port: P) -> PluggedPage:
    return PluggedPage(
        page.name,
        page.title,
        page.entry,
        page.audience,
        page.keys,
        page.help,
        lambda bench: page.make(bench, port),
    )
