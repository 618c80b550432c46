"""Patient, mandate, document and care episode as the client knows them (domain §4-6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from desktop.domain.matricule import Matricule
from desktop.domain.names import patient_name

ADULT = 18  # years


class DspState(StrEnum):
    """State of a patient's DSP (domain §5.7, contract §3)."""

    NONE = "none"
    INACTIVE = "inactive"
    ACTIVE = "active"
    CLOSED = "closed"
    DECEASED = "deceased"


class Sex(StrEnum):
    """Administrative sex as the directory gives it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Patient:
    """Identity to compare with the person in front (CF-011); ``id`` is the platform's Patient id."""

    id: str
    matricule: Matricule
    family: str
    given: str
    birth_date: date | None
    sex: Sex
    dsp: DspState
    inactive_until: date | None = None
    address: str = ""

    @property
    def name(self) -> str:
        """``MULLER Anne``."""
        return patient_name(self.family, self.given)

    def age(self, today: date) -> int | None:
        """Full years; never derived from the matricule (domain §0)."""
        if self.birth_date is None:
            return None
        born = self.birth_date
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def is_minor(self, today: date) -> bool:
        """Whether a representative acts, by the child's account (CF-082); False where the age is unknown."""
        age = self.age(today)
        return age is not None and age < ADULT


class MandateKind(StrEnum):
    """Mandates that a client can meet (domain §4.2)."""

    CONSULTATION = "consultation"
    MEDECIN_REFERENT = "medecin-referent"
    CERCLE_MEDICAL = "cercle-medical"
    ETABLISSEMENT = "etablissement"
    URGENCES = "urgences"
    AUTEUR = "auteur"  # no mandate at all: the author's perpetual view of his own documents (domain §5.4)


@dataclass(frozen=True, slots=True)
class Mandate:
    """A running right; all times are the platform's (contract §4), None = unlimited.

    ``extended``: urgences of a patient who chose the level étendu (domain §5.9).
    """

    id: str
    kind: MandateKind
    start: datetime
    end: datetime | None
    grace_end: datetime | None
    extended: bool = False

    def until(self) -> datetime | None:
        """Last moment of access, grace included."""
        if self.end is None:
            return None
        return max(self.end, self.grace_end) if self.grace_end else self.end

    def kept_until(self, given: datetime, longest: timedelta) -> datetime:
        """Until when what it gave at *given* may stay on this computer: its own end, *longest* at most."""
        until = self.until()
        return given + longest if until is None else min(until, given + longest)

    def in_grace(self, now: datetime) -> bool:
        """True in the période de suivi."""
        return self.end is not None and self.end <= now < (self.until() or now)

    def is_over(self, now: datetime) -> bool:
        """True when not even the grace runs any more."""
        until = self.until()
        return until is not None and now >= until


class Level(StrEnum):
    """Niveau de confidentialité (domain §5).

    UNRECOGNISED: the label is of no system that is known; see :mod:`desktop.domain.unrecognised_levels`.
    """

    STANDARD = "standard"
    CONFIDENTIEL = "confidentiel"
    PRIVE = "prive"
    ANNONCE = "annonce"
    UNRECOGNISED = "unrecognised"


LEVELS = (Level.STANDARD, Level.CONFIDENTIEL, Level.PRIVE, Level.ANNONCE)
"""Those that the platform has; a label that is none of them is UNRECOGNISED."""
LEVELS_AT_DEPOSIT = (Level.STANDARD, Level.CONFIDENTIEL, Level.ANNONCE)


class DocumentStatus(StrEnum):
    """Current, replaced by a newer version, or disabled by the identito-vigilance."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Author:
    """Who sent a document: ``id`` is the platform's Practitioner id, may be empty."""

    id: str
    name: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One row of the record; every field but the ids may be missing on a weak server.

    ``created`` is the document's date (attachment.creation), ``registered`` the platform's.
    ``size`` in bytes, ``sha1`` hexadecimal, both may be unknown. ``url`` is opaque (contract §5).
    ``transforms``: id of the document whose structured data this is, "" for a document of its own.
    """

    id: str
    unique_id: str
    patient_id: str
    category: str
    title: str
    created: datetime | None
    registered: datetime | None
    author: Author
    level: Level
    status: DocumentStatus
    content_type: str
    size: int | None
    sha1: str | None
    url: str
    language: str = ""
    episode_id: str = ""
    replaces: str = ""
    version_tag: str = ""
    annonce_by: str = ""
    annonce_at: datetime | None = None
    facility: str = ""
    transforms: str = ""


def shown(documents: Sequence[Document]) -> Sequence[Document]:
    """One row for a document and its data: what a list shows, counts and opens is the document.

    Data whose document is not there stand alone: nothing is hidden that nothing else shows.
    """
    if not any(d.transforms for d in documents):
        return documents
    ids = {d.id for d in documents if not d.transforms}
    return tuple(d for d in documents if d.transforms not in ids)


def data_of(documents: Iterable[Document]) -> dict[str, Document]:
    """The current structured data by the id of the document that they are beside."""
    return {d.transforms: d for d in documents if d.transforms and d.status is DocumentStatus.CURRENT}


class EpisodeKind(StrEnum):
    """Kind of care of an episode; one lane of the ligne de vie each."""

    HOPITAL = "hopital"
    URGENCES = "urgences"
    LABORATOIRE = "laboratoire"
    IMAGERIE = "imagerie"
    CABINET = "cabinet"
    PHARMACIE = "pharmacie"
    SOINS = "soins"
    AUTRE = "autre"


@dataclass(frozen=True, slots=True)
class Episode:
    """A care episode of the ligne de vie: mandate kind, provider, period (domain §6)."""

    id: str
    kind: EpisodeKind
    provider: str
    start: datetime
    end: datetime | None
    mandate: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page of a search; ``next`` is followed verbatim, ``complete`` is False when rows are missing."""

    documents: tuple[Document, ...]
    next: str | None
    total: int | None
    complete: bool = True
