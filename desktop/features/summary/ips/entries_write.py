"""Entries of a summary as FHIR R4 resources in the shape of IPS 2.0.1."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop.common.json_text import Number
from desktop.features.summary.domain.entries import (
    Alert,
    Allergy,
    AllergyType,
    ClinicalStatus,
    Coding,
    Device,
    Entry,
    Immunization,
    Medication,
    Observation,
    PartialDate,
    Problem,
    Procedure,
    Quantity,
    Reaction,
    Remark,
    Severity,
    Verification,
)
from desktop.features.summary.domain.none_known import NONE_KNOWN
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.ips import codes
from desktop.features.summary.ips.parts import (
    Json,
    absent,
    coding,
    concept,
    concept_of,
    dated,
    extended,
    note,
    optional,
    own_note,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its section, the reference to its patient, the language of its words.

    ``part`` gives the reference of a further resource of this entry (a medication, a device) by its name.
    """

    section: SectionKey | None
    patient: Json
    language: str
    part: Callable[[str], str]


def resources(entry: Entry, place: Place) -> list[tuple[str, Json]]:
    """The resources of *entry*: first the one that the section names ("" beside it), then its parts."""
    match entry:
        case Problem():
            return [("", _condition(entry, place))]
        case Allergy():
            return [("", _allergy(entry, place))]
        case Medication():
            return _medication(entry, place)
        case Immunization():
            return [("", _immunization(entry, place))]
        case Observation():
            return [("", _observation(entry, place))]
        case Procedure():
            return [("", _procedure(entry, place))]
        case Device():
            return _device(entry, place)
        case Alert():
            return [("", _flag(entry, place))]
        case Remark():
            return [("", _remark(entry, place))]
        case _:
            raise TypeError(type(entry).__name__)


def none_known(key: SectionKey, display: str, place: Place) -> Json:
    """The entry that says « none known » in one of the three required sections (features A.2)."""
    code = {"coding": [{"system": codes.SNOMED, "code": NONE_KNOWN[key]}], "text": display}
    if key is SectionKey.PROBLEMS:
        active = concept_of(codes.CONDITION_CLINICAL, "active")
        return {"resourceType": "Condition", "clinicalStatus": active, "code": code, "subject": place.patient}
    if key is SectionKey.ALLERGIES:
        active = concept_of(codes.ALLERGY_CLINICAL, "active")
        return {
            "resourceType": "AllergyIntolerance", "clinicalStatus": active, "code": code,
            "patient": place.patient,
        }  # fmt: skip
    return {
        "resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": code,
        "subject": place.patient, "_effectiveDateTime": absent("not-applicable"),
    }  # fmt: skip


def _condition(entry: Problem, place: Place) -> Json:
    status = ClinicalStatus.RESOLVED if entry.ended and _active(entry) else _shown_status(entry)
    return {
        "resourceType": "Condition",
        "clinicalStatus": concept_of(codes.CONDITION_CLINICAL, status.value),
        **optional("verificationStatus", _coded(codes.CONDITION_VERIFICATION, entry.verification)),
        "category": [
            concept_of(codes.CONDITION_CATEGORY, "problem-list-item"),
            *([concept_of(codes.ALD, str(entry.ald))] if entry.ald else []),
        ],
        **optional("severity", _severity(entry.severity)),
        "code": concept(entry.text, entry.codings),
        "subject": place.patient,
        **optional("onsetDateTime", entry.onset and entry.onset.iso),
        **optional("abatementDateTime", entry.ended and entry.ended.iso),
        **note(entry),
    }


def _allergy(entry: Allergy, place: Place) -> Json:
    side_effect = entry.type is AllergyType.SIDE_EFFECT
    kind = AllergyType.INTOLERANCE if side_effect else entry.type
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": concept_of(codes.ALLERGY_CLINICAL, _shown_status(entry).value),
        **optional("verificationStatus", _coded(codes.ALLERGY_VERIFICATION, entry.verification)),
        **optional("type", kind and kind.value),
        **({"_type": extended(codes.SIDE_EFFECT, "valueBoolean", True)} if side_effect else {}),
        **optional("criticality", entry.criticality and entry.criticality.value),
        "code": concept(entry.text, entry.codings),
        "patient": place.patient,
        **optional("onsetDateTime", entry.onset and entry.onset.iso),
        **note(entry),
        **optional("reaction", [_reaction(reaction, place) for reaction in entry.reactions]),
    }


def _reaction(reaction: Reaction, place: Place) -> Json:
    return {
        "manifestation": [concept(reaction.text, reaction.codings)],
        **optional("severity", reaction.severity and reaction.severity.value),
    }


def _medication(entry: Medication, place: Place) -> list[tuple[str, Json]]:
    code = concept(entry.text, entry.codings)
    form = concept(entry.form, [entry.form_coding] if entry.form_coding else ())
    route = concept(entry.route, [entry.route_coding] if entry.route_coding else ())
    product = {
        **optional("form", form),
        **optional("ingredient", [{"itemCodeableConcept": {"text": inn}} for inn in entry.ingredients]),
    }
    if entry.strength:
        product = {**extended(codes.STRENGTH, "valueString", entry.strength), "code": code, **product}
    elif product:
        product = {"code": code, **product}
    dosage = {
        **optional("text", entry.dosage),
        **({} if entry.as_needed is None else {"asNeededBoolean": entry.as_needed}),
        **optional("route", route),
    }
    period = {
        **optional("start", entry.start and entry.start.iso),
        **optional("end", entry.stop and entry.stop.iso),
    }
    prescriber = extended(codes.PRESCRIBER, "valueString", entry.prescriber) if entry.prescriber else {}
    statement = {
        "resourceType": "MedicationStatement",
        **prescriber,
        "status": entry.status.value,
        **(
            {"medicationReference": {"reference": place.part("medication")}}
            if product
            else {"medicationCodeableConcept": code}
        ),
        "subject": place.patient,
        **({"effectivePeriod": period} if period else {"_effectiveDateTime": absent("unknown")}),
        **optional("reasonCode", [{"text": entry.reason}] if entry.reason else []),
        **note(entry),
        **optional("dosage", [dosage] if dosage else []),
    }
    made = [("", statement)]
    return [*made, ("medication", {"resourceType": "Medication", **product})] if product else made


