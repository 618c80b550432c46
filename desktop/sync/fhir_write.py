"""The FHIR R4 resources that the client sends: ITI-65 and ITI-105 deposits, patches, traces.

Everything is derived from the frozen deposit, so that a second sending has the same bytes.
"""

import base64
import uuid
from datetime import datetime
from typing import Any

import msgspec

from desktop.domain.catalog import category
from desktop.domain.deposit import Deposit
from desktop.domain.record import Document, Level
from desktop.ports.platform import LocalRead
from desktop.sync.profile import PlatformProfile
from desktop.sync.wire_codes import ANNONCE, CONFIDENTIALITY, level_code

MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"
_RFC3986 = "urn:ietf:rfc:3986"
_LOINC = "http://loinc.org"
_FORMAT = {
    "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
}
_SPACE = uuid.UUID("6f0d7a52-0c8e-4f7e-9d0e-2f1d5a3b7c11")

Json = dict[str, Any]


def transaction(deposit: Deposit, content: bytes, author_id: str, profile: PlatformProfile) -> bytes:
    """ITI-65: SubmissionSet, DocumentReference and Binary, and where asked the PATCH of the old version."""
    reference, binary = _urn(deposit, "document"), _urn(deposit, "binary")
    entries = [
        _entry("List", _urn(deposit, "set"), submission_set(deposit, reference, author_id, profile)),
        _entry(
            "DocumentReference",
            reference,
            document_reference(deposit, author_id, profile, MHD + "IHE.MHD.Comprehensive.DocumentReference")
            | {"content": [_content(deposit, {"url": binary})]},
        ),
        _entry(
            "Binary",
            binary,
            {"resourceType": "Binary", "contentType": "application/pdf", "data": content},  # as Base64
        ),
    ]
    if deposit.replaces and profile.replace_patch:
        request = {"method": "PATCH", "url": f"DocumentReference/{deposit.replaces}"}
        entries.append({"fullUrl": _urn(deposit, "patch"), "resource": _superseding(), "request": request})
    return msgspec.json.encode(
        {
            "resourceType": "Bundle",
            "meta": {"profile": [MHD + "IHE.MHD.Comprehensive.ProvideBundle"]},
            "type": "transaction",
            "entry": entries,
        }
    )


def light(deposit: Deposit, content: bytes, author_id: str, profile: PlatformProfile) -> bytes:
    """ITI-105: one DocumentReference that carries its bytes."""
    name = MHD + "IHE.MHD.SimplifiedPublish.DocumentReference"
    resource = document_reference(deposit, author_id, profile, name)
    return msgspec.json.encode(resource | {"content": [_content(deposit, {"data": content})]})


def document_reference(deposit: Deposit, author_id: str, profile: PlatformProfile, name: str) -> Json:
    """All metadata of the deposit but ``content``."""
    systems = profile.systems
    kind = category(deposit.category)
    coding = [{"system": systems.category, "code": kind.slug, "display": kind.labels[0]}]
    if kind.loinc:
        coding.append({"system": _LOINC, "code": kind.loinc})
    patient = {"reference": f"Patient/{deposit.patient.id}"}
    context: Json = {
        "period": {"start": deposit.created.isoformat()},
        "facilityType": _concept(systems.facility_type, profile.facility_type),
        "practiceSetting": _concept(systems.practice_setting, profile.practice_setting),
        "sourcePatientInfo": patient,
    }
    if deposit.episode_id:
        context["encounter"] = [{"reference": f"Encounter/{deposit.episode_id}"}]
    resource: Json = {
        "resourceType": "DocumentReference",
        "meta": {"profile": [name]},
        "contained": [_author(deposit, author_id)],
        "masterIdentifier": {"system": _RFC3986, "value": deposit.unique_id},
        "identifier": [{"use": "official", "system": _RFC3986, "value": _urn(deposit, "document")}],
        "status": "current",
        "type": {"coding": coding},
        "category": [_concept(systems.theme, kind.theme.value if kind.theme else "autre")],
        "subject": patient,
        "date": _instant(deposit.confirmed_at),
        "author": [{"reference": "#author"}],
        "securityLabel": security_labels(deposit.level, systems.label),
        "context": context,
    }
    if deposit.replaces:
        target = {"reference": f"DocumentReference/{deposit.replaces}"}
        resource["relatesTo"] = [{"code": "replaces", "target": target}]
    return resource


def submission_set(deposit: Deposit, reference: str, author_id: str, profile: PlatformProfile) -> Json:
    """The SubmissionSet ``List``; its uniqueId was fixed at confirmation."""
    systems = profile.systems
    kind = category(deposit.category)
    code, system = (kind.loinc, _LOINC) if kind.loinc else (kind.slug, systems.category)
    return {
        "resourceType": "List",
        "meta": {"profile": [MHD + "IHE.MHD.Comprehensive.SubmissionSet"]},
        "contained": [_author(deposit, author_id)],
        "extension": [
            {"url": MHD + "ihe-designationType", "valueCodeableConcept": _concept(system, code)},
            {
                "url": MHD + "ihe-sourceId",
                "valueIdentifier": {"system": _RFC3986, "value": systems.source_id},
            },
        ],
        "identifier": [
            {"use": "usual", "system": _RFC3986, "value": deposit.submission_id},
            {"use": "official", "system": _RFC3986, "value": _urn(deposit, "set")},
        ],
        "status": "current",
        "mode": "working",
        "code": _concept("https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "submissionset"),
        "subject": {"reference": f"Patient/{deposit.patient.id}"},
        "date": _instant(deposit.confirmed_at),
        "source": {"reference": "#author"},
        "entry": [{"item": {"reference": reference}}],
    }


def security_labels(level: Level, label_system: str) -> list[Json]:
    """Contract §5: one confidentiality, and a second label for an annonce."""
    labels = [_concept(CONFIDENTIALITY, level_code(level))]
    if level is Level.ANNONCE:
        labels.append(_concept(label_system, ANNONCE))
    return labels


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


def _content(deposit: Deposit, place: Json) -> Json:
    attachment = {
        "contentType": "application/pdf",
        "language": deposit.language,
        "size": deposit.size,
        "hash": _base64(bytes.fromhex(deposit.sha1)),
        "title": deposit.title,
        "creation": deposit.created.isoformat(),
    }
    return {"attachment": attachment | place, "format": _FORMAT}


def _author(deposit: Deposit, author_id: str) -> Json:
    """The card holder, contained as MHD wants it (CF-015)."""
    person = {"reference": f"Practitioner/{author_id}", "display": deposit.author_name}
    return {"resourceType": "PractitionerRole", "id": "author", "practitioner": person}


def _superseding() -> Json:
    """FHIRPath Patch, the official way of MHD 4.2 (``IHE.MHD.Patch.Parameters``)."""
    return {
        "resourceType": "Parameters",
        "meta": {"profile": [MHD + "IHE.MHD.Patch.Parameters"]},
        "parameter": [
            {
                "name": "operation",
                "part": [
                    {"name": "type", "valueCode": "replace"},
                    {"name": "path", "valueString": "DocumentReference.status"},
                    {"name": "value", "valueCode": "superseded"},
                ],
            }
        ],
    }


def _entry(kind: str, url: str, resource: Json) -> Json:
    return {"fullUrl": url, "resource": resource, "request": {"method": "POST", "url": kind}}


def _concept(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def _urn(deposit: Deposit, part: str) -> str:
    """An id inside the bundle, the same at every sending of this deposit."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{deposit.unique_id} {part}')}"


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
