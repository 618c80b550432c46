"""The Bundle that the prescriber signs, and an ordonnance read from one (contract §8.1)."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from desktop.common import json_text
from desktop.common.bundle_signature import erased_digest
from desktop.common.json_tree import at, each, node, words
from desktop.domain.prescription.ordonnance import (
    DISPENSED,
    ERASED,
    Line,
    Nature,
    Ordonnance,
    PatientIdentity,
    Posology,
    Prescriber,
    Product,
    RenewalClass,
)
from desktop.domain.prescription.posology_words import posology_words
from desktop.domain.texts import Language
from desktop.sync import fhir_read
from desktop.sync.prescription import terms
from desktop.sync.prescription.terms import EDQM, ORDONNANCE, URI, Extensions, Json, line_of, told
from desktop.sync.profile import Systems

LINE_TYPES: Final = ("MedicationRequest", "ServiceRequest")
_SPACE: Final = uuid.UUID("2b6d8f2e-60c1-4a2e-8a0f-6f1a6f0c2d11")
_SALT_BYTES: Final = 16
_Code = TypeVar("_Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class _Inside:
    """What the resources of one Bundle are called inside it: the same at every writing."""

    bundle: str

    def __call__(self, part: str) -> str:
        return uuid.uuid5(_SPACE, f"{self.bundle} {part}").urn


def _new_salt() -> str:
    return secrets.token_urlsafe(_SALT_BYTES)


def write(
    ordonnance: Ordonnance, identifier: str, systems: Systems, salt: Callable[[], str] = _new_salt
) -> bytes:
    """The unsigned Bundle; *identifier* is the ``masterIdentifier`` of the data.

    A *salt* for each line and each alert, so that nobody guesses from a digest what was erased. The same
    ordonnance and salts give the same bytes.
    """
    ours, inside = Extensions(systems.extension_base), _Inside(identifier)
    entries = [(line.identifier, _line(line, ordonnance, ours, inside)) for line in ordonnance.lines]
    entries += _people(ordonnance, systems, inside)
    for line in ordonnance.lines:
        for index, override in enumerate(line.overrides, 1):
            issue = terms.override_written(override, line.identifier)
            entries.append((inside(f"{line.identifier} {index}"), issue))
    for _, resource in entries:
        if resource["resourceType"] in (*LINE_TYPES, "DetectedIssue"):
            resource["extension"] = [*resource.get("extension", []), *ours.text("salt", salt())]
    bundle: Json = {
        "resourceType": "Bundle",
        "language": ordonnance.language.value,
        "identifier": {"system": URI, "value": identifier},
        "type": "collection",
        "timestamp": terms.instant(ordonnance.authored),
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
    }
    if ordonnance.replaces:
        bundle["extension"] = ours.text("replaces", ordonnance.replaces)
    return json_text.emit(bundle)


def read(content: bytes, systems: Systems) -> Ordonnance | None:
    """What a signed Bundle says, None where that is no ordonnance; its signature is not looked at."""
    try:
        bundle = json_text.parse(content)
    except ValueError:
        return None
    resources = [node(entry, "resource") for entry in each(bundle, "entry")]
    if not all(resources):  # a line that is not there would make a shorter ordonnance of it
        return None
    by_url = {words(entry, "fullUrl"): node(entry, "resource") for entry in each(bundle, "entry")}
    written = sorted(
        (r for r in resources if r.get("resourceType") in LINE_TYPES),
        key=lambda r: terms.whole(told(r, "line-number").get("valueInteger")) or 0,
    )
    issues = [r for r in resources if r.get("resourceType") == "DetectedIssue" and not erased_digest(r)]
    left = [r for r in written if not erased_digest(r)]
    lines = tuple(filter(None, (line(raw, issues) for raw in written)))
    if not left or len(lines) != len(written):
        return None
    first = left[0]
    authored = terms.moment(first, "authoredOn")
    code = _code(first)
    if authored is None or not code:
        return None
    until = fhir_read.day(words(first, "dispenseRequest", "validityPeriod", "end"))
    ends = fhir_read.day(words(told(first, "valid-until"), "valueDate"))
    last = until or ends
    if last is None:
        return None
    return Ordonnance(
        code=code,
        patient=identity(by_url.get(words(first, "subject", "reference"), {}), systems),
        prescriber=_prescriber(by_url, words(first, "requester", "reference"), systems),
        authored=authored,
        valid_until=last,
        language=_language(words(bundle, "language")),
        lines=lines,
        replaces=line_of(told(bundle, "replaces"), "valueString"),
    )


def line(raw: object, issues: list[Json]) -> Line | None:
    """One line as it was signed; None without identifier, number or product.

    Of an erased one nothing else is read: what stands beside a digest is signed by nobody.
    """
    number = terms.whole(told(raw, "line-number").get("valueInteger"))
    nature = _member(Nature, words(told(raw, "nature"), "valueCode"))
    identifier = line_of(raw, "identifier", 0, "value")
    if not number or nature is None or not identifier:
        return None
    if erased_digest(raw):
        return Line(identifier, number, nature, ERASED)
    mine = [i for i in issues if words(i, "implicated", 0, "reference") == identifier]
    act = at(raw, "resourceType") == "ServiceRequest"
    dosage = node(raw, "dosageInstruction", 0)
    route = line_of(dosage, "route", "coding", 0, "code")
    product = (
        Product(line_of(raw, "code", "text"))
        if act
        else terms.product_read(node(raw, "medicationCodeableConcept"), route)
    )
    if not product.label:
        return None
    supply = node(raw, "dispenseRequest")
    forbidden = at(raw, "substitution", "allowedBoolean") is False
    return Line(
        identifier=identifier,
        number=number,
        nature=nature,
        product=product,
        posology=_posology(dosage),
        days=terms.whole(at(supply, "expectedSupplyDuration", "value")),
        quantity=terms.amount(node(raw, "quantityQuantity") if act else node(supply, "quantity")),
        repeats=terms.whole(supply.get("numberOfRepeatsAllowed")),
        renewal=_member(RenewalClass, words(told(raw, "renewal-class"), "valueCode")) or RenewalClass.UNKNOWN,
        not_substitutable=(line_of(raw, "substitution", "reason", "text") or "?") if forbidden else "",
        indication=line_of(raw, "reasonCode", 0, "text"),
        note=line_of(raw, "note", 0, "text"),
        paper_form=line_of(told(raw, "paper-form"), "valueString"),
        overrides=terms.overrides_read(mine),
    )


def identity(raw: object, systems: Systems) -> PatientIdentity:
    """Identity alone, each part "" or None where it is not there."""
    name = next((n for n in each(raw, "name") if n.get("use") == "official"), node(raw, "name", 0))
    given = at(name, "given")
    parts = (
        [fhir_read.plain(part) for part in given if isinstance(part, str)] if isinstance(given, list) else []
    )
    matricule = next((i for i in each(raw, "identifier") if i.get("system") == systems.matricule), {})
    return PatientIdentity(
        id=line_of(raw, "id"),
        family=line_of(name, "family"),
        given=" ".join(parts),
        born=fhir_read.day(words(raw, "birthDate")),
        matricule=line_of(matricule, "value"),
        sex=line_of(raw, "gender"),
    )


def _line(line: Line, ordonnance: Ordonnance, ours: Extensions, inside: _Inside) -> Json:
    act = line.nature not in DISPENSED
    kind = "ServiceRequest" if act else "MedicationRequest"
    group = {"system": ORDONNANCE, "value": ordonnance.code}
    written: Json = {
        "resourceType": kind,
        "extension": ours.whole("line-number", line.number) + ours.code("nature", line.nature.value),
        "identifier": [{"system": URI, "value": line.identifier}],
        "requisition" if act else "groupIdentifier": group,
        "status": "active",
        "intent": "order",
        "subject": {"reference": inside("patient")},
        "authoredOn": terms.instant(ordonnance.authored),
        "requester": {"reference": inside("prescriber")},
    }
    if line.indication:
        written["reasonCode"] = [{"text": line.indication}]
    if line.note:
        written["note"] = [{"text": line.note}]
    return written | (
        _act(line, ordonnance, ours, written) if act else _medicine(line, ordonnance, ours, written)
    )


def _act(line: Line, ordonnance: Ordonnance, ours: Extensions, written: Json) -> Json:
    last = ours.any("valid-until", valueDate=ordonnance.valid_until.isoformat())
    parts: Json = {"code": {"text": line.product.label}, "extension": written["extension"] + last}
    if line.quantity is not None:
        parts["quantityQuantity"] = terms.quantity(line.quantity)
    return parts


def _medicine(line: Line, ordonnance: Ordonnance, ours: Extensions, written: Json) -> Json:
    extensions = written["extension"] + ours.code("renewal-class", line.renewal.value)
    supply: Json = {"validityPeriod": {"end": ordonnance.valid_until.isoformat()}}
    if line.repeats is not None:
        supply["numberOfRepeatsAllowed"] = line.repeats
    if line.quantity is not None:
        supply["quantity"] = terms.quantity(line.quantity)
    if line.days is not None:
        days = {"value": line.days, "unit": "d", "system": terms.UCUM, "code": "d"}
        supply["expectedSupplyDuration"] = days
    substitution: Json = {"allowedBoolean": not line.not_substitutable}
    if line.not_substitutable:
        substitution["reason"] = {"text": line.not_substitutable}
    parts: Json = {
        "extension": extensions + ours.text("paper-form", line.paper_form),
        "medicationCodeableConcept": terms.product_written(line.product, ours),
        "dispenseRequest": supply,
        "substitution": substitution,
    }
    if line.posology is not None:
        route_code = line.product.route_code
        parts["dosageInstruction"] = [_dosage(line.posology, route_code, ours, ordonnance.language)]
    return parts


def _dosage(posology: Posology, route_code: str, ours: Extensions, language: Language) -> Json:
    dosage: Json = {"text": posology.text, "asNeededBoolean": posology.as_needed}
    words = posology_words(posology, language)
    if words:
        dosage["patientInstruction"] = words
    if route_code:
        dosage["route"] = terms.concept(EDQM, route_code)
    doses = [part for dose in posology.rhythm for part in ours.any("rhythm", valueDecimal=terms.number(dose))]
    if posology.per_day is not None:
        doses += ours.any("per-day", valueDecimal=terms.number(posology.per_day))
    if posology.at_once is not None:
        doses += ours.any("at-once", valueDecimal=terms.number(posology.at_once))
    if posology.times is not None:
        doses += ours.any("times", valueDecimal=terms.number(posology.times))
    if posology.hours:
        doses += ours.whole("hours", posology.hours)
    return dosage | ({"extension": doses} if doses else {})


def _posology(dosage: Json) -> Posology | None:
    if not dosage:
        return None
    doses = [terms.decimal(item.get("valueDecimal")) for item in terms.all_told(dosage, "rhythm")]
    rhythm = tuple(dose for dose in doses if dose is not None)
    return Posology(
        text=line_of(dosage, "text"),
        rhythm=rhythm if len(rhythm) == len(doses) else (),
        per_day=terms.decimal(told(dosage, "per-day").get("valueDecimal")),
        as_needed=dosage.get("asNeededBoolean") is True,
        at_once=terms.decimal(told(dosage, "at-once").get("valueDecimal")),
        times=terms.decimal(told(dosage, "times").get("valueDecimal")),
        hours=terms.whole(told(dosage, "hours").get("valueInteger")) or 0,
    )


def _people(ordonnance: Ordonnance, systems: Systems, inside: _Inside) -> list[tuple[str, Json]]:
    patient, author = ordonnance.patient, ordonnance.prescriber
    who: Json = {
        "resourceType": "Patient",
        "id": patient.id,
        "identifier": [{"system": systems.matricule, "value": patient.matricule}],
        "name": [{"use": "official", "family": patient.family, "given": patient.given.split()}],
    }
    if patient.born is not None:
        who["birthDate"] = patient.born.isoformat()
    if patient.sex:
        who["gender"] = patient.sex
    person: Json = {
        "resourceType": "Practitioner",
        "id": author.id,
        "name": [{"text": author.name}],
        "qualification": [{"code": {"text": author.profession}}],
    }
    if author.ehealth_id:
        person["identifier"] = [{"system": systems.ehealth_id, "value": author.ehealth_id}]
    phone = {"telecom": [{"system": "phone", "value": author.phone}]} if author.phone else {}
    place: Json = {"resourceType": "Organization", "name": author.place or author.name, **phone}
    if author.address:
        place["address"] = [{"text": author.address}]
    return [(inside("patient"), who), (inside("prescriber"), person | phone), (inside("place"), place)]


def _prescriber(by_url: Mapping[str, Json], url: str, systems: Systems) -> Prescriber:
    raw = by_url.get(url, {})
    place = next((r for r in by_url.values() if r.get("resourceType") == "Organization"), {})
    known = next((i for i in each(raw, "identifier") if i.get("system") == systems.ehealth_id), {})
    return Prescriber(
        id=line_of(raw, "id"),
        name=line_of(raw, "name", 0, "text"),
        profession=line_of(raw, "qualification", 0, "code", "text"),
        ehealth_id=line_of(known, "value"),
        place=line_of(place, "name"),
        address=line_of(place, "address", 0, "text"),
        phone=line_of(raw, "telecom", 0, "value") or line_of(place, "telecom", 0, "value"),
    )


def _code(raw: Json) -> str:
    group = node(raw, "groupIdentifier") or node(raw, "requisition")
    return line_of(group, "value") if group.get("system") == ORDONNANCE else ""


def _language(code: str) -> Language:
    return _member(Language, code) or Language.FR


def _member(kind: type[_Code], value: str) -> _Code | None:
    return next((member for member in kind if member.value == value), None)
