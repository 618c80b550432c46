"""The résumés des prestations as data (contract §9): the lines of each PDF as an ExplanationOfBenefit."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import Session as Database

from desktop.domain.catalog import RESUME_PRESTATIONS
from desktop.simulator import rules
from desktop.simulator import wire_names as names
from desktop.simulator.access import facts
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, patient_of, reference_id, signed_in, told
from desktop.simulator.capability import ResourceCapability
from desktop.simulator.feature import FhirRoute, SimulatedFeature, no_state
from desktop.simulator.outcomes import Refused
from desktop.simulator.referent import as_referent
from desktop.simulator.searching import first, searchset
from desktop.simulator.seed_data import CNS_AUTHOR, Dataset, SeedService
from desktop.simulator.tables import Base, DocumentRow
from desktop.simulator.traced import Action

_KIND = "urn:dsp:prestation"


class LinesTable(Base):
    """The lines of one document, in JSON."""

    __tablename__ = "prestations_lines"
    document_id: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]


def search(call: Call) -> Answer:
    """By ``patient`` and the document's ``identifier``: it is read, which is traced (CF-060)."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        patient = patient_of(database, reference_id(first(call, "patient"), "Patient"))
        identifier = first(call, "identifier").rpartition("|")[2]
        found = as_referent(call, database, caller, patient, Action.READ)
        row = database.scalar(
            select(DocumentRow).where(
                DocumentRow.unique_id == identifier, DocumentRow.patient_id == patient.id
            )
        )
        lines = database.get(LinesTable, row.id) if row is not None else None
        if row is None or row.category != RESUME_PRESTATIONS:
            raise Refused("not_found")
        told(caller, patient.id, rules.read(found.viewer, found.record, facts(row)))
        act = Act(Action.READ, patient.id, row.id, str(row.version))
        write(database, call.world.clock.now(), caller.actor(found), act)
        shown = [_resource(row, json.loads(lines.content))] if lines is not None else []
    asked = {"patient": f"Patient/{patient.id}", "identifier": f"{names.URI}|{identifier}"}
    return searchset(call, "ExplanationOfBenefit", shown, asked)


def _resource(row: DocumentRow, lines: Sequence[Sequence[Any]]) -> dict[str, Any]:
    providers = list(dict.fromkeys(line[3] for line in lines))
    cns = {"reference": f"Organization/{CNS_AUTHOR}"}
    return {
        "resourceType": "ExplanationOfBenefit",
        "id": f"eob-{row.id}",
        "identifier": [{"system": names.URI, "value": row.unique_id}],
        "status": "active",
        "type": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "professional"}]
        },
        "use": "claim",
        "patient": {"reference": f"Patient/{row.patient_id}"},
        "created": row.created,
        "insurer": cns,
        "provider": cns,
        "outcome": "complete",
        "careTeam": [
            {"sequence": number, "provider": {"display": provider}}
            for number, provider in enumerate(providers, start=1)
        ],
        "insurance": [{"focal": True, "coverage": {"display": "Caisse nationale de santé"}}],
        "item": [
            {
                "sequence": number,
                "careTeamSequence": [providers.index(provider) + 1],
                "category": {"coding": [{"system": _KIND, "code": kind}]},
                "productOrService": {"text": nature},
                "servicedDate": day,
                "quantity": {"value": count},
            }
            for number, (day, kind, nature, provider, count) in enumerate(lines, start=1)
        ],
    }


def seed(database: Database, dataset: Dataset, now: datetime) -> None:
    """Of every résumé of the data set, whether its page is written already or not."""
    for document in dataset.documents():
        if document.category == RESUME_PRESTATIONS:
            lines = [_line(service) for service in dataset.services(document)]
            database.add(LinesTable(document_id=document.id, content=json.dumps(lines)))


def _line(s: SeedService) -> tuple[str, str, str, str, int]:
    return s.day.isoformat(), s.kind, s.nature, s.provider, s.count


_SEARCH = {"patient": "reference", "identifier": "token"}

FEATURE = SimulatedFeature(
    name="prestations",
    routes=(FhirRoute("GET", "/ExplanationOfBenefit", search),),
    tables=(LinesTable,),
    capability=(ResourceCapability("ExplanationOfBenefit", ("search-type",), _SEARCH, {}),),
    acts=(),
    console={},
    seed=seed,
    state=no_state,
    data={},
    transactions={},
    scans=(),
)
