"""After a delivery: did it arrive, the counter's day, and undoing within the same day (contract §8.3)."""

import json
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.local_time import local_day
from desktop.simulator import wire_names as names
from desktop.simulator.calls import Answer, Call, reference_id
from desktop.simulator.outcomes import Refused
from desktop.simulator.prescription import shapes
from desktop.simulator.prescription.acting import (
    RxAction,
    changed,
    moment,
    no_such_state,
    parameters,
    pharmacist,
    reason_of,
    trace,
)
from desktop.simulator.prescription.refusals import refused
from desktop.simulator.prescription.rules import rule_for
from desktop.simulator.prescription.standing import state_of
from desktop.simulator.prescription.tables import DispenseTable, LineTable
from desktop.simulator.searching import first
from desktop.simulator.tables import DocumentRow


def search(call: Call) -> Answer:
    """Of the caller's pharmacy: by ``identifier`` (no trace), or by ``performer`` and ``recorded``."""
    given = call.parameters()
    with call.world.database() as database:
        caller = pharmacist(call, database, RxAction.JOURNAL)
        pharmacy = caller.person.organization_id
        query = select(DispenseTable).where(DispenseTable.pharmacy == pharmacy)
        if "identifier" in given:
            wanted = [w.rpartition("|")[2] for w in first(call, "identifier").split(",")]
            settled = call.world.clock.now() - timedelta(seconds=call.world.intake.settle_s)
            query = query.where(DispenseTable.identifier.in_(wanted), DispenseTable.received <= settled)
        else:
            if reference_id(first(call, "performer"), "Organization") not in (pharmacy, "mine"):
                raise Refused("not_entitled")
            for since in given.get("recorded", []):
                query = query.where(DispenseTable.received >= moment(since))
            trace(call, database, caller, RxAction.JOURNAL)
        rows = database.scalars(query.order_by(DispenseTable.received, DispenseTable.id)).all()
        told = [shapes.dispense(database, row, pharmacy) for row in rows]
        return Answer(shapes.searchset(call.world, "MedicationDispense", told, (), len(told), ""))


def undo(call: Call) -> Answer:
    """The quantity is back, the entry stays as entered-in-error, its document becomes disabled (CF-116)."""
    given = parameters(call)
    reason = reason_of(given)
    if not isinstance(given.get("box-returned"), bool):
        raise Refused("request_invalid", detail="box-returned")
    with call.world.database() as database:
        caller = pharmacist(call, database, RxAction.UNDO)
        row = database.get(DispenseTable, call.path["id"])
        if row is None or row.pharmacy != caller.person.organization_id:
            raise Refused("not_found")
        line = database.get_one(LineTable, row.line_id)
        now = call.world.clock.now()
        if row.status != "entered-in-error":
            state = state_of(call.world, line, now)
            if row.status != "completed" or rule_for("annuler-la-delivrance", _MAKER, state) is None:
                raise no_such_state(line, state)
            if local_day(row.received) != local_day(now):
                raise refused("rx_undo_too_late", line=line.id)
            row.status, row.version = "entered-in-error", row.version + 1
            row.resource = _undone(row.resource, reason, given["box-returned"] is True)
            database.flush()
            _take_back(database, line, Decimal(row.quantity))
            changed(line)
            _disable(database, row.document_id)
            trace(
                call, database, caller, RxAction.UNDO, patient_id=line.patient_id, document_id=row.document_id
            )  # fmt: skip
        return Answer(shapes.dispense(database, row, row.pharmacy), headers={"ETag": f'W/"{row.version}"'})


_MAKER = "pharmacie-qui-a-delivre"


def _take_back(database: Database, line: LineTable, quantity: Decimal) -> None:
    """What is left of its history says what the line was before: nothing else is remembered."""
    line.handed_over = str(Decimal(line.handed_over) - quantity)
    standing = select(DispenseTable).where(
        DispenseTable.line_id == line.id, DispenseTable.status == "completed"
    )
    made = database.scalars(standing.order_by(DispenseTable.received)).all()
    moments = [d.received for d in made if Decimal(d.quantity)]
    line.first, line.last = (moments[0], moments[-1]) if moments else (None, None)
    line.state = "partielle" if made else "active"


def _undone(resource: str, reason: str, box_returned: bool) -> str:  # noqa: FBT001 - a value of the wire
    told = json.loads(resource)
    told["statusReasonCodeableConcept"] = {"text": reason}
    returned = {"url": names.extension("box-returned"), "valueBoolean": box_returned}
    return json.dumps({**told, "extension": [*told.get("extension", []), returned]})


def _disable(database: Database, document_id: str) -> None:
    document = database.get(DocumentRow, document_id) if document_id else None
    if document is not None:
        document.disabled = True
        document.version += 1
