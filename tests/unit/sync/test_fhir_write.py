"""What the client sends is FHIR R4 and MHD (fhirkit as an independent judge)."""

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import fhirkit
import pytest

from desktop.domain.catalog import categories
from desktop.domain.deposit import Deposit
from desktop.domain.matricule import Matricule
from desktop.domain.record import (
    LEVELS_AT_DEPOSIT,
    DspState,
    Level,
    Mandate,
    MandateKind,
    Patient,
    Sex,
)
from desktop.ports.platform import LocalRead
from desktop.sync import fhir_read, fhir_write
from desktop.sync import fhir_shapes as fhir
from desktop.sync.fhir_submission import Part, light, transaction
from desktop.sync.profile import PlatformProfile, Systems

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PATIENT = Patient(
    "p1", Matricule("1893120105732"), "Muller", "Anne", date(1990, 1, 2), Sex.FEMALE, DspState.ACTIVE
)
DEPOSIT = Deposit(
    unique_id="urn:uuid:11111111-1111-4111-8111-111111111111",
    submission_id="urn:uuid:22222222-2222-4222-8222-222222222222",
    patient=PATIENT,
    mandate=Mandate("m1", MandateKind.CONSULTATION, NOW, None, None),
    category="rapport-medical",
    title="Rapport « été »",
    created=date(2026, 11, 20),
    level=Level.STANDARD,
    author_id="ignored",
    author_name="Dr Claire Weber",
    language="fr",
    sha1="a9993e364706816aba3e25717850c26c9cd0d89d",
    size=3,
    confirmed_at=NOW,
)
PROFILE = PlatformProfile("test")


def judged(raw: bytes) -> dict[str, Any]:
    errors = [i for i in fhirkit.validate(raw) if i.severity == "error"]
    assert not errors, [(i.path, i.message) for i in errors]
    found: dict[str, Any] = json.loads(raw)
    return found


@pytest.mark.parametrize("level", LEVELS_AT_DEPOSIT)
@pytest.mark.parametrize("category", [c.slug for c in categories()])
def test_transaction_is_valid_for_every_category_and_level(category: str, level: Level) -> None:
    deposit = replace(DEPOSIT, category=category, level=level, replaces="d0", episode_id="e1")
    bundle = judged(transaction((Part(deposit, b"abc"),), "pr9", PROFILE))
    judged(light(Part(deposit, b"abc"), "pr9", PROFILE))
    assert bundle["type"] == "transaction"
    kinds = [e["resource"]["resourceType"] for e in bundle["entry"]]
    assert kinds == ["List", "DocumentReference", "Binary", "Parameters"]


def entries(deposit: Deposit, profile: PlatformProfile = PROFILE) -> list[dict[str, Any]]:
    bundle = judged(transaction((Part(deposit, b"abc"),), "pr9", profile))
    found: list[dict[str, Any]] = bundle["entry"]
    return found


def test_the_parts_belong_together() -> None:
    listed, document, binary = entries(DEPOSIT)
    assert listed["resource"]["entry"][0]["item"]["reference"] == document["fullUrl"]
    attachment = document["resource"]["content"][0]["attachment"]
    assert attachment["url"] == binary["fullUrl"]
    assert base64.b64decode(binary["resource"]["data"]) == b"abc"
    assert base64.b64decode(attachment["hash"]).hex() == DEPOSIT.sha1
    assert attachment["creation"] == "2026-11-20"
    usual = next(i for i in listed["resource"]["identifier"] if i["use"] == "usual")
    assert usual["value"] == DEPOSIT.submission_id


def test_comprehensive_profile_elements() -> None:
    """What MHD 4.2.3 Comprehensive asks for, and no docStatus (contract §5)."""
    resource = entries(DEPOSIT)[1]["resource"]
    for name in ("masterIdentifier", "type", "category", "subject", "securityLabel", "content", "context"):
        assert resource[name]
    assert len(resource["content"]) == len(resource["category"]) == 1
    assert resource["content"][0]["format"]["code"]
    assert {"facilityType", "practiceSetting", "sourcePatientInfo", "period"} <= set(resource["context"])
    assert "docStatus" not in resource


def test_author_is_the_card_holder() -> None:
    """CF-015: the session's practitioner, whatever the deposit says."""
    resource = entries(DEPOSIT)[1]["resource"]
    assert resource["author"] == [{"reference": "#author"}]
    assert resource["contained"][0]["practitioner"]["reference"] == "Practitioner/pr9"


def test_level_standard_is_n_alone_and_annonce_has_its_own_label() -> None:
    """CF-040, CF-042."""

    def codes(level: Level) -> list[str]:
        labels = entries(replace(DEPOSIT, level=level))[1]["resource"]["securityLabel"]
        return [c["code"] for label in labels for c in label["coding"]]

    assert codes(Level.STANDARD) == ["N"]
    assert codes(Level.CONFIDENTIEL) == ["R"]
    assert codes(Level.ANNONCE) == ["N", "annonce"]


def test_what_is_written_reads_back_the_same() -> None:
    for level in LEVELS_AT_DEPOSIT:
        deposit = replace(DEPOSIT, level=level, replaces="d0", episode_id="e1")
        raw = entries(deposit)[1]["resource"] | {"id": "new"}
        shaped = fhir.shaped(json.dumps(raw).encode(), fhir.DocumentReference)
        assert shaped is not None
        found = fhir_read.document(shaped, Systems())
        assert found is not None
        assert (found.unique_id, found.category, found.title) == (
            deposit.unique_id, deposit.category, deposit.title,
        )  # fmt: skip
        assert (found.level, found.sha1, found.size) == (level, deposit.sha1, deposit.size)
        assert (found.replaces, found.episode_id, found.patient_id) == ("d0", "e1", "p1")
        assert found.author.id == "pr9"


def test_a_second_sending_has_the_same_bytes() -> None:
    first = transaction((Part(DEPOSIT, b"abc"),), "pr9", PROFILE)
    assert first == transaction((Part(DEPOSIT, b"abc"),), "pr9", PROFILE)


def test_replacing_by_dialect() -> None:
    deposit = replace(DEPOSIT, replaces="d0")
    patch = entries(deposit)[3]
    assert patch["request"] == {"method": "PATCH", "url": "DocumentReference/d0"}
    assert len(entries(deposit, replace(PROFILE, replace_patch=False))) == 3
    target = entries(deposit)[1]["resource"]["relatesTo"][0]
    assert target == {"code": "replaces", "target": {"reference": "DocumentReference/d0"}}


def test_other_resources() -> None:
    read = LocalRead("urn:uuid:1", "p1", "d1", "m1", NOW)
    event = judged(fhir_write.local_read(read, "pr9", "0.1.0", PROFILE))
    assert event["extension"][0]["valueUri"] == "urn:uuid:1"
    judged(fhir_write.annonce_statement("Patient accompagné"))
    matched = judged(fhir_write.match("Muller", "1990-01-02", 5))
    assert matched["parameter"][1]["valueInteger"] == 5


def test_level_patch_tests_before_it_replaces() -> None:
    """Contract §5."""
    shaped = fhir.shaped(
        json.dumps({"id": "d", "resourceType": "DocumentReference"}).encode(), fhir.DocumentReference
    )
    assert shaped is not None
    row = fhir_read.document(shaped, Systems(), "p1")
    assert row is not None
    operations = json.loads(fhir_write.level_patch(row, Level.CONFIDENTIEL))
    assert [o["op"] for o in operations] == ["test", "replace"]
    assert [o["value"] for o in operations] == ["N", "R"]
