"""Patients, mandates, care episodes, traces, professionals: the other searches (contract §3, §4, §6, §7)."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator import fhir_out, rules
from desktop.simulator import wire_names as names
from desktop.simulator.access import access, facts, running_mandates, times
from desktop.simulator.audit import Act, Action, Actor, audit_event, write
from desktop.simulator.calls import Answer, Call, Caller, in_record, patient_of, reference_id, signed_in, told
from desktop.simulator.json_shapes import as_dict, as_dicts, as_list, as_text, last_part
from desktop.simulator.mandates import MandateState
from desktop.simulator.outcomes import Refused, operation_outcome, raise_if
from desktop.simulator.tables import (
    Blacklisted,
    Document,
    Episode,
    Mandate,
    Organization,
    Patient,
    Practitioner,
    Trace,
)

_MOST_MATCHES = 5


def search_patients(call: Call) -> Answer:
    """By matricule, in the body of a POST (contract §3)."""
    system, _, value = _first(call, "identifier").partition("|")
    if system != names.MATRICULE or not value:
        raise Refused("request_invalid", detail="identifier")
    with call.world.database() as database:
        signed_in(call, database)
        rows = database.scalars(select(Patient).where(Patient.matricule == value)).all()
        found = [fhir_out.patient(row) for row in rows]
    # the self link leaves the matricule out: it may be logged
    return _searchset(call, "Patient", found, {"identifier": f"{names.MATRICULE}|"})


def match_patients(call: Call) -> Answer:
    """ITI-119 by traits: more than five answers none, and asks for more traits (contract §3)."""
    family, birth = _traits(call.json())
    words = folded(family).split()
    if sum(len(w) for w in words) < 2:
        raise Refused("search_too_short")
    with call.world.database() as database:
        signed_in(call, database)
        rows = list(database.scalars(select(Patient)))
    matches = [
        row for row in rows
        if all(any(part.startswith(w) for part in row.folded.split()) for w in words)
        and (birth is None or row.birth_date == birth)
    ]  # fmt: skip
    if len(matches) > _MOST_MATCHES:
        outcome = operation_outcome("too_many_matches")
        outcome["issue"][0]["severity"] = "warning"
        return _searchset(call, "Patient", [outcome], {}, total=len(matches))
    return _searchset(call, "Patient", [fhir_out.patient(row) for row in matches], {})


def read_patient(call: Call) -> Answer:
    """One Patient."""
    with call.world.database() as database:
        signed_in(call, database)
        return Answer(fhir_out.patient(patient_of(database, call.path["id"])))


def search_consents(call: Call) -> Answer:
    """My running mandates for one patient, with a validator for If-None-Match (contract §4)."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        patient = patient_of(database, reference_id(_first(call, "patient"), "Patient"))
        actor = reference_id(_first(call, "actor"), "Practitioner")
        if actor != caller.person.id:
            raise_if(rules.NOT_ENTITLED)
        mandates = _mine(database, caller, patient, call.world.clock.now())
        found = [fhir_out.consent(m, caller.person, running=True) for m in mandates]
    parameters = {"patient": f"Patient/{patient.id}", "actor": f"Practitioner/{actor}", "status": "active"}
    return _conditional(call, _searchset(call, "Consent", found, parameters))


