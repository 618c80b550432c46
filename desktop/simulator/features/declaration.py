"""The declaration of one patient (contract §9): an EpisodeOfCare with its days, and notice of it."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.local_time import day_end, local_day
from desktop.domain.referent import NOTICE_PERIOD, Declaration, add_months
from desktop.simulator import wire_names as names
from desktop.simulator.audit import Act, write, write_other
from desktop.simulator.calls import Answer, Call, patient_of, reference_id, signed_in
from desktop.simulator.capability import ResourceCapability
from desktop.simulator.feature import FhirRoute, SimulatedFeature
from desktop.simulator.json_shapes import as_dict, as_dicts
from desktop.simulator.outcomes import Refused
from desktop.simulator.referent import (
    DeclarationTable,
    as_referent,
    closed_once,
    declaration_of,
    declaration_part,
    end_of,
    mandates_of,
    refusal,
    seeded,
)
from desktop.simulator.searching import first, searchset
from desktop.simulator.seed_data import Dataset
from desktop.simulator.traced import TracedAction
from desktop.simulator.world import World

_NOTICE = names.EXTENSIONS.replace("StructureDefinition", "OperationDefinition") + "notice"


class DeclarationAction(TracedAction):
    """What traces name."""

    READ = "mr-declaration", "E"
    NOTICE = "mr-notice", "U"


def search(call: Call) -> Answer:
    """By ``patient``: the last declaration of the two."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        patient = patient_of(database, reference_id(first(call, "patient"), "Patient"))
        found = as_referent(call, database, caller, patient, DeclarationAction.READ)
        row = declaration_of(database, caller.person.id, patient.id)
        now = call.world.clock.now()
        shown = [_resource(database, row, now)] if row is not None else []
        write(database, now, caller.actor(found), Act(DeclarationAction.READ, patient.id))
    return searchset(call, "EpisodeOfCare", shown, {"patient": f"Patient/{patient.id}"})


def give_notice(call: Call) -> Answer:
    """The doctor's notice, given today; one that stands already is answered again."""
    parameters = {p.get("name"): p for p in as_dicts(as_dict(call.json()).get("parameter"))}
    agreed = as_dict(parameters.get("agreed")).get("valueBoolean")
    if not isinstance(agreed, bool):
        raise Refused("request_invalid", detail="agreed")
    with call.world.database() as database:
        caller = signed_in(call, database)
        row = database.get(DeclarationTable, call.path["id"])
        if row is None or row.practitioner_id != caller.person.id:
            raise Refused("not_found")
        patient = patient_of(database, row.patient_id)
        found = as_referent(call, database, caller, patient, DeclarationAction.NOTICE)
        now = call.world.clock.now()
        if row.notice is None:
            if not _allowed(row, local_day(now), agreed):
                return refusal("notice_needs_agreement", "Un accord commun est nécessaire la première année.")
            _end_in_two_months(database, row, now)
            write(database, now, caller.actor(found), Act(DeclarationAction.NOTICE, patient.id))
        return Answer(_resource(database, row, now))


def _by_patient(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``practitioner``, ``agreed`` (default false): the patient's notice, by the same rule."""
    row = declaration_of(database, data["practitioner"], data["patient"])
    now = world.clock.now()
    if row is None or row.notice is not None or not _allowed(row, local_day(now), bool(data.get("agreed"))):
        raise Refused("not_entitled")
    _end_in_two_months(database, row, now)
    write_other(database, now, "titulaire", Act(DeclarationAction.NOTICE, row.patient_id))


def _allowed(row: DeclarationTable, today: date, agreed: object) -> bool:
    """In the first twelve months by common agreement, then by one side (domain §7.1)."""
    alone_from = Declaration(notified=row.notified, effective=row.effective).agreement_until()
    return bool(agreed) or (alone_from is not None and today >= alone_from)


def _end_in_two_months(database: Database, row: DeclarationTable, now: datetime) -> None:
    """The right runs to the end of the last day (CF-099)."""
    row.notice = local_day(now)
    row.ends = add_months(row.notice, NOTICE_PERIOD)
    mandate = mandates_of(database, row.practitioner_id, [row.patient_id]).get(row.patient_id)
    if mandate is not None and mandate.end is None:
        mandate.end = day_end(datetime.combine(row.ends, time(12), UTC))
        mandate.version += 1
        mandate.updated = now
    database.flush()


def _resource(database: Database, row: DeclarationTable, now: datetime) -> dict[str, Any]:
    """``status``: planned until the validation, active while the right runs, then finished."""
    mandate = mandates_of(database, row.practitioner_id, [row.patient_id]).get(row.patient_id)
    ended, cause = end_of(row, mandate, closed_once(database, [row.patient_id]), now)
    resource: dict[str, Any] = {
        "resourceType": "EpisodeOfCare",
        "id": row.id,
        "extension": [declaration_part(row, ended, cause)],
        "status": "finished" if ended else "active" if row.validated else "planned",
        "type": [{"coding": [{"system": names.MANDATE_KIND, "code": "medecin-referent"}]}],
        "patient": {"reference": f"Patient/{row.patient_id}"},
        "careManager": {"reference": f"Practitioner/{row.practitioner_id}"},
    }
    if row.effective is not None:
        resource["period"] = {"start": row.effective.isoformat()}
        last = ended or row.ends
        if last is not None and last >= row.effective:
            resource["period"]["end"] = last.isoformat()
    return resource


def seed(database: Database, dataset: Dataset, now: datetime) -> None:
    """The declarations of the data set; a mandate that comes without one has run since its first day."""
    today = local_day(now)
    for patient in dataset.patients():
        for id, d in seeded(patient, today):
            database.add(
                DeclarationTable(
                    id=id, patient_id=patient.id, practitioner_id=d.practitioner_id, notified=d.notified,
                    signed_patient=d.signed_patient, signed_doctor=d.signed_doctor, validated=d.validated,
                    effective=d.effective, notice=d.notice, ends=d.ends, ended=d.ended, cause=d.cause,
                )
            )  # fmt: skip


def state(world: World, database: Database) -> Mapping[str, Any]:
    """How many declarations each professional has."""
    owners: Counter[str] = Counter(database.scalars(select(DeclarationTable.practitioner_id)))
    return {"declarations": dict(owners)}


FEATURE = SimulatedFeature(
    name="declaration",
    routes=(
        FhirRoute("GET", "/EpisodeOfCare", search),
        FhirRoute("POST", "/EpisodeOfCare/{id}/$notice", give_notice),
    ),
    tables=(DeclarationTable,),
    capability=(
        ResourceCapability("EpisodeOfCare", ("search-type",), {"patient": "reference"}, {"notice": _NOTICE}),
    ),
    acts=tuple(DeclarationAction),
    console={"notice": _by_patient},
    seed=seed,
    state=state,
    data={},
    transactions={},
    scans=(),
)
