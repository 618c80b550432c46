"""What the window needs to know of a feature's page."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, Protocol

from desktop.domain.account import Account
from desktop.domain.catalog import Profile
from desktop.domain.record import MandateKind
from desktop.ports.kept import KeptPort

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.ui.views.base import View


class Entry(Enum):
    """How a page is reached.

    TAB stands beside « Patients » while somebody is logged in, HOME before it: in front after the login of
    whom it is for. USER_MENU is in the user's menu. RECORD is a page
    of one patient: its tab is there while that record is open, under the patient's banner. DOCUMENT is one
    too, without a tab: opening a document that it takes leads there (``Workbench.on_document``).
    """

    HOME = "home"
    TAB = "tab"
    USER_MENU = "user-menu"
    RECORD = "record"
    DOCUMENT = "document"

    @property
    def of_record(self) -> bool:
        """Whether it is a page of one patient."""
        return self in (Entry.RECORD, Entry.DOCUMENT)


class Everybody(Enum):
    """The type of :data:`EVERYBODY`."""

    EVERYBODY = "everybody"


EVERYBODY: Final = Everybody.EVERYBODY


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees a page: utilisation profiles (domain §1.1), and for a patient's the mandates that show it.

    Where the law names professions, ``profiles`` names them too, as the directory writes them. ``mandates``
    says nothing of the pages that belong to no patient.
    """

    profiles: frozenset[Profile | str] | Literal[Everybody.EVERYBODY]
    mandates: frozenset[MandateKind] | Literal[Everybody.EVERYBODY]

    def has(self, account: Account) -> bool:
        """Whether this professional sees the page at all."""
        mine = {account.profile, account.profession}
        return self.profiles is EVERYBODY or not mine.isdisjoint(self.profiles)

    def has_under(self, mandate: MandateKind) -> bool:
        """Whether the page is shown in a record that was opened by such a mandate."""
        return self.mandates is EVERYBODY or mandate in self.mandates


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A line of F1. ``key`` as Qt names it ("F5", "Ctrl+R"); ``act`` is a text key."""

    key: str
    act: str


@dataclass(frozen=True, slots=True)
class AtLock:
    """What a page does when its content must go (CF-014, CF-017), in this order.

    ``hide``, ``keep_drafts`` and ``wipe`` are called at a lock and at a logout, and for a page of a patient
    also when his record is closed or its mandate ends; ``forget`` when that is for good: logged out, or the
    patient was left. Each returns at once. :func:`nothing` says that there is nothing to do.
    """

    hide: Callable[[], object]
    keep_drafts: Callable[[], object]
    wipe: Callable[[], object]
    forget: Callable[[], object]


def nothing() -> None:
    """Nothing to do."""


class FeaturePage(Protocol):
    """A page that was made."""

    @property
    def view(self) -> "View":
        """Its screen."""
        ...

    @property
    def at_lock(self) -> AtLock:
        """What it does when its content must go."""
        ...

    def opened(self) -> None:
        """It came in front, also by an unlock; a page of a patient only while his record is open."""
        ...


PageInParts = Generator[None, None, FeaturePage]
"""A page too large for one turn of the event loop: it yields between its parts, and its value is the page."""


@dataclass(frozen=True, slots=True)
class PluggedPage:
    """A page of a feature whose port is there. ``title`` and ``help`` are text keys."""

    name: str
    title: str
    entry: Entry
    audience: Audience
    keys: tuple[KeyHint, ...]
    help: str
    make: "Callable[[Workbench], FeaturePage | PageInParts]"


@dataclass(frozen=True, slots=True)
class Plugged:
    """A feature over its port and its tables: what the window works with."""

    name: str
    rows: KeptPort
    pages: tuple[PluggedPage, ...]
