"""What the deposit screen shows and what it gives back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from desktop.domain.catalog import Category
from desktop.domain.errors import Failure
from desktop.domain.proposal import ProposedFrom
from desktop.domain.record import Level, Mandate, Patient
from desktop.ui.views.verdict_box import FileModel


class DepositPhase(StrEnum):
    """Where the deposit stands; « déposé » only after the platform proved it."""

    EDITING = "editing"
    SENDING = "sending"
    VERIFYING = "verifying"
    DEPOSITED = "deposited"
    WAITING = "waiting"
    UNKNOWN = "unknown"


class Field(StrEnum):
    """What can be proposed to the user."""

    CATEGORY = "category"
    TITLE = "title"
    DATE = "date"
    LEVEL = "level"


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What stands in the form; ``category`` is a slug, "" while none is chosen.

    ``proposed``: what of it the user has neither typed nor changed, and where it comes from.
    """

    category: str = ""
    title: str = ""
    created: date | None = None
    level: Level = Level.STANDARD
    patient_objects: bool = False
    proposed: frozenset[tuple[Field, ProposedFrom]] = field(default=frozenset(), compare=False)

    def origin(self, what: Field) -> ProposedFrom | None:
        """Where a proposed value comes from; None for what is the user's own."""
        return dict(self.proposed).get(what)

    def is_complete(self) -> bool:
        """True when only the file may still be missing."""
        return bool(self.category and self.title.strip()) and not self.patient_objects


@dataclass(frozen=True, slots=True)
class PileLine:
    """One document of several on the form; ``number`` is its identity while the form is open."""

    number: int
    file: FileModel | None
    phase: DepositPhase
    complete: bool
    failed: bool = False


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A finished scan of the watched folder."""

    path: Path
    size: int
    changed: datetime


@dataclass(frozen=True, slots=True)
class ScanModel:
    """The watched folder ("" = none), what it offers, and how many files are still being written."""

    folder: str = ""
    scans: tuple[ScanLine, ...] = ()
    waiting: int = 0
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class DepositModel:
    """``categories`` are only those that this profession may create (CF-027, CF-055, CF-056).

    ``author`` is the card's holder (CF-015); ``sent`` bytes of ``total``. ``file`` to ``failure`` are those
    of the chosen document; ``pile`` lists all of them, ``chosen`` is the number of the one that is shown.
    """

    patient: Patient
    mandate: Mandate
    author: str
    today: date
    categories: tuple[Category, ...]
    file: FileModel | None = None
    phase: DepositPhase = DepositPhase.EDITING
    sent: int = 0
    total: int = 0
    failure: Failure | None = None
    given_up: bool = False  # it was confirmed, and is not deposited for that failure
    pile: tuple[PileLine, ...] = ()
    chosen: int = 0
    replaces: str = ""  # title of the document whose new version this is
    keeps: bool = True  # False: a lock destroys form and outbox, so it is sent while the user waits
