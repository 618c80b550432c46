"""What was found at an opening: a store that is not as it was left, an act whose outcome nobody told."""

from dataclasses import dataclass, fields
from datetime import datetime

from desktop.domain.errors import Code, Failure


@dataclass(frozen=True, slots=True)
class OwnWork:
    """How much of each kind; ``others`` are rows of features."""

    deposits: int = 0
    drafts: int = 0
    traces: int = 0
    others: int = 0

    def __add__(self, other: "OwnWork") -> "OwnWork":
        return OwnWork(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(OwnWork)))

    def total(self) -> int:
        """Of all kinds."""
        return self.deposits + self.drafts + self.traces + self.others


NOTHING = OwnWork()


@dataclass(frozen=True, slots=True)
class ActOnDocument:
    """What the user confirmed besides a deposit: a change of a document's level (CF-044)."""

    document_id: str
    title: str
    patient: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """One thing that was found at an opening, kept until the user has seen it.

    ``code`` says what it was. ``lost`` is known to have been there; ``exact`` False: there may have been
    more. ``contents`` are encrypted contents without their row: the evidence, kept aside. ``missing`` are
    rows whose content is gone. ``act`` is all that ACT_UNTOLD has to say.
    """

    code: Code
    found_at: datetime
    saved: OwnWork = NOTHING
    lost: OwnWork = NOTHING
    exact: bool = True
    contents: int = 0
    missing: int = 0
    act: ActOnDocument | None = None

    def failure(self) -> Failure:
        """As it is told: sentence and next step."""
        return Failure.of(self.code)
