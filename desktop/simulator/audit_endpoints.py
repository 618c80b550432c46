"""Traces that a client reports (contract §6)."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.mandates import EmergencyLevel
from desktop.simulator.access import running_mandates, times
from desktop.simulator.audit import Act, Actor, audit_event, write
from desktop.simulator.calls import Answer, Call, Requester, signed_in
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text, last_part
from desktop.simulator.mandates import MandateState
from desktop.simulator.outcomes import Refused
from desktop.simulator.tables import (
    BlacklistedRow,
    DocumentRow,
    MandateRow,
    TraceRow,
)
from desktop.simulator.traced import Action


def report_trace(call: Call) -> Answer:
    """ITI-20: a read from a client's cache, with an own id that makes it idempotent (CF-060)."""
    event = call.json()
    local_id = _local_id(event)
    with call.world.database() as database:
        caller = signed_in(call, database)
        known = database.scalar(select(TraceRow).where(TraceRow.local_id == local_id))
        if known is None:
            known = _local_trace(database, caller, event, local_id, call.world.clock.now())
            database.flush()
            status = 201
        elif known.practitioner_id != caller.person.id:
            raise Refused("request_invalid", detail="local id")
        else:
            status = 200
        event = audit_event(known, call.world.acts)
        return Answer(event, status, headers={"Location": f"{call.url}/{known.id}"})


def _local_id(event: Any) -> str:
    extensions = as_dicts(as_dict(event).get("extension"))
    values = [as_text(e.get("valueUri")) for e in extensions if last_part(e.get("url")) == "local-read-id"]
    if as_dict(event).get("resourceType") != "AuditEvent" or not values or not values[0]:
        raise Refused("request_invalid", detail="local-read-id")
    return values[0]


def _local_trace(
    database: Database, caller: Requester, event: dict[str, Any], local_id: str, now: datetime
) -> TraceRow:
    entities = as_dicts(event.get("entity"))
    references = [as_text(as_dict(e.get("what")).get("reference")) for e in entities]
    ids = {r.split("/")[-2]: r.split("/")[-1] for r in references if r.count("/") == 1}
    row = database.get(DocumentRow, ids.get("DocumentReference", ""))
    if row is None:
        raise Refused("request_invalid", detail="entity")
    try:
        when = min(datetime.fromisoformat(event["recorded"]).astimezone(UTC), now)
    except (KeyError, ValueError, TypeError):
        raise Refused("request_invalid", detail="recorded") from None
    mandate = _mandate_at(database, caller, row.patient_id, when)
    actor = Actor(caller.person, caller.token.session.software, mandate, as_author=mandate is None)
    action = Action.READ_OLD if row.superseded else Action.READ
    act = Act(action, row.patient_id, row.id, str(row.version), "local", local_id=local_id)
    return write(database, when, actor, act)


def _mandate_at(database: Database, caller: Requester, patient_id: str, when: datetime) -> MandateRow | None:
    """The mandate that ran when the cached copy was read, ended since or not."""
    # what the patient had chosen for emergencies at that moment is not kept: they are not left out
    found = running_mandates(database, caller.person.id, patient_id, when, EmergencyLevel.STANDARD)
    banned = database.get(BlacklistedRow, (patient_id, caller.person.id)) is not None
    usable = [m for m in found if times(m).state(when) in (MandateState.ACTIVE, MandateState.GRACE)]
    return usable[0] if usable and not banned else None
