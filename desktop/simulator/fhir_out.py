"""The FHIR R4 resources that the platform serves, from database rows (contract §3-7)."""

import base64
from typing import Any

from desktop.domain.catalog import category
from desktop.domain.mandates import EmergencyLevel
from desktop.domain.record import Level, MandateKind
from desktop.simulator import wire_names as names
from desktop.simulator.clock import instant
from desktop.simulator.phones import phone_of
from desktop.simulator.rules import opens_confidentiel
from desktop.simulator.seed_data import PATIENT_AUTHOR
from desktop.simulator.tables import (
    DocumentRow,
    EpisodeRow,
    MandateRow,
    OrganizationRow,
    PatientRow,
    PractitionerRow,
)

Resource = dict[str, Any]

_LEVEL_CODE = {Level.STANDARD: "N", Level.CONFIDENTIEL: "R", Level.PRIVE: "V", Level.ANNONCE: "N"}
_LEVEL_DISPLAY = {"N": "normal", "R": "restricted", "V": "very restricted"}


def patient(row: PatientRow) -> Resource:
    """Patient with the state of the DSP."""
    extensions: list[Resource] = [{"url": names.extension("dsp-state"), "valueCode": row.dsp}]
    if row.inactive_until:
        extensions.append(
            {"url": names.extension("dsp-inactive-until"), "valueDate": row.inactive_until.isoformat()}
        )
    resource: Resource = {
        "resourceType": "Patient",
        "id": row.id,
        "extension": extensions,
        "identifier": [{"use": "official", "system": names.MATRICULE, "value": row.matricule}],
        "active": row.dsp != "deceased",
        "name": [{"use": "official", "family": row.family, "given": [row.given]}],
        "gender": row.sex,
        "birthDate": row.birth_date.isoformat(),
    }
    if row.dsp == "deceased":
        resource["deceasedBoolean"] = True
    if row.address:
        resource["address"] = [{"use": "home", "text": row.address}]
    return resource


def practitioner(row: PractitionerRow) -> Resource:
    """Practitioner of the directory."""
    name: Resource = {"use": "official", "text": row.name, "family": row.family, "given": [row.given]}
    if row.prefix:
        name["prefix"] = [row.prefix]
    resource: Resource = {
        "resourceType": "Practitioner",
        "id": row.id,
        "active": not row.suspended,
        "name": [name],
    }
    known = ((names.EHEALTH_ID, row.ehealth_id), (names.CARD_HOLDER, row.card_number))
    resource["identifier"] = [{"system": system, "value": value} for system, value in known if value]
    return resource


def practitioner_role(row: PractitionerRow, organization: OrganizationRow | None) -> Resource:
    """PractitionerRole: profession and place."""
    resource: Resource = {
        "resourceType": "PractitionerRole",
        "id": f"role-{row.id}",
        "active": not row.suspended,
        "practitioner": {"reference": f"Practitioner/{row.id}", "display": row.name},
        "code": [
            {
                "coding": [{"system": names.PROFESSION, "code": row.profession.replace(" ", "-")}],
                "text": row.profession,
            }
        ],
        "telecom": [{"system": "phone", "value": phone_of(row.id)}],
    }
    if organization:
        resource["organization"] = _named("Organization", organization)
    return resource


def organization(row: OrganizationRow) -> Resource:
    """Organization of the directory."""
    resource: Resource = {
        "resourceType": "Organization",
        "id": row.id,
        "active": True,
        "type": [{"coding": [{"system": names.FACILITY_TYPE, "code": row.kind}]}],
        "name": row.name,
    }
    if row.address:
        resource["address"] = [{"text": row.address}]
    return resource


