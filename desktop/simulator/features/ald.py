"""ALD statements (contract §9): sent by the médecin référent, received, accepted or returned by the CNS.

QA plays the CNS with acts of the console. Each statement is a row; the work list counts from the same rows.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.local_time import local_day
from desktop.domain.referent import SENT_STATES, StatementState
from desktop.simulator import wire_names as names
from desktop.simulator.ald_past import Past
from desktop.simulator.audit import Act, write, write_other
from desktop.simulator.calls import Answer, Call, patient_of, reference_id, signed_in
from desktop.simulator.capability import ResourceCapability
from desktop.simulator.clock import instant
from desktop.simulator.feature import FhirRoute, SimulatedFeature
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text
from desktop.simulator.outcomes import Refused
from desktop.simulator.questionnaires import answers, defects, questionnaire
from desktop.simulator.referent import (
    StatementTable,
    as_referent,
    declaration_of,
    new_statement,
    receive,
    refusal,
    seeded,
)
from desktop.simulator.searching import first, searchset
from desktop.simulator.seed_data import Dataset
from desktop.simulator.signatures import judge_of
from desktop.simulator.tables import PatientRow
from desktop.simulator.traced import TracedAction
from desktop.simulator.world import World

_CNS = "cns"


class AldAction(TracedAction):
    """What traces name; the last three are acts of the CNS."""

    LIST = "ald-list", "E"
    SEND = "ald-send", "C"
    RECEIVED = "ald-received", "U"
    ACCEPTED = "ald-accepted", "U"
    RETURNED = "ald-returned", "U"


def search(call: Call) -> Answer:
    """By ``patient``, with his token: all that his médecin référent sent, newest first.

    By ``identifier``, with the session's: whether one of mine arrived; nothing is shown, nothing traced.
    """
    parameters = call.parameters()
    with call.world.database() as database:
        caller = signed_in(call, database)
        query = select(StatementTable).where(StatementTable.practitioner_id == caller.person.id)
        if "identifier" in parameters:
            query = query.where(StatementTable.identifier == first(call, "identifier").rpartition("|")[2])
        else:
            patient = patient_of(database, reference_id(first(call, "patient"), "Patient"))
            found = as_referent(call, database, caller, patient, AldAction.LIST)
            query = query.where(StatementTable.patient_id == patient.id)
            write(database, call.world.clock.now(), caller.actor(found), Act(AldAction.LIST, patient.id))
        rows = database.scalars(query.order_by(StatementTable.sent.desc(), StatementTable.id))
        shown = [_resource(row) for row in rows]
    asked = {name: ",".join(values) for name, values in parameters.items()}
    return searchset(call, "QuestionnaireResponse", shown, asked)


def send(call: Call) -> Answer:
    """One statement, once: what stands under its identifier already is answered again (If-None-Exist)."""
    body = as_dict(call.json())
    identifier = as_text(as_dict(body.get("identifier")).get("value"))
    call.world.intake.sent(identifier)
    with call.world.database() as database:
        caller = signed_in(call, database)
        subject = as_text(as_dict(body.get("subject")).get("reference"))
        patient = patient_of(database, reference_id(subject, "Patient"))
        found = as_referent(call, database, caller, patient, AldAction.SEND)
        mine = StatementTable.practitioner_id == caller.person.id
        stands = database.scalar(select(StatementTable).where(StatementTable.identifier == identifier, mine))
        if stands is not None:
            return Answer(_resource(stands))
        _check(body, caller.person.id)
        if not _complete(body):
            return refusal("ald_incomplete", "Le relevé est incomplet.")
        declaration = declaration_of(database, caller.person.id, patient.id)
        if declaration is None:
            raise Refused("no_mandate")
        if database.scalar(_undecided(declaration.id)) is not None:
            return refusal("ald_pending", "Un relevé attend déjà la réponse de la CNS.")
        judge_of(call.world, database, caller.person).statement(call.body)
        now = call.world.clock.now()
        row = new_statement(declaration.id, patient.id, caller.person.id, identifier, now)
        row.content = json.dumps(body)
        database.add(row)
        database.flush()
        write(database, now, caller.actor(found), Act(AldAction.SEND, patient.id))
        headers = {"Location": f"{call.world.base_url}/QuestionnaireResponse/{row.id}"}
        return Answer(_resource(row), 201, headers=headers)


def _check(body: dict[str, Any], author_id: str) -> None:
    """R4 and the Questionnaire; Refused names the element."""
    identifier = as_dict(body.get("identifier"))
    author = as_text(as_dict(body.get("author")).get("reference"))
    wrong = [
        name
        for name, right in (
            ("resourceType", body.get("resourceType") == "QuestionnaireResponse"),
            ("identifier", identifier.get("system") == names.URI and bool(identifier.get("value"))),
            ("status", body.get("status") == "completed"),
            ("author", author.rpartition("/")[2] == author_id),
            ("authored", bool(body.get("authored"))),
        )
        if not right
    ]
    found = next(iter((*wrong, *defects(body, questionnaire("ald-releve")))), "")
    if found:
        raise Refused("request_invalid", detail=found)


def _complete(body: dict[str, Any]) -> bool:
    """What the Questionnaire cannot say: 31 is treated for more than six months, 32 names two (CF-097)."""
    for group in (item for item in as_dicts(body.get("item")) if item.get("linkId") == "condition"):
        code = as_text(as_dict(answers(group, "condition.code")[0]).get("code"))
        if False in answers(group, "condition.over-six-months"):
            return False
        if code == "32" and len(answers(group, "condition.name")) < 2:
            return False
    return True


def _undecided(declaration_id: str) -> Any:
    states = [state.value for state in SENT_STATES]
    return select(StatementTable.id).where(
        StatementTable.declaration_id == declaration_id, StatementTable.state.in_(states)
    )


def _resource(row: StatementTable) -> dict[str, Any]:
    """As it came, and where it stands (extension ``mr-statement``)."""
    inner: list[dict[str, Any]] = [
        {"url": "state", "valueCode": row.state},
        {"url": "sent", "valueDateTime": instant(row.sent)},
    ]
    if row.receipt and row.received is not None:
        inner.append({"url": "receipt", "valueString": row.receipt})
        inner.append({"url": "received", "valueDateTime": instant(row.received)})
    if row.accepted is not None:
        inner.append({"url": "accepted", "valueDate": row.accepted.isoformat()})
    if row.returned:
        inner.append({"url": "returned", "valueString": row.returned})
    own = {"url": names.extension("mr-statement"), "extension": inner}
    body = json.loads(row.content)
    kept = [e for e in as_dicts(body.get("extension")) if e.get("url") != own["url"]]
    return {**body, "id": row.id, "extension": [*kept, own]}


def _receive(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``: the CNS confirms that it has the statement: number and time of the receipt."""
    receive(_waiting(database, data), world.clock.now())
    write_other(database, world.clock.now(), _CNS, Act(AldAction.RECEIVED, data["patient"]))


