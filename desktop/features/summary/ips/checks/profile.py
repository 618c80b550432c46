"""What IPS 2.0.1 and the European Patient Summary 1.0.0 ask beyond base R4 (features A.1, A.2)."""

from typing import Any, Final

from desktop.common.json_tree import each, node, words
from desktop.features.summary.domain.none_known import NONE_KNOWN
from desktop.features.summary.domain.sections import REQUIRED, RULES, SECTIONS, SectionKey
from desktop.features.summary.ips import codes
from desktop.features.summary.ips.checks.fault import Found, Place
from desktop.features.summary.ips.profiles import EPS_REQUIRED, Profile

Json = dict[str, Any]

_ENTRY: Final = {
    SectionKey.ALERTS: ("Flag",),
    SectionKey.ALLERGIES: ("AllergyIntolerance",),
    SectionKey.PROBLEMS: ("Condition",),
    SectionKey.MEDICATION: ("MedicationStatement",),
    SectionKey.IMMUNIZATIONS: ("Immunization",),
    SectionKey.RESULTS: ("Observation",),
    SectionKey.PROCEDURES: ("Procedure",),
    SectionKey.DEVICES: ("DeviceUseStatement",),
    SectionKey.PAST_PROBLEMS: ("Condition",),
    SectionKey.PREGNANCY: ("Observation",),
    SectionKey.SOCIAL_HISTORY: ("Observation",),
    SectionKey.VITAL_SIGNS: ("Observation",),
}
"""Beside these, each section takes a DocumentReference; those without any may hold other types too."""

_NEEDED: Final = {
    "Condition": ("code", "subject"),
    "AllergyIntolerance": ("code", "patient"),
    "MedicationStatement": ("subject", "effective"),
    "Immunization": ("patient", "occurrence"),
    "Procedure": ("code", "subject", "performed"),
    "DeviceUseStatement": ("subject", "timing"),
    "Medication": ("code",),
    "Patient": ("name", "birthDate"),
    "Practitioner": ("name",),
    "Organization": ("name",),
}
_KEYS: Final = {rule.loinc: rule.key for rule in SECTIONS}
_ROOT: Final[Place] = (None, "Bundle")


def check(bundle: Json, profile: Profile, found: Found) -> None:
    """Everything that decides whether *bundle* is one of *profile*."""
    entries = each(bundle, "entry")
    resources = {words(entry, "fullUrl"): node(entry, "resource") for entry in entries}
    places = {words(entry, "fullUrl"): ((_ROOT, "entry"), number) for number, entry in enumerate(entries)}
    kinds = [words(resource, "resourceType") for resource in resources.values()]
    if kinds.count("Composition") != 1:
        found.fault("bdl-ips-1", _ROOT)
    if "Patient" not in kinds:
        found.fault("ips-patient", _ROOT)
    for url, resource in resources.items():
        for name in _NEEDED.get(words(resource, "resourceType"), ()):
            if not any(given.lstrip("_").startswith(name) for given in resource):
                found.fault("ips-cardinality", (places[url], name))
        if resource.get("resourceType") == "Flag" and resource.get("status") != "active":
            found.fault("ips-flag", (places[url], "status"))
    composition = node(entries[0], "resource") if entries else {}
    here: Place = (((_ROOT, "entry"), 0), "resource")
    if words(composition, "type", "coding", 0, "code") != codes.SUMMARY:
        found.fault("ips-type", (here, "type"))
    if words(resources.get(words(composition, "subject", "reference"), {}), "resourceType") != "Patient":
        found.fault("ips-subject", (here, "subject"))
    _sections(composition, resources, profile, here, found)


def _sections(
    composition: Json, resources: dict[str, Json], profile: Profile, here: Place, found: Found
) -> None:
    met: set[SectionKey] = set()
    needed = REQUIRED if profile is Profile.IPS else (*REQUIRED, *EPS_REQUIRED)
    if not each(composition, "section"):
        found.fault("ips-cardinality", (here, "section"))
    for number, section in enumerate(each(composition, "section")):
        place: Place = ((here, "section"), number)
        for name in ("title", "code", "text"):
            if name not in section:
                found.fault("ips-cardinality", (place, name))
        if "section" in section:
            found.fault("ips-nested", (place, "section"))
        key = _KEYS.get(words(section, "code", "coding", 0, "code"))
        empty = words(section, "emptyReason", "coding", 0, "code")
        if empty == "withheld":  # it would betray that something is hidden (CF-086)
            found.fault("withheld", (place, "emptyReason"))
        if not section.get("entry") and not empty and (key in needed or profile is Profile.EU_EPS):
            found.fault("ips-comp-1", place)
        if key is None:
            continue
        if key in met:
            found.fault("ips-section-twice", (place, "code"))
        met.add(key)
        if key is SectionKey.PAST_PROBLEMS and profile is Profile.EU_EPS:
            found.fault("eps-past-problems", (place, "code"))
        _entries(section, key, resources, place, found)
    for key in needed:
        if key not in met:
            found.fault(f"section-{RULES[key].loinc}", (here, "section"))


def _entries(section: Json, key: SectionKey, resources: dict[str, Json], place: Place, found: Found) -> None:
    named = [resources.get(words(reference, "reference"), {}) for reference in each(section, "entry")]
    denials = 0
    for number, resource in enumerate(named):
        at: Place = ((place, "entry"), number)
        kind = words(resource, "resourceType")
        if key in _ENTRY and kind not in (*_ENTRY[key], "DocumentReference"):
            found.fault("ips-entry-type", at)
        concept = resource.get("code") or resource.get("medicationCodeableConcept")
        denials += words(concept, "coding", 0, "code") == NONE_KNOWN.get(key, "-")
        if key is SectionKey.RESULTS and kind == "Observation":
            _result(resource, at, found)
    if denials and len(named) > 1:  # a contradiction that validators accept (features A.6)
        found.fault("none-and-some", place)


def _result(observation: Json, place: Place, found: Found) -> None:
    """Of a laboratory: category, performer, a time known to the day (ips-1), a value or why not (ips-2)."""
    if words(observation, "category", 0, "coding", 0, "code") != "laboratory":
        found.fault("ips-category", place)
    for name in ("subject", "performer"):
        if name not in observation:
            found.fault("ips-cardinality", (place, name))
    effective = words(observation, "effectiveDateTime")
    if not effective and not any(name.lstrip("_").startswith("effective") for name in observation):
        found.fault("ips-cardinality", (place, "effective"))
    if effective and len(effective) < len("2026-01-01"):
        found.fault("ips-1", place)
    told = ("value", "dataAbsentReason", "hasMember", "component")
    if not any(name.lstrip("_").startswith(told) for name in observation):
        found.fault("ips-2", place)
