"""The decision algorithm (domain §5.3), levels (domain §5.1, §5.2) and who may do what: pure functions.

A rule answers None when the act is allowed, else a :class:`Refusal` that names the lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.domain.catalog import RESUME_PRESTATIONS, Profile, may_create, may_read, sees_ligne_de_vie
from desktop.domain.mandates import EmergencyLevel
from desktop.domain.record import LEVELS_AT_DEPOSIT, DspState, Level, MandateKind

_STANDING = frozenset({MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL})
SUMMARY = "resume-patient"
_NEVER_BY_PROFESSIONALS = ("expression-titulaire", RESUME_PRESTATIONS)


class Lock(StrEnum):
    """Which lock failed (contract §10, CF-039)."""

    COMPTE = "compte"
    DOSSIER = "dossier"
    PATIENT = "patient"
    MANDAT = "mandat"
    HABILITATION = "habilitation"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: the lock and a code of the closed list (``desktop.simulator.outcomes``)."""

    lock: Lock
    code: str


@dataclass(frozen=True, slots=True)
class ProfessionalFacts:
    """The professional who asks."""

    id: str
    profile: Profile
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One patient's DSP as it stands for one viewer.

    ``mandates`` are the kinds that run now (grace included). ``overrides`` are the patient's own rules
    for this viewer: category → "R", "RC" or "-" (anchor A12).
    """

    dsp: DspState
    mandates: frozenset[MandateKind] = frozenset()
    blacklisted: bool = False
    emergency: EmergencyLevel = EmergencyLevel.STANDARD
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What the rules need to know of a document."""

    author_id: str
    category: str
    level: Level
    disabled: bool = False


_DOSSIER = {
    DspState.NONE: Refusal(Lock.DOSSIER, "record_none"),
    DspState.INACTIVE: Refusal(Lock.DOSSIER, "record_inactive"),
    DspState.CLOSED: Refusal(Lock.DOSSIER, "record_closed"),
    DspState.DECEASED: Refusal(Lock.DOSSIER, "record_deceased"),
}
SUSPENDED = Refusal(Lock.COMPTE, "practice_suspended")
NO_MANDATE = Refusal(Lock.MANDAT, "no_mandate")
NOT_ENTITLED = Refusal(Lock.HABILITATION, "not_entitled")
NOT_FOUND = Refusal(Lock.DOCUMENT, "not_found")
CATEGORY = Refusal(Lock.HABILITATION, "category_not_allowed")
DISABLED = Refusal(Lock.DOCUMENT, "document_disabled")


def giving(record: Record) -> frozenset[MandateKind]:
    """The mandates that give anything: an emergency one does not where the patient removed it (CF-033).

    A right is there when any of them gives it. So the rules need no order of mandates, and prove the one by
    which an act is traced (``desktop.domain.mandates``): the widest must give whatever all of them give.
    """
    removed = record.emergency is EmergencyLevel.SUPPRIME
    return record.mandates - {MandateKind.URGENCES} if removed else record.mandates


def opens_confidentiel(kind: MandateKind, emergency: EmergencyLevel) -> bool:
    """The second column of domain §5.1, for one mandate."""
    extended = kind is MandateKind.URGENCES and emergency is EmergencyLevel.ETENDU
    return kind in _STANDING or extended


def acting_profile(viewer: ProfessionalFacts, record: Record) -> Profile:
    """A médecin is médecin référent for one patient while the declaration runs (domain §1.1)."""
    return Profile.MEDECIN_REFERENT if _is_mr(record) else viewer.profile


def dossier(state: DspState) -> Refusal | None:
    """The lock that no code and no mandate opens; None for an active record."""
    return _DOSSIER.get(state)


def open_record(viewer: ProfessionalFacts, record: Record) -> Refusal | None:
    """The three locks before any document (domain §4.1); a blacklisted viewer learns only "no mandate"."""
    if viewer.suspended:
        return SUSPENDED
    closed = dossier(record.dsp)
    if closed is not None:
        return closed
    if _blocked(record) or not giving(record):
        return NO_MANDATE
    return None


def see(viewer: ProfessionalFacts, record: Record, document: DocumentFacts) -> Refusal | None:
    """May the document stand in this viewer's list? A hidden one is simply not there.

    CF-026, CF-027, CF-028, CF-033, CF-041, CF-047.
    """
    if viewer.suspended:
        return SUSPENDED
    if document.author_id == viewer.id:
        return None
    refusal = open_record(viewer, record)
    if refusal is not None:
        return refusal
    match document.level:
        case Level.PRIVE:
            return NOT_FOUND
        case Level.CONFIDENTIEL:
            allowed = any(opens_confidentiel(kind, record.emergency) for kind in record.mandates)
        case _:
            allowed = _stands(record) or _reads(viewer, record, document.category)
    return None if allowed else NOT_FOUND


