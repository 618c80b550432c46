"""What the prescriber does with his lines afterwards, and the patient's erasing (contract §8.4)."""

import json
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator.audit import Act, write_other
from desktop.simulator.calls import Answer, Call, Endpoint
from desktop.simulator.documents import data_of
from desktop.simulator.outcomes import Refused
from desktop.simulator.prescription import shapes
from desktop.simulator.prescription.acting import (
    RxAction,
    author,
    changed,
    check_version,
    line_of,
    lines_of,
    no_such_state,
    ordonnance_of,
    parameters,
    reason_of,
    trace,
)
from desktop.simulator.prescription.drafts import signed_bytes
from desktop.simulator.prescription.leases import line_answer
from desktop.simulator.prescription.refusals import refused
from desktop.simulator.prescription.rules import rule_for
from desktop.simulator.prescription.standing import delivered, deliveries, end_lease, state_of
from desktop.simulator.prescription.tables import LineTable, OrdonnanceTable
from desktop.simulator.tables import ContentRow, DocumentRow
from desktop.simulator.world import World

ACTS = {
    "cancel": ("annuler", RxAction.CANCEL),
    "stop": ("arreter", RxAction.STOP),
    "suspend": ("suspendre", RxAction.SUSPEND),
    "resume": ("reprendre", RxAction.RESUME),
}
KINDS = ("MedicationRequest", "ServiceRequest")


def act(kind: str, operation: str) -> Endpoint:
    """The endpoint ``POST {kind}/{id}/${operation}``: by the author alone."""
    return partial(_act, kind, operation)


def _act(kind: str, operation: str, call: Call) -> Answer:
    name, action = ACTS[operation]
    given = parameters(call)
    reason = "" if operation == "resume" else reason_of(given)
    with call.world.database() as database:
        caller = author(call, database, action)
        line = line_of(database, call.path["id"], kind)
        if line.practitioner_id != caller.person.id:
            raise Refused("not_found")
        check_version(call, line)
        state = state_of(call.world, line, call.world.clock.now())
        if state == "reservee":
            _ask_back(database, line, reason)
        rule = rule_for(name, "prescripteur", state)
        if rule is None or (rule.needs == "rien-delivre" and _was_delivered(line)):
            raise no_such_state(line, state)
        line.state, line.reason, line.asked_back = rule.then, reason, ""
        changed(line)
        document_id = ordonnance_of(database, line).document_id
        trace(call, database, caller, action, patient_id=line.patient_id, document_id=document_id)
        return line_answer(call, database, line)


def _ask_back(database: Database, line: LineTable, reason: str) -> None:
    """A pharmacy has it on its counter: the request is noted, and its holder told (CF-108)."""
    if reason and line.asked_back != reason:
        line.asked_back = reason
        changed(line)
    database.commit()  # noted although the request ends here
    pharmacy = shapes.pharmacy_name(database, line.lease_pharmacy)
    raise refused("rx_in_progress", line=line.id, pharmacy=pharmacy, since=line.lease_since)


def _was_delivered(line: LineTable) -> bool:
    return bool(delivered(line) or deliveries(line))


def erase(world: World, database: Database, data: dict[str, Any]) -> None:
    """``code``: the patient has an ordonnance erased: what was not delivered goes, its identifier stays.

    The other lines stay signed: of what goes the signed Bundle keeps the digest alone. Paper and data say all
    of it: both documents go whole.
    """
    row = database.get_one(OrdonnanceTable, data["code"])
    now = world.clock.now()
    gone: dict[str, dict[str, Any]] = {}
    for line in lines_of(database, [row.code]):
        state = state_of(world, line, now)
        if rule_for("effacer", "patient", state):
            line.state, line.resource = "effacee", shapes.erased(line)
            changed(line)
            gone[line.identifier] = json.loads(line.resource)
    states = database.scalars(select(LineTable.state).where(LineTable.code == row.code)).all()
    whole = set(states) == {"effacee"}
    row.signed = b"" if whole else shapes.without(signed_bytes(world, database, row), gone)
    row.draft = b""
    document = database.get(DocumentRow, row.document_id) if gone and row.document_id else None
    for part in (document, *data_of(database, document)) if document is not None else ():
        part.disabled, part.version, part.updated = True, part.version + 1, now
        content = database.get(ContentRow, part.id)
        if content is not None:
            content.data = b""
    write_other(database, now, "titulaire", Act(RxAction.ERASE, row.patient_id, row.document_id))


def expire_lease(world: World, database: Database, data: dict[str, Any]) -> None:
    """``code``, or ``line`` (its platform id): the time of its leases is over, now."""
    lines = (
        lines_of(database, [data["code"]]) if "code" in data else [database.get_one(LineTable, data["line"])]
    )
    for line in lines:
        if line.lease_token:
            end_lease(line)
            changed(line)
