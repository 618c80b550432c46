"""The FHIR R4 resources that the client sends beside deposits: patches, statements, questions, traces."""

from datetime import datetime
from typing import Any

import msgspec

from desktop.domain.record import Document, Level
from desktop.ports.platform import LocalRead
from desktop.sync.profile import PlatformProfile
from desktop.sync.wire_codes import level_code

Json = dict[str, Any]


def level_patch(document: Document, level: Level) -> bytes:
    """JSON Patch of the confidentiality, guarded by a test of what the user saw."""
    path = "/securityLabel/0/coding/0/code"
    return msgspec.json.encode(
        [
            {"op": "test", "path": path, "value": level_code(document.level)},
            {"op": "replace", "path": path, "value": level_code(level)},
        ]
    )


def status_patch() -> bytes:
    """JSON Patch current → superseded, where replacing did not do it by itself."""
    return msgspec.json.encode(
        [
            {"op": "test", "path": "/status", "value": "current"},
            {"op": "replace", "path": "/status", "value": "superseded"},
        ]
    )


def annonce_statement(statement: str) -> bytes:
    """Parameters of ``$lift-annonce`` (CF-044)."""
    return msgspec.json.encode(
        {"resourceType": "Parameters", "parameter": [{"name": "statement", "valueString": statement}]}
    )


def match(name: str, birth_date: str, most: int) -> bytes:
    """Parameters of ``Patient/$match`` (ITI-119)."""
    patient: Json = {"resourceType": "Patient", "name": [{"text": name}]}
    if birth_date:
        patient["birthDate"] = birth_date
    return msgspec.json.encode(
        {
            "resourceType": "Parameters",
            "parameter": [
                {"name": "resource", "resource": patient},
                {"name": "count", "valueInteger": most},
            ],
        }
    )


def local_read(read: LocalRead, practitioner_id: str, version: str, profile: PlatformProfile) -> bytes:
    """BALP PatientRead event of one read from the cache (contract §6, CF-060)."""
    base = profile.systems.extension_base
    audit_type = "http://terminology.hl7.org/CodeSystem/audit-event-type"
    entity_type = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
    role = "http://terminology.hl7.org/CodeSystem/object-role"
    me = {"reference": f"Practitioner/{practitioner_id}"}
    return msgspec.json.encode(
        {
            "resourceType": "AuditEvent",
            "meta": {
                "profile": [
                    "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"
                ]
            },
            "extension": [
                {"url": base + "local-read-id", "valueUri": read.id},
                {"url": base + "mandate", "valueString": read.mandate_id},
                {"url": base + "software-version", "valueString": version},
            ],
            "type": {"system": audit_type, "code": "rest", "display": "Restful Operation"},
            "subtype": [
                {"system": "http://hl7.org/fhir/restful-interaction", "code": "read"},
                {"system": "urn:dsp:audit", "code": "local-read"},
            ],
            "action": "R",
            "recorded": _instant(read.when),
            "outcome": "0",
            "agent": [
                {
                    "type": {
                        "coding": [
                            {
                                "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                                "code": "IRCP",
                            }
                        ]
                    },
                    "who": me,
                    "requestor": True,
                }
            ],
            "source": {"site": "DSP Desktop", "observer": me},
            "entity": [
                {
                    "what": {"reference": f"Patient/{read.patient_id}"},
                    "type": {"system": entity_type, "code": "1"},
                    "role": {"system": role, "code": "1"},
                },
                {
                    "what": {"reference": f"DocumentReference/{read.document_id}"},
                    "type": {"system": entity_type, "code": "2"},
                    "role": {"system": role, "code": "3"},
                },
            ],
        }
    )


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
