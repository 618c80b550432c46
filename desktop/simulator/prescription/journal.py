"""After a delivery: did it arrive, the counter's day, and undoing within the same day (contract §8.3)."""

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.local_time import local_day
from desktop.simulator import submission
from desktop.simulator import wire_names as names
from desktop.simulator.calls import Answer, Call, Requester, patient_of, reference_id
from desktop.simulator.json_shapes import as_dict, as_dicts
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
from desktop.simulator.prescription.dispensing import register
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
    """The quantity is back, the entry stays as entered-in-error, its document becomes disabled (CF-116).

    Where other deliveries of that document stand, a version without the undone one comes in its place, in the
    same act: a handed-over medicine is never without a valid report (CF-077).
    """
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
            if row.document_id:
                _next_report(call, database, caller, row, line)
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


def _next_report(
    call: Call, database: Database, caller: Requester, row: DispenseTable, line: LineTable
) -> None:
    """Of the deliveries that stand in the undone one's report; raises Refused where they are left without."""
    others = _others(database, row)
    given = as_dicts(as_dict(call.json()).get("parameter"))
    bundle = next((as_dict(p.get("resource")) for p in given if p.get("name") == "report"), None)
    if not others:
        if bundle is not None:  # somebody undid the last one meanwhile: what it tells stands no more
            raise refused("rx_report_due", detail="report")
        return
    if bundle is None:
        raise refused("rx_report_due", detail="report")
    patient = patient_of(database, line.patient_id)
    parcel = submission.from_transaction(bundle)
    made = register(call, database, caller, patient, parcel, row.document_id)
    assert made is not None
    former = database.get_one(DocumentRow, row.document_id)
    former.superseded, former.updated = True, call.world.clock.now()
    for other in others:
        other.document_id = made[0].id


def _others(database: Database, row: DispenseTable) -> Sequence[DispenseTable]:
    """What else of its report was handed over and stands."""
    shared = (DispenseTable.document_id == row.document_id, DispenseTable.status == "completed")
    return database.scalars(select(DispenseTable).where(*shared, DispenseTable.id != row.id)).all()


def _disable(database: Database, document_id: str) -> None:
    document = database.get(DocumentRow, document_id) if document_id else None
    if document is not None:
        document.disabled = True
        document.version += 1
