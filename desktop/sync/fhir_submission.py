"""What a deposit looks like on the wire (contract §5, §9): ITI-65 of one or two documents, ITI-105.

Everything is derived from the frozen deposit, so that a second sending has the same bytes.
"""

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from desktop.domain.catalog import category
from desktop.domain.deposit import Deposit
from desktop.domain.record import Level
from desktop.sync.profile import PlatformProfile
from desktop.sync.wire_codes import ANNONCE, CONFIDENTIALITY, level_code

MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"
PDF = "application/pdf"
PLAIN = "urn:ihe:iti:xds:2017:mimeTypeSufficient"
_RFC3986 = "urn:ietf:rfc:3986"
_LOINC = "http://loinc.org"
_FORMATS = "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode"
_SPACE = uuid.UUID("6f0d7a52-0c8e-4f7e-9d0e-2f1d5a3b7c11")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a submission; ``format`` is its IHE format code.

    ``transforms`` is the reference of the document whose data it is: :func:`urn_of` inside the same
    submission, else ``DocumentReference/{id}``; "" for a document of its own. ``access_code`` goes beside the
    document, for the platform alone (contract §8.1).
    """

    deposit: Deposit
    content: bytes = field(repr=False)
    content_type: str = PDF
    format: str = PLAIN
    transforms: str = ""
    access_code: str = field(default="", repr=False)


def transaction(parts: Sequence[Part], author_id: str, profile: PlatformProfile) -> bytes:
    """ITI-65: one SubmissionSet, and of each part DocumentReference and Binary.

    Where the profile asks for it, a PATCH of each former version stands at the end.
    """
    name = MHD + "IHE.MHD.Comprehensive.DocumentReference"
    entries = [_entry("List", _urn(parts[0].deposit, "set"), submission_set(parts, author_id, profile))]
    for part in parts:
        place = {"url": _urn(part.deposit, "binary")}
        resource = document_reference(part, author_id, profile, name) | {"content": [_content(part, place)]}
        entries.append(_entry("DocumentReference", urn_of(part.deposit), resource))
    for part in parts:
        binary = {"resourceType": "Binary", "contentType": part.content_type, "data": part.content}  # Base64
        entries.append(_entry("Binary", _urn(part.deposit, "binary"), binary))
    for deposit in (part.deposit for part in parts):
        if deposit.replaces and profile.replace_patch:
            request = {"method": "PATCH", "url": f"DocumentReference/{deposit.replaces}"}
            entries.append(
                {"fullUrl": _urn(deposit, "patch"), "resource": _superseding(), "request": request}
            )
    return msgspec.json.encode(
        {
            "resourceType": "Bundle",
            "meta": {"profile": [MHD + "IHE.MHD.Comprehensive.ProvideBundle"]},
            "type": "transaction",
            "entry": entries,
        }
    )


def light(part: Part, author_id: str, profile: PlatformProfile) -> bytes:
    """ITI-105: one DocumentReference that carries its bytes."""
    name = MHD + "IHE.MHD.SimplifiedPublish.DocumentReference"
    resource = document_reference(part, author_id, profile, name)
    return msgspec.json.encode(resource | {"content": [_content(part, {"data": part.content})]})


def document_reference(part: Part, author_id: str, profile: PlatformProfile, name: str) -> Json:
    """All metadata of a part but ``content``."""
    deposit, systems = part.deposit, profile.systems
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
        "identifier": [{"use": "official", "system": _RFC3986, "value": urn_of(deposit)}],
        "status": "current",
        "type": {"coding": coding},
        "category": [_concept(systems.theme, kind.theme.value if kind.theme else "autre")],
        "subject": patient,
        "date": _instant(deposit.confirmed_at),
        "author": [{"reference": "#author"}],
        "securityLabel": security_labels(deposit.level, systems.label),
        "context": context,
    }
    if part.access_code:
        url = systems.extension_base + "access-code"
        resource["extension"] = [{"url": url, "valueString": part.access_code}]
    links = []
    if deposit.replaces:
        target = {"reference": f"DocumentReference/{deposit.replaces}"}
        links.append({"code": "replaces", "target": target})
    if part.transforms:
        links.append({"code": "transforms", "target": {"reference": part.transforms}})
    if links:
        resource["relatesTo"] = links
    return resource


def submission_set(parts: Sequence[Part], author_id: str, profile: PlatformProfile) -> Json:
    """The SubmissionSet ``List``; its uniqueId was fixed at confirmation."""
    deposit, systems = parts[0].deposit, profile.systems
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
        "entry": [{"item": {"reference": urn_of(part.deposit)}} for part in parts],
    }


def security_labels(level: Level, label_system: str) -> list[Json]:
    """Contract §5: one confidentiality, and a second label for an annonce."""
    labels = [_concept(CONFIDENTIALITY, level_code(level))]
    if level is Level.ANNONCE:
        labels.append(_concept(label_system, ANNONCE))
    return labels


def urn_of(deposit: Deposit) -> str:
    """How its DocumentReference is called inside its submission."""
    return _urn(deposit, "document")


def _content(part: Part, place: Json) -> Json:
    deposit = part.deposit
    attachment = {
        "contentType": part.content_type,
        "language": deposit.language,
        "size": deposit.size,
        "hash": _base64(bytes.fromhex(deposit.sha1)),
        "title": deposit.title,
        "creation": deposit.created.isoformat(),
    }
    return {"attachment": attachment | place, "format": {"system": _FORMATS, "code": part.format}}


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
