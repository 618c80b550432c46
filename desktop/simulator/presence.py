"""Opening a record: by a running mandate, or by the patient's presence code (domain §4.5, contract §4)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session as Database

from desktop.domain.mandates import EmergencyLevel
from desktop.domain.record import EpisodeKind, MandateKind
from desktop.simulator import rules
from desktop.simulator.access import access
from desktop.simulator.audit import Act, Actor, write
from desktop.simulator.clock import instant
from desktop.simulator.fhir_out import reach_code
from desktop.simulator.mandates import Attempts, consultation
from desktop.simulator.outcomes import OAuthRefused
from desktop.simulator.tables import AttemptRow, EpisodeRow, MandateRow, OrganizationRow, PatientRow
from desktop.simulator.traced import Action
from desktop.simulator.world import World, code_matches, hash_code, new_id


@dataclass(frozen=True, slots=True)
class Opening:
    """The mandate under which a record opens; ``new``: the code opened it just now."""

    mandate: MandateRow
    new: bool = False


def opening_for(
    database: Database, world: World, actor: Actor, patient: PatientRow, code: str | None
) -> Opening:
    """By which right the record opens; raises OAuthRefused.

    A running mandate needs no code (CF-007). A code is judged whenever one is sent: it counts as right
    only where it is right, and it opens a new consultation only where no mandate runs (contract §4: no
    right is prolonged by it). Every refusal tied to this professional reads the same and counts
    towards the lock, so that nobody learns of a blacklist.
    """
    now = world.clock.now()
    found = access(database, actor.practitioner, patient, now)
    refusal = rules.open_record(found.viewer, found.record)
    if refusal is not None and refusal != rules.NO_MANDATE:
        facts: dict[str, Any] = {}
        if refusal.code == "record_inactive" and patient.inactive_until:
            facts["inactive_until"] = patient.inactive_until.isoformat()
        raise OAuthRefused("access_denied", refusal.code, facts)
    running = found.mandate if refusal is None else None
    if code is not None:
        banned = found.record.blacklisted and running is None
        _check_code(database, world, actor, patient, code, banned=banned)
    elif running is None:
        raise OAuthRefused("access_denied", "no_mandate")
    if running is not None:
        return Opening(running)
    return Opening(_open_consultation(database, world, actor, patient), new=True)


def granted(mandate: MandateRow, emergency: EmergencyLevel) -> dict[str, Any]:
    """The mandate as the client is told of it; it never computes these dates."""
    times = {"start": mandate.start, "end": mandate.end, "grace_end": mandate.grace_end}
    told = {name: instant(when) for name, when in times.items() if when is not None}
    return {"id": mandate.id, "kind": mandate.kind, "confidentiality": reach_code(mandate, emergency), **told}


def _check_code(
    database: Database, world: World, actor: Actor, patient: PatientRow, code: str, *, banned: bool
) -> None:
    now = world.clock.now()
    row = database.get(AttemptRow, (actor.practitioner.id, patient.id))
    attempts = Attempts(row.wrong, row.locked_until) if row else Attempts()
    wait = attempts.retry_after(now)
    if wait is not None:
        raise _locked(wait)
    if not patient.code_hash and patient.id in world.pending_codes:
        patient.code_hash = hash_code(world.pending_codes[patient.id])
    # compared in any case: the time taken must not tell a ban from a wrong code
    right = code_matches(patient.code_hash, code)
    if right and not banned:
        if row is not None:
            database.delete(row)
        return
    attempts = attempts.after_wrong(now)
    if row is None:
        row = AttemptRow(
            practitioner_id=actor.practitioner.id, patient_id=patient.id, wrong=0, locked_until=None
        )
        database.add(row)
    row.wrong, row.locked_until = attempts.wrong, attempts.locked_until
    write(database, now, actor, Act(Action.OPEN, patient.id, reason="presence_wrong"))
    database.commit()  # counted even though the request ends in a refusal
    wait = attempts.retry_after(now)
    raise _locked(wait) if wait is not None else OAuthRefused("access_denied", "presence_wrong")


def _locked(seconds: int) -> OAuthRefused:
    headers = {"Retry-After": str(seconds)}
    return OAuthRefused("access_denied", "presence_locked", {"retry_after": seconds}, headers=headers)


def _open_consultation(database: Database, world: World, actor: Actor, patient: PatientRow) -> MandateRow:
    now = world.clock.now()
    when = consultation(now)
    mandate = MandateRow(
        id=new_id(), patient_id=patient.id, practitioner_id=actor.practitioner.id,
        kind=MandateKind.CONSULTATION.value, start=when.start, end=when.end, grace_end=when.grace_end,
        version=1, updated=now,
    )  # fmt: skip
    database.add(mandate)
    place = database.get(OrganizationRow, actor.practitioner.organization_id)
    episode = EpisodeRow(
        id=new_id(), patient_id=patient.id, kind=place.kind if place else EpisodeKind.CABINET.value,
        organization_id=actor.practitioner.organization_id, start=now, end=now + timedelta(minutes=20),
        mandate_kind=mandate.kind, reason="", refused=False,
    )  # fmt: skip
    database.add(episode)
    held = Actor(actor.practitioner, actor.software, mandate)
    write(database, now, held, Act(Action.MANDATE_OPENED, patient.id))
    return mandate
