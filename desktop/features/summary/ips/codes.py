"""Systems, codes and extensions of a summary in FHIR, for whom writes and whom reads it."""

from typing import Final

from desktop.features.summary.domain.sections import SectionState

LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
UCUM: Final = "http://unitsofmeasure.org"
URI: Final = "urn:ietf:rfc:3986"
MATRICULE: Final = "urn:oid:1.3.182.4.4"
EHEALTH_ID: Final = "urn:oid:1.3.182.2.4.3"
ALD: Final = "urn:dsp:ald"
SUMMARY: Final = "60591-5"

_TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem/"
CONDITION_CLINICAL: Final = f"{_TERMINOLOGY}condition-clinical"
CONDITION_VERIFICATION: Final = f"{_TERMINOLOGY}condition-ver-status"
CONDITION_CATEGORY: Final = f"{_TERMINOLOGY}condition-category"
ALLERGY_CLINICAL: Final = f"{_TERMINOLOGY}allergyintolerance-clinical"
ALLERGY_VERIFICATION: Final = f"{_TERMINOLOGY}allergyintolerance-verification"
OBSERVATION_CATEGORY: Final = f"{_TERMINOLOGY}observation-category"
ABSENT_REASON: Final = f"{_TERMINOLOGY}data-absent-reason"
EMPTY_REASON: Final = f"{_TERMINOLOGY}list-empty-reason"
ACT_CLASS: Final = f"{_TERMINOLOGY}v3-ActClass"
ABSENT_UNKNOWN: Final = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"  # of IPS up to 1.1

_STANDARD: Final = "http://hl7.org/fhir/StructureDefinition/"
DATA_ABSENT: Final = f"{_STANDARD}data-absent-reason"
VERSION_NUMBER: Final = f"{_STANDARD}composition-clinicaldocument-versionNumber"
TRANSLATION: Final = f"{_STANDARD}translation"
ALLERGY_ABATEMENT: Final = f"{_STANDARD}allergyintolerance-abatement"

# What base R4 has no element for; a reader that does not know them finds the same words in the narrative.
_OWN: Final = "urn:dsp:extension:"
NOTE: Final = f"{_OWN}note"
SIDE_EFFECT: Final = f"{_OWN}side-effect"
STRENGTH: Final = f"{_OWN}strength"
PRESCRIBER: Final = f"{_OWN}prescriber"
PARTIAL_DATE: Final = f"{_OWN}partial-date"

SEVERITY: Final = {"mild": "255604002", "moderate": "6736007", "severe": "24484000"}
"""SNOMED CT codes of FHIR's condition-severity."""

EMPTY: Final = {
    SectionState.NONE_KNOWN: "nilknown",
    SectionState.UNAVAILABLE: "unavailable",
    SectionState.NOT_ASKED: "notasked",
}
"""FHIR list-empty-reason of a section without entries. ``withheld`` is never sent (CF-086)."""

INTERPRETATION: Final = f"{_TERMINOLOGY}v3-ObservationInterpretation"
FLAGS: Final = frozenset(("H", "HH", "L", "LL", "N", "A", "AA", "POS", "NEG", "IND"))
"""Flags of laboratories that are codes of HL7 as they stand."""
