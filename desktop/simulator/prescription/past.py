"""What became of a data set's ordonnances before the platform started: played onto their rows."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator import wire_names as names
from desktop.simulator.clock import instant
from desktop.simulator.prescription import issuing, sketches
from desktop.simulator.prescription.rules import rule_for
from desktop.simulator.prescription.signed import read
from desktop.simulator.prescription.sketches import Sketch
from desktop.simulator.prescription.standing import hand_over, left
from desktop.simulator.prescription.tables import DispenseTable, LineTable, OrdonnanceTable
from desktop.simulator.seed_data import unique_id_of
from desktop.simulator.tables import OrganizationRow, PatientRow, PractitionerRow

ALL = -1
"""As a quantity: what is left."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """*quantity* of line *line* (its number), at the counter of a pharmacist."""

    line: int
    quantity: int
    when: datetime
    pharmacist: str


@dataclass(frozen=True, slots=True)
class Done:
    """An act of the table by its name, on line *line*, 0 = on all; ``reason`` as told."""

    act: str
    who: str
    line: int
    reason: str = ""


class Directory:
    """All rows by id, read once: a query for each would flush what was added before it."""

    def __init__(self, database: Database) -> None:
        self.patients = {row.id: row for row in database.scalars(select(PatientRow))}
        self.people = {row.id: row for row in database.scalars(select(PractitionerRow))}
        self.places = {row.id: row for row in database.scalars(select(OrganizationRow))}


def issue(
    database: Database,
    known: Directory,
    sketch: Sketch,
    whose: tuple[str, str],
    document_id: str = "",
    broken: dict[str, Any] | None = None,
) -> list[LineTable]:
    """The rows of *sketch*; *whose* are patient and prescriber. *broken* alters the last line once signed."""
    patient, author = known.patients[whose[0]], known.people[whose[1]]
    made = sketches.bundle(sketch, patient, author, known.places[author.organization_id])
    signed = read(sketches.draft(made))
    lines = issuing.lines_of(signed, patient.id, author.id)
    for line in lines:
        line.id = _id(line.identifier)
    medicine = any(line.kind == "MedicationRequest" for line in lines)
    if broken is not None:
        made |= {"broken": broken}
    database.add(
        OrdonnanceTable(
            code=signed.code, identifier=signed.identifier, document_id=document_id, patient_id=patient.id,
            practitioner_id=author.id, category=issuing.MEDICINES if medicine else issuing.ACTS,
            authored=sketch.authored, signed=b"", draft=sketches.draft(made),
            access_hash=issuing.access_hash(sketches.qr_of(signed.code).rpartition(":")[2]),
        )
    )  # fmt: skip
    database.add_all(lines)
    return lines


def play(
    database: Database,
    known: Directory,
    lines: list[LineTable],
    *acts: Delivered | Done,
    document_id: str = "",
) -> None:
    """Let the acts happen, in their order; ValueError for one that the table does not allow."""
    for number, act in enumerate(acts):
        for line in lines if act.line == 0 else [lines[act.line - 1]]:
            if isinstance(act, Delivered):
                _deliver(database, known, line, act, f"{line.identifier} {number}", document_id)
            else:
                rule = rule_for(act.act, act.who, line.state)
                if rule is None:
                    raise ValueError(f"{act.act} on {line.state}")
                line.state, line.reason = rule.then, act.reason
            line.version += 1


def _deliver(
    database: Database, known: Directory, line: LineTable, act: Delivered, key: str, document_id: str
) -> None:
    quantity = left(line) if act.quantity == ALL else Decimal(act.quantity)
    if not 0 < quantity <= left(line):
        raise ValueError(f"quantity {quantity}")
    rule = rule_for(hand_over(line, quantity, act.when), "pharmacie-qui-reserve", "reservee")
    assert rule is not None
    line.state = rule.then
    person = known.people[act.pharmacist]
    database.add(
        DispenseTable(
            id=_id(key), identifier=unique_id_of(f"dispense {key}"), line_id=line.id, code=line.code,
            pharmacy=person.organization_id, practitioner_id=person.id, status="completed", owing=False,
            final=False, quantity=str(quantity), received=act.when, document_id=document_id, lease_token="",
            version=1, resource=json.dumps(_told(known, line, act, quantity, key)),
        )
    )  # fmt: skip


def _told(known: Directory, line: LineTable, act: Delivered, quantity: Decimal, key: str) -> dict[str, Any]:
    person = known.people[act.pharmacist]
    signed = json.loads(line.resource)
    concept = signed["medicationCodeableConcept"]
    batch = hashlib.sha256(key.encode()).hexdigest()[:6].upper()
    codes = [{"url": names.extension("batch"), "valueString": f"L{batch}"}]
    whole = "partielle" if line.state == "partielle" else "ordinaire"
    return {
        "resourceType": "MedicationDispense",
        "extension": [
            {"url": names.extension("recorded"), "valueDateTime": instant(act.when)},
            {"url": names.extension("context"), "valueCode": whole},
        ],
        "identifier": [{"system": names.URI, "value": unique_id_of(f"dispense {key}")}],
        "status": "completed",
        "medicationCodeableConcept": {**concept, "extension": [*concept.get("extension", []), *codes]},
        "subject": {"reference": f"Patient/{line.patient_id}"},
        "performer": [
            {
                "extension": [
                    {
                        "url": names.extension("pharmacy"),
                        "valueString": known.places[person.organization_id].name,
                    }
                ],
                "actor": {"reference": f"Practitioner/{person.id}", "display": person.name},
            }
        ],
        "authorizingPrescription": [{"reference": f"MedicationRequest/{line.id}"}],
        "quantity": {"value": int(quantity), **({"unit": line.unit} if line.unit else {})},
        "whenHandedOver": instant(act.when),
        "dosageInstruction": signed["dosageInstruction"],
    }


def _id(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:24]
