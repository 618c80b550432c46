"""A document on its way to the DSP: form, outbox row, states (architecture, "Outbox")."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from desktop.domain.errors import Code, Failure
from desktop.domain.record import Document, Level, Mandate, Patient


class Verdict(StrEnum):
    """Three answers, never two: what could not be confirmed is neither right nor wrong."""

    CONFORMING = "conforming"
    NONCONFORMING = "nonconforming"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file does not conform: family key (text ``pdfa.<family>``), page (1-based) and clause."""

    family: str
    page: int | None = None
    clause: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What the checker says of one file; ``confirmed`` is a b level ("1b", "2b", "3b") or None."""

    verdict: Verdict
    declared: str | None
    confirmed: str | None
    reasons: tuple[Reason, ...]
    pages: int
    signed: bool = False
    has_form: bool = False


@dataclass(frozen=True, slots=True)
class Conversion:
    """A safe copy. ``differs`` says that something visible or the text may have changed.

    ``pictured_pages`` are the 1-based pages that became pictures; ``changes`` are text keys
    ``pdfa.change_*`` of what was taken out or flattened; ``damaged_pages`` (1-based) hold a part that could
    not be decoded, so that the copy may show less than the paper did.
    """

    content: bytes
    report: CheckReport
    differs: bool
    pictured_pages: tuple[int, ...] = ()
    changes: tuple[str, ...] = ()
    damaged_pages: tuple[int, ...] = ()


class OutboxState(StrEnum):
    """States of an outbox row."""

    QUEUED = "queued"
    SENDING = "sending"
    VERIFYING = "verifying"
    SENT = "sent"
    HELD = "held"
    RETRYABLE = "failed-retryable"
    TERMINAL = "failed-terminal"
    UNKNOWN = "unknown"
    GIVEN_UP = "given-up"  # not sent, in a session that keeps nothing for later

    def is_pending(self) -> bool:
        """True while the row still wants something to happen."""
        return self not in (OutboxState.SENT, OutboxState.TERMINAL, OutboxState.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class Deposit:
    """All that is frozen at confirmation (CF-050): nothing of it changes afterwards.

    ``unique_id`` (urn:uuid) is the masterIdentifier, ``submission_id`` the SubmissionSet's, both made
    once; ``sha1`` hex and ``size`` are of the exact bytes sent. A presence code is never part of it
    (CF-010).
    """

    unique_id: str
    submission_id: str
    patient: Patient
    mandate: Mandate
    category: str
    title: str
    created: date
    level: Level
    author_id: str
    author_name: str
    language: str
    sha1: str
    size: int
    confirmed_at: datetime
    replaces: str = ""
    episode_id: str = ""


def is_other(found: Document, deposit: Deposit) -> bool:
    """Whether *found* says of itself that it is something else than *deposit*.

    A size or SHA-1 that a platform does not tell (or tells as another digest) cannot be compared: that is
    not « changed on the way », which would invite a second sending.
    """
    sizes = found.size is not None and found.size != deposit.size
    return sizes or (found.sha1 is not None and found.sha1 != deposit.sha1)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A deposit and where it stands; ``document_id`` once the platform proved it.

    ``attempts`` counts what was sent, ``tries`` what failed in a row, sent or not: it sets the back-off.
    ``refusal``: what the platform said to the last sending, told once nothing stands there for certain.
    """

    deposit: Deposit
    state: OutboxState
    failure: Failure | None = None
    attempts: int = 0
    next_try: datetime | None = None
    document_id: str = ""
    changed_at: datetime | None = None
    tries: int = 0
    refusal: Failure | None = None

    def lost_its_right(self) -> bool:
        """CF-031: what was confirmed under one mandate is never sent under another.

        Never true of an unknown outcome: it may have arrived, and a second deposit would be advised.
        """
        lost = (Code.MANDATE_ENDED, Code.NO_MANDATE, Code.OTHER_RIGHT)
        ended = self.failure is not None and self.failure.code in lost
        return ended and self.state is OutboxState.HELD

    def may_be_taken_back(self) -> bool:
        """True when it will never go as it is, and its content can be read."""
        unreadable = self.failure is not None and self.failure.code is Code.STORE_DAMAGED
        over = self.state in (OutboxState.TERMINAL, OutboxState.GIVEN_UP)
        return self.lost_its_right() or (over and not unreadable)

    def may_be_removed(self) -> bool:
        """True when nothing is going to happen to it any more."""
        return not self.state.is_pending()


@dataclass(frozen=True, slots=True)
class OutboxMark:
    """Where a row stands, without a word of what it holds; ``state`` is None where it cannot be read."""

    unique_id: str
    patient_id: str
    state: OutboxState | None
    next_try: datetime | None = None

    def is_pending(self) -> bool:
        """True while the row still wants something to happen."""
        return self.state is not None and self.state.is_pending()


@dataclass(frozen=True, slots=True)
class PiledDocument:
    """One document of the form as it was left; ``content`` are the bytes of the chosen file.

    ``replaces``: id of the document whose new version this is, "" for a new one. ``unique_id``: what its
    deposit will be called, so that what is in the outbox is never a draft as well. ``digest``: which
    content of the draft's file is its own, "" for none.
    """

    category: str = ""
    title: str = ""
    created: date | None = None
    level: Level = Level.STANDARD
    patient_objects: bool = False
    file_name: str = ""
    content: bytes = field(default=b"", repr=False)
    replaces: str = ""
    replaces_title: str = ""
    unique_id: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the deposit form held when it was left, locked or killed.

    ``documents``: the words of all of them, without contents; empty in a draft of a former program.
    """

    patient: Patient
    category: str
    title: str
    created: date | None
    level: Level
    file_name: str
    saved_at: datetime
    documents: tuple[PiledDocument, ...] = ()

    def digests(self) -> frozenset[str]:
        """The contents that its file must hold."""
        return frozenset(d.digest for d in self.documents if d.digest)
