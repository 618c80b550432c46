"""A summary as it is published and read: what stands in Bundle and PDF, nothing of how it was made."""

from dataclasses import dataclass
from datetime import date, datetime

from desktop.features.summary.domain.entries import Entry
from desktop.features.summary.domain.sections import SectionKey, SectionState


@dataclass(frozen=True, slots=True)
class Subject:
    """The patient as the summary names him; ``matricule`` "" where a foreign one has another identifier."""

    id: str
    matricule: str
    family: str
    given: str
    birth_date: date | None
    sex: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """The author: the card holder (CF-015); ``ehealth_id`` his professional identifier."""

    name: str
    ehealth_id: str
    profession: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class SummarySection:
    """``state`` is never UNDECIDED nor REFUSED here; ``title`` the sender's own, where we do not know it.

    ``narrative`` are the plain lines of a foreign section's text; ``unread`` names what of its entries could
    not be read, never silently dropped (CF-094).
    """

    key: SectionKey | None
    state: SectionState
    entries: tuple[Entry, ...] = ()
    title: str = ""
    loinc: str = ""
    note: str = ""
    narrative: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """``identifier`` is the same in all versions, ``bundle`` (urn:uuid) is of this, ``replaces`` of the last.

    ``version`` counts from 1. ``written_at`` is aware. ``language`` is that of its words (BCP 47).
    """

    identifier: str
    bundle: str
    version: int
    replaces: str
    subject: Subject
    author: Writer
    written_at: datetime
    language: str
    sections: tuple[SummarySection, ...]
