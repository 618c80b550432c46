"""From FHIR to domain values: the contract's shapes, and every kind of junk."""

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.record import DocumentStatus, DspState, EpisodeKind, Level, MandateKind, Sex
from desktop.sync import fhir_read
from desktop.sync import fhir_shapes as fhir
from desktop.sync.audit_events import AuditEvent
from desktop.sync.profile import Systems

SYSTEMS = Systems()
SHA1 = "a9993e364706816aba3e25717850c26c9cd0d89d"
DOCUMENT: dict[str, Any] = {
    "resourceType": "DocumentReference",
    "id": "d1",
    "meta": {"versionId": "3", "lastUpdated": "2026-11-20T10:00:00Z"},
    "contained": [
        {
            "resourceType": "PractitionerRole",
            "id": "author",
            "practitioner": {"reference": "Practitioner/pr9", "display": "Dr Claire Weber"},
            "organization": {"reference": "Organization/o1", "display": "Cabinet Weber"},
        }
    ],
    "extension": [
        {"url": "https://x.example/annonce-by", "valueReference": {"display": "Dr Weber"}},
        {"url": "https://x.example/annonce-at", "valueDateTime": "2026-11-20T09:00:00+01:00"},
    ],
    "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:m1"},
    "status": "current",
    "type": {"coding": [{"system": "urn:dsp:category", "code": "resultat-labo"}]},
    "subject": {"reference": "Patient/p1"},
    "date": "2026-11-20T10:00:00.000+01:00",
    "author": [{"reference": "#author"}],
    "relatesTo": [{"code": "replaces", "target": {"reference": "DocumentReference/d0"}}],
    "securityLabel": [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]},
        {"coding": [{"system": "urn:dsp:label", "code": "annonce"}]},
    ],
    "content": [
        {
            "attachment": {
                "contentType": "application/pdf",
                "language": "fr",
                "url": "Binary/b1",
                "size": 3,
                "hash": base64.b64encode(bytes.fromhex(SHA1)).decode(),
                "title": "Bilan  sanguin\u202e",
                "creation": "2026-11-19",
            }
        }
    ],
    "context": {"encounter": [{"reference": "Encounter/e1"}], "facilityType": {"text": "Cabinet"}},
}


def shaped(resource: object, kind: type[Any]) -> Any:
    return fhir.shaped(json.dumps(resource).encode(), kind)


def document(resource: object) -> Any:
    found = shaped(resource, fhir.DocumentReference)
    return fhir_read.document(found, SYSTEMS, "p1") if found else None


def test_whole_document() -> None:
    found = document(DOCUMENT)
    assert (found.id, found.unique_id, found.patient_id) == ("d1", "urn:uuid:m1", "p1")
    assert found.category == "resultat-labo"
    assert found.title == "Bilan sanguin"
    assert found.created == datetime(2026, 11, 19, tzinfo=UTC)
    assert found.registered == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (found.author.id, found.author.name) == ("pr9", "Dr Claire Weber")
    assert found.author.organisation == "Cabinet Weber"
    assert found.level is Level.ANNONCE
    assert (found.annonce_by, found.annonce_at) == (
        "Dr Weber",
        datetime(2026, 11, 20, 8, tzinfo=UTC),
    )
    assert found.status is DocumentStatus.CURRENT
    assert (found.size, found.sha1, found.content_type, found.url) == (
        3,
        SHA1,
        "application/pdf",
        "Binary/b1",
    )
    assert (found.episode_id, found.replaces, found.version_tag) == ("e1", "d0", "3")
    assert (found.language, found.facility) == ("fr", "Cabinet")


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (base64.b64encode(SHA1.encode()).decode(), SHA1),  # as the published examples of MHD have it
        (base64.b64encode(SHA1.upper().encode()).decode(), SHA1),
        (SHA1, SHA1),
        (base64.b64encode(bytes(32)).decode(), None),
        (base64.b64encode(b"z" * 40).decode(), None),
        (base64.b64encode(b"ff " * 13 + b"f").decode(), None),
    ],
)
def test_digests_as_they_are_told(told: str, read: str | None) -> None:
    content = [{"attachment": {"hash": told}}]
    assert document(DOCUMENT | {"content": content}).sha1 == read


