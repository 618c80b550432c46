"""Traces as a client sees and reports them (contract §6)."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator import rules
from desktop.simulator.access import facts, running_mandates, times
from desktop.simulator.audit import Act, Action, Actor, audit_event, write
from desktop.simulator.calls import Answer, Call, Caller, in_record, patient_of, reference_id, signed_in, told
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text, last_part
from desktop.simulator.mandates import MandateState
from desktop.simulator.outcomes import Refused, raise_if
from desktop.simulator.searching import bound, first, searchset
from desktop.simulator.tables import (
    Blacklisted,
    Document,
    Mandate,
    Trace,
)


def search_traces(call: Call) -> Answer:
    """ITI-81: one patient's history for MR and CMC (CF-061), or my own accesses always (CF-065)."""
    parameters = call.parameters()
    with call.world.database() as database:
        caller = signed_in(call, database)
        query = select(Trace).order_by(Trace.when.desc(), Trace.id)
        for value in parameters.get("date", []):
            query = query.where(bound(value))
        if "patient" in parameters:
            patient = patient_of(database, reference_id(parameters["patient"][0], "Patient"))
            found = in_record(call, database, caller, patient)
            told(caller, patient.id, rules.history(found.viewer, found.record))
            rows = database.scalars(query.where(Trace.patient_id == patient.id)).all()
            rows = [t for t in rows if _may_see_trace(database, t, found)]
            write(database, call.world.clock.now(), caller.actor(found), Act(Action.HISTORY, patient.id))
        else:
            agent = reference_id(first(call, "agent"), "Practitioner")
            if agent != caller.person.id:
                raise_if(rules.NOT_ENTITLED)
            rows = list(database.scalars(query.where(Trace.practitioner_id == agent)))
        events = [audit_event(t) for t in rows]
    asked = {name: ",".join(values) for name, values in parameters.items()}
    return searchset(call, "AuditEvent", events, asked)


def report_trace(call: Call) -> Answer:
    """ITI-20: a read from a client's cache, with an own id that makes it idempotent (CF-060)."""
    event = call.json()
    local_id = _local_id(event)
    with call.world.database() as database:
        caller = signed_in(call, database)
        known = database.scalar(select(Trace).where(Trace.local_id == local_id))
        if known is None:
            known = _local_trace(database, caller, event, local_id, call.world.clock.now())
            database.flush()
            status = 201
        elif known.practitioner_id != caller.person.id:
            raise Refused("request_invalid", detail="local id")
        else:
            status = 200
        return Answer(audit_event(known), status, headers={"Location": f"{call.url}/{known.id}"})


def _may_see_trace(database: Database, trace: Trace, found: Any) -> bool:
    """Entries about a document only for those who may see that document (CF-048)."""
    row = database.get(Document, trace.document_id) if trace.document_id else None
    return row is None or rules.see(found.viewer, found.record, facts(row)) is None


def _local_id(event: Any) -> str:
    extensions = as_dicts(as_dict(event).get("extension"))
    values = [as_text(e.get("valueUri")) for e in extensions if last_part(e.get("url")) == "local-read-id"]
    if as_dict(event).get("resourceType") != "AuditEvent" or not values or not values[0]:
        raise Refused("request_invalid", detail="local-read-id")
    return values[0]


def _local_trace(
    database: Database, caller: Caller, event: dict[str, Any], local_id: str, now: datetime
) -> Trace:
    entities = as_dicts(event.get("entity"))
    references = [as_text(as_dict(e.get("what")).get("reference")) for e in entities]
    ids = {r.split("/")[-2]: r.split("/")[-1] for r in references if r.count("/") == 1}
    row = database.get(Document, ids.get("DocumentReference", ""))
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


def _mandate_at(database: Database, caller: Caller, patient_id: str, when: datetime) -> Mandate | None:
    """The mandate that ran when the cached copy was read, ended since or not."""
    found = running_mandates(database, caller.person.id, patient_id, when)
    banned = database.get(Blacklisted, (patient_id, caller.person.id)) is not None
    usable = [m for m in found if times(m).state(when) in (MandateState.ACTIVE, MandateState.GRACE)]
    return usable[0] if usable and not banned else None
