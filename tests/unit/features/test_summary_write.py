"""A summary as FHIR document: shape, states and traps of features A.1, A.2, A.5, A.6."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from desktop.features.summary.domain import entries as e
from desktop.features.summary.domain.sections import REQUIRED, RULES, SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection
from desktop.features.summary.domain.wording import said, spoken
from desktop.features.summary.ips import narrative
from desktop.features.summary.ips.profiles import Profile
from desktop.features.summary.ips.write import write
from tests.samples.summaries import SUMMARY

TITLE = "Résumé patient"
UNKNOWN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}


def bundle(summary: Summary = SUMMARY, profile: Profile = Profile.IPS) -> dict[str, Any]:
    read = json.loads(write(summary, TITLE, profile))
    assert isinstance(read, dict)
    return read


def with_sections(*sections: SummarySection) -> Summary:
    """The required ones are unavailable where they are not among *sections*."""
    given = {section.key for section in sections}
    rest = [SummarySection(key, SectionState.UNAVAILABLE) for key in REQUIRED if key not in given]
    return replace(SUMMARY, sections=(*rest, *sections))


def resources(made: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in made["entry"] if one["resource"]["resourceType"] == kind]


def section(made: dict[str, Any], key: SectionKey) -> dict[str, Any]:
    sections = made["entry"][0]["resource"]["section"]
    found = [one for one in sections if one["code"]["coding"][0]["code"] == RULES[key].loinc]
    assert len(found) == 1, key
    return dict(found[0])


def one(entry: e.Entry, key: SectionKey, kind: str) -> dict[str, Any]:
    made = bundle(with_sections(SummarySection(key, SectionState.LINES, (entry,))))
    found = resources(made, kind)
    assert len(found) == 1
    return found[0]


def test_the_composition_comes_first_and_names_patient_and_author() -> None:
    made = bundle()
    composition = made["entry"][0]["resource"]
    assert composition["resourceType"] == "Composition"
    assert composition["type"]["coding"][0] == {"system": "http://loinc.org", "code": "60591-5"}
    urls = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in made["entry"]}
    assert urls[composition["subject"]["reference"]] == "Patient"
    assert urls[composition["author"][0]["reference"]] == "Practitioner"
    assert urls[composition["custodian"]["reference"]] == "Organization"


def test_a_new_version_keeps_the_identifier_and_replaces_the_former_bundle() -> None:
    """features A.5."""
    made = bundle()
    composition = made["entry"][0]["resource"]
    assert composition["identifier"]["value"] == SUMMARY.identifier
    assert made["identifier"]["value"] == SUMMARY.bundle
    assert composition["relatesTo"] == [
        {"code": "replaces", "targetIdentifier": {"system": "urn:ietf:rfc:3986", "value": SUMMARY.replaces}}
    ]
    assert "relatesTo" not in bundle(replace(SUMMARY, replaces=""))["entry"][0]["resource"]


def test_ids_are_lower_case_uuids_derived_from_the_bundle_s() -> None:
    urls = [entry["fullUrl"] for entry in bundle()["entry"]]
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", url) for url in urls)
    assert len(set(urls)) == len(urls)
    assert write(SUMMARY, TITLE) == write(SUMMARY, TITLE)
    other = bundle(replace(SUMMARY, bundle="urn:uuid:00000000-0000-4000-8000-000000000000"))
    assert not set(urls) & {entry["fullUrl"] for entry in other["entry"]}


def test_decimals_stay_as_they_were_written() -> None:
    assert b'"value":7.20,' in write(SUMMARY, TITLE)
    assert b'"value":72.50,' in write(SUMMARY, TITLE)


def test_a_required_section_that_is_undecided_is_not_written() -> None:
    """CF-083."""
    for key in REQUIRED:
        with pytest.raises(ValueError, match="undecided"):
            write(with_sections(SummarySection(key, SectionState.UNDECIDED)), TITLE)
        left_out = tuple(one for one in SUMMARY.sections if one.key is not key)
        with pytest.raises(ValueError, match="undecided"):
            write(replace(SUMMARY, sections=left_out), TITLE)


@pytest.mark.parametrize(
    ("key", "kind", "code"),
    [
        (SectionKey.ALLERGIES, "AllergyIntolerance", "716186003"),
        (SectionKey.PROBLEMS, "Condition", "160245001"),
        (SectionKey.MEDICATION, "MedicationStatement", "787481004"),
    ],
)
def test_none_known_of_a_required_section_is_an_entry(key: SectionKey, kind: str, code: str) -> None:
    """CF-084."""
    made = bundle(with_sections(SummarySection(key, SectionState.NONE_KNOWN)))
    assert "emptyReason" not in section(made, key)
    [resource] = resources(made, kind)
    concept = resource.get("code") or resource["medicationCodeableConcept"]
    assert concept["coding"] == [{"system": "http://snomed.info/sct", "code": code}]
    if kind == "MedicationStatement":
        assert resource["_effectiveDateTime"]["extension"][0]["valueCode"] == "not-applicable"


@pytest.mark.parametrize(
    ("state", "reason"), [(SectionState.UNAVAILABLE, "unavailable"), (SectionState.NOT_ASKED, "notasked")]
)
def test_not_known_of_a_required_section_is_an_empty_reason(state: SectionState, reason: str) -> None:
    """CF-084."""
    for key in REQUIRED:
        found = section(bundle(with_sections(SummarySection(key, state))), key)
        assert found["emptyReason"]["coding"][0]["code"] == reason
        assert "entry" not in found


def test_what_the_patient_objects_to_leaves_no_trace() -> None:
    """CF-086: neither line nor note nor ``withheld``; its section looks like an unknown one."""
    secret = (e.Problem(text="secret"),)
    refused = [
        SummarySection(key, SectionState.REFUSED, secret, note="secret")
        for key in (SectionKey.PROBLEMS, SectionKey.SOCIAL_HISTORY)
    ]
    content = write(with_sections(*refused), TITLE)
    assert b"secret" not in content and b"withheld" not in content
    assert content == write(
        with_sections(SummarySection(SectionKey.PROBLEMS, SectionState.UNAVAILABLE)), TITLE
    )


def test_an_optional_section_without_lines() -> None:
    made = bundle(
        with_sections(
            SummarySection(SectionKey.PREGNANCY, SectionState.NONE_KNOWN),
            SummarySection(SectionKey.VITAL_SIGNS, SectionState.NOT_ASKED),
        )
    )
    assert section(made, SectionKey.PREGNANCY)["emptyReason"]["coding"][0]["code"] == "nilknown"
    codes = [one["code"]["coding"][0]["code"] for one in made["entry"][0]["resource"]["section"]]
    assert RULES[SectionKey.VITAL_SIGNS].loinc not in codes


@pytest.mark.parametrize(
    ("entry", "key", "kind", "name"),
    [
        (e.Medication(text="x"), SectionKey.MEDICATION, "MedicationStatement", "effectiveDateTime"),
        (e.Immunization(text="x"), SectionKey.IMMUNIZATIONS, "Immunization", "occurrenceDateTime"),
        (e.Procedure(text="x"), SectionKey.PROCEDURES, "Procedure", "performedDateTime"),
        (e.Device(text="x"), SectionKey.DEVICES, "DeviceUseStatement", "timingDateTime"),
        (e.Observation(text="x", value="y"), SectionKey.RESULTS, "Observation", "effectiveDateTime"),
    ],
)
def test_a_day_that_is_not_known_is_absent_never_another(
    entry: e.Entry, key: SectionKey, kind: str, name: str
) -> None:
    """features A.6."""
    resource = one(entry, key, kind)
    assert name not in resource
    assert resource[f"_{name}"] == UNKNOWN


def test_a_year_stays_a_year() -> None:
    """features A.6: never padded; a result, which IPS dates to the day (ips-1), has it beside."""
    assert (
        one(e.Problem(text="x", onset=e.PartialDate("1998")), SectionKey.PROBLEMS, "Condition")[
            "onsetDateTime"
        ]
        == "1998"
    )
    result = e.Observation(text="x", value="y", at=e.PartialDate("1998"))
    resource = one(result, SectionKey.RESULTS, "Observation")
    assert "effectiveDateTime" not in resource
    assert {"url": "urn:dsp:extension:partial-date", "valueDateTime": "1998"} in resource[
        "_effectiveDateTime"
    ]["extension"]
    assert one(result, SectionKey.SOCIAL_HISTORY, "Observation")["effectiveDateTime"] == "1998"


def test_a_refuted_allergy_is_sent_neither_as_active_nor_left_out() -> None:
    """features A.6."""
    resource = one(
        e.Allergy(text="x", verification=e.Verification.REFUTED), SectionKey.ALLERGIES, "AllergyIntolerance"
    )
    assert resource["clinicalStatus"]["coding"][0]["code"] == "inactive"
    assert resource["verificationStatus"]["coding"][0]["code"] == "refuted"


def test_a_display_tells_its_language() -> None:
    """features A.5: nothing of ours is shown as an official name."""
    coding = e.Coding("http://hl7.org/fhir/sid/icd-10", "E11", "Type 2 diabetes mellitus", "en")
    code = one(e.Problem(text="Diabète", codings=(coding,)), SectionKey.PROBLEMS, "Condition")["code"]
    assert code["text"] == "Diabète"
    [told] = code["coding"]
    assert told["display"] == "Type 2 diabetes mellitus"
    assert told["_display"]["extension"][0]["extension"][0] == {"url": "lang", "valueCode": "en"}


@pytest.mark.parametrize("profile", Profile)
def test_the_narrative_says_what_the_entries_say(profile: Profile) -> None:
    """CF-089: ``generated`` where it is all from entries, ``additional`` where a note stands beside."""
    made = bundle(SUMMARY, profile)
    language = spoken(SUMMARY.language)
    for written in SUMMARY.sections:
        if not written.key or not written.entries or written.key is SectionKey.PAST_PROBLEMS:
            continue
        found = section(made, written.key)
        lines = narrative.lines(found["text"]["div"])
        assert [said(entry, language).line for entry in written.entries] == list(
            lines[: len(written.entries)]
        )
        assert found["text"]["status"] == ("additional" if written.note else "generated")
        assert 'lang="fr" xml:lang="fr"' in found["text"]["div"]


def test_the_european_summary_asks_for_procedures_and_devices() -> None:
    """CF-090."""
    made = bundle(with_sections(), Profile.EU_EPS)
    for key in (SectionKey.PROCEDURES, SectionKey.DEVICES):
        assert section(made, key)["emptyReason"]["coding"][0]["code"] == "unavailable"
    asked = with_sections(SummarySection(SectionKey.DEVICES, SectionState.NONE_KNOWN))
    reason = section(bundle(asked, Profile.EU_EPS), SectionKey.DEVICES)["emptyReason"]
    assert reason["coding"][0]["code"] == "nilknown"


def test_the_european_summary_has_past_problems_among_the_problems() -> None:
    """features A.6: resolved, and only there."""
    made = bundle(SUMMARY, Profile.EU_EPS)
    codes = [one["code"]["coding"][0]["code"] for one in made["entry"][0]["resource"]["section"]]
    assert RULES[SectionKey.PAST_PROBLEMS].loinc not in codes
    states = [one["clinicalStatus"]["coding"][0]["code"] for one in resources(made, "Condition")]
    assert states == ["active", "active", "resolved"]
    past = SummarySection(SectionKey.PAST_PROBLEMS, SectionState.LINES, (e.Problem(text="x"),))
    none = SummarySection(SectionKey.PROBLEMS, SectionState.NONE_KNOWN)
    [only] = resources(bundle(with_sections(none, past), Profile.EU_EPS), "Condition")
    assert only["clinicalStatus"]["coding"][0]["code"] == "resolved"
