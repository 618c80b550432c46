"""What a summary that was read says of allergies and treatment, for « À savoir » of the record."""

from collections.abc import Iterator
from typing import Final

from desktop.domain.key_facts import KeyFact, KeyTopic, Says, Told
from desktop.features.summary.domain.entries import (
    Allergy,
    ClinicalStatus,
    Criticality,
    Entry,
    Medication,
    MedicationStatus,
    Severity,
    Verification,
)
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection

_TOPICS: Final = {SectionKey.ALLERGIES: KeyTopic.ALLERGIES, SectionKey.MEDICATION: KeyTopic.TREATMENT}
_TAKEN: Final = frozenset({MedicationStatus.ACTIVE, MedicationStatus.INTENDED, MedicationStatus.UNKNOWN})


def told_by(document_id: str, summary: Summary) -> tuple[Told, ...]:
    """Of both topics: a section that is missing, or could not be read whole, is « not known » (CF-074)."""
    sections = {section.key: section for section in summary.sections if section.key is not None}
    return tuple(_told(document_id, topic, sections.get(key)) for key, topic in _TOPICS.items())


def _told(document_id: str, topic: KeyTopic, section: SummarySection | None) -> Told:
    facts = tuple(_facts(section.entries)) if section is not None else ()
    if facts:
        return Told(document_id, topic, Says.LINES, facts)
    none = section is not None and section.state is SectionState.NONE_KNOWN and not section.unread
    return Told(document_id, topic, Says.NONE_KNOWN if none else Says.UNKNOWN)


def _facts(entries: tuple[Entry, ...]) -> Iterator[KeyFact]:
    """What is in force: refuted or resolved allergies and ended medicines are no facts of today."""
    for entry in entries:
        match entry:
            case Allergy():
                gone = entry.status is not ClinicalStatus.ACTIVE or entry.verification is Verification.REFUTED
                if not gone:
                    yield KeyFact(entry.text, ", ".join(r.text for r in entry.reactions), _is_grave(entry))
            case Medication():
                if entry.status in _TAKEN:
                    yield KeyFact(" ".join(filter(None, (entry.text, entry.strength))), entry.dosage)


def _is_grave(allergy: Allergy) -> bool:
    severe = any(reaction.severity is Severity.SEVERE for reaction in allergy.reactions)
    return severe or allergy.criticality is Criticality.HIGH
