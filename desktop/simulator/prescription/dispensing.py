"""A delivery: several lines and their report, all or none (contract §8.3, CF-076, CF-107, CF-109).

Every act of the platform runs alone (:meth:`desktop.simulator.world.World.database` holds the one lock), so
that between the look at a line's rest and its change no other delivery can come.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.record import LEVELS_AT_DEPOSIT
from desktop.simulator import deposits, submission
from desktop.simulator import wire_names as names
from desktop.simulator.calls import Answer, Call, Requester, patient_of
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text
from desktop.simulator.outcomes import Refused
from desktop.simulator.prescription import shapes
from desktop.simulator.prescription.acting import RxAction, changed, line_of, no_such_state, pharmacist, trace
from desktop.simulator.prescription.deadlines import SIX_MONTHS
from desktop.simulator.prescription.leases import holds
from desktop.simulator.prescription.refusals import refused
from desktop.simulator.prescription.rules import BEFORE, rule_for
from desktop.simulator.prescription.signed import wrong
from desktop.simulator.prescription.standing import end_lease, hand_over, leased, left, obstacle_of, state_of
from desktop.simulator.prescription.tables import DispenseTable, LineTable
from desktop.simulator.prescription.told import ToldDispense, read
from desktop.simulator.rules import CATEGORY
from desktop.simulator.tables import ContentRow, PatientRow
from desktop.simulator.world import new_id

REPORTS = "dispensation-medicamenteuse"
_HOLDER = "pharmacie-qui-reserve"
_ITI_65 = {"meta": {"profile": [names.PROVIDE_BUNDLE]}}
"""What the rest of the transaction is; the whole is more than that, and need not say so."""


def deliver(call: Call) -> Answer:
    """The transaction: its MedicationDispenses, and the report's PDF where anything was handed over."""
    bundle = as_dict(call.json())
    entries = as_dicts(bundle.get("entry"))
    told = [_told(entry) for entry in entries if _is_dispense(entry)]
    others = [entry for entry in entries if not _is_dispense(entry)]
    parcel = submission.from_transaction({**bundle, **_ITI_65, "entry": others}) if others else None
    if len({t.identifier for t in told}) != len(told):
        raise wrong("identifier")
    for identifier in (t.identifier for t in told):
        call.world.intake.sent(identifier)
    with call.world.database() as database:
        caller = pharmacist(call, database, RxAction.DISPENSE)
        known = _known(database, caller, told)
        new = [t for t in told if t.identifier not in known]
        _check_batches(database, new)
        patient = _patient(database, told)
        report = register(call, database, caller, patient, parcel)
        if report is None and any(not t.declined and t.quantity for t in told):
            raise wrong("DocumentReference")
        document_id = report[0].id if report else ""
        rows = known | {
            t.identifier: _take(call, database, caller, t, document_id) for t in new
        }  # fmt: skip
        _end_leases(database, new)
        if new:
            trace(
                call, database, caller, RxAction.DISPENSE, patient_id=patient.id, document_id=document_id
            )  # fmt: skip
        database.flush()
        pharmacy = caller.person.organization_id
        answers = iter(deposits.entry_answer(e, [report]) for e in (parcel.entries if parcel else ()))
        entry_of = {t.identifier: _answer(database, rows[t.identifier], pharmacy) for t in told}
        for made in (entry_of[t.identifier]["response"] for t in new):
            made["status"] = "201 Created"
        found = [entry_of[_identifier(entry)] if _is_dispense(entry) else next(answers) for entry in entries]
        return Answer({"resourceType": "Bundle", "type": "transaction-response", "entry": found})


def _is_dispense(entry: dict[str, Any]) -> bool:
    return as_dict(entry.get("resource")).get("resourceType") == "MedicationDispense"


def _identifier(entry: dict[str, Any]) -> str:
    return as_text(as_dicts(as_dict(entry["resource"]).get("identifier"))[0].get("value"))


def _told(entry: dict[str, Any]) -> ToldDispense:
    request = as_dict(entry.get("request"))
    if request.get("method") != "POST" or request.get("url") != "MedicationDispense":
        raise wrong("request")
    return read(as_dict(entry.get("resource")), as_text(request.get("ifNoneExist")))


def _check_batches(database: Database, told: Sequence[ToldDispense]) -> None:
    """A line that stands in it several times: another batch each, and no more than its rest in all.

    Asked before anything is counted: of a renewable line the second would else begin the next delivery.
    """
    for id, several in _by_line(told).items():
        if len(several) < 2:
            continue
        if any(t.declined for t in several) or len({t.batch for t in several}) != len(several):
            raise refused("rx_data_refused", line=id, detail="batch")
        rest = left(line_of(database, id, "MedicationRequest"))
        if sum((t.quantity or Decimal(0) for t in several), Decimal(0)) > rest:
            raise refused("rx_quantity", line=id, left=rest)


def _by_line(told: Sequence[ToldDispense]) -> dict[str, list[ToldDispense]]:
    found: dict[str, list[ToldDispense]] = {}
    for one in told:
        found.setdefault(one.line_id, []).append(one)
    return found


def _known(database: Database, caller: Requester, told: Sequence[ToldDispense]) -> dict[str, DispenseTable]:
    """What stands under these identifiers already: an answer was lost (CF-107)."""
    ids = [t.identifier for t in told]
    rows = database.scalars(select(DispenseTable).where(DispenseTable.identifier.in_(ids))).all()
    lines = {t.identifier: t.line_id for t in told}
    pharmacy = caller.person.organization_id
    if any(row.pharmacy != pharmacy or row.line_id != lines[row.identifier] for row in rows):
        raise wrong("identifier")
    return {row.identifier: row for row in rows}


