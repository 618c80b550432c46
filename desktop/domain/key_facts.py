"""What « À savoir » may say of allergies and treatment: what a document that this user has read says.

Four things are kept apart (CF-074): lines, « none known », « not known », and that nobody has read it yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from desktop.domain.record import Document, DocumentStatus, Level

RESUME: Final = "resume-patient"
LAB: Final = "resultats-biologie"
LETTERS: Final = frozenset({"cr-sejour-lettre-sortie", "rpu", "rapport-medical"})


class KeyTopic(StrEnum):
    """What stands in a patient summary and belongs before the eyes."""

    ALLERGIES = "allergies"
    TREATMENT = "treatment"


class Says(StrEnum):
    """What a document says of a topic."""

    LINES = "lines"
    NONE_KNOWN = "none-known"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class KeyFact:
    """One allergy or one medicine, in the words of the document; ``grave``: it says so itself."""

    text: str
    detail: str = ""
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a document says of ``topic``; this user has read it since the record was opened."""

    document_id: str
    topic: KeyTopic
    says: Says
    facts: tuple[KeyFact, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicState:
    """``told`` with the document that says it, None: nothing was read. ``unread``: a newer résumé, or the
    only one, that nobody has read here; None: there is none."""

    topic: KeyTopic
    told: Told | None
    source: Document | None
    unread: Document | None


def topic_state(topic: KeyTopic, told: Iterable[Told], documents: Sequence[Document]) -> TopicState:
    """By the newest document that was read and still stands in the list: one that left it says nothing."""
    listed = {d.id: d for d in documents if d.status is DocumentStatus.CURRENT}
    read = [(listed[t.document_id], t) for t in told if t.topic is topic and t.document_id in listed]
    source, said = max(read, key=lambda pair: _when(pair[0]), default=(None, None))
    newest_resume = newest(documents, {RESUME})
    unread = newest_resume if newest_resume and newest_resume.id not in {d.id for d, _ in read} else None
    if source is not None and unread is not None and _when(unread) < _when(source):
        unread = None
    return TopicState(topic, said, source, unread)


def newest(documents: Iterable[Document], categories: Iterable[str]) -> Document | None:
    """The newest document of one of *categories* that can be read (CF-054)."""
    wanted = frozenset(categories)
    found = (d for d in documents if d.category in wanted and d.status is DocumentStatus.CURRENT)
    return max(found, key=_when, default=None)


def annonce_days(document: Document, now: datetime) -> int:
    """Full days since the annonce was set (CF-049); where nobody said when, since the registration."""
    since = document.annonce_at or document.registered
    return (now - since).days if since and document.level is Level.ANNONCE else 0


def _when(document: Document) -> tuple[float, float, str]:
    """The document's own date, then the platform's: two of one day stand as they came."""
    own, registered = document.created or document.registered, document.registered
    return _seconds(own), _seconds(registered), document.id


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else float("-inf")
