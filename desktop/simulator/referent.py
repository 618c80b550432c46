"""What the features of the médecin référent share: declarations, ALD statements, who is one (contract §9).

The tables belong to the features ``declaration`` and ``ald``; the work list counts from the same rows, so
that list and pages cannot tell two things of one patient.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import Session as Database

from desktop.domain.local_time import local_day
from desktop.domain.record import MandateKind
from desktop.domain.referent import SENT_STATES, StatementState, first_of_next_month
from desktop.simulator import rules
from desktop.simulator import wire_names as names
from desktop.simulator.access import Access
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, Requester, in_record
from desktop.simulator.clock import instant
from desktop.simulator.outcomes import ERROR_SYSTEM, Refused
from desktop.simulator.seed_data import SeedDeclaration, SeedPatient, notified_before
from desktop.simulator.tables import Base, MandateRow, PatientRow, TraceRow
from desktop.simulator.traced import Action, TracedAction
from desktop.simulator.world import new_id

REFERENTS = frozenset({"Médecin", "Médecin Spécialiste"})
"""General practitioners, and paediatricians among the specialists: the directory does not tell which."""


class DeclarationTable(Base):
    """One declaration of a médecin référent; a day that is None has not come."""

    __tablename__ = "declaration_declaration"
    id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(index=True)
    practitioner_id: Mapped[str] = mapped_column(index=True)
    signed_patient: Mapped[date | None]
    signed_doctor: Mapped[date | None]
    notified: Mapped[date | None]
    validated: Mapped[date | None]
    effective: Mapped[date | None]
    notice: Mapped[date | None]
    ends: Mapped[date | None]
    ended: Mapped[date | None]
    cause: Mapped[str]

    def begun(self) -> date:
        """Its first day: by it the last of several declarations is known."""
        days = (self.signed_patient, self.signed_doctor, self.notified, self.validated, self.effective)
        return min((day for day in days if day is not None), default=date.min)


class StatementTable(Base):
    """One ALD statement that was sent. ``content`` is the QuestionnaireResponse as it came, in JSON."""

    __tablename__ = "ald_statement"
    id: Mapped[str] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    declaration_id: Mapped[str] = mapped_column(index=True)
    patient_id: Mapped[str] = mapped_column(index=True)
    practitioner_id: Mapped[str]
    state: Mapped[str]
    sent: Mapped[datetime]
    receipt: Mapped[str]
    received: Mapped[datetime | None]
    accepted: Mapped[date | None]
    returned: Mapped[str]
    content: Mapped[str] = mapped_column(deferred=True)


@dataclass(frozen=True, slots=True)
class StatementStanding:
    """The ALD statement of a declaration: where the present one stands, when the last one was accepted."""

    state: StatementState
    accepted: date | None
    sent: datetime | None


def standing(statements: Iterable[StatementTable]) -> StatementStanding:
    """Of all statements of one declaration. What was sent moves no clock, only what was accepted (CF-096)."""
    ordered = sorted(statements, key=lambda statement: (statement.sent, statement.id))
    accepted = max((s.accepted for s in ordered if s.accepted is not None), default=None)
    if not ordered:
        return StatementStanding(StatementState.TO_DO, None, None)
    state = StatementState(ordered[-1].state)
    return StatementStanding(state, accepted, ordered[-1].sent if state in SENT_STATES else None)


def as_referent(
    call: Call, database: Database, caller: Requester, patient: PatientRow, action: TracedAction
) -> Access:
    """Access of the patient's médecin référent; anybody else is refused, which is traced (CF-071)."""
    found = in_record(call, database, caller, patient)
    if MandateKind.MEDECIN_REFERENT not in found.record.mandates:
        refused = Act(action, patient.id, reason=rules.NOT_ENTITLED.code)
        write(database, call.world.clock.now(), caller.actor(found), refused)
        database.commit()
        raise Refused.by(rules.NOT_ENTITLED)
    return found


def declaration_of(database: Database, practitioner_id: str, patient_id: str) -> DeclarationTable | None:
    """The last declaration of the two."""
    query = select(DeclarationTable).where(
        DeclarationTable.practitioner_id == practitioner_id, DeclarationTable.patient_id == patient_id
    )
    return max(database.scalars(query), key=lambda row: (row.begun(), row.id), default=None)


def mandates_of(
    database: Database, practitioner_id: str, patient_ids: Iterable[str]
) -> dict[str, MandateRow]:
    """The last mandate of a médecin référent that each patient gave, by patient."""
    query = (
        select(MandateRow)
        .where(
            MandateRow.practitioner_id == practitioner_id,
            MandateRow.patient_id.in_(patient_ids),
            MandateRow.kind == MandateKind.MEDECIN_REFERENT.value,
        )
        .order_by(MandateRow.start)
    )
    return {mandate.patient_id: mandate for mandate in database.scalars(query)}


