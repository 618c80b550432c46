"""An ordonnance of a data set, in few words, and the Bundle that it becomes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop.domain.local_time import local_day
from desktop.domain.prescription.identifier import (
    ACCESS_CODE_BITS,
    OrdonnanceCode,
    OrdonnanceId,
    new_access_code,
    new_identifier,
)
from desktop.simulator import wire_names as names
from desktop.simulator.clock import instant
from desktop.simulator.phones import phone_of
from desktop.simulator.prescription.deadlines import later
from desktop.simulator.prescription.signed import CODE_SYSTEM
from desktop.simulator.seed_data import unique_id_of
from desktop.simulator.tables import OrganizationRow, PatientRow, PractitionerRow

_EDQM = "http://standardterms.edqm.eu"
_ATC = "http://www.whocc.no/atc"
_GTIN = "https://www.gs1.org/gtin"


@dataclass(frozen=True, slots=True)
class Drug:
    """What a line names; ``form_code`` is EDQM's, ``gtin`` that of a box which fits."""

    text: str
    inn: str = ""
    atc: str = ""
    strength: str = ""
    form: str = ""
    form_code: str = ""
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class SketchedLine:
    """``quantity`` and ``days`` are 0 for an act; ``rhythm``: doses of morning, noon, evening, night."""

    drug: Drug
    posology: str = ""
    quantity: int = 0
    unit: str = ""
    days: int = 0
    renewal: str = "libre"
    repeats: int | None = None
    nature: str = "medicament"
    indication: str = ""
    paper_form: str = ""
    rhythm: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sketch:
    """One ordonnance. ``key`` makes its code and all its identifiers; ``until`` None = three months."""

    key: str
    authored: datetime
    lines: tuple[SketchedLine, ...]
    until: date | None = None


def code_of(key: str) -> str:
    """The same for the same key, and as good a code as any."""
    return new_identifier(lambda bits: _bits(f"code {key}", bits)).value


def qr_of(code: str) -> str:
    """The QR text of a code of a data set: its access code follows from the code, to be played with."""
    access = new_access_code(lambda bits: _bits(f"access {code}", bits))
    return OrdonnanceCode(OrdonnanceId(code), access).qr_text()


def bundle(
    sketch: Sketch, patient: PatientRow, author: PractitionerRow, place: OrganizationRow | None
) -> dict[str, Any]:
    """What is signed of it (contract §8.1)."""
    who, by, where = (unique_id_of(f"{part} {sketch.key}") for part in ("patient", "author", "place"))
    lines = [_line(sketch, number, line, who, by) for number, line in enumerate(sketch.lines, 1)]
    people = [(who, _patient(patient)), (by, _author(author)), (where, _place(place, author))]
    entries = [(line["identifier"][0]["value"], line) for line in lines] + people
    return {
        "resourceType": "Bundle",
        "identifier": {"system": names.URI, "value": unique_id_of(f"bundle {sketch.key}")},
        "type": "collection",
        "timestamp": instant(sketch.authored),
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
    }


def draft(made: Mapping[str, Any]) -> bytes:
    """As it waits for its signature."""
    return json.dumps(made, ensure_ascii=False).encode()


def _line(sketch: Sketch, number: int, line: SketchedLine, who: str, by: str) -> dict[str, Any]:
    act = line.nature not in ("medicament", "dispositif")
    group = {"system": CODE_SYSTEM, "value": code_of(sketch.key)}
    resource: dict[str, Any] = {
        "resourceType": "ServiceRequest" if act else "MedicationRequest",
        "extension": [
            _extension("line-number", "Integer", number),
            _extension("nature", "Code", line.nature),
            _extension("salt", "String", f"{_bits(f'salt {number} {sketch.key}', 128):032x}"),
        ],
        "identifier": [{"system": names.URI, "value": unique_id_of(f"line {number} {sketch.key}")}],
        "requisition" if act else "groupIdentifier": group,
        "status": "active",
        "intent": "order",
        "subject": {"reference": who},
        "authoredOn": instant(sketch.authored),
        "requester": {"reference": by},
    }
    if line.indication:
        resource["reasonCode"] = [{"text": line.indication}]
    last = (sketch.until or later(local_day(sketch.authored), 3)).isoformat()
    if act:
        resource["extension"].append(_extension("valid-until", "Date", last))
        return resource | {"code": {"text": line.drug.text}}
    resource["extension"].append(_extension("renewal-class", "Code", line.renewal))
    if line.paper_form:
        resource["extension"].append(_extension("paper-form", "String", line.paper_form))
    amount = {"value": line.quantity, **({"unit": line.unit} if line.unit else {})}
    supply: dict[str, Any] = {"quantity": amount, "validityPeriod": {"end": last}}
    if line.repeats is not None:
        supply["numberOfRepeatsAllowed"] = line.repeats
    if line.days:
        days = {"value": line.days, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
        supply["expectedSupplyDuration"] = days
    dosage: dict[str, Any] = {"text": line.posology or "selon prescription", "asNeededBoolean": False}
    if line.rhythm:
        dosage["extension"] = [_extension("rhythm", "Decimal", dose) for dose in line.rhythm]
    return resource | {
        "medicationCodeableConcept": _concept(line.drug),
        "dosageInstruction": [dosage],
        "dispenseRequest": supply,
        "substitution": {"allowedBoolean": True},
    }


def _concept(drug: Drug) -> dict[str, Any]:
    concept: dict[str, Any] = {"text": drug.text}
    codes = [
        {"system": system, "code": code} for system, code in ((_ATC, drug.atc), (_GTIN, drug.gtin)) if code
    ]
    if codes:
        concept["coding"] = codes
    words = (("inn", drug.inn), ("strength", drug.strength))
    told = [_extension(name, "String", value) for name, value in words if value]
    if drug.form:
        form: dict[str, Any] = {"text": drug.form}
        if drug.form_code:
            form["coding"] = [{"system": _EDQM, "code": drug.form_code}]
        told.append(_extension("form", "CodeableConcept", form))
    return concept | ({"extension": told} if told else {})


def _patient(row: PatientRow) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": row.id,
        "identifier": [{"system": names.MATRICULE, "value": row.matricule}],
        "name": [{"use": "official", "family": row.family, "given": [row.given]}],
        "gender": row.sex,
        "birthDate": row.birth_date.isoformat(),
    }


def _author(row: PractitionerRow) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "Practitioner",
        "id": row.id,
        "name": [{"text": row.name}],
        "qualification": [{"code": {"text": row.profession}}],
        "telecom": [{"system": "phone", "value": phone_of(row.id)}],
    }
    if row.ehealth_id:
        resource["identifier"] = [{"system": names.EHEALTH_ID, "value": row.ehealth_id}]
    return resource


def _place(row: OrganizationRow | None, author: PractitionerRow) -> dict[str, Any]:
    place: dict[str, Any] = {"resourceType": "Organization", "name": row.name if row else author.name}
    place["telecom"] = [{"system": "phone", "value": phone_of(author.id)}]
    if row and row.address:
        place["address"] = [{"text": row.address}]
    return place


def _extension(name: str, kind: str, value: object) -> dict[str, Any]:
    return {"url": names.extension(name), f"value{kind}": value}


def _bits(words: str, bits: int) -> int:
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[: ACCESS_CODE_BITS // 8 + 1], "big") >> (
        136 - bits
    )
