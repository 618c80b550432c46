"""A summary on paper: the data of the template ``resume-patient``, in the words of the document (CF-089)."""

import hashlib
from enum import StrEnum
from typing import Final

from desktop.common.bundle_signature import canonical
from desktop.domain.local_time import local_day
from desktop.domain.matricule import Matricule
from desktop.domain.names import patient_name
from desktop.domain.signature import FOOT_OF_LAST_PAGE
from desktop.domain.texts import Language, text
from desktop.features.summary.domain.entries import Alert, Allergy, Criticality, Entry, Verification
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.domain.summary import Summary, SummarySection
from desktop.features.summary.domain.wording import said, section_title, spoken, state_words

SIGNATURE_BOX: Final = FOOT_OF_LAST_PAGE

_FIRST: Final = (
    SectionKey.ALERTS,
    SectionKey.ALLERGIES,
    SectionKey.PROBLEMS,
    SectionKey.MEDICATION,
    SectionKey.RESULTS,
)
_ALARMING: Final = (SectionKey.ALERTS, SectionKey.ALLERGIES)


class Purpose(StrEnum):
    """The version that is signed and published, or a print for the patient, marked as a copy and unsigned."""

    PUBLISHED = "published"
    PATIENT_COPY = "patient-copy"


def paper(
    summary: Summary, bundle: bytes, language: Language, second: Language | None, purpose: Purpose
) -> dict[str, object]:
    """Data for ``DocumentWriter.write("resume-patient", language, …)``.

    *bundle* are the bytes of the document that says the same: its identifier and the SHA-256 of what is
    signed of it stand in the PDF's metadata (features A.5). *second*: titles stand in that language too. In
    another language than the document's it says that nothing which this program translated is official.
    Page 1 begins with alerts, allergies, problems, treatment and results (CF-092).
    """
    subject, author = summary.subject, summary.author
    sections = sorted(
        summary.sections, key=lambda one: _FIRST.index(one.key) if one.key in _FIRST else len(_FIRST)
    )
    other = second if second is not language else None
    return {
        "date": local_day(summary.written_at),
        "version": str(summary.version),
        "identifier": summary.bundle,
        "keywords": [summary.bundle, f"sha-256:{hashlib.sha256(canonical(bundle)).hexdigest()}"],
        "second_title": text("write.summary_title", language=other) if other else "",
        "copy": purpose is Purpose.PATIENT_COPY,
        "language_note": ""
        if spoken(summary.language) is language
        else text("write.summary_translated", language=language),
        "author": {
            "name": author.name,
            "profession": author.profession,
            "organisation": author.organisation,
            "ehealth_id": author.ehealth_id,
        },
        "patient": {
            "name": patient_name(subject.family, subject.given),
            "birth_date": subject.birth_date,
            "matricule": Matricule(subject.matricule).grouped(),
            "sex": subject.sex,
            "address": subject.address,
        },
        "sections": [_section(section, summary, language, other) for section in sections],
    }


def _section(
    section: SummarySection, summary: Summary, language: Language, second: Language | None
) -> dict[str, object]:
    state = state_words(section.key, section.state, language, local_day(summary.written_at))
    other = state_words(section.key, section.state, second, None) if second else ""
    return {
        "title": section.title or (section_title(section.key, language) if section.key else "–"),
        "second_title": section_title(section.key, second) if second and section.key else "",
        "alarming": section.key in _ALARMING and bool(section.entries),
        "state": f"{state} / {other}" if state and other else state,
        "items": [_item(entry, language) for entry in section.entries],
        "lines": list(section.narrative),
        "note": section.note,
    }


def _item(entry: Entry, language: Language) -> dict[str, object]:
    told = said(entry, language)
    return {
        "head": told.head,
        "details": " · ".join(told.details),
        "when": told.when,
        "strong": _strong(entry),
    }


def _strong(entry: Entry) -> bool:
    """What nobody may overlook."""
    if isinstance(entry, Allergy):
        return entry.criticality is Criticality.HIGH and entry.verification is not Verification.REFUTED
    return isinstance(entry, Alert)
