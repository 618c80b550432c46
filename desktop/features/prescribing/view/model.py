"""What the prescriber's screen shows."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from desktop.domain.account import Practice
from desktop.domain.card import PinState
from desktop.domain.drugs.checks import DataStanding
from desktop.domain.drugs.classes import ClassTold
from desktop.domain.drugs.findings import DrugFinding
from desktop.domain.drugs.of_record import SummaryFacts
from desktop.domain.errors import Failure
from desktop.domain.prescription.ordonnance import Line
from desktop.domain.prescription.standing import StandingOrdonnance
from desktop.domain.publication import Stage
from desktop.domain.record import Document
from desktop.features.prescribing.domain.draft import RxDraft
from desktop.features.prescribing.domain.favourites import Favourite, favourite_of
from desktop.features.prescribing.domain.filling import Understood
from desktop.features.prescribing.domain.obstacles import Obstacle
from desktop.ui.printing import Printing


class RxSide(Enum):
    """Which of the two is in front: the ordonnance being written, or those of this patient."""

    WRITING = "writing"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Issuing:
    """The last steps. ``pin`` None: not asked (any more); ``stage`` None: not signed yet. ``code``: known
    once it was signed; ``printed``: the original has left on paper."""

    pin: PinState | None = None
    ready: bool = False
    running: bool = True
    stage: Stage | None = None
    code: str = ""
    failure: Failure | None = None
    printed: bool = False
    keeps: bool = True

    @property
    def published(self) -> bool:
        """It stands on the platform, whole."""
        return self.stage is Stage.PUBLISHED


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What was checked: its findings stand for as long as all of it does."""

    lines: tuple[Line, ...]
    facts: SummaryFacts | None
    day: date


@dataclass(frozen=True, slots=True)
class RxModel:
    """``draft`` None: nothing is open. ``editing``: the number of the line whose words stand in the field.

    ``summary``: the data of the record's newest one, whose ``facts`` are read when it is asked for.
    ``mine`` None: not asked yet. ``gaps`` are named after F9. ``practice``: the letterhead, as far as the
    platform told it. ``classes``: what the data tell of each line. ``choosing``: the favourites are open.
    ``unreadable``: so many drafts of this patient are damaged. ``looked_at``: of what ``findings`` and
    ``classes`` are; None: of nothing yet.
    """

    draft: RxDraft | None = None
    said: Understood | None = None
    editing: int = 0
    selected: int = 0
    findings: tuple[DrugFinding, ...] = ()
    standing: DataStanding | None = None
    summary: Document | None = None
    facts: SummaryFacts | None = None
    gaps: tuple[Obstacle, ...] = ()
    issuing: Issuing | None = None
    side: RxSide = RxSide.WRITING
    mine: tuple[StandingOrdonnance, ...] | None = None
    printable: frozenset[str] = frozenset()
    loading: bool = False
    offline: bool = False
    failure: Failure | None = None
    printing: Printing = Printing.NOTHING
    practice: Practice | None = None
    classes: tuple[ClassTold | None, ...] = ()
    favourites: tuple[Favourite, ...] = ()
    choosing: bool = False
    unreadable: int = 0
    looked_at: LookedAt | None = None

    @property
    def line(self) -> Line | None:
        """The line that is chosen."""
        return self.draft.line(self.selected) if self.draft is not None else None

    @property
    def at_hand(self) -> Line | None:
        """The line that is chosen, else the last one: what a key means that names none."""
        lines = self.draft.lines if self.draft is not None else ()
        return self.line or (lines[-1] if lines else None)

    def class_of(self, line: Line) -> ClassTold | None:
        """What the data tell of *line*'s class."""
        return self.classes[line.number - 1] if 0 < line.number <= len(self.classes) else None

    def is_favourite(self, line: Line) -> bool:
        """Whether *line* stands among the favourites as it is."""
        return favourite_of(line) in self.favourites