def _immunization(entry: Immunization, place: Place) -> Json:
    number = {"doseNumberString": entry.dose} if entry.dose else {"_doseNumberString": absent("unknown")}
    applied = {**optional("targetDisease", [{"text": entry.target}] if entry.target else []), **number}
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": concept(entry.text, entry.codings),
        "patient": place.patient,
        **dated("occurrenceDateTime", entry.given),
        **optional("lotNumber", entry.batch),
        **note(entry),
        **({"protocolApplied": [applied]} if entry.target or entry.dose else {}),
    }


_CATEGORIES: Final = {
    SectionKey.RESULTS: "laboratory",
    SectionKey.VITAL_SIGNS: "vital-signs",
    SectionKey.SOCIAL_HISTORY: "social-history",
}


def _observation(entry: Observation, place: Place) -> Json:
    category = _CATEGORIES.get(place.section) if place.section else None
    result = place.section is SectionKey.RESULTS
    known = [{"display": entry.performer}] if entry.performer else [absent("unknown")] if result else []
    return {
        "resourceType": "Observation",
        "status": "final",
        **optional("category", [concept_of(codes.OBSERVATION_CATEGORY, category)] if category else []),
        "code": concept(entry.text, entry.codings),
        "subject": place.patient,
        **(_to_the_day(entry.at) if result else dated("effectiveDateTime", entry.at)),
        **optional("performer", known),
        **_value(entry, place),
        **optional("interpretation", _interpretation(entry.interpretation)),
        **note(entry),
        **optional("referenceRange", [{"text": entry.reference}] if entry.reference else []),
    }


def _to_the_day(at: PartialDate | None) -> Json:
    """A result of IPS is dated at least to the day (ips-1): a year alone stands beside, in its own words."""
    if at is None or len(at.iso) == len("1998-03-14"):
        return dated("effectiveDateTime", at)
    partly = extended(codes.PARTIAL_DATE, "valueDateTime", at.iso)["extension"]
    return {"_effectiveDateTime": {"extension": absent("unknown")["extension"] + partly}}


def _value(entry: Observation, place: Place) -> Json:
    match entry.value:
        case Quantity() as value:
            code = {"system": codes.UCUM, "code": value.ucum} if value.ucum else {}
            return {
                "valueQuantity": {
                    "value": Number(value.value),
                    **optional("comparator", value.comparator),
                    **optional("unit", value.unit),
                    **code,
                }
            }
        case Coding() as value:
            return {"valueCodeableConcept": {"coding": [coding(value)]}}
        case str() as value:
            return {"valueString": value}
        case None:
            return {"dataAbsentReason": concept_of(codes.ABSENT_REASON, entry.absent or "unknown")}


def _interpretation(flag: str) -> list[Json]:
    if not flag:
        return []
    coding = {"coding": [{"system": codes.INTERPRETATION, "code": flag}]} if flag in codes.FLAGS else {}
    return [{**coding, "text": flag}]


def _procedure(entry: Procedure, place: Place) -> Json:
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": concept(entry.text, entry.codings),
        "subject": place.patient,
        **dated("performedDateTime", entry.performed),
        **optional("bodySite", [{"text": entry.site}] if entry.site else []),
        **note(entry),
    }


def _device(entry: Device, place: Place) -> list[tuple[str, Json]]:
    statement = {
        "resourceType": "DeviceUseStatement",
        "status": "active",
        "subject": place.patient,
        **dated("timingDateTime", entry.since),
        "device": {"reference": place.part("device")},
        **optional("bodySite", {"text": entry.site} if entry.site else {}),
        **note(entry),
    }
    device = {"resourceType": "Device", "type": concept(entry.text, entry.codings)}
    return [("", statement), ("device", device)]


def _flag(entry: Alert, place: Place) -> Json:
    return {
        "resourceType": "Flag",
        **own_note(entry),
        "status": "active",
        "code": concept(entry.text, entry.codings),
        "subject": place.patient,
        **optional("period", {"start": entry.since.iso} if entry.since else {}),
    }


def _remark(entry: Remark, place: Place) -> Json:
    words = base64.b64encode(entry.text.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        **own_note(entry),
        "status": "current",
        **optional("type", concept("", entry.codings)),
        "subject": place.patient,
        "description": entry.text,
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain;charset=utf-8",
                    "language": place.language,
                    "data": words,
                }
            }
        ],
        **optional("context", {"period": {"start": entry.since.iso}} if entry.since else {}),
    }


def _active(entry: Problem) -> bool:
    return entry.status is ClinicalStatus.ACTIVE


def _shown_status(entry: Problem | Allergy) -> ClinicalStatus:
    """What was refuted is never sent as active (features A.6)."""
    refuted = entry.verification is Verification.REFUTED and entry.status is ClinicalStatus.ACTIVE
    return ClinicalStatus.INACTIVE if refuted else entry.status


def _coded(system: str, verification: Verification | None) -> Json:
    return concept_of(system, verification.value) if verification else {}


def _severity(severity: Severity | None) -> Json:
    return concept_of(codes.SNOMED, codes.SEVERITY[severity.value]) if severity else {}