def consent(
    row: MandateRow, holder: PractitionerRow, emergency: EmergencyLevel, *, running: bool
) -> Resource:
    """A mandate (IHE PCF); ``status`` is active also in grace (contract §4).

    ``securityLabel`` is a high-water mark: R where what is Confidentiel is open too (domain §5.1).
    """
    period: Resource = {"start": instant(row.start)}
    if row.end:
        period["end"] = instant(row.end)
    resource: Resource = {
        "resourceType": "Consent",
        "id": row.id,
        "meta": {"versionId": str(row.version), "lastUpdated": instant(row.updated)},
        "status": "active" if running else "inactive",
        "scope": _coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [
            _coded(names.LOINC, "59284-0", "Patient Consent"),
            _coded(names.MANDATE_KIND, row.kind),
        ],
        "patient": {"reference": f"Patient/{row.patient_id}"},
        "dateTime": instant(row.start),
        "performer": [{"reference": f"Patient/{row.patient_id}"}],
        "policyRule": _coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTIN"),
        "provision": {
            "type": "permit",
            "period": period,
            "securityLabel": [{"system": names.CONFIDENTIALITY, "code": reach_code(row, emergency)}],
            "actor": [
                {
                    "role": _coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"),
                    "reference": {"reference": f"Practitioner/{holder.id}", "display": holder.name},
                }
            ],
        },
    }
    if row.grace_end:
        resource["extension"] = [
            {"url": names.extension("grace-end"), "valueDateTime": instant(row.grace_end)}
        ]
    return resource


def reach_code(row: MandateRow, emergency: EmergencyLevel) -> str:
    """How far a mandate opens a record, as a confidentiality code: N, or R for Confidentiel too."""
    return "R" if opens_confidentiel(MandateKind(row.kind), emergency) else "N"


def encounter(row: EpisodeRow, provider: OrganizationRow | None) -> Resource:
    """A care episode of the ligne de vie: kind of care, provider, period, mandate."""
    period = {"start": instant(row.start)}
    if row.end:
        period["end"] = instant(row.end)
    resource: Resource = {
        "resourceType": "Encounter",
        "id": row.id,
        "status": "finished" if row.end else "in-progress",
        "class": {"system": names.CARE_KIND, "code": row.kind},
        "subject": {"reference": f"Patient/{row.patient_id}"},
        "period": period,
    }
    if row.mandate_kind:
        resource["extension"] = [{"url": names.extension("mandate-kind"), "valueCode": row.mandate_kind}]
    if row.reason:
        resource["reasonCode"] = [{"text": row.reason}]
    if provider:
        resource["serviceProvider"] = _named("Organization", provider)
    return resource


