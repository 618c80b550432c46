"""Entries of a summary as FHIR R4 resources in the shape of IPS 2.0.1."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

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
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.ips import codes
from desktop.features.summary.ips.json_text import Number

Json = dict[str, Any]


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
    code = {"coding": [{"system": codes.SNOMED, "code": codes.NONE_KNOWN[key]}], "text": display}
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


def absent(reason: str) -> Json:
    """A primitive without value, and why (FHIR data-absent-reason)."""
    return {"extension": [{"url": codes.DATA_ABSENT, "valueCode": reason}]}


def concept_of(system: str, code: str) -> Json:
    """A concept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def dated(name: str, day: PartialDate | None) -> Json:
    """``name`` with the precision that is known, or absent as unknown: never another day (features A.6)."""
    return {name: day.iso} if day else {f"_{name}": absent("unknown")}


def _condition(entry: Problem, place: Place) -> Json:
    status = ClinicalStatus.RESOLVED if entry.ended and _active(entry) else _shown_status(entry)
    return {
        "resourceType": "Condition",
        "clinicalStatus": concept_of(codes.CONDITION_CLINICAL, status.value),
        **_optional("verificationStatus", _coded(codes.CONDITION_VERIFICATION, entry.verification)),
        "category": [
            concept_of(codes.CONDITION_CATEGORY, "problem-list-item"),
            *([concept_of(codes.ALD, str(entry.ald))] if entry.ald else []),
        ],
        **_optional("severity", _severity(entry.severity)),
        "code": _concept(entry.text, entry.codings, place),
        "subject": place.patient,
        **_optional("onsetDateTime", entry.onset and entry.onset.iso),
        **_optional("abatementDateTime", entry.ended and entry.ended.iso),
        **_note(entry),
    }


def _allergy(entry: Allergy, place: Place) -> Json:
    side_effect = entry.type is AllergyType.SIDE_EFFECT
    kind = AllergyType.INTOLERANCE if side_effect else entry.type
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": concept_of(codes.ALLERGY_CLINICAL, _shown_status(entry).value),
        **_optional("verificationStatus", _coded(codes.ALLERGY_VERIFICATION, entry.verification)),
        **_optional("type", kind and kind.value),
        **({"_type": _extended(codes.SIDE_EFFECT, "valueBoolean", True)} if side_effect else {}),
        **_optional("criticality", entry.criticality and entry.criticality.value),
        "code": _concept(entry.text, entry.codings, place),
        "patient": place.patient,
        **_optional("onsetDateTime", entry.onset and entry.onset.iso),
        **_note(entry),
        **_optional("reaction", [_reaction(reaction, place) for reaction in entry.reactions]),
    }


def _reaction(reaction: Reaction, place: Place) -> Json:
    return {
        "manifestation": [_concept(reaction.text, reaction.codings, place)],
        **_optional("severity", reaction.severity and reaction.severity.value),
    }


def _medication(entry: Medication, place: Place) -> list[tuple[str, Json]]:
    code = _concept(entry.text, entry.codings, place)
    form = _concept(entry.form, [entry.form_coding] if entry.form_coding else (), place)
    route = _concept(entry.route, [entry.route_coding] if entry.route_coding else (), place)
    product = {
        **_optional("form", form),
        **_optional("ingredient", [{"itemCodeableConcept": {"text": inn}} for inn in entry.ingredients]),
    }
    if entry.strength:
        product = {**_extended(codes.STRENGTH, "valueString", entry.strength), "code": code, **product}
    elif product:
        product = {"code": code, **product}
    dosage = {
        **_optional("text", entry.dosage),
        **({} if entry.as_needed is None else {"asNeededBoolean": entry.as_needed}),
        **_optional("route", route),
    }
    period = {
        **_optional("start", entry.start and entry.start.iso),
        **_optional("end", entry.stop and entry.stop.iso),
    }
    prescriber = _extended(codes.PRESCRIBER, "valueString", entry.prescriber) if entry.prescriber else {}
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
        **_optional("reasonCode", [{"text": entry.reason}] if entry.reason else []),
        **_note(entry),
        **_optional("dosage", [dosage] if dosage else []),
    }
    made = [("", statement)]
    return [*made, ("medication", {"resourceType": "Medication", **product})] if product else made


