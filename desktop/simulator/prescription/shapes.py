"""Ordonnances, lines and deliveries as the platform tells them (contract §8.2, §8.3)."""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session as Database

from desktop.simulator import fhir_out, signed_json
from desktop.simulator import wire_names as names
from desktop.simulator.clock import instant
from desktop.simulator.json_shapes import as_dict, as_dicts
from desktop.simulator.prescription.refusals import number
from desktop.simulator.prescription.rules import fhir_status
from desktop.simulator.prescription.signed import CODE_SYSTEM
from desktop.simulator.prescription.standing import delivered, deliveries, state_of
from desktop.simulator.prescription.tables import DispenseTable, LineTable, OrdonnanceTable
from desktop.simulator.tables import OrganizationRow, PatientRow, PractitionerRow
from desktop.simulator.world import World

Resource = dict[str, Any]


def line(world: World, database: Database, row: LineTable, now: datetime, lease_token: str = "") -> Resource:
    """A line as it was signed, and where it stands; *lease_token* for its holder alone."""
    state = state_of(world, row, now)
    signed = json.loads(row.resource)
    own = {"url": names.extension("rx-line"), "extension": _standing(database, row, state, lease_token)}
    return {
        **signed,
        "id": row.id,
        "meta": {"versionId": str(row.version)},
        "status": fhir_status(row.kind, state),
        "subject": {"reference": f"Patient/{row.patient_id}"},
        "requester": {"reference": f"Practitioner/{row.practitioner_id}"},
        "extension": [*as_dicts(signed.get("extension")), own],
    }


def _standing(database: Database, row: LineTable, state: str, lease_token: str) -> list[Resource]:
    parts: list[Resource] = [
        {"url": "state", "valueCode": state},
        {"url": "delivered", "valueDecimal": number(delivered(row))},
        {"url": "deliveries", "valueInteger": deliveries(row)},
    ]
    moments = [("first", row.first), ("last", row.last)]
    if state == "reservee":
        moments += [("lease-since", row.lease_since), ("lease-until", row.lease_until)]
        parts.append({"url": "lease-pharmacy", "valueString": pharmacy_name(database, row.lease_pharmacy)})
    parts += [{"url": name, "valueDateTime": instant(when)} for name, when in moments if when]
    words = [("asked-back", row.asked_back), ("reason", row.reason), ("lease-token", lease_token)]
    return parts + [{"url": name, "valueString": value} for name, value in words if value]


def erased(row: LineTable) -> str:
    """What stays of an erased line: who it was, not what."""
    signed = json.loads(row.resource)
    group = "groupIdentifier" if row.kind == "MedicationRequest" else "requisition"
    kept = ("resourceType", "identifier", group, "intent", "authoredOn")
    left = {name: signed[name] for name in kept if name in signed}
    what = "medicationCodeableConcept" if row.kind == "MedicationRequest" else "code"
    ours = [names.extension(name) for name in ("line-number", "nature")]
    told = [e for e in as_dicts(signed.get("extension")) if e.get("url") in ours]
    return json.dumps({**left, what: {"text": "effacée"}, "extension": told})


def without(signed: bytes, gone: Mapping[str, Resource]) -> bytes:
    """The signed Bundle with what is left of the lines *gone* (by identifier) and of the alerts about them in
    their places: type and digest, which the signature signs."""
    whole = signed_json.read(signed)
    for entry in as_dicts(whole.get("entry")):
        resource = as_dict(entry.get("resource"))
        about = [as_dict(one).get("reference") for one in as_dicts(resource.get("implicated"))]
        named = [one.get("value") for one in as_dicts(resource.get("identifier"))]
        if resource.get("resourceType") not in signed_json.ERASABLE or not {*about, *named} & gone.keys():
            continue
        left = next((gone[str(name)] for name in named if name in gone), {})
        digest = {"url": names.extension("erased"), "valueString": signed_json.digest(resource)}
        told = [e for e in as_dicts(left.get("extension")) if e.get("url") != digest["url"]]
        entry["resource"] = {**left, "resourceType": resource["resourceType"], "extension": [*told, digest]}
    return signed_json.canonical(whole)


def dispense(database: Database, row: DispenseTable, pharmacy: str) -> Resource:
    """As it was told; to the *pharmacy* that made it alone: serial, receiver, report, and whose it was."""
    told = json.loads(row.resource)
    told |= {"id": row.id, "meta": {"versionId": str(row.version)}, "status": row.status}
    if row.pharmacy == pharmacy:
        own = {"url": names.extension("report"), "valueString": row.document_id}
        extensions = [*as_dicts(told.get("extension")), *([own] if row.document_id else [])]
        return {**told, **_whose(database, row), "extension": extensions}
    told.pop("receiver", None)
    concept = told.get("medicationCodeableConcept", {})
    kept = [e for e in as_dicts(concept.get("extension")) if e.get("url") != names.extension("serial")]
    if "extension" in concept:
        told["medicationCodeableConcept"] = {k: v for k, v in concept.items() if k != "extension"}
        told["medicationCodeableConcept"] |= {"extension": kept} if kept else {}
    return dict(told)


def _whose(database: Database, row: DispenseTable) -> Resource:
    """The patient's name and the ordonnance's code, for the counter's day."""
    line = database.get_one(LineTable, row.line_id)
    person = database.get_one(PatientRow, line.patient_id)
    request = {
        "reference": f"MedicationRequest/{line.id}",
        "identifier": {"system": CODE_SYSTEM, "value": row.code},
    }
    whom = {"reference": f"Patient/{person.id}", "display": person.name}
    return {"subject": whom, "authorizingPrescription": [request]}


def binary(row: OrdonnanceTable, signed: bytes) -> Resource:
    """The signed Bundle as it came."""
    data = base64.b64encode(signed).decode()
    return {"resourceType": "Binary", "id": row.code, "contentType": "application/fhir+json", "data": data}


def prescriber(row: PractitionerRow) -> Resource:
    """The prescriber, and whether he may practise today."""
    told = fhir_out.practitioner(row)
    may = {"url": names.extension("may-practise"), "valueBoolean": not row.suspended}
    return {**told, "extension": [may]}


def patient(row: PatientRow) -> Resource:
    """Identity alone: neither address nor state of the DSP."""
    told = fhir_out.patient(row)
    return {
        k: v
        for k, v in told.items()
        if k in ("resourceType", "id", "identifier", "name", "gender", "birthDate")
    }


def searchset(
    world: World,
    kind: str,
    matches: Iterable[Resource],
    included: Iterable[Resource],
    total: int,
    next_url: str,
) -> Resource:
    """The answer of a search; *total* counts the matches of all pages."""
    told = [(r, "match") for r in matches] + [(r, "include") for r in included]
    links = [{"relation": "self", "url": f"{world.base_url}/{kind}"}]
    if next_url:
        links.append({"relation": "next", "url": next_url})
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links}
    if told:
        bundle["entry"] = [
            {
                "fullUrl": f"{world.base_url}/{r['resourceType']}/{r['id']}",
                "resource": r,
                "search": {"mode": mode},
            }
            for r, mode in told
        ]
    return bundle


def pharmacy_name(database: Database, id: str) -> str:
    """As people know it."""
    row = database.get(OrganizationRow, id)
    return row.name if row else id