def test_bare_document_is_still_a_row() -> None:
    found = document({"resourceType": "DocumentReference", "id": "d"})
    assert (found.id, found.patient_id, found.title, found.size, found.sha1) == ("d", "p1", "", None, None)
    assert found.level is Level.STANDARD
    assert document({"resourceType": "DocumentReference"}) is None


CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], Level.STANDARD),
        ([(CONFIDENTIALITY, "N")], Level.STANDARD),
        ([(CONFIDENTIALITY, "R")], Level.CONFIDENTIEL),
        ([(CONFIDENTIALITY, "V")], Level.PRIVE),
        ([(CONFIDENTIALITY, "N"), ("urn:fr:mask", "x")], Level.UNRECOGNISED),
        ([("urn:fr:mask", "x"), (CONFIDENTIALITY, "N"), (CONFIDENTIALITY, "V")], Level.PRIVE),
        ([(CONFIDENTIALITY, "R"), ("urn:dsp:label", "annonce")], Level.ANNONCE),
        ([("urn:other", "annonce")], Level.UNRECOGNISED),
        ([("urn:dsp:label", "annonce"), ("urn:fr:mask", "x")], Level.UNRECOGNISED),
        ([(CONFIDENTIALITY, "QQ")], Level.UNRECOGNISED),
        ([("http://snomed.info/sct", "263856008")], Level.UNRECOGNISED),
        ([("http://snomed.info/sct", "1141000195107")], Level.UNRECOGNISED),
        ([("http://hl7.org/fhir/v3/Confidentiality", "N")], Level.UNRECOGNISED),
        ([("urn:oid:2.16.840.1.113883.5.25", "N")], Level.UNRECOGNISED),
        ([("", "N")], Level.UNRECOGNISED),
        ([(CONFIDENTIALITY, "")], Level.UNRECOGNISED),
    ],
)
def test_several_security_labels(labels: list[tuple[str, str]], expected: Level) -> None:
    concepts = [{"coding": [{"system": s, "code": c}]} for s, c in labels]
    assert document(DOCUMENT | {"securityLabel": concepts}).level is expected


def test_a_label_in_words_alone_says_something_too() -> None:
    assert document(DOCUMENT | {"securityLabel": [{"text": "geheim"}]}).level is Level.UNRECOGNISED
    said = [{"coding": [{"system": CONFIDENTIALITY, "code": "N"}]}, {"text": "secret"}]
    assert document(DOCUMENT | {"securityLabel": said}).level is Level.UNRECOGNISED


@pytest.mark.parametrize(
    ("where", "junk"),
    [
        (("content", 0, "attachment", "title"), 5),
        (("content", 0, "attachment", "size"), "big"),
        (("content", 0, "attachment", "size"), -1),
        (("content", 0, "attachment", "size"), 1e300),
        (("content", 0, "attachment", "hash"), "not base64!"),
        (("content", 0, "attachment", "creation"), "yesterday"),
        (("content", 0, "attachment"), None),
        (("content",), {}),
        (("content",), [None, 3]),
        (("author",), "me"),
        (("author",), [{"reference": 7}]),
        (("contained",), [None]),
        (("contained", 0, "name"), 12),
        (("securityLabel",), [[]]),
        (("date",), "0000-99-99"),
        (("meta",), "x"),
        (("subject",), []),
        (("type", "coding", 0, "code"), {"a": 1}),
        (("extension", 0, "valueReference"), "Dr"),
    ],
)
def test_one_junk_element_costs_that_element_only(where: tuple[Any, ...], junk: object) -> None:
    resource = json.loads(json.dumps(DOCUMENT))
    place = resource
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = junk
    found = document(resource)
    assert found is not None
    assert (found.id, found.unique_id) == ("d1", "urn:uuid:m1")