def _immunization(entry: Immunization, place: Place) -> Json:
    number = {"doseNumberString": entry.dose} if entry.dose else {"_doseNumberString": absent("unknown")}
    applied = {**_optional("targetDisease", [{"text": entry.target}] if entry.target else []), **number}
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": _concept(entry.text, entry.codings, place),
        "patient": place.patient,
        **dated("occurrenceDateTime", entry.given),
        **_optional("lotNumber", entry.batch),
        **_note(entry),
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
        **_optional("category", [concept_of(codes.OBSERVATION_CATEGORY, category)] if category else []),
        "code": _concept(entry.text, entry.codings, place),
        "subject": place.patient,
        **(_to_the_day(entry.at) if result else dated("effectiveDateTime", entry.at)),
        **_optional("performer", known),
        **_value(entry, place),
        **_optional("interpretation", _interpretation(entry.interpretation)),
        **_note(entry),
        **_optional("referenceRange", [{"text": entry.reference}] if entry.reference else []),
    }


def _to_the_day(at: PartialDate | None) -> Json:
    """A result of IPS is dated at least to the day (ips-1): a year alone stands beside, in its own words."""
    if at is None or len(at.iso) == len("1998-03-14"):
        return dated("effectiveDateTime", at)
    partly = _extended(codes.PARTIAL_DATE, "valueDateTime", at.iso)["extension"]
    return {"_effectiveDateTime": {"extension": absent("unknown")["extension"] + partly}}


def _value(entry: Observation, place: Place) -> Json:
    match entry.value:
        case Quantity() as value:
            code = {"system": codes.UCUM, "code": value.ucum} if value.ucum else {}
            return {
                "valueQuantity": {
                    "value": Number(value.value),
                    **_optional("comparator", value.comparator),
                    **_optional("unit", value.unit),
                    **code,
                }
            }
        case Coding() as value:
            return {"valueCodeableConcept": {"coding": [_coding(value, place)]}}
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
        "code": _concept(entry.text, entry.codings, place),
        "subject": place.patient,
        **dated("performedDateTime", entry.performed),
        **_optional("bodySite", [{"text": entry.site}] if entry.site else []),
        **_note(entry),
    }


def _device(entry: Device, place: Place) -> list[tuple[str, Json]]:
    statement = {
        "resourceType": "DeviceUseStatement",
        "status": "active",
        "subject": place.patient,
        **dated("timingDateTime", entry.since),
        "device": {"reference": place.part("device")},
        **_optional("bodySite", {"text": entry.site} if entry.site else {}),
        **_note(entry),
    }
    device = {"resourceType": "Device", "type": _concept(entry.text, entry.codings, place)}
    return [("", statement), ("device", device)]


def _flag(entry: Alert, place: Place) -> Json:
    return {
        "resourceType": "Flag",
        **_own_note(entry),
        "status": "active",
        "code": _concept(entry.text, entry.codings, place),
        "subject": place.patient,
        **_optional("period", {"start": entry.since.iso} if entry.since else {}),
    }


def _remark(entry: Remark, place: Place) -> Json:
    words = base64.b64encode(entry.text.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        **_own_note(entry),
        "status": "current",
        **_optional("type", _concept("", entry.codings, place)),
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
        **_optional("context", {"period": {"start": entry.since.iso}} if entry.since else {}),
    }


def _concept(words: str, codings: Iterable[Coding], place: Place) -> Json:
    coded = [_coding(coding, place) for coding in codings]
    return {**_optional("coding", coded), **_optional("text", words)}


def _coding(coding: Coding, place: Place) -> Json:
    made = {
        **_optional("system", coding.system),
        **_optional("code", coding.code),
        **_optional("display", coding.display),
    }
    if coding.display and coding.language:
        made["_display"] = {"extension": [_translation(coding.language, coding.display)]}
    return made


def _translation(language: str, words: str) -> Json:
    """The words and their language; R4 has nothing else that tells the language of a display."""
    return {
        "url": codes.TRANSLATION,
        "extension": [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": words}],
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


def _note(entry: Entry) -> Json:
    return {"note": [{"text": entry.note}]} if entry.note else {}


def _own_note(entry: Entry) -> Json:
    """Of a resource that has no ``note``."""
    return _extended(codes.NOTE, "valueString", entry.note) if entry.note else {}


def _extended(url: str, kind: str, value: object) -> Json:
    return {"extension": [{"url": url, kind: value}]}


def _optional(name: str, value: object) -> Json:
    """Nothing where there is nothing: FHIR knows no empty text, list or object."""
    return {name: value} if value else {}
