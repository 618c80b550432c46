"""Laboratory values with the list (contract §5): of each report that the caller may read, no other."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import Session as Database

from desktop.simulator import rules
from desktop.simulator import wire_names as names
from desktop.simulator.access import facts
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, in_record, patient_of, reference_id, signed_in
from desktop.simulator.capability import ResourceCapability
from desktop.simulator.clock import instant
from desktop.simulator.feature import FhirRoute, SimulatedFeature, no_state
from desktop.simulator.outcomes import Refused
from desktop.simulator.searching import first, searchset
from desktop.simulator.seed_data import Dataset, SeedResult
from desktop.simulator.tables import Base, DocumentRow, OrganizationRow
from desktop.simulator.traced import Action

_LAB, _UCUM = "resultats-biologie", "http://unitsofmeasure.org"
_FLAGS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_SHOWN = re.compile(r"(?P<sign>[<>])?\s*(?P<value>\d+(?:,\d+)?)")


class ValuesTable(Base):
    """The values of one report, in JSON."""

    __tablename__ = "lab_trends_values"
    document_id: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]


def search(call: Call) -> Answer:
    """By ``patient`` and ``category`` laboratory. No document is read: it is traced as the list (CF-062)."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        patient = patient_of(database, reference_id(first(call, "patient"), "Patient"))
        if first(call, "category").rpartition("|")[2] != "laboratory":
            raise Refused("request_invalid", detail="category")
        found = in_record(call, database, caller, patient)
        rows = database.scalars(
            select(DocumentRow).where(
                DocumentRow.patient_id == patient.id,
                DocumentRow.category == _LAB,
                DocumentRow.superseded.is_(False),
                DocumentRow.transforms == "",
            )
        ).all()
        readable = [d for d in rows if rules.read(found.viewer, found.record, facts(d)) is None]
        places = {o.id: o.name for o in database.scalars(select(OrganizationRow))}
        kept = {v.document_id: v.content for v in database.scalars(select(ValuesTable))}
        shown = [
            _resource(row, number, line, places.get(row.organization_id, ""))
            for row in readable
            for number, line in enumerate(json.loads(kept.get(row.id, "[]")))
        ]
        write(database, call.world.clock.now(), caller.actor(found), Act(Action.LIST, patient.id))
    asked = {"patient": f"Patient/{patient.id}", "category": "laboratory"}
    return searchset(call, "Observation", shown, asked)


def _resource(row: DocumentRow, number: int, line: Sequence[Any], laboratory: str) -> dict[str, Any]:
    label, shown, unit, loinc, ucum, low, high, reference, flag = line
    code: dict[str, Any] = {"text": label}
    if loinc:
        code["coding"] = [{"system": names.LOINC, "code": loinc}]
    resource: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"obs-{row.id}-{number}",
        "status": "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": "laboratory"}]}],
        "code": code,
        "subject": {"reference": f"Patient/{row.patient_id}"},
        "effectiveDateTime": row.created,
        "issued": instant(row.registered),
        "performer": [{"display": laboratory}],
        "derivedFrom": [{"reference": f"DocumentReference/{row.id}"}],
    }
    told = _SHOWN.fullmatch(shown)
    if told is None:
        resource["valueString"] = shown
    else:
        digits = told["value"].replace(",", ".")
        quantity: dict[str, Any] = {"value": float(digits) if "." in digits else int(digits)}
        if told["sign"]:
            quantity["comparator"] = told["sign"]
        if unit:
            quantity["unit"] = unit
        if ucum:
            quantity |= {"system": _UCUM, "code": ucum}
        resource["valueQuantity"] = quantity
    ends = {name: {"value": end} for name, end in (("low", low), ("high", high)) if end is not None}
    if ends or reference:
        resource["referenceRange"] = [{**ends, **({"text": reference} if reference else {})}]
    if flag:
        resource["interpretation"] = [{"coding": [{"system": _FLAGS, "code": flag}]}]
    return resource


def seed(database: Database, dataset: Dataset, now: datetime) -> None:
    """Of every report of the data set, whether its page is written already or not."""
    for document in dataset.documents():
        if document.category == _LAB:
            lines = [_line(result) for result in dataset.results(document)]
            if lines:
                database.add(ValuesTable(document_id=document.id, content=json.dumps(lines)))


def _line(r: SeedResult) -> tuple[Any, ...]:
    return r.label, r.shown, r.unit, r.loinc, r.ucum, r.low, r.high, r.reference, r.flag


_SEARCH = {"patient": "reference", "category": "token"}

FEATURE = SimulatedFeature(
    name="lab_trends",
    routes=(FhirRoute("POST", "/Observation/_search", search),),
    tables=(ValuesTable,),
    capability=(ResourceCapability("Observation", ("search-type",), _SEARCH, {}),),
    acts=(),
    console={},
    seed=seed,
    state=no_state,
    data={},
    transactions={},
    scans=(),
)
