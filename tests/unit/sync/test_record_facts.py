"""Allergies and treatment out of a summary: what stands, what is denied, and what is not said."""

import json
from datetime import date
from typing import Any

import pytest

from desktop.domain.drugs.findings import ReactionKind
from desktop.domain.drugs.of_record import SummaryFacts
from desktop.features.summary.domain.entries import Allergy, ClinicalStatus, Verification
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.ips.write import write
from desktop.sync.prescription.record_facts import ALLERGIES, read
from tests.samples.summaries import SUMMARY

TODAY = date(2026, 11, 30)


def facts(*resources: dict[str, Any]) -> SummaryFacts:
    entries = [{"fullUrl": f"urn:{n}", "resource": r} for n, r in enumerate(resources)]
    found = read(json.dumps({"resourceType": "Bundle", "type": "document", "entry": entries}).encode(), TODAY)
    assert found is not None
    return found


def allergy(label: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "AllergyIntolerance", "code": {"text": label}, **more}


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def taken(label: str, **more: Any) -> dict[str, Any]:
    concept = {"text": label, "coding": [{"system": "http://www.whocc.no/atc", "code": "A10BA02"}]}
    return {"resourceType": "MedicationStatement", "medicationCodeableConcept": concept, **more}


def test_what_stands_is_told_with_its_reaction() -> None:
    found = facts(allergy("Pénicilline", type="allergy", reaction=[{"manifestation": [{"text": "choc"}]}]))
    assert found.allergies is not None
    [one] = found.allergies
    assert (one.label, one.kind, one.reaction) == ("Pénicilline", ReactionKind.ALLERGY, "choc")


@pytest.mark.parametrize(
    "status", [{"clinicalStatus": coded("resolved")}, {"verificationStatus": coded("refuted")}]
)
def test_what_is_past_or_refuted_warns_of_nothing(status: dict[str, Any]) -> None:
    assert facts(allergy("Pénicilline", **status)).allergies == ()


def test_silence_is_not_none_known() -> None:
    """CF-074: nothing said, « none known » and « not known » are three things."""
    assert facts().allergies is None
    assert facts({"resourceType": "AllergyIntolerance", "code": coded("716186003")}).allergies == ()
    assert facts({"resourceType": "AllergyIntolerance", "code": coded("no-allergy-info")}).allergies is None
    assert facts({"resourceType": "AllergyIntolerance", "code": coded("429625007")}).allergies is None, (
        "food only"
    )
    assert facts(allergy("x", verificationStatus=coded("entered-in-error"))).allergies is None
    section = {"code": coded(ALLERGIES), "emptyReason": coded("nilknown")}
    assert facts({"resourceType": "Composition", "section": [section]}).allergies == ()
    section = {"code": coded(ALLERGIES), "emptyReason": coded("unavailable")}
    assert facts({"resourceType": "Composition", "section": [section]}).allergies is None


def test_the_treatment_is_what_runs() -> None:
    running = facts(taken("Metformine 850 mg"), taken("Ramipril", status="stopped")).medication
    assert running is not None and [(one.number, one.label, one.atc) for one in running] == [
        (0, "Metformine 850 mg", ("A10BA02",))
    ]
    assert facts().medication is None
    assert facts(taken("Ramipril", status="completed")).medication == ()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"type": "collection"}', b"\xff"])
def test_what_is_no_document_is_none(content: bytes) -> None:
    assert read(content, TODAY) is None


def test_a_summary_of_the_program_says_its_allergies_and_treatment() -> None:
    """Read from the bytes that the patient summary's own writer makes."""
    found = read(write(SUMMARY, "Résumé patient"), TODAY)
    assert found is not None and found.allergies is not None and found.medication is not None
    kept = {section.key: section.entries for section in SUMMARY.sections if section.key}
    standing = [
        one.text for one in kept[SectionKey.ALLERGIES]
        if isinstance(one, Allergy) and one.verification is not Verification.REFUTED
        and one.status is ClinicalStatus.ACTIVE
    ]  # fmt: skip
    assert [one.label for one in found.allergies] == standing and standing
    assert found.medication and all(one.number == 0 for one in found.medication)
