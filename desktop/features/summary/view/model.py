"""What the editor shows, whole: the page makes it anew after each act."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from desktop.domain.card import PinState
from desktop.domain.errors import Failure
from desktop.domain.record import Document
from desktop.features.summary.cells import Row
from desktop.features.summary.domain.candidates import Candidate
from desktop.features.summary.domain.draft import Draft, Line
from desktop.features.summary.domain.entries import Entry
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.service.searching import Hits
from desktop.ui.printing import Printing


class Side(Enum):
    """What stands beside the lines."""

    PREVIEW = "preview"
    DIFFERENCES = "differences"
    SOURCE = "source"


class Step(Enum):
    """How far the publication is, in its order."""

    PREPARED = "prepared"
    SIGNED = "signed"
    SENT = "sent"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Publishing:
    """The strip at the foot. ``done`` are the steps behind; ``running``: one is on its way.

    ``replaces`` is the version that goes, 0 for none; ``pdf_of``: when it was created, where it is a PDF
    alone. ``version``: published as, 0 before; ``document_id``: the platform's, with it. ``unpublished``: it
    has ended, and nothing of it stands. ``can_print``: what was published is at hand, for the patient.
    ``keeps``: what does not go now goes later.
    """

    pin: PinState
    replaces: int = 0
    done: tuple[Step, ...] = ()
    running: bool = False
    failure: Failure | None = None
    version: int = 0
    signed_at: datetime | None = None
    can_print: bool = False
    document_id: str = ""
    unpublished: bool = False
    keeps: bool = True
    pdf_of: datetime | None = None

    @property
    def is_prepared(self) -> bool:
        """Both documents are made: there is something to sign."""
        return Step.PREPARED in self.done

    @property
    def asks_pin(self) -> bool:
        """Nothing is signed yet, and the card would take a PIN."""
        return Step.SIGNED not in self.done and not self.version and not self.pin.blocked


@dataclass(frozen=True, slots=True)
class Written:
    """The line in the form; a new one has its ``line_id`` before the draft knows it."""

    line_id: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class EditorModel:
    """``draft`` None: not read (yet). ``beside`` are the rows of ``side``.

    ``cursor``: the row to stand on, "" to stay. ``written``: the form is open. ``asking``: a state under
    which ``at_stake`` lines would go. ``left`` are the sections that keep it from being published, and
    ``reasons`` the sentences that say why; ``undecided`` are those and the others in which a decision
    remains. ``warnings`` are said before the PIN is asked for. ``unread`` is the version in force where the
    draft was not begun from it, ``pdf`` where it is a PDF alone. ``awaits_list``: the record's list may still
    name a first thing to do.
    ``keeps``: the draft outlives a lock. ``unreadable``: so many drafts of this patient are damaged.
    ``unpublished``: why the last publication came to nothing, told beside the lines.
    ``goes_on_from``: the version that was just published, where the draft says more; 0 for none.
    """

    draft: Draft | None = None
    section: SectionKey = SectionKey.ALLERGIES
    cursor: str = ""
    today: date | None = None
    left: tuple[SectionKey, ...] = ()
    reasons: tuple[str, ...] = ()
    undecided: tuple[SectionKey, ...] = ()
    warnings: tuple[str, ...] = ()
    unread: Candidate | None = None
    pdf: Document | None = None
    awaits_list: bool = False
    keeps: bool = True
    unreadable: int = 0
    goes_on_from: int = 0
    unpublished: Failure | None = None
    side: Side = Side.PREVIEW
    beside: tuple[Row, ...] = ()
    written: Written | None = None
    asking: SectionState | None = None
    at_stake: tuple[Line, ...] = ()
    searched: str = ""
    hits: Hits | None = None
    saved_at: datetime | None = None
    loading: bool = False
    failure: Failure | None = None
    checked: bool = False
    publishing: Publishing | None = None
    printing: Printing = Printing.NOTHING

    @property
    def is_published(self) -> bool:
        """The publication is at its end, and nothing else is to be seen."""
        return self.publishing is not None and bool(self.publishing.version)

    @property
    def asks_to_sign(self) -> bool:
        """Nothing keeps it from being published, and something should be seen before."""
        return self.checked and not self.left and bool(self.warnings) and self.publishing is None