def read_consent(call: Call) -> Answer:
    """One mandate of mine: 404 once it is over, 304 while nothing changed."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        mandate = database.get(Mandate, call.path["id"])
        if mandate is None or mandate.practitioner_id != caller.person.id:
            raise Refused("not_found")
        patient = patient_of(database, mandate.patient_id)
        if mandate not in _mine(database, caller, patient, call.world.clock.now()):
            raise Refused("not_found")
        answer = Answer(fhir_out.consent(mandate, caller.person, running=True))
    return _conditional(call, answer, f'W/"{mandate.version}"')


def search_encounters(call: Call) -> Answer:
    """Care episodes; refused ones do not exist for anybody (CF-038)."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        patient = patient_of(database, reference_id(_first(call, "patient"), "Patient"))
        found = in_record(call, database, caller, patient)
        told(caller, patient.id, rules.ligne_de_vie(found.viewer, found.record))
        rows = database.scalars(
            select(Episode).where(Episode.patient_id == patient.id, Episode.refused.is_(False))
        ).all()
        places = {o.id: o for o in database.scalars(select(Organization))}
        shown = [fhir_out.encounter(e, places.get(e.organization_id)) for e in sorted(rows, key=_newest)]
        write(database, call.world.clock.now(), caller.actor(found), Act(Action.LIFE_LINE, patient.id))
    return _searchset(call, "Encounter", shown, {"patient": f"Patient/{patient.id}"})


def search_traces(call: Call) -> Answer:
    """ITI-81: one patient's history for MR and CMC (CF-061), or my own accesses always (CF-065)."""
    parameters = call.parameters()
    with call.world.database() as database:
        caller = signed_in(call, database)
        query = select(Trace).order_by(Trace.when.desc(), Trace.id)
        for value in parameters.get("date", []):
            query = query.where(_bound(value))
        if "patient" in parameters:
            patient = patient_of(database, reference_id(parameters["patient"][0], "Patient"))
            found = in_record(call, database, caller, patient)
            told(caller, patient.id, rules.history(found.viewer, found.record))
            rows = database.scalars(query.where(Trace.patient_id == patient.id)).all()
            rows = [t for t in rows if _may_see_trace(database, t, found)]
            write(database, call.world.clock.now(), caller.actor(found), Act(Action.HISTORY, patient.id))
        else:
            agent = reference_id(_first(call, "agent"), "Practitioner")
            if agent != caller.person.id:
                raise_if(rules.NOT_ENTITLED)
            rows = list(database.scalars(query.where(Trace.practitioner_id == agent)))
        events = [audit_event(t) for t in rows]
    asked = {name: ",".join(values) for name, values in parameters.items()}
    return _searchset(call, "AuditEvent", events, asked)


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


def search_practitioners(call: Call) -> Answer:
    """mCSD Practitioner by id, identifier or name."""
    return _directory(call, "Practitioner", select(Practitioner), fhir_out.practitioner)


def search_organizations(call: Call) -> Answer:
    """mCSD Organization by id, identifier or name."""
    return _directory(call, "Organization", select(Organization), fhir_out.organization)


def search_roles(call: Call) -> Answer:
    """mCSD PractitionerRole of one practitioner, with ``_include`` of person and place."""
    with call.world.database() as database:
        signed_in(call, database)
        person = database.get(Practitioner, reference_id(_first(call, "practitioner"), "Practitioner"))
        if person is None:
            return _searchset(call, "PractitionerRole", [], {})
        place = database.get(Organization, person.organization_id)
        found = [fhir_out.practitioner_role(person, place)]
        included = call.parameters().get("_include", [])
        if any(i.endswith(":practitioner") for i in included):
            found.append(fhir_out.practitioner(person))
        if place and any(i.endswith(":organization") for i in included):
            found.append(fhir_out.organization(place))
    answer = _searchset(call, "PractitionerRole", found, {}, total=1)
    for entry in answer.body["entry"][1:]:
        entry["search"]["mode"] = "include"
    return answer


