"""What a read summary hands to « À savoir »: what is in force, and never « none » for what is not known."""

from dataclasses import replace

from desktop.domain.key_facts import KeyFact, KeyTopic, Says, Told
from desktop.features.summary.domain.entries import (
    Allergy,
    ClinicalStatus,
    Criticality,
    Medication,
    MedicationStatus,
    Reaction,
    Verification,
)
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection
from desktop.features.summary.domain.telling import told_by
from tests.samples.summaries import SUMMARY


def of(*sections: SummarySection) -> dict[KeyTopic, Told]:
    made: Summary = replace(SUMMARY, sections=sections)
    return {told.topic: told for told in told_by("d", made)}


def test_lines_in_force_in_the_document_s_words() -> None:
    told = of(
        SummarySection(
            SectionKey.ALLERGIES, SectionState.LINES,
            (
                Allergy(text="Pénicilline", criticality=Criticality.HIGH, reactions=(Reaction("choc"),)),
                Allergy(text="Fraises", status=ClinicalStatus.RESOLVED),
                Allergy(text="Latex", verification=Verification.REFUTED),
            ),
        ),
        SummarySection(
            SectionKey.MEDICATION, SectionState.LINES,
            (
                Medication(text="Metformine", strength="850 mg", dosage="1-0-1"),
                Medication(text="Amoxicilline", status=MedicationStatus.COMPLETED),
            ),
        ),
    )  # fmt: skip
    assert told[KeyTopic.ALLERGIES].facts == (KeyFact("Pénicilline", "choc", grave=True),)
    assert told[KeyTopic.TREATMENT].facts == (KeyFact("Metformine 850 mg", "1-0-1"),)


def test_cf074_none_known_not_known_and_unreadable() -> None:
    none = SummarySection(SectionKey.ALLERGIES, SectionState.NONE_KNOWN)
    assert of(none)[KeyTopic.ALLERGIES].says is Says.NONE_KNOWN
    assert of(replace(none, unread=("AllergyIntolerance",)))[KeyTopic.ALLERGIES].says is Says.UNKNOWN
    assert of(replace(none, state=SectionState.UNAVAILABLE))[KeyTopic.ALLERGIES].says is Says.UNKNOWN
    assert of()[KeyTopic.ALLERGIES].says is Says.UNKNOWN and of()[KeyTopic.TREATMENT].says is Says.UNKNOWN
