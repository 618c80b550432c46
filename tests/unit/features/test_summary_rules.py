"""The profile's rules beyond base R4, each broken once; base R4 has its judge in ``tests/ips``."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import Failure
from desktop.domain.texts import failure_text
from desktop.features.summary.domain import entries as e
from desktop.features.summary.domain.publication import PublishingCode
from desktop.features.summary.domain.sections import REQUIRED, SectionKey, SectionState
from desktop.features.summary.domain.summary import SummarySection
from desktop.features.summary.ips.checks.structure import MOST_PLANS, kinds
from desktop.features.summary.ips.checks.ucum import is_unit
from desktop.features.summary.ips.profiles import Profile
from desktop.features.summary.ips.rules import base_faults, faults
from desktop.features.summary.ips.write import write
from desktop.features.summary.service.issuing import prepared
from tests.samples.summaries import SUMMARY

Json = dict[str, Any]
GOOD = {profile: write(SUMMARY, "Résumé patient", profile) for profile in Profile}


def rules(change: Callable[[Json], object], profile: Profile = Profile.IPS) -> set[str]:
    bundle = json.loads(GOOD[profile])
    change(bundle)
    return {fault.rule for fault in faults(json.dumps(bundle).encode(), profile)}


def composition(bundle: Json) -> Json:
    found = bundle["entry"][0]["resource"]
    assert isinstance(found, dict)
    return found


def section(bundle: Json, loinc: str) -> Json:
    sections: list[Json] = composition(bundle)["section"]
    return next(one for one in sections if one["code"]["coding"][0]["code"] == loinc)


def resource(bundle: Json, kind: str) -> Json:
    resources: list[Json] = [one["resource"] for one in bundle["entry"]]
    return next(one for one in resources if one["resourceType"] == kind)


def nest(bundle: Json) -> None:
    inner = {"title": "x", "text": section(bundle, "8716-3")["text"]}
    section(bundle, "8716-3")["section"] = [inner]


def mix(bundle: Json) -> None:
    section(bundle, "11450-4")["entry"].append(section(bundle, "48765-2")["entry"][0])


def recategorise(bundle: Json) -> None:
    resource(bundle, "Observation")["category"][0]["coding"][0]["code"] = "exam"


@pytest.mark.parametrize("profile", Profile)
def test_what_we_write_may_be_published(profile: Profile) -> None:
    assert faults(GOOD[profile], profile) == ()


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("ips-type", lambda b: composition(b)["type"]["coding"][0].update(code="11488-4")),
        ("ips-subject", lambda b: composition(b)["subject"].update(composition(b)["author"][0])),
        ("ips-cardinality", lambda b: composition(b)["section"][0].pop("text")),
        ("ips-cardinality", lambda b: resource(b, "MedicationStatement").pop("effectivePeriod")),
        ("ips-cardinality", lambda b: resource(b, "Patient").pop("birthDate")),
        ("ips-nested", nest),
        ("ips-flag", lambda b: resource(b, "Flag").update(status="inactive")),
        ("ips-entry-type", mix),
        ("ips-section-twice", lambda b: composition(b)["section"].append(section(b, "8716-3"))),
        ("ips-1", lambda b: resource(b, "Observation").update(effectiveDateTime="2026")),
        ("ips-2", lambda b: resource(b, "Observation").pop("valueQuantity")),
        ("ips-category", recategorise),
        ("ips-comp-1", lambda b: section(b, "48765-2").pop("entry")),
    ],
)  # fmt: skip
def test_each_rule_of_ips(rule: str, change: Callable[[Json], object]) -> None:
    assert rule in rules(change)


@pytest.mark.parametrize("key", REQUIRED)
def test_a_required_section_cannot_be_missing(key: SectionKey) -> None:
    """CF-083."""
    loinc = {
        SectionKey.ALLERGIES: "48765-2",
        SectionKey.PROBLEMS: "11450-4",
        SectionKey.MEDICATION: "10160-0",
    }[key]
    assert f"section-{loinc}" in rules(lambda b: section(b, loinc)["code"]["coding"][0].update(code="x"))


def test_withheld_is_never_published() -> None:
    """CF-086: it would betray that something is hidden."""
    empty = replace(
        SUMMARY, sections=tuple(SummarySection(key, SectionState.UNAVAILABLE) for key in REQUIRED)
    )
    content = write(empty, "x")
    assert faults(content, Profile.IPS) == ()
    betraying = content.replace(b'"unavailable"', b'"withheld"')
    assert {fault.rule for fault in faults(betraying, Profile.IPS)} == {"withheld"}


def test_none_known_beside_an_entry_is_a_contradiction() -> None:
    """features A.6: validators accept it."""

    def contradict(bundle: Json) -> None:
        code = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}
        resource(bundle, "AllergyIntolerance")["code"] = code

    assert rules(contradict) == {"none-and-some"}


def test_the_european_summary_asks_for_more() -> None:
    """CF-090."""
    ips = {fault.rule for fault in faults(GOOD[Profile.IPS], Profile.EU_EPS)}
    assert ips == {"eps-past-problems"}
    without = rules(lambda b: section(b, "47519-4")["code"]["coding"][0].update(code="x"), Profile.EU_EPS)
    assert "section-47519-4" in without


def test_a_code_that_is_no_unit_is_found_before_publishing() -> None:
    wrong = e.Observation(text="x", value=e.Quantity("1", "foo", "foo"))
    changed = tuple(
        replace(one, entries=(wrong,)) if one.key is SectionKey.VITAL_SIGNS else one
        for one in SUMMARY.sections
    )
    found = base_faults(write(replace(SUMMARY, sections=changed), "x"))
    assert [fault.rule for fault in found] == ["ucum"]
    assert found[0].path.endswith(".valueQuantity")


def test_nothing_invalid_is_signed_and_the_line_is_named() -> None:
    """A bad unit is told by its line, before the PDF is written and the PIN asked."""
    wrong = e.Observation(text="Ferritine", value=e.Quantity("1", "foo", "foo"))
    changed = tuple(
        replace(one, entries=(wrong,)) if one.key is SectionKey.VITAL_SIGNS else one
        for one in SUMMARY.sections
    )

    def no_pdf(*_: object) -> bytes:
        raise AssertionError("nothing is written")

    refused = prepared(replace(SUMMARY, sections=changed), no_pdf)
    assert isinstance(refused, Failure)
    assert refused.code is PublishingCode.NOT_VALID
    assert dict(refused.facts) == {"rule": "ucum", "where": "Ferritine"}
    assert "Ferritine" in failure_text(refused)
    made = prepared(SUMMARY, lambda *_: b"%PDF")
    assert not isinstance(made, Failure) and faults(made.bundle, Profile.IPS) == ()


@pytest.mark.parametrize(
    ("code", "good"),
    [
        *((code, True) for code in ("mmol/L", "10*9/L", "mL/min/{1.73_m2}", "%", "mm[Hg]", "kg/m2", "ug/dL")),
        *((code, True) for code in ("/min", "[iU]/L", "Cel", "{ratio}", "1", "m[IU]/L", "umol/L", "g/24.h")),
        *((code, False) for code in ("", "bogus", "mmol / L", "mm Hg", "µg", "g/(L", "mmol/", "7.5 kg")),
    ],
)  # fmt: skip
def test_units(code: str, good: bool) -> None:
    assert is_unit(code) is good


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"resourceType":"Bundle"}', b'{"resourceType":"Bundle","entry":5}']
)
def test_what_is_no_document_has_a_fault(content: bytes) -> None:
    assert base_faults(content)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("url", "code", "system")), inner)
    ),
    max_leaves=4,
)
_NAMES = st.sampled_from(
    ("reference", "coding", "code", "system", "url", "div", "extension", "start", "entry", "value")
)


@given(_NAMES, _ANY)
@settings(max_examples=80)
def test_no_input_raises(name: str, value: object) -> None:
    """Anything under a name, wherever it stands."""

    def changed(node: object) -> object:
        if isinstance(node, dict):
            return {key: value if key == name else changed(item) for key, item in node.items()}
        return [changed(item) for item in node] if isinstance(node, list) else node

    faults(json.dumps(changed(json.loads(GOOD[Profile.IPS]))).encode(), Profile.IPS)


def test_no_document_fills_the_memory_with_its_names() -> None:
    """What is kept of one shape for the next is of the standard, and has an end."""
    kind = kinds()["Patient"]
    before = set(kind.plans)
    for number in range(20):
        assert base_faults(GOOD[Profile.IPS].replace(b'"gender"', f'"gender{number}"'.encode()))
    assert set(kind.plans) == before
    optional = [name for name in kind.members if name != "resourceType"]
    for number in range(2 * MOST_PLANS):
        names = [name for place, name in enumerate(optional) if number >> place & 1]
        base_faults(
            json.dumps({"resourceType": "Bundle", "entry": [{"resource": patient_of(names)}]}).encode()
        )
    assert len(kind.plans) == MOST_PLANS


def patient_of(names: list[str]) -> Json:
    return {"resourceType": "Patient", **dict.fromkeys(names, "x")}


@pytest.mark.parametrize("day", ["٢٠٢٦-٠١-٠١", "2026-٠١", "2026-01-01T1٠:00:00Z"])
def test_digits_are_ascii(day: str) -> None:
    def change(bundle: Json) -> None:
        composition(bundle)["date"] = day

    assert "type" in rules(change)


def test_a_name_that_stands_twice_is_no_json() -> None:
    """Two programs would read two documents."""
    twice = GOOD[Profile.IPS].replace(b'{"resourceType":', b'{"resourceType":"Bundle","resourceType":', 1)
    assert [fault.rule for fault in base_faults(twice)] == ["json"]
    deep = b'{"resourceType":"Bundle","entry":' + b"[" * 100 + b"]" * 100 + b"}"
    assert [fault.rule for fault in base_faults(deep)] == ["json"]