def folded(name: str) -> str:
    """Lower case without accents; ``ß`` as ``ss``, anything but letters as a space."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = (c if c.isalpha() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


def _traits(body: Any) -> tuple[str, date | None]:
    parameters = as_dicts(as_dict(body).get("parameter"))
    person = next((as_dict(p.get("resource")) for p in parameters if p.get("name") == "resource"), {})
    names_given = as_dicts(person.get("name"))
    if not names_given:
        raise Refused("request_invalid", detail="Patient.name")
    name = names_given[0]
    words = [*as_list(name.get("given")), name.get("family"), name.get("text")]
    birth = person.get("birthDate")
    try:
        return " ".join(map(as_text, words)), date.fromisoformat(birth) if birth else None
    except (ValueError, TypeError):
        raise Refused("request_invalid", detail="Patient.birthDate") from None


def _mine(database: Database, caller: Caller, patient: Patient, now: datetime) -> tuple[Mandate, ...]:
    """Running mandates that give access now; none in a DSP that is not active or when blacklisted."""
    found = access(database, caller.person, patient, now)
    if rules.open_record(found.viewer, found.record) is not None:
        return ()
    return running_mandates(database, caller.person.id, patient.id, now)


def _may_see_trace(database: Database, trace: Trace, found: Any) -> bool:
    """Entries about a document only for those who may see that document (CF-048)."""
    row = database.get(Document, trace.document_id) if trace.document_id else None
    return row is None or rules.see(found.viewer, found.record, facts(row)) is None


def _bound(value: str) -> Any:
    operator, text = (value[:2], value[2:]) if value[:2].isalpha() else ("ge", value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("request_invalid", detail="date") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    match operator:
        case "ge" | "gt":
            return Trace.when >= moment
        case "le" | "lt":
            return Trace.when <= moment
        case _:
            raise Refused("request_invalid", detail="date prefix")


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


def _directory(call: Call, kind: str, query: Any, shape: Callable[[Any], dict[str, Any]]) -> Answer:
    parameters = {name: values[0] for name, values in call.parameters().items()}
    with call.world.database() as database:
        signed_in(call, database)
        rows = list(database.scalars(query))
    if "_id" in parameters:
        rows = [r for r in rows if r.id == parameters["_id"]]
    if "identifier" in parameters:
        wanted = parameters["identifier"].rpartition("|")[2]
        rows = [r for r in rows if getattr(r, "ehealth_id", r.id) == wanted]
    if "name" in parameters:
        words = folded(parameters["name"]).split()
        rows = [r for r in rows if all(w in folded(r.name) for w in words)]
    return _searchset(call, kind, [shape(r) for r in rows[:50]], parameters, total=len(rows))


def read_practitioner(call: Call) -> Answer:
    """One Practitioner."""
    with call.world.database() as database:
        signed_in(call, database)
        person = database.get(Practitioner, call.path["id"])
    if person is None:
        raise Refused("not_found")
    return Answer(fhir_out.practitioner(person))


def read_organization(call: Call) -> Answer:
    """One Organization."""
    with call.world.database() as database:
        signed_in(call, database)
        place = database.get(Organization, call.path["id"])
    if place is None:
        raise Refused("not_found")
    return Answer(fhir_out.organization(place))


def _first(call: Call, name: str) -> str:
    values = call.parameters().get(name)
    if not values:
        raise Refused("request_invalid", detail=f"{name} is required")
    return values[0]


def _newest(episode: Episode) -> float:
    return -episode.start.timestamp()


def _searchset(
    call: Call,
    kind: str,
    found: Sequence[dict[str, Any]],
    parameters: dict[str, str],
    *,
    total: int | None = None,
) -> Answer:
    base = call.world.base_url
    entries = [(f"{base}/{r['resourceType']}/{r.get('id', 'outcome')}", r) for r in found]
    query = f"?{urlencode(parameters)}" if parameters else ""
    return Answer(
        fhir_out.bundle(
            entries, total=len(found) if total is None else total, self_url=f"{base}/{kind}{query}"
        )
    )


def _conditional(call: Call, answer: Answer, tag: str = "") -> Answer:
    if not tag:
        digest = hashlib.sha256(json.dumps(answer.body, sort_keys=True).encode()).hexdigest()[:24]
        tag = f'W/"{digest}"'
    if call.headers.get("if-none-match") == tag:
        return Answer(None, 304, headers={"ETag": tag})
    return Answer(answer.body, answer.status, headers={"ETag": tag})
