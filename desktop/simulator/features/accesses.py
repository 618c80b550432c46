"""The search in the traces: my own accesses (CF-065), and a patient's history for MR and CMC (CF-061)."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session as Database

from desktop.simulator import rules
from desktop.simulator.access import Access, facts
from desktop.simulator.audit import Act, audit_event, write
from desktop.simulator.calls import Answer, Call, in_record, patient_of, reference_id, signed_in, told
from desktop.simulator.capability import ResourceCapability
from desktop.simulator.feature import FhirRoute, SimulatedFeature, no_seed, no_state
from desktop.simulator.outcomes import Refused, raise_if
from desktop.simulator.searching import first, searchset
from desktop.simulator.tables import DocumentRow, TraceRow
from desktop.simulator.traced import Action


def search_traces(call: Call) -> Answer:
    """ITI-81, by ``patient`` (that patient's token) or by ``agent`` (only oneself), newest first."""
    parameters = call.parameters()
    with call.world.database() as database:
        caller = signed_in(call, database)
        query = select(TraceRow).order_by(TraceRow.when.desc(), TraceRow.id)
        for value in parameters.get("date", []):
            query = query.where(_bound(value))
        if "patient" in parameters:
            patient = patient_of(database, reference_id(parameters["patient"][0], "Patient"))
            found = in_record(call, database, caller, patient)
            told(caller, patient.id, rules.history(found.viewer, found.record))
            rows = database.scalars(query.where(TraceRow.patient_id == patient.id)).all()
            rows = [t for t in rows if _may_see(database, t, found)]
            write(database, call.world.clock.now(), caller.actor(found), Act(Action.HISTORY, patient.id))
        else:
            agent = reference_id(first(call, "agent"), "Practitioner")
            if agent != caller.person.id:
                raise_if(rules.NOT_ENTITLED)
            rows = list(database.scalars(query.where(TraceRow.practitioner_id == agent)))
        events = [audit_event(t, call.world.acts) for t in rows]
    asked = {name: ",".join(values) for name, values in parameters.items()}
    return searchset(call, "AuditEvent", events, asked)


def _may_see(database: Database, trace: TraceRow, found: Access) -> bool:
    """Entries about a document only for those who may see that document (CF-048); nobody may see what is not
    there (yet)."""
    if not trace.document_id:
        return True
    row = database.get(DocumentRow, trace.document_id)
    return row is not None and rules.see(found.viewer, found.record, facts(row)) is None


def _bound(value: str) -> ColumnElement[bool]:
    """A condition on a trace's time; *value* as ``ge2026-01-01``."""
    operator, text = (value[:2], value[2:]) if value[:2].isalpha() else ("ge", value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("request_invalid", detail="date") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    match operator:
        case "ge" | "gt":
            return TraceRow.when >= moment
        case "le" | "lt":
            return TraceRow.when <= moment
        case _:
            raise Refused("request_invalid", detail="date prefix")


_SEARCH = {"patient": "reference", "agent": "reference", "date": "date"}

FEATURE = SimulatedFeature(
    name="accesses",
    routes=(
        FhirRoute("GET", "/AuditEvent", search_traces),
        FhirRoute("POST", "/AuditEvent/_search", search_traces),
    ),
    tables=(),
    capability=(ResourceCapability("AuditEvent", ("search-type",), _SEARCH, {}),),
    acts=(),
    console={},
    seed=no_seed,
    state=no_state,
    data={},
    transactions={},
    scans=(),
)
