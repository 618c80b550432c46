"""Ordonnances for tests: written and signed as the program does, sent and delivered by a raw client."""

import base64
import copy
import hashlib
import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import requests

from desktop.domain.card_image import CardImage
from desktop.domain.prescription.identifier import new_access_code, new_identifier
from desktop.domain.prescription.ordonnance import (
    Amount,
    Line,
    Nature,
    Ordonnance,
    PatientIdentity,
    Posology,
    Prescriber,
    Product,
    RenewalClass,
)
from desktop.domain.texts import Language
from desktop.simulator.minimal_data import plain_pdf
from desktop.sync.prescription import signed
from desktop.sync.profile import Systems
from tests.samples import signed as sealed
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import RawClient, transaction

Json = dict[str, Any]
PDF = plain_pdf("Ordonnance")
EXTENSIONS = "https://dsp.example/fhir/StructureDefinition/"
MEDICINES, REPORTS = "traitements-medicamenteux", "dispensation-medicamenteuse"


def line(number: int = 1, **changes: Any) -> Line:
    """90 tablets for 90 days, no renewal written."""
    made = Line(
        f"urn:uuid:{uuid.uuid4()}", number, Nature.MEDICATION, Product("Ramipril 5 mg", ("ramipril",)),
        Posology("1 le matin"), 90, Amount(Decimal(90), "comprimé"), None, RenewalClass.RR,
    )  # fmt: skip
    return replace(made, **changes)


def act(number: int = 1) -> Line:
    """A biology line."""
    return Line(f"urn:uuid:{uuid.uuid4()}", number, Nature.BIOLOGY, Product("Hémogramme"))


def extension(resource: object, name: str) -> Any:
    """The value of an extension by the last part of its address; of a complex one its parts."""
    for item in resource.get("extension", []) if isinstance(resource, dict) else []:
        if item["url"].rpartition("/")[2] == name:
            return next((v for k, v in item.items() if k.startswith("value")), item)
    return None


def standing(resource: Json) -> Json:
    """``rx-line`` as name → value."""
    parts = extension(resource, "rx-line")["extension"]
    return {p["url"]: next(v for k, v in p.items() if k.startswith("value")) for p in parts}