def _accept(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``day`` (default today): accepted; this alone resets the clock (CF-096)."""
    now = world.clock.now()
    row = _waiting(database, data)
    receive(row, now)
    row.state = StatementState.ACCEPTED.value
    row.accepted = date.fromisoformat(data["day"]) if data.get("day") else local_day(now)
    write_other(database, now, _CNS, Act(AldAction.ACCEPTED, data["patient"]))


def _return(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``reason``: sent back to be corrected."""
    row = _waiting(database, data)
    receive(row, world.clock.now())
    row.state, row.returned = StatementState.RETURNED.value, str(data["reason"]) or "sans motif"
    write_other(database, world.clock.now(), _CNS, Act(AldAction.RETURNED, data["patient"]))


def _waiting(database: Database, data: dict[str, Any]) -> StatementTable:
    """The statement of ``patient`` that nobody has decided yet; ValueError where there is none."""
    states = [state.value for state in SENT_STATES]
    query = select(StatementTable).where(
        StatementTable.patient_id == data["patient"], StatementTable.state.in_(states)
    )
    row = database.scalar(query.order_by(StatementTable.sent.desc()))
    if row is None:
        raise ValueError("no statement waits")
    return row


def seed(database: Database, dataset: Dataset, now: datetime) -> None:
    """What was accepted before, and what is on its way: of each declaration that has been validated."""
    today = local_day(now)
    known = {row.id for row in database.scalars(select(PatientRow))}
    for patient in dataset.patients():
        for id, declaration in seeded(patient, today):
            if declaration.validated is not None and patient.id in known:
                database.add_all(Past(id, patient, declaration).rows())


def state(world: World, database: Database) -> Mapping[str, Any]:
    """Where each statement stands, by the identifier of who sent it."""
    rows = database.scalars(select(StatementTable)).all()
    return {"statements": {row.identifier: row.state for row in rows}}


_SEARCH = {"patient": "reference", "identifier": "token"}

FEATURE = SimulatedFeature(
    name="ald",
    routes=(
        FhirRoute("GET", "/QuestionnaireResponse", search),
        FhirRoute("POST", "/QuestionnaireResponse", send),
    ),
    tables=(StatementTable,),
    capability=(ResourceCapability("QuestionnaireResponse", ("search-type", "create"), _SEARCH, {}),),
    acts=tuple(AldAction),
    console={"receive-statement": _receive, "accept-statement": _accept, "return-statement": _return},
    seed=seed,
    state=state,
    data={},
    transactions={},
    scans=(),
)