def read(viewer: ProfessionalFacts, record: Record, document: DocumentFacts) -> Refusal | None:
    """May the bytes be read? A disabled document is listed for those who see it, never read (CF-054)."""
    if viewer.suspended:
        return SUSPENDED
    refusal = see(viewer, record, document)
    if refusal is not None:
        return refusal
    return DISABLED if document.disabled else None


def create(viewer: ProfessionalFacts, record: Record, category: str, level: Level) -> Refusal | None:
    """May a document of *category* be deposited at *level*? (CF-028, CF-055, CF-056, domain §5.2)."""
    refusal = open_record(viewer, record)
    if refusal is not None:
        return refusal
    if category in _NEVER_BY_PROFESSIONALS:
        return CATEGORY
    override = record.overrides.get(category)
    profile = acting_profile(viewer, record)
    if "C" not in override if override is not None else not may_create(profile, category):
        return CATEGORY
    return None if level in LEVELS_AT_DEPOSIT else NOT_ENTITLED


def create_data(viewer: ProfessionalFacts, record: Record, category: str, level: Level) -> Refusal | None:
    """Structured data beside a document: a summary's are his médecin référent's alone (CF-071)."""
    refusal = open_record(viewer, record)
    if refusal is None and category == SUMMARY and not _is_mr(record):
        return NOT_ENTITLED
    return refusal or create(viewer, record, category, level)


def replace(viewer: ProfessionalFacts, record: Record, former: DocumentFacts) -> Refusal | None:
    """Only the author sends a new version (domain §5.5); of the summary the present médecin référent.

    A patient has one summary, whoever began it (domain §7.4); a former médecin référent reads his own.
    """
    refusal = see(viewer, record, former)
    if refusal is not None:
        return refusal
    if former.disabled:
        return DISABLED
    if former.category == SUMMARY and _is_mr(record):
        return None
    return None if former.author_id == viewer.id else NOT_ENTITLED


def change_level(
    viewer: ProfessionalFacts, record: Record, document: DocumentFacts, to: Level
) -> Refusal | None:
    """Later level changes by a professional (domain §5.2, CF-043, CF-045, CF-046)."""
    refusal = read(viewer, record, document) or open_record(viewer, record)
    if refusal is not None:
        return refusal
    if Level.ANNONCE in (document.level, to) or document.level is Level.PRIVE:
        return NOT_ENTITLED
    if to is Level.PRIVE:
        return None if _is_mr(record) else NOT_ENTITLED
    return None if _is_mr(record) or document.author_id == viewer.id else NOT_ENTITLED


def lift_annonce(viewer: ProfessionalFacts, record: Record, document: DocumentFacts) -> Refusal | None:
    """Any professional in charge who sees the document, not only the one who set it (CF-044)."""
    refusal = read(viewer, record, document) or open_record(viewer, record)
    if refusal is not None:
        return refusal
    is_annonce = document.level is Level.ANNONCE
    return None if is_annonce else NOT_ENTITLED


def ligne_de_vie(viewer: ProfessionalFacts, record: Record) -> Refusal | None:
    """The row of the matrix that is a view (domain §6)."""
    refusal = open_record(viewer, record)
    if refusal is not None:
        return refusal
    shown = _stands(record) or sees_ligne_de_vie(acting_profile(viewer, record))
    return None if shown else NOT_ENTITLED


def history(viewer: ProfessionalFacts, record: Record) -> Refusal | None:
    """Historique des activités: MR and CMC members only (CF-061)."""
    refusal = open_record(viewer, record)
    if refusal is not None:
        return refusal
    return None if _stands(record) else NOT_ENTITLED


def patient_sees(document: DocumentFacts) -> bool:
    """The patient and the Assistant see everything but annonces (domain §5.1, CF-042)."""
    return document.level is not Level.ANNONCE


def may_blacklist(record: Record) -> bool:
    """Impossible while the declaration of this médecin référent runs (CF-030)."""
    return not _is_mr(record)


def _stands(record: Record) -> bool:
    return not _STANDING.isdisjoint(record.mandates)


def _is_mr(record: Record) -> bool:
    return MandateKind.MEDECIN_REFERENT in record.mandates


def _blocked(record: Record) -> bool:
    return record.blacklisted and not _is_mr(record)  # CF-029


def _reads(viewer: ProfessionalFacts, record: Record, category: str) -> bool:
    override = record.overrides.get(category)
    return "R" in override if override is not None else may_read(acting_profile(viewer, record), category)