junk_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(sorted(DOCUMENT)), junk_values, max_size=5))
def test_any_mixture_of_junk_survives(junk: dict[str, object]) -> None:
    found = document(DOCUMENT | junk)
    if isinstance(junk.get("id", "d1"), str) and junk.get("id", "d1"):
        assert found is not None


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-400", "9" * 400, "-9223372036854775809"])
@pytest.mark.parametrize("where", ["author", "meta", "date"])
def test_numbers_of_any_size(where: str, number: str) -> None:
    raw = json.dumps(DOCUMENT | {where: "HERE"}).replace('"HERE"', number)
    shaped_ = fhir.shaped(raw.encode(), fhir.DocumentReference)
    assert shaped_ is not None
    assert shaped_.id == "d1"


@given(st.binary(max_size=80))
def test_bytes_that_are_no_json(raw: bytes) -> None:
    for kind in (fhir.Bundle, fhir.DocumentReference, fhir.PatientResource, AuditEvent):
        fhir.shaped(raw, kind)


def test_deep_nesting_is_refused_calmly() -> None:
    raw = b'{"extension":[' * 5000 + b"]}" * 5000
    assert fhir.shaped(raw, fhir.PatientResource) is None


def test_a_bundle_keeps_its_good_entries() -> None:
    bundle = fhir.shaped(
        json.dumps(
            {
                "resourceType": "Bundle",
                "total": "many",
                "link": [{"relation": "next", "url": "x"}, {"relation": 4}],
                "entry": [
                    {"resource": DOCUMENT},
                    {"resource": 5},
                    {},
                    {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}},
                    {"resource": DOCUMENT | {"id": "inc"}, "search": {"mode": "include"}},
                ],
            }
        ).encode(),
        fhir.Bundle,
    )
    assert bundle is not None
    assert bundle.total is None
    assert fhir_read.link(bundle, "next") == "x"
    assert len(fhir_read.resources(bundle, "DocumentReference")) == 1


def test_urn_urls_are_looked_up_in_the_bundle() -> None:
    entries = [{"fullUrl": "urn:uuid:b", "resource": {"resourceType": "Binary", "id": "77"}}]
    bundle = shaped({"resourceType": "Bundle", "entry": entries}, fhir.Bundle)
    assert fhir_read.inside(bundle, "urn:uuid:b") == "Binary/77"
    assert fhir_read.inside(bundle, "urn:uuid:c") == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-21T01:00:00+01:00", datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-11-21T01:00:00.5Z", datetime(2026, 11, 21, 1, 0, 0, 500_000, tzinfo=UTC)),
        ("", None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
        ("x" * 10_000, None),
    ],
)
def test_moments(value: str | None, expected: datetime | None) -> None:
    assert fhir_read.moment(value) == expected


@given(st.text(max_size=1000))
def test_plain_text_has_one_line_and_an_end(value: str) -> None:
    found = fhir_read.plain(value)
    assert len(found) <= 500
    assert found == found.strip()
    assert not any(c in found for c in "\n\r\t\x00\u202e\u2066\u200b")


PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "extension": [
        {"url": "https://x.example/fhir/StructureDefinition/dsp-state", "valueCode": "inactive"},
        {"url": "https://x.example/fhir/StructureDefinition/dsp-inactive-until", "valueDate": "2026-12-01"},
    ],
    "identifier": [
        {"system": "urn:oid:1.2.3", "value": "9"},
        {"system": "urn:oid:1.3.182.4.4", "value": "1998041799999"},
    ],
    "name": [{"family": "Old"}, {"use": "official", "family": "Muller", "given": ["Anne", "Marie"]}],
    "gender": "female",
    "birthDate": "1998-04-17",
    "address": [{"line": ["1, rue X"], "postalCode": "L-1111", "city": "Luxembourg"}],
}


def test_patient() -> None:
    """A matricule whose check digits are wrong is kept as it is (contract §3)."""
    found = fhir_read.patient(shaped(PATIENT, fhir.PatientResource), SYSTEMS)
    assert found is not None
    assert (found.name, found.matricule.digits) == ("MULLER Anne Marie", "1998041799999")
    assert (found.birth_date, found.sex) == (date(1998, 4, 17), Sex.FEMALE)
    assert (found.dsp, found.inactive_until) == (DspState.INACTIVE, date(2026, 12, 1))
    assert found.address == "1, rue X, L-1111 Luxembourg"