def _patient(database: Database, told: Sequence[ToldDispense]) -> PatientRow:
    """The one patient of all lines; raises Refused."""
    lines = [line_of(database, t.line_id, "MedicationRequest") for t in told]
    if {line.patient_id for line in lines} != {t.patient for t in told} or len(
        {t.patient for t in told}
    ) != 1:
        raise refused("rx_other_patient", detail="subject")
    return patient_of(database, lines[0].patient_id)


def register(
    call: Call,
    database: Database,
    caller: Requester,
    patient: PatientRow,
    parcel: submission.Parcel | None,
    former: str = "",
) -> deposits.Registered | None:
    """The dispensing report, by the ordonnance's right: no mandate is asked (contract §8.3).

    *former* is the id of the report whose next version it is.
    """
    if parcel is None:
        return None
    if len(parcel.documents) != 1:
        raise wrong("DocumentReference")
    [sent] = parcel.documents
    call.world.intake.sent(sent.unique_id)
    deposits.check_document(sent, patient, caller, call.world)
    if sent.category != REPORTS or sent.level not in LEVELS_AT_DEPOSIT or sent.transforms:
        raise Refused.by(CATEGORY)
    if sent.replaces != former:
        raise refused("rx_report_due" if former else "rx_data_refused", detail="relatesTo")
    known = deposits.known_rows(database, [sent], caller, 200)
    if sent.unique_id in known:
        return known[sent.unique_id], False
    row = deposits.new_row(sent, caller, call.world.clock.now())
    database.add_all((row, ContentRow(document_id=row.id, data=sent.content)))
    return row, True


def _take(
    call: Call, database: Database, caller: Requester, told: ToldDispense, document_id: str
) -> DispenseTable:
    line = line_of(database, told.line_id, "MedicationRequest")
    if told.performer != caller.person.id:
        raise wrong("performer")
    now = call.world.clock.now()
    _check_lease(call, database, caller, line, told)
    quantity = told.quantity or Decimal(0)
    if told.declined:
        act, quantity = "refuser-definitivement" if told.final else "refuser", Decimal(0)
    else:
        _check_quantity(line, told)
        act = hand_over(line, quantity, now) if quantity else "a-devoir"
    rule = rule_for(act, _HOLDER, "reservee")
    assert rule is not None
    if rule.then != BEFORE:
        line.state = rule.then
    if told.declined and told.final:
        line.reason = told.reason
    changed(line)
    row = DispenseTable(
        id=new_id(), identifier=told.identifier, line_id=line.id, code=line.code,
        pharmacy=caller.person.organization_id, practitioner_id=caller.person.id,
        status="declined" if told.declined else "completed", owing=told.owing, final=told.final,
        quantity=str(quantity), received=now, document_id=document_id, lease_token=told.token, version=1,
        resource=json.dumps({**told.resource, "performer": [_performer(database, caller)]}),
    )  # fmt: skip
    database.add(row)
    return row


def _performer(database: Database, caller: Requester) -> dict[str, Any]:
    """Who and where the directory says, not the sender."""
    pharmacy = shapes.pharmacy_name(database, caller.person.organization_id)
    actor = {"reference": f"Practitioner/{caller.person.id}", "display": caller.person.name}
    return {"extension": [{"url": names.extension("pharmacy"), "valueString": pharmacy}], "actor": actor}


def _check_lease(
    call: Call, database: Database, caller: Requester, line: LineTable, told: ToldDispense
) -> None:
    now = call.world.clock.now()
    running = leased(call.world, line, now)
    if not (running and holds(caller, line, told.token)):
        state = state_of(call.world, line, now)
        if state not in ("active", "partielle", "reservee"):
            raise no_such_state(line, state)
        pharmacy = shapes.pharmacy_name(database, line.lease_pharmacy) if running else None
        raise refused(
            "rx_lease_lost", line=line.id, pharmacy=pharmacy, until=line.lease_until if running else None
        )
    if line.state not in ("active", "partielle"):  # ended by a former entry of the same transaction
        raise no_such_state(line, line.state)
    if line.asked_back and not told.asked_back_seen:
        raise refused("rx_asked_back", line=line.id, reason=line.asked_back)
    obstacle = obstacle_of(line, now)
    passed_over = obstacle == SIX_MONTHS and told.outside_insurance
    if obstacle and not passed_over:
        raise refused("rx_not_deliverable", line=line.id, obstacle=obstacle)


def _check_quantity(line: LineTable, told: ToldDispense) -> None:
    rest, quantity = left(line), told.quantity
    enough = quantity is not None and (quantity > 0 or (quantity == 0 and told.owing))
    if not enough or told.unit != line.unit or (quantity or 0) > rest:
        raise refused("rx_quantity", line=line.id, left=rest)
    if line.renewal == "S" and quantity and not told.paper_form:
        raise refused("rx_paper_form", line=line.id)


def _end_leases(database: Database, told: Sequence[ToldDispense]) -> None:
    for id in {t.line_id for t in told}:
        end_lease(database.get_one(LineTable, id))


def _answer(database: Database, row: DispenseTable, pharmacy: str) -> dict[str, Any]:
    location = f"MedicationDispense/{row.id}/_history/{row.version}"
    response = {"status": "200 OK", "location": location}
    return {"response": response, "resource": shapes.dispense(database, row, pharmacy)}
