"""Reading the summaries of others: imperfect ones are shown with a warning, and nothing is dropped."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import Failure
from desktop.domain.texts import Language
from desktop.features.summary.domain import entries as e
from desktop.features.summary.domain.reading import OddityKind, Reading, ReadingCode
from desktop.features.summary.domain.sections import RULES, SectionKey, SectionState
from desktop.features.summary.domain.summary import SummarySection
from desktop.features.summary.domain.wording import oddity_words
from desktop.features.summary.ips.read import MOST_REFERENCES, MOST_SECTIONS, read
from desktop.features.summary.ips.write import write
from tests.samples.summaries import SUMMARY

ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
SNOMED = "http://snomed.info/sct"


def document(*sections: dict[str, Any], **resources: dict[str, Any]) -> bytes:
    """A foreign document: sections as given, resources by the name under which they are referred to."""
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "language": "fr",
        "date": "2026-11-21T09:30:00Z",
        "subject": {"reference": "Patient/p"},
        "section": list(sections),
    }
    patient = {"resourceType": "Patient", "id": "p", "name": [{"family": "Rossi"}]}
    entries = [{"resource": composition}, {"fullUrl": "https://x.example/Patient/p", "resource": patient}]
    entries += [{"fullUrl": name, "resource": resource} for name, resource in resources.items()]
    return json.dumps({"resourceType": "Bundle", "type": "document", "entry": entries}).encode()


def section(key: SectionKey, *references: str, **more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": RULES[key].loinc}]}
    return {"code": code, "entry": [{"reference": name} for name in references], **more}


def shown(content: bytes) -> Reading:
    found = read(content)
    assert not isinstance(found, Failure)
    return found


def only(resource: dict[str, Any], key: SectionKey = SectionKey.PROBLEMS) -> SummarySection:
    [found] = shown(document(section(key, "a"), a=resource)).summary.sections
    return found


def coded(kind: str, system: str, code: str, **more: Any) -> dict[str, Any]:
    place = "medicationCodeableConcept" if kind.startswith("Medication") else "code"
    return {"resourceType": kind, place: {"coding": [{"system": system, "code": code}]}, **more}


@pytest.mark.parametrize(
    ("key", "kind", "system", "code", "state"),
    [
        (
            SectionKey.MEDICATION,
            "MedicationStatement",
            ABSENT,
            "no-known-medications",
            SectionState.NONE_KNOWN,
        ),
        (
            SectionKey.MEDICATION,
            "MedicationStatement",
            ABSENT,
            "no-medication-info",
            SectionState.UNAVAILABLE,
        ),
        (SectionKey.ALLERGIES, "AllergyIntolerance", ABSENT, "no-known-allergies", SectionState.NONE_KNOWN),
        (SectionKey.ALLERGIES, "AllergyIntolerance", ABSENT, "no-allergy-info", SectionState.UNAVAILABLE),
        (SectionKey.PROBLEMS, "Condition", ABSENT, "no-known-problems", SectionState.NONE_KNOWN),
        (SectionKey.ALLERGIES, "AllergyIntolerance", SNOMED, "1287211007", SectionState.UNAVAILABLE),
    ],
)
def test_codes_of_absence_of_all_versions(
    key: SectionKey, kind: str, system: str, code: str, state: SectionState
) -> None:
    """CF-085: read as what they say; a new version of ours writes the code of 2.0."""
    found = shown(document(section(key, "a"), a=coded(kind, system, code)))
    [one] = found.summary.sections
    assert (one.state, one.entries) == (state, ())
    assert not found.oddities
    if state is SectionState.NONE_KNOWN:
        rest = tuple(s for s in SUMMARY.sections if s.key is not key)
        again = write(replace(SUMMARY, sections=(one, *rest)), "Résumé patient")
        new = {"160245001", "716186003", "787481004"}
        assert any(f'"{code}"'.encode() in again for code in new)
        assert ABSENT.encode() not in again


@pytest.mark.parametrize(
    ("system", "code"), [(ABSENT, "no-known-food-allergies"), (SNOMED, "409137002"), (SNOMED, "428607008")]
)
def test_a_partial_negation_stays_partial(system: str, code: str) -> None:
    """features A.2: « no known food allergies » is not « no known allergies »."""
    found = only(coded("AllergyIntolerance", system, code), SectionKey.ALLERGIES)
    assert found.state is SectionState.LINES
    [told] = found.entries
    assert isinstance(told, e.Remark) and "ne sont pas exclues" in told.text


def test_an_entry_beside_a_code_of_absence_is_shown_with_a_warning() -> None:
    """features A.2."""
    found = shown(
        document(
            section(SectionKey.ALLERGIES, "none", "a"),
            none=coded("AllergyIntolerance", SNOMED, "716186003"),
            a={"resourceType": "AllergyIntolerance", "code": {"text": "Latex"}},
        )
    )
    [one] = found.summary.sections
    assert one.state is SectionState.LINES
    assert [entry.text for entry in one.entries] == ["Latex"]
    assert [oddity.kind for oddity in found.oddities] == [OddityKind.CONTRADICTION]


def test_one_broken_resource_hides_nothing_else() -> None:
    """CF-094: all else is visible, and one warning says what could not be read."""
    text = {"div": "<div><p>Histoire : née à Rome</p></div>"}
    found = shown(
        document(
            {"title": "Storia", "code": {"text": "storia"}, "text": text},
            section(SectionKey.DEVICES, "gone", "b", title="Dispositivi"),
            section(SectionKey.PROBLEMS, "a"),
            a={"resourceType": "Condition", "code": {"text": "Asthme"}},
            b={"resourceType": "DeviceUseStatement", "device": 7},
        )
    )
    problems, devices, story = found.summary.sections
    assert [entry.text for entry in problems.entries] == ["Asthme"]
    assert devices.unread == ("gone", "DeviceUseStatement")
    assert (story.key, story.title, story.narrative) == (None, "Storia", ("Histoire : née à Rome",))
    kinds = [oddity.kind for oddity in found.oddities]
    assert kinds == [OddityKind.UNKNOWN_SECTION, OddityKind.UNREAD, OddityKind.UNREAD]
    assert "Dispositivi" in oddity_words(found.oddities[1], Language.FR)


def test_the_order_is_ours_whatever_the_sender_s() -> None:
    """features A.5: alerts, allergies, problems, treatment first; unknown sections last."""
    unknown = {"title": "?", "text": {"div": "<div>x</div>"}}
    keys = [
        SectionKey.RESULTS,
        SectionKey.MEDICATION,
        SectionKey.ALERTS,
        SectionKey.PROBLEMS,
        SectionKey.ALLERGIES,
    ]
    found = shown(document(unknown, *(section(key) for key in keys)))
    assert [one.key for one in found.summary.sections] == [
        SectionKey.ALERTS,
        SectionKey.ALLERGIES,
        SectionKey.PROBLEMS,
        SectionKey.MEDICATION,
        SectionKey.RESULTS,
        None,
    ]


def test_script_and_links_are_inert() -> None:
    """Plain lines: what stands in markup is words or nothing."""
    div = (
        '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script><style>p{}</style>'
        '<p onclick="x()">Voir <a href="https://x.example/?p=1">ici</a></p><img src="https://x.example/a.png"/>'
        "<table><tr><th>Nom</th><td>7,20 &lt; 8</td></tr></table><![CDATA[x]]><p>fin</p></div>"
    )
    [one] = shown(document(section(SectionKey.PROBLEMS, text={"div": div}))).summary.sections
    assert one.narrative[:2] == ("Voir ici", "Nom · 7,20 < 8")
    assert one.narrative[-1] == "fin"
    assert not any(word in " ".join(one.narrative) for word in ("alert", "http", "p{}"))


def test_a_narrative_that_says_more_than_the_entries_is_kept() -> None:
    div = "<div><ul><li>Asthme depuis l'enfance, deux séjours</li></ul></div>"
    resource = {"resourceType": "Condition", "code": {"text": "Asthme"}}
    found = shown(document(section(SectionKey.PROBLEMS, "a", text={"div": div}), a=resource))
    assert found.summary.sections[0].narrative == ("Asthme depuis l'enfance, deux séjours",)


@pytest.mark.parametrize(
    ("resource", "line"),
    [
        ({"resourceType": "Condition", "code": {"coding": [{"system": "x", "code": "E11"}]}}, "E11"),
        ({"resourceType": "Condition", "code": {"coding": {"code": "E11", "display": "Diabète"}}}, "Diabète"),
        ({"resourceType": "CarePlan", "status": "active", "description": "Marche"}, "Marche"),
        ({"resourceType": "Basic", "text": {"div": "<div>Vu <b>hier</b></div>"}}, "Vu hier"),
        (
            {"resourceType": "MedicationRequest", "medicationReference": {"reference": "#m"},
             "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "Fer"}}]},
            "Fer",
        ),
    ],
)  # fmt: skip
def test_what_r4_allows_and_we_do_not_write(resource: dict[str, Any], line: str) -> None:
    assert [entry.text for entry in only(resource).entries] == [line]


def test_a_value_without_a_place_stands_in_the_note() -> None:
    problem = {
        "resourceType": "Condition", "code": {"text": "Asthme"}, "onsetDateTime": "vers 1998",
        "abatementAge": {"value": 40, "unit": "ans"}, "bodySite": [{"text": "poumon"}],
    }  # fmt: skip
    [entry] = only(problem).entries
    assert isinstance(entry, e.Problem) and entry.onset is None
    assert entry.note == "vers 1998; 40 ans; poumon"


def test_what_was_not_done_is_never_shown_as_done() -> None:
    for status in ("not-done", "in-progress", "preparation"):
        resource = {"resourceType": "Procedure", "status": status, "code": {"text": "PTH"}}
        [entry] = only(resource, SectionKey.PROCEDURES).entries
        assert isinstance(entry, e.Remark) and entry.note == status
    wrong = {"resourceType": "Procedure", "status": "entered-in-error", "code": {"text": "PTH"}}
    assert only(wrong, SectionKey.PROCEDURES).entries == ()


def test_a_dose_without_text_is_told_from_its_parts() -> None:
    dosage = {
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "comprimé"}}],
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
    }
    resource = {
        "resourceType": "MedicationStatement",
        "medicationCodeableConcept": {"text": "Fer"},
        "dosage": [dosage],
    }
    [entry] = only(resource, SectionKey.MEDICATION).entries
    assert isinstance(entry, e.Medication) and entry.dosage == "1 comprimé · 2 × / 1 d"


def test_components_and_reports_are_told() -> None:
    pressure = {
        "resourceType": "Observation", "code": {"text": "TA"},
        "component": [
            {"code": {"text": "syst."}, "valueQuantity": {"value": 120, "unit": "mmHg"}},
            {"code": {"text": "diast."}, "dataAbsentReason": {"text": "bruit"}},
        ],
    }  # fmt: skip
    report = {
        "resourceType": "DiagnosticReport", "code": {"text": "Bilan"}, "conclusion": "normal",
        "result": [{"reference": "b"}],
    }  # fmt: skip
    found = shown(document(section(SectionKey.RESULTS, "r"), r=report, b=pressure)).summary.sections[0]
    assert [entry.text for entry in found.entries] == ["TA", "Bilan: normal"]
    assert isinstance(found.entries[0], e.Observation)
    assert found.entries[0].value == "syst. 120 mmHg; diast. bruit"


def test_members_that_turn_in_a_circle_end() -> None:
    circle = {"resourceType": "Observation", "code": {"text": "A"}, "hasMember": [{"reference": "a"}]}
    assert only(circle, SectionKey.RESULTS).unread == () and only(circle, SectionKey.RESULTS).entries


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b'{"entry":{"resource":5}}', b"<xml/>", b"[" * 9999]
)
def test_what_is_no_summary_is_a_failure(content: bytes) -> None:
    found = read(content)
    assert isinstance(found, Failure)
    assert found.code in (ReadingCode.UNREADABLE, ReadingCode.NOT_A_SUMMARY)


def test_sizes_are_bounded() -> None:
    """One large resource that is named without end, and sections inside sections."""
    many = section(SectionKey.PROBLEMS, *["a"] * (MOST_REFERENCES + 50))
    found = shown(document(many, a={"resourceType": "Condition", "code": {"text": "x"}}))
    assert len(found.summary.sections[0].entries) <= MOST_REFERENCES
    wide = {"title": "x", "section": [{"title": "y"}] * (MOST_SECTIONS + 5)}
    assert len(shown(document(wide)).summary.sections) == MOST_SECTIONS


_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("coding", "text", "reference")), inner)
    ),
    max_leaves=5,
)
_OURS = json.loads(write(SUMMARY, "Résumé patient"))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [p for name in value for p in _places(value[name], (*path, name))]
    elif isinstance(value, list):
        found += [p for number in range(len(value)) for p in _places(value[number], (*path, number))]
    return found


_PLACES = _places(_OURS)


@given(st.lists(st.tuples(st.sampled_from(_PLACES), _ANY), min_size=1, max_size=4))
@settings(max_examples=150)
def test_hostile_json_never_raises(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Anything at any place of a document."""
    bundle = json.loads(json.dumps(_OURS))
    for path, value in changes:
        place: Any = bundle
        for step in path[:-1]:
            place = (
                place[step]
                if isinstance(place, dict) and step in place
                else (
                    place[step]
                    if isinstance(place, list) and isinstance(step, int) and step < len(place)
                    else None
                )
            )
        last = path[-1]
        if isinstance(place, dict) or (
            isinstance(place, list) and isinstance(last, int) and last < len(place)
        ):
            place[last] = value
    found = read(json.dumps(bundle).encode("utf-8", "surrogatepass"))
    if isinstance(found, Reading):
        assert all(oddity_words(oddity, language) for oddity in found.oddities for language in Language)
