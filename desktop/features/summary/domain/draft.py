"""A summary being written: sections with lines, each with its sources and a decision (features A.4)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from desktop.features.summary.domain.entries import Entry
from desktop.features.summary.domain.sections import SectionKey, SectionState


class SourceKind(StrEnum):
    """Where a line comes from; its words stand in the table ``source``."""

    PREVIOUS = "previous"
    DOCUMENT = "document"
    LAB = "lab"
    PRESCRIPTION = "prescription"
    DISPENSATION = "dispensation"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Source:
    """One origin (CF-088): ``ref`` is the document's id, "" for what was typed; ``day`` is the document's."""

    kind: SourceKind
    ref: str
    title: str
    day: date | None
    author: str


class Decision(StrEnum):
    """The doctor's word on a line. PROPOSED is later: it is not published (CF-087).

    OBJECTED: the patient objects; the line stays here and is published nowhere (CF-086).
    """

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OBJECTED = "objected"


@dataclass(frozen=True, slots=True)
class Line:
    """``id`` names the line in this draft. ``sources`` is never empty.

    ``conflicts`` are entries of other sources that say something else of the same thing: the doctor chooses
    one before the line is published. ``carried`` counts the versions that took it over unseen.
    """

    id: str
    entry: Entry
    sources: tuple[Source, ...]
    decision: Decision
    conflicts: tuple[Entry, ...] = ()
    carried: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """``reviewed_at``: when the doctor said that it is right as it stands, None while he has not."""

    key: SectionKey
    state: SectionState
    lines: tuple[Line, ...] = ()
    note: str = ""
    reviewed_at: datetime | None = None

    @property
    def published(self) -> tuple[Entry, ...]:
        """What leaves: accepted lines, in their order, of a section that says lines."""
        if self.state is not SectionState.LINES:
            return ()
        return tuple(line.entry for line in self.lines if line.decision is Decision.ACCEPTED)


class Form(StrEnum):
    """Two forms (domain §7.4): that of a child asks more."""

    ADULT = "adult"
    PAEDIATRIC = "paediatric"


@dataclass(frozen=True, slots=True)
class Base:
    """The version that the draft was begun from: its document, its number and day, its identifiers.

    ``identifier`` is ``Composition.identifier``, the same in all versions; ``bundle`` that of this version.
    """

    document_id: str
    version: int
    day: date
    identifier: str
    bundle: str


@dataclass(frozen=True, slots=True)
class Draft:
    """``id`` is ours (uuid); sections stand in the order of ``SECTIONS``, each at most once."""

    id: str
    patient_id: str
    form: Form
    language: str
    base: Base | None
    sections: tuple[Section, ...]
    saved_at: datetime | None = None

    def section(self, key: SectionKey) -> Section:
        """The section; an empty undecided one where nobody touched it."""
        found = (section for section in self.sections if section.key is key)
        return next(found, Section(key, SectionState.UNDECIDED))