def error(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["issue"][0]["details"]["coding"][0]["code"]


def facts(answer: requests.Response) -> Json:
    """The facts of a refusal by name."""
    told = answer.json()["issue"][0].get("extension", [])
    return {e["url"].rpartition("/")[2]: next(v for k, v in e.items() if k != "url") for e in told}


def signed_by(card: CardImage, bundle: bytes, at: datetime) -> bytes:
    """*bundle* with the signature that the card's key makes."""
    return sealed.bundle(bundle, sealed.key_of(card), at)


def pair(patient: str, author: str, bundle: bytes, access_code: str, *, category: str = MEDICINES) -> Json:
    """ITI-65 with a PDF and the data beside it."""
    made = transaction(patient, author, PDF, category=category)
    document_entry, binary_entry = made["entry"][1], made["entry"][2]
    url, binary = (f"urn:uuid:{uuid.uuid4()}" for _ in range(2))
    document = copy.deepcopy(document_entry["resource"])
    document["masterIdentifier"]["value"] = json.loads(bundle)["identifier"]["value"]
    document["relatesTo"] = [{"code": "transforms", "target": {"reference": document_entry["fullUrl"]}}]
    document["extension"] = [{"url": EXTENSIONS + "access-code", "valueString": access_code}]
    document["content"][0]["format"] = {"system": "urn:ietf:rfc:3986", "code": "urn:dsp:ordonnance:1"}
    document["content"][0]["attachment"] |= {
        "contentType": "application/fhir+json", "url": binary, "size": len(bundle),
        "hash": base64.b64encode(hashlib.sha1(bundle).digest()).decode(),
    }  # fmt: skip
    resource = binary_entry["resource"] | {"data": base64.b64encode(bundle).decode()}
    made["entry"][0]["resource"]["entry"].append({"item": {"reference": url}})
    made["entry"].insert(2, {**document_entry, "fullUrl": url, "resource": document})
    made["entry"].append({**binary_entry, "fullUrl": binary, "resource": resource})
    return made


@dataclass
class Issued:
    """One that stands on the platform."""

    ordonnance: Ordonnance
    access_code: str = field(repr=False)
    bundle: bytes = field(repr=False)

    @property
    def by_qr(self) -> dict[str, str]:
        return {
            "group-identifier": f"urn:dsp:ordonnance|{self.ordonnance.code}",
            "access-code": self.access_code,
        }

    def by_birth_date(self, day: str) -> dict[str, str]:
        return {"group-identifier": f"urn:dsp:ordonnance|{self.ordonnance.code}", "birthdate": day}


class Practice:
    """A prescriber at his desk, with the record of patient 1 open."""

    def __init__(self, desk: Desk, name: str = "weber", patient: str = "p-1") -> None:
        self.desk, self.name, self.patient = desk, name, patient
        self.client = desk.login(name)
        self.token = desk.open(self.client, patient)

    def ordonnance(self, *lines: Line, **changes: Any) -> Ordonnance:
        now = self.desk.world.clock.now().replace(microsecond=0)
        made = Ordonnance(
            new_identifier().value,
            PatientIdentity(
                self.patient, "Müller", "Anne", date(1961, 3, 14), self.desk.matricule(self.patient)
            ),
            Prescriber(f"ps-{self.name}", "Dr X", "Médecin"), now, now.date() + timedelta(days=90),
            Language.FR, lines or (line(),),
        )  # fmt: skip
        return replace(made, **changes)

    def sealed(self, ordonnance: Ordonnance, card: str = "") -> bytes:
        written = signed.write(ordonnance, f"urn:uuid:{uuid.uuid4()}", Systems())
        return signed_by(self.desk.card(card or self.name), written, ordonnance.authored.astimezone(UTC))

    def send(self, bundle: bytes, access_code: str, **changes: Any) -> requests.Response:
        made = pair(self.patient, f"ps-{self.name}", bundle, access_code, **changes)
        return self.client.call("POST", "/", self.token, json=made)

    def issue(self, *lines: Line, **changes: Any) -> Issued:
        ordonnance = self.ordonnance(*lines, **changes)
        issued = Issued(ordonnance, new_access_code(), self.sealed(ordonnance))
        answer = self.send(issued.bundle, issued.access_code)
        assert answer.status_code == 200, answer.text
        return issued

    def act(self, operation: str, resource: Json, reason: str = "Erreur de dosage") -> requests.Response:
        body = {"resourceType": "Parameters", "parameter": [{"name": "reason", "valueString": reason}]}
        headers = {"If-Match": f'W/"{resource["meta"]["versionId"]}"'}
        path = f"/{resource['resourceType']}/{resource['id']}/${operation}"
        return self.client.call("POST", path, json=body, headers=headers)


class Counter:
    """A pharmacist at his counter."""

    def __init__(self, desk: Desk, name: str = "thill") -> None:
        self.desk, self.name = desk, name
        self.client: RawClient = desk.login(name)

    def search(self, **parameters: str) -> requests.Response:
        return self.client.call("POST", "/MedicationRequest/_search", data=parameters)

    def resources(self, found: dict[str, str], kind: str = "MedicationRequest") -> list[Json]:
        answer = self.search(**found)
        assert answer.status_code == 200, answer.text
        told = [e["resource"] for e in answer.json().get("entry", [])]
        return [r for r in told if r["resourceType"] == kind]

    def reserve(self, resource: Json, token: str = "", **parameters: bool) -> requests.Response:
        given: list[Json] = [{"name": "token", "valueString": token}] if token else []
        given += [{"name": n.replace("_", "-"), "valueBoolean": v} for n, v in parameters.items()]
        headers = {"If-Match": f'W/"{resource["meta"]["versionId"]}"'}
        body = {"resourceType": "Parameters", "parameter": given}
        path = f"/MedicationRequest/{resource['id']}/$reserve"
        return self.client.call("POST", path, json=body, headers=headers)

    def held(self, resource: Json, **parameters: bool) -> str:
        answer = self.reserve(resource, "", **parameters)
        assert answer.status_code == 200, answer.text
        token: str = standing(answer.json())["lease-token"]
        return token

    def release(self, resource: Json, token: str) -> requests.Response:
        body = {"resourceType": "Parameters", "parameter": [{"name": "token", "valueString": token}]}
        return self.client.call("POST", f"/MedicationRequest/{resource['id']}/$release", json=body)

    def dispense(self, resource: Json, token: str, quantity: float = 90, **changes: Any) -> Json:
        """One MedicationDispense; *changes* replace members, ``extensions`` are added."""
        now = datetime.now(UTC).isoformat()
        more = changes.pop("extensions", [])
        made = {
            "resourceType": "MedicationDispense",
            "extension": [
                {"url": EXTENSIONS + "recorded", "valueDateTime": now},
                {"url": EXTENSIONS + "lease-token", "valueString": token}, *more,
            ],
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid.uuid4()}"}],
            "status": "completed",
            "medicationCodeableConcept": {
                "text": "Ramipril", "extension": [{"url": EXTENSIONS + "serial", "valueString": "SN-12345"}],
            },
            "subject": {"reference": resource["subject"]["reference"]},
            "performer": [{"actor": {"reference": f"Practitioner/ps-{self.name}"}}],
            "authorizingPrescription": [{"reference": f"MedicationRequest/{resource['id']}"}],
            "quantity": {"value": quantity, "unit": "comprimé"},
            "whenHandedOver": now,
            "receiver": [{"display": "Madame Proxy"}],
        }  # fmt: skip
        return {**made, **changes}

    def delivery(self, *dispenses: Json, patient: str = "p-1", report: bool = True) -> Json:
        made = transaction(patient, f"ps-{self.name}", PDF, category=REPORTS)
        entries = [
            {
                "fullUrl": d["identifier"][0]["value"], "resource": d,
                "request": {
                    "method": "POST", "url": "MedicationDispense",
                    "ifNoneExist": f"identifier=urn:ietf:rfc:3986|{d['identifier'][0]['value']}",
                },
            }
            for d in dispenses
        ]  # fmt: skip
        entries += made["entry"] if report else []
        return {"resourceType": "Bundle", "type": "transaction", "entry": entries}

    def deliver(self, *dispenses: Json, **options: Any) -> requests.Response:
        return self.client.call("POST", "/", json=self.delivery(*dispenses, **options))

    def report(self, replaces: str, patient: str = "p-1") -> Json:
        """The next version of a report."""
        made = transaction(patient, f"ps-{self.name}", PDF, category=REPORTS)
        target = {"reference": f"DocumentReference/{replaces}"}
        made["entry"][1]["resource"]["relatesTo"] = [{"code": "replaces", "target": target}]
        return made

    def undo(self, id: str, reason: str = "Mauvaise boîte", report: Json | None = None) -> requests.Response:
        given: list[Json] = [
            {"name": "reason", "valueString": reason}, {"name": "box-returned", "valueBoolean": True},
        ]  # fmt: skip
        given += [{"name": "report", "resource": report}] if report is not None else []
        body = {"resourceType": "Parameters", "parameter": given}
        return self.client.call("POST", f"/MedicationDispense/{id}/$undo", json=body)


def lines_of(desk: Desk, issued: Issued) -> list[Json]:
    """Where its lines stand, as ``GET /state`` tells it."""
    feature = next(f for f in desk.world.features if f.name == "prescription")
    with desk.world.database() as database:
        told = feature.state(desk.world, database)
    found: list[Json] = told["ordonnances"][issued.ordonnance.code]["lines"]
    return found
