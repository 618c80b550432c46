"""What reading the summary of another gives: its values, and what of it could not be read (CF-094)."""

from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.errors import ErrorCode
from desktop.features.summary.domain.summary import Summary


class ReadingCode(ErrorCode):
    """A document that is not shown at all; anything else is shown with its oddities."""

    UNREADABLE = "DSP-S730"
    NOT_A_SUMMARY = "DSP-S731"
    TOO_LARGE = "DSP-S732"


class OddityKind(StrEnum):
    """Why a document is not quite as it should be; the words are ``[oddities]``."""

    UNREAD = "unread"  # what: the entry that could not be read; it hides nothing else
    CONTRADICTION = "contradiction"  # lines and « none known » in one section: both are shown
    UNKNOWN_SECTION = "unknown-section"
    NO_DATE = "no-date"
    NO_PATIENT = "no-patient"
    NOT_FINAL = "not-final"  # what: its status
    LINK = "link"  # shown as its words, leads nowhere
    SCRIPT = "script"  # not run, not shown
    UNFORMATTED = "unformatted"  # words without data: where the document has none


@dataclass(frozen=True, slots=True)
class Oddity:
    """``where`` is the section's title, "" for the whole document; ``what`` a word of the document's own."""

    kind: OddityKind
    where: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The sections stand alerts, allergies, problems, treatment first, whatever the sender's order."""

    summary: Summary
    oddities: tuple[Oddity, ...] = ()