def closed_once(database: Database, patient_ids: Iterable[str]) -> frozenset[str]:
    """Those whose DSP was closed, reopened or not."""
    query = select(TraceRow.patient_id).where(
        TraceRow.action == Action.CLOSED.value, TraceRow.patient_id.in_(patient_ids)
    )
    return frozenset(database.scalars(query))


def end_of(
    row: DeclarationTable, mandate: MandateRow | None, closed: Container[str], now: datetime
) -> tuple[date | None, str]:
    """Day and cause. The mandate's end is the declaration's, whoever ended it (CF-036): one truth.

    *closed* are the patients whose DSP was closed.
    """
    end = mandate.end if mandate is not None else None
    if row.ended is None and end is not None and end <= now:
        return local_day(end - timedelta(seconds=1)), "dsp-closed" if row.patient_id in closed else "notice"
    return row.ended, row.cause if row.ended is not None else ""


def declaration_part(row: DeclarationTable, ended: date | None, cause: str) -> dict[str, Any]:
    """The extension ``mr-declaration``."""
    return part(
        "mr-declaration",
        **{"signed-patient": row.signed_patient, "signed-doctor": row.signed_doctor},
        notified=row.notified, validated=row.validated, effective=row.effective, notice=row.notice,
        ends=row.ends, ended=ended, cause=cause,
    )  # fmt: skip


def part(name: str, **parts: date | datetime | int | str | None) -> dict[str, Any]:
    """An extension with parts; None and "" are left out."""
    inner = [value(key, given) for key, given in parts.items() if given is not None and given != ""]
    return {"url": names.extension(name), "extension": inner}


def value(name: str, given: date | datetime | int | str) -> dict[str, Any]:
    """An extension with one value; the part of another keeps its short name."""
    url = names.extension(name) if name.startswith("mr-") else name
    if isinstance(given, datetime):
        return {"url": url, "valueDateTime": instant(given)}
    if isinstance(given, date):
        return {"url": url, "valueDate": given.isoformat()}
    return {"url": url, "valueInteger" if isinstance(given, int) else "valueCode": given}


def new_statement(
    declaration_id: str, patient_id: str, practitioner_id: str, identifier: str, sent: datetime
) -> StatementTable:
    """One that was just sent; its content is still to be set."""
    return StatementTable(
        id=new_id(), identifier=identifier, declaration_id=declaration_id, patient_id=patient_id,
        practitioner_id=practitioner_id, state=StatementState.SENT.value, sent=sent, receipt="",
        received=None, accepted=None, returned="",
    )  # fmt: skip


def receive(row: StatementTable, now: datetime) -> None:
    """Give it number and time of its receipt, once."""
    if row.received is None:
        row.state, row.received = StatementState.RECEIVED.value, now
        row.receipt = f"CNS-{local_day(now).year}-{row.id[-6:].upper()}"


def refusal(code: str, words: str) -> Answer:
    """A refusal that only the feature knows: no code of the kernel's closed list."""
    coding = [{"system": ERROR_SYSTEM, "code": code, "display": words}]
    issue = {"severity": "error", "code": "business-rule", "details": {"coding": coding, "text": words}}
    return Answer({"resourceType": "OperationOutcome", "issue": [issue]}, 422)


def seeded(patient: SeedPatient, today: date) -> Iterator[tuple[str, SeedDeclaration]]:
    """Id and declaration, each of *patient*; a mandate that comes without one had it on its first day."""
    declared = {d.practitioner_id for d in patient.declarations}
    assumed = [
        _assumed(mandate.practitioner_id, local_day(mandate.start), today)
        for mandate in patient.mandates
        if mandate.kind is MandateKind.MEDECIN_REFERENT and mandate.practitioner_id not in declared
    ]
    for number, declaration in enumerate((*patient.declarations, *assumed)):
        yield f"mr-{patient.id}-{number}", declaration


def _assumed(practitioner_id: str, start: date, today: date) -> SeedDeclaration:
    """Validated on the first day of its mandate; its statements were accepted every two years."""
    accepted = start
    while accepted + timedelta(days=730) <= today:
        accepted += timedelta(days=730)
    notified = notified_before(start, 25)
    return SeedDeclaration(
        practitioner_id, start - timedelta(days=30), start - timedelta(days=30), notified, start,
        first_of_next_month(notified),
        ald_accepted=accepted if accepted > start else None,
    )  # fmt: skip
