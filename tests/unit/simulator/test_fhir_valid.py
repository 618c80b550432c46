"""Every resource that is served or sent, judged by an independent R4 validator (fhirkit)."""

import json
from pathlib import Path
from typing import Any

import fhirkit
import pytest

from desktop.common.resource_files import resource
from desktop.simulator.minimal_data import plain_pdf
from desktop.simulator.outcomes import CODES, operation_outcome
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import MATRICULE, transaction


def issues(data: dict[str, Any]) -> list[str]:
    return [str(i) for i in fhirkit.validate(json.dumps(data))]


def test_the_validator_finds_defects() -> None:
    bad = transaction("p-1", "ps-weber", plain_pdf("x"))
    bad["entry"][1]["resource"]["status"] = ["current"]
    assert issues(bad)


def test_everything_served_is_valid(desk: Desk) -> None:
    served = []
    for name, patient, with_code in (
        ("weber", "p-1", True),
        ("kieffer", "p-2", False),
        ("schmitz", "p-1", True),
    ):
        client = desk.login(name)
        token = desk.open(client, patient, code=with_code)
        me = f"Practitioner/ps-{name}"
        for id in ("p-1", "p-4", "p-5", "p-7"):
            data = {"identifier": f"{MATRICULE}|{desk.matricule(id)}"}
            served.append(client.call("POST", "/Patient/_search", data=data))
        body = {"parameter": [{"name": "resource", "resource": {"name": [{"text": "schmit"}]}}]}
        served.append(client.call("POST", "/Patient/$match", json=body))
        sent = transaction(patient, f"ps-{name}", plain_pdf("x"))
        assert issues(sent) == []
        served.append(client.call("POST", "/", token, json=sent))
        served.append(client.call("POST", "/", token, json=transaction(patient, f"ps-{name}", b"x")))
        for status in ("current", "superseded"):
            query = {"patient": f"Patient/{patient}", "status": status, "_count": "4"}
            served.append(client.call("POST", "/DocumentReference/_search", token, data=query))
        served.append(client.call("GET", f"/Consent?patient=Patient/{patient}&actor={me}&status=active"))
        served.append(client.call("GET", f"/Encounter?patient=Patient/{patient}", token))
        served.append(client.call("GET", f"/AuditEvent?patient=Patient/{patient}", token))
        served.append(client.call("GET", f"/AuditEvent?agent={me}"))
        served.append(client.call("GET", "/Practitioner?name=weber"))
        served.append(client.call("GET", "/Organization?name=a"))
        served.append(
            client.call("GET", f"/PractitionerRole?practitioner={me}&_include=PractitionerRole:organization")
        )
        served.append(client.call("GET", f"/Patient/{patient}"))
        served.append(client.call("GET", "/metadata"))
    kinds = set()
    for answer in served:
        data = answer.json()
        kinds |= {data["resourceType"]} | {
            e["resource"]["resourceType"] for e in data.get("entry", []) if "resource" in e
        }
        assert issues(data) == [], data
        for entry in data.get("entry", []):
            if "resource" in entry:
                assert issues(entry["resource"]) == [], entry["resource"]
    assert kinds >= {
        "Patient",
        "DocumentReference",
        "Consent",
        "Encounter",
        "AuditEvent",
        "CapabilityStatement",
    }
    assert kinds >= {"Practitioner", "PractitionerRole", "Organization", "OperationOutcome", "Bundle"}


@pytest.mark.parametrize("code", CODES)
def test_every_outcome_is_valid(code: str) -> None:
    assert issues(operation_outcome(code, "mandat", "detail")) == []


@pytest.mark.parametrize("path", sorted(resource("profiles", "fhir").glob("*.json")), ids=lambda p: p.stem)
def test_our_definitions_are_valid(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert issues(data) == []
    assert data["url"].startswith("https://dsp.example/fhir/") and data["url"].endswith(data["id"])


def test_every_extension_served_is_defined(desk: Desk) -> None:
    client = desk.login("weber")
    token = desk.open(client)
    used: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, dict):
            used.update(e["url"] for e in value.get("extension", []))
            for child in value.values():
                collect(child)
        elif isinstance(value, list):
            for child in value:
                collect(child)

    for answer in (
        client.call(
            "POST", "/DocumentReference/_search", token, data={"patient": "p-1", "status": "current"}
        ),
        client.call("GET", "/Consent?patient=Patient/p-1&actor=ps-weber&status=active"),
        client.call("GET", "/Encounter?patient=Patient/p-1", token),
        client.call("GET", "/AuditEvent?agent=ps-weber"),
        client.call("POST", "/Patient/_search", data={"identifier": f"{MATRICULE}|{desk.matricule('p-5')}"}),
    ):
        assert answer.ok, answer.text
        collect(answer.json())
    defined = {json.loads(p.read_text())["url"] for p in resource("profiles", "fhir").glob("Structure*.json")}
    assert len(used) >= 7 and used <= defined
