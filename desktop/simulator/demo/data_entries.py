"""What the demo's papers say, as FHIR resources: a problem, an allergy, a medicine, a result."""

import re
from typing import Any

from desktop.simulator import wire_names as names
from desktop.simulator.demo import phrase_bank
from desktop.simulator.demo.data_frame import (
    DataDocument,
    Reference,
    Resource,
    coded,
    number,
    status,
    unknown,
)
from desktop.simulator.demo.phrase_bank import Analyte, Topic

_ATC, _ICD = "http://www.whocc.no/atc", "http://hl7.org/fhir/sid/icd-10"
_UCUM = "http://unitsofmeasure.org"
_ALD = "urn:dsp:ald"
_SNOMED = "http://snomed.info/sct"
_PRODUCT = re.compile(r"(?P<name>\D+?) (?P<value>\d+(?:,\d+)?) (?P<unit>mg|g|µg)(?:, (?P<form>.+))?")
_UNITS = {"µg": "ug"}
_NONE = {"allergy": "716186003", "problem": "160245001", "medication": "787481004"}


def problem(document: DataDocument, topic: Topic) -> Reference:
    """A Condition with its ICD-10 category and its number of the list of 32."""
    kinds = [status("condition-category", "problem-list-item")]
    if topic.ald:
        kinds.append(coded(_ALD, str(topic.ald)))
    return document.add(
        f"problem {topic.key}",
        {
            "resourceType": "Condition",
            "clinicalStatus": status("condition-clinical", "active"),
            "category": kinds,
            "code": coded(_ICD, phrase_bank.codes("topics").get(topic.key, ""), topic.label),
            "subject": document.patient,
        },
    )


def allergy(document: DataDocument, words: str) -> Reference:
    """« Pénicilline (éruption en 2009) »: what, and in brackets what happened."""
    substance, _, what = words.rstrip(")").partition(" (")
    happened, _, year = what.partition(" en ")
    resource: Resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": status("allergyintolerance-clinical", "active"),
        "type": "allergy",
        "code": {"text": substance},
        "patient": document.patient,
    }
    if year:
        resource["onsetDateTime"] = year
    if happened:
        resource["reaction"] = [{"manifestation": [{"text": happened}]}]
    return document.add(f"allergy {substance}", resource)


def none_known(document: DataDocument, kind: str) -> Reference:
    """« Aucune connue » said by a code of IPS 2.0, not by silence."""
    words = {"allergy": "Aucune allergie connue", "problem": "Aucun problème connu"}
    concept = coded(_SNOMED, _NONE[kind], words.get(kind, "Aucun traitement connu"))
    if kind == "allergy":
        resource: Resource = {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": status("allergyintolerance-clinical", "active"),
            "code": concept,
            "patient": document.patient,
        }
    elif kind == "problem":
        resource = {
            "resourceType": "Condition",
            "clinicalStatus": status("condition-clinical", "active"),
            "code": concept,
            "subject": document.patient,
        }
    else:
        resource = {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationCodeableConcept": concept,
            "subject": document.patient,
        } | unknown("effectiveDateTime")
    return document.add(f"no {kind}", resource)


def statement(document: DataDocument, key: str) -> Reference:
    """What a patient takes: a MedicationStatement."""
    return document.add(
        f"statement {key}",
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationReference": _product(document, key),
            "subject": document.patient,
            "dosage": [{"text": phrase_bank.drugs()[key][1]}],
        }
        | unknown("effectiveDateTime"),
    )


def request(document: DataDocument, key: str) -> Reference:
    """One line of an ordonnance."""
    _, posology, quantity = phrase_bank.drugs()[key]
    return document.add(
        f"request {key}",
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationReference": _product(document, key),
            "subject": document.patient,
            "authoredOn": document.day,
            "requester": document.author,
            "dosageInstruction": [{"text": posology}],
            "note": [{"text": f"Quantité : {quantity}"}],
        },
    )


def dispensed(document: DataDocument, key: str) -> Reference:
    """What the pharmacy delivered."""
    return document.add(
        f"dispense {key}",
        {
            "resourceType": "MedicationDispense",
            "status": "completed",
            "medicationReference": _product(document, key),
            "subject": document.patient,
            "performer": [{"actor": document.author}],
            "whenHandedOver": document.day,
            "dosageInstruction": [{"text": phrase_bank.drugs()[key][1]}],
        },
    )


def result(document: DataDocument, name: str, analyte: Analyte, value: float) -> Reference:
    """An Observation with the value, the unit and the reference range that the page prints."""
    loinc, ucum = phrase_bank.codes("analytes").get(name, ("", ""))
    quantity: Resource = {"value": number(analyte.shown(value))}
    if analyte.unit or ucum:
        quantity["unit"] = analyte.unit or ucum
    if ucum:
        quantity |= {"system": _UCUM, "code": ucum}
    flag = {"H": "H", "B": "L"}.get(analyte.flag(value), "")
    resource: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "category": [status("observation-category", "laboratory")],
        "code": coded(names.LOINC, loinc, analyte.label.strip()),
        "subject": document.patient,
        "effectiveDateTime": document.day,
        "performer": [document.author],
        "valueQuantity": quantity,
        "referenceRange": [{"text": analyte.reference()}],
    }
    if flag:
        resource["interpretation"] = [status("v3-ObservationInterpretation", flag)]
    return document.add(f"result {name}", resource)


def vaccine(document: DataDocument, words: str, given: str) -> Reference:
    """An Immunization; *given* a year, "" where the page says « à jour » only."""
    when = {"occurrenceDateTime": given} if given else unknown("occurrenceDateTime")
    return document.add(
        f"vaccine {words}",
        {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": {"text": words},
            "patient": document.patient,
        }
        | when,
    )


def _product(document: DataDocument, key: str) -> Reference:
    """A Medication: substance with its ATC code, strength and form, where its name tells them."""
    name = phrase_bank.drugs()[key][0]
    told = _PRODUCT.fullmatch(name)
    atc = phrase_bank.codes("drugs").get(key, "")
    words = told["name"] if told else name
    resource: Resource = {"resourceType": "Medication", "code": coded(_ATC, atc, words)}
    if told:
        unit = told["unit"]
        amount = {
            "value": number(told["value"]), "unit": unit, "system": _UCUM, "code": _UNITS.get(unit, unit)
        }  # fmt: skip
        strength = {"numerator": amount, "denominator": {"value": 1}}
        resource["ingredient"] = [{"itemCodeableConcept": coded(_ATC, atc, words), "strength": strength}]
        if told["form"]:
            resource["form"] = {"text": told["form"]}
    return document.add(f"product {key}", resource)
