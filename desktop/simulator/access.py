"""From database rows to the facts that the rules need: who asks, in which record, by which mandate."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.catalog import profile_of
from desktop.domain.mandates import EmergencyLevel, precedence
from desktop.domain.record import DspState, Level, Mandate, MandateKind
from desktop.simulator.mandates import MandateState, Times
from desktop.simulator.rules import DocumentFacts, ProfessionalFacts, Record
from desktop.simulator.tables import (
    BlacklistedRow,
    DocumentRow,
    MandateRow,
    OverrideRow,
    PatientRow,
    PractitionerRow,
)


@dataclass(frozen=True, slots=True)
class Access:
    """One professional before one record, at one moment; ``mandates`` are the running ones, widest first."""

    viewer: ProfessionalFacts
    record: Record
    mandates: tuple[MandateRow, ...]

    @property
    def mandate(self) -> MandateRow | None:
        """The mandate that an act is traced under; None in the author view or when blacklisted."""
        blocked = self.record.blacklisted and "medecin-referent" not in {m.kind for m in self.mandates}
        return self.mandates[0] if self.mandates and not blocked else None


def access(database: Database, practitioner: PractitionerRow, patient: PatientRow, now: datetime) -> Access:
    """Everything as it stands now: rights are computed anew at every call."""
    emergency = EmergencyLevel(patient.emergency)
    mandates = running_mandates(database, practitioner.id, patient.id, now, emergency)
    banned = database.get(BlacklistedRow, (patient.id, practitioner.id)) is not None
    own_rules = database.scalars(
        select(OverrideRow).where(
            OverrideRow.patient_id == patient.id, OverrideRow.practitioner_id == practitioner.id
        )
    )
    record = Record(
        DspState(patient.dsp),
        frozenset(MandateKind(m.kind) for m in mandates),
        banned,
        emergency,
        {o.category: o.rights for o in own_rules},
    )
    return Access(viewer(practitioner), record, mandates)


def viewer(practitioner: PractitionerRow) -> ProfessionalFacts:
    """The professional as the rules see him."""
    return ProfessionalFacts(practitioner.id, profile_of(practitioner.profession), practitioner.suspended)


def running_mandates(
    database: Database, practitioner_id: str, patient_id: str, now: datetime, emergency: EmergencyLevel
) -> tuple[MandateRow, ...]:
    """Active or in grace by their times, the widest right first; urgences that were removed are none."""
    rows = database.scalars(
        select(MandateRow).where(
            MandateRow.practitioner_id == practitioner_id, MandateRow.patient_id == patient_id
        )
    )
    running = [m for m in rows if times(m).state(now) in (MandateState.ACTIVE, MandateState.GRACE)]
    if emergency is EmergencyLevel.SUPPRIME:
        running = [m for m in running if m.kind != MandateKind.URGENCES.value]
    return tuple(sorted(running, key=lambda m: precedence(right_of(m, emergency)), reverse=True))


def right_of(row: MandateRow, emergency: EmergencyLevel) -> Mandate:
    """A row as the client is told of it; it never computes these dates."""
    extended = row.kind == MandateKind.URGENCES.value and emergency is EmergencyLevel.ETENDU
    return Mandate(row.id, MandateKind(row.kind), row.start, row.end, row.grace_end, extended)


def times(mandate: MandateRow) -> Times:
    """The times of a row."""
    return Times(mandate.start, mandate.end, mandate.grace_end)


def facts(document: DocumentRow) -> DocumentFacts:
    """A document as the rules see it."""
    return DocumentFacts(document.author_id, document.category, Level(document.level), document.disabled)