class DocumentShaper:
    """Builds DocumentReferences; knows the directory, so that a page needs no further queries."""

    def __init__(
        self, base_url: str, people: dict[str, PractitionerRow], places: dict[str, OrganizationRow]
    ) -> None:
        """*people* and *places* by id."""
        self._base = base_url
        self._people = people
        self._places = places

    def document(self, row: DocumentRow, subject: PatientRow) -> Resource:
        """One DocumentReference with exactly one content (contract §5)."""
        kind = category(row.category)
        coding = [{"system": names.CATEGORY, "code": row.category, "display": kind.labels[0]}]
        if kind.loinc:
            coding.append({"system": names.LOINC, "code": kind.loinc})
        status = "entered-in-error" if row.disabled else "superseded" if row.superseded else "current"
        contained, author = self._author(row, subject)
        resource: Resource = {
            "resourceType": "DocumentReference",
            "id": row.id,
            "meta": {
                "versionId": str(row.version),
                "lastUpdated": instant(row.updated),
                "profile": [names.DOCUMENT_PROFILE],
            },
            "contained": contained,
            "masterIdentifier": {"system": names.URI, "value": row.unique_id},
            "status": status,
            "type": {"coding": coding, "text": kind.labels[0]},
            "subject": {"reference": f"Patient/{row.patient_id}"},
            "date": instant(row.registered),
            "author": author,
            "securityLabel": security_labels(Level(row.level)),
            "content": [{"attachment": self._attachment(row), "format": _format(row)}],
            "context": self._context(row),
        }
        if not contained:
            del resource["contained"]
        if kind.theme:
            resource["category"] = [_coded(names.THEME, kind.theme.value)]
        links = [("replaces", row.replaces), ("transforms", row.transforms)]
        if row.replaces or row.transforms:
            resource["relatesTo"] = [
                {"code": code, "target": {"reference": f"DocumentReference/{id}"}} for code, id in links if id
            ]
        if row.level == Level.ANNONCE and row.annonce_at:
            resource["extension"] = self._annonce(row)
        return resource

    def _attachment(self, row: DocumentRow) -> Resource:
        return {
            "contentType": row.content_type,
            "language": row.language,
            "url": f"{self._base}/Binary/{row.locator}",
            "size": row.size,
            "hash": _hash(row.sha1),
            "title": row.title,
            "creation": row.created,
        }

    def _author(self, row: DocumentRow, subject: PatientRow) -> tuple[list[Resource], list[Resource]]:
        if row.author_id == PATIENT_AUTHOR:
            return [], [{"reference": f"Patient/{subject.id}", "display": subject.name}]
        person = self._people.get(row.author_id)
        if person is None:
            place = self._places.get(row.author_id)
            return [], [
                {"reference": f"Organization/{row.author_id}", "display": place.name if place else ""}
            ]
        role: Resource = {
            "resourceType": "PractitionerRole",
            "id": "author",
            "practitioner": {"reference": f"Practitioner/{person.id}", "display": person.name},
        }
        place = self._places.get(row.organization_id or person.organization_id)
        if place:
            role["organization"] = _named("Organization", place)
        return [role], [{"reference": "#author", "display": person.name}]

    def _context(self, row: DocumentRow) -> Resource:
        place = self._places.get(row.organization_id)
        kind = place.kind if place else "autre"
        setting = names.PRACTICE_SETTING
        context: Resource = {
            "facilityType": {
                "coding": [{"system": names.FACILITY_TYPE, "code": kind}],
                "text": place.name if place else kind,
            },
            "practiceSetting": _coded(setting, kind),
            "period": {"start": row.created, "end": row.created},
            "sourcePatientInfo": {"reference": f"Patient/{row.patient_id}"},
        }
        if row.episode_id:
            context["encounter"] = [{"reference": f"Encounter/{row.episode_id}"}]
        return context

    def _annonce(self, row: DocumentRow) -> list[Resource]:
        person = self._people.get(row.annonce_by)
        by: Resource = {"display": person.name if person else row.annonce_by}
        if person:
            by["reference"] = f"Practitioner/{person.id}"
        at = instant(row.annonce_at) if row.annonce_at else ""
        return [
            {"url": names.extension("annonce-by"), "valueReference": by},
            {"url": names.extension("annonce-at"), "valueDateTime": at},
        ]


def security_labels(level: Level) -> list[Resource]:
    """Standard N, confidentiel R, privé V; annonce = N and our own label (contract §5)."""
    code = _LEVEL_CODE[level]
    labels = [_coded(names.CONFIDENTIALITY, code, _LEVEL_DISPLAY[code])]
    if level is Level.ANNONCE:
        labels.append(_coded(names.LABEL, "annonce", "Masqué au patient"))
    return labels


def bundle(entries: list[tuple[str, Resource]], *, total: int, self_url: str, next_url: str = "") -> Resource:
    """A searchset; *entries* are (fullUrl, resource)."""
    links = [{"relation": "self", "url": self_url}]
    if next_url:
        links.append({"relation": "next", "url": next_url})
    result: Resource = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links}
    if entries:
        result["entry"] = [
            {
                "fullUrl": url,
                "resource": resource,
                "search": {"mode": "outcome" if resource["resourceType"] == "OperationOutcome" else "match"},
            }
            for url, resource in entries
        ]
    return result


def _format(row: DocumentRow) -> Resource:
    ips = row.transforms and row.category == "resume-patient"
    if row.format:
        return {"system": "urn:ietf:rfc:3986", "code": row.format}
    return {
        "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
        "code": names.FORMAT_IPS if ips else names.FORMAT_PLAIN,
    }


def _hash(sha1_hex: str) -> str:
    return base64.b64encode(bytes.fromhex(sha1_hex)).decode()


def _coded(system: str, code: str, display: str = "") -> Resource:
    coding = {"system": system, "code": code}
    if display:
        coding["display"] = display
    return {"coding": [coding]}


def _named(kind: str, row: OrganizationRow) -> Resource:
    return {"reference": f"{kind}/{row.id}", "display": row.name}