def test_patient_without_state_cannot_be_opened() -> None:
    found = fhir_read.patient(shaped(PATIENT | {"extension": []}, fhir.PatientResource), SYSTEMS)
    assert found is not None
    assert found.dsp is DspState.NONE
    assert fhir_read.patient(shaped(PATIENT | {"identifier": []}, fhir.PatientResource), SYSTEMS) is None


CONSENT = {
    "resourceType": "Consent",
    "id": "c1",
    "status": "active",
    "category": [
        {"coding": [{"system": "http://loinc.org", "code": "59284-0"}]},
        {"coding": [{"system": "urn:dsp:mandate-kind", "code": "consultation"}]},
    ],
    "provision": {"period": {"start": "2026-11-21T08:00:00Z", "end": "2026-11-21T23:00:00Z"}},
    "extension": [{"url": "https://x.example/grace-end", "valueDateTime": "2026-11-22T08:00:00Z"}],
}


def test_mandate() -> None:
    found = fhir_read.mandate(shaped(CONSENT, fhir.Consent))
    assert found is not None
    assert found.kind is MandateKind.CONSULTATION
    assert found.end == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert found.until() == datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "labels", "extended"),
    [
        ("urgences", [{"code": "R"}], True),
        ("urgences", [{"code": "N"}, {"code": "V"}], True),  # a high-water mark
        ("urgences", [{"code": "N"}], False),
        ("urgences", [{"code": "?"}], False),  # an unknown mark widens nothing
        ("urgences", [], False),
        ("consultation", [{"code": "R"}], False),
    ],
)
def test_urgences_at_level_etendu(kind: str, labels: list[dict[str, str]], extended: bool) -> None:
    """Domain §5.9, contract §4."""
    category = [{"coding": [{"system": "urn:dsp:mandate-kind", "code": kind}]}]
    provision = {"period": {"start": "2026-11-21T08:00:00Z"}, "securityLabel": labels}
    found = fhir_read.mandate(shaped(CONSENT | {"category": category, "provision": provision}, fhir.Consent))
    assert found is not None and found.extended is extended


@pytest.mark.parametrize(
    "junk",
    [
        {"provision": {"period": {"start": "2026-11-21", "end": "soon"}}},
        {"extension": [{"url": "grace-end", "valueDateTime": "later"}]},
        {"category": []},
        {"category": [{"coding": [{"system": "urn:dsp:mandate-kind", "code": "auteur"}]}]},
        {"provision": None},
    ],
)
def test_a_misread_end_is_never_unlimited(junk: dict[str, object]) -> None:
    assert fhir_read.mandate(shaped(CONSENT | junk, fhir.Consent)) is None


def test_episode() -> None:
    resource = {
        "resourceType": "Encounter",
        "id": "e1",
        "class": {"code": "EMER"},
        "period": {"start": "2026-01-01T00:00:00Z"},
        "serviceProvider": {"display": "CHL"},
        "extension": [{"url": "https://x.example/mandate-kind", "valueCode": "urgences"}],
        "reasonCode": [{"text": "Chute"}],
    }
    found = fhir_read.episode(shaped(resource, fhir.Encounter))
    assert found is not None
    assert (found.kind, found.provider, found.end) == (EpisodeKind.URGENCES, "CHL", None)
    assert (found.mandate, found.reason) == ("urgences", "Chute")
    assert fhir_read.episode(shaped({"id": "e"}, fhir.Encounter)) is None


def test_self_link_that_dropped_the_filter_is_not_believed() -> None:
    """Servers ignore filters that they do not know: an empty list is then unknown, not « no documents »."""

    def bundle(url: str) -> fhir.Bundle:
        found: fhir.Bundle = shaped({"link": [{"relation": "self", "url": url}]}, fhir.Bundle)
        return found

    assert fhir_read.asked(bundle("https://x/DocumentReference?patient=1&status=current"), "patient")
    assert fhir_read.asked(bundle("https://x/DocumentReference?patient:Patient=1"), "patient")
    assert fhir_read.asked(bundle(""), "patient")
    assert not fhir_read.asked(bundle("https://x/DocumentReference?status=current"), "patient")
