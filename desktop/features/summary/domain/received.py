"""A summary that somebody published: which documents hold one, what of it is shown, what may become of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from desktop.domain.record import Document, DocumentStatus, Patient
from desktop.domain.signature import SignatureFinding, SignatureState
from desktop.features.summary.domain.entries import Allergy, Coding, Entry, Medication, Observation
from desktop.features.summary.domain.publication import CATEGORY, DATA_TYPE
from desktop.features.summary.domain.reading import OddityKind, Reading
from desktop.features.summary.domain.sections import REQUIRED, SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.summary import Subject, Summary, SummarySection
from desktop.features.summary.domain.terminology import Concept

CDA_TYPES: Final = frozenset(
    ("text/xml", "application/xml", "application/hl7-cda+xml", "application/cda+xml")
)
PDF_TYPE: Final = "application/pdf"

Terms = dict[tuple[str, str], Concept]
"""What our tables say of codes, by system and code."""


class SignedBy(StrEnum):
    """Whether the card that signed is one of the author's: by its number, as people may share a name."""

    NOT_COMPARED = "not-compared"
    AUTHOR = "author"
    ANOTHER = "another"


def signed_by(finding: SignatureFinding, numbers: tuple[str, ...]) -> SignedBy:
    """*numbers* are those of the author's cards (contract §7); () = the directory told none."""
    if finding.state in (SignatureState.NONE, SignatureState.BROKEN) or not finding.signer_id or not numbers:
        return SignedBy.NOT_COMPARED
    return SignedBy.AUTHOR if finding.signer_id in numbers else SignedBy.ANOTHER


@dataclass(frozen=True, slots=True)
class Received:
    """``terms`` are the codes of the summary that our tables know; ``pdf`` is what a CDA of level 1 holds."""

    reading: Reading
    signature: SignatureFinding
    terms: Terms = field(default_factory=dict)
    pdf: bytes = field(default=b"", repr=False)
    signer: SignedBy = SignedBy.NOT_COMPARED

    @property
    def summary(self) -> Summary:
        """What it says."""
        return self.reading.summary

    @property
    def is_dated(self) -> bool:
        """Whether it says when it was written."""
        return all(oddity.kind is not OddityKind.NO_DATE for oddity in self.reading.oddities)


def holds_summary(document: Document, data: Document | None) -> bool:
    """Whether *document* can be read by sections: a résumé patient with data, or a file that is FHIR or CDA.

    What the identito-vigilance took out is not read at all (CF-054).
    """
    if document.status is not DocumentStatus.CURRENT:
        return False
    if data is not None:
        return document.category == CATEGORY and media_type(data) == DATA_TYPE
    return media_type(document) in {DATA_TYPE, *CDA_TYPES}


def media_type(document: Document) -> str:
    """Its content type without parameters."""
    return document.content_type.partition(";")[0].strip().lower()


def is_of_another(subject: Subject, patient: Patient) -> bool:
    """Whether the summary names another person than the patient of the record.

    By the matricule where both have it in one form, else by the day of birth: names are written in many ways.
    """
    own, named = patient.matricule.digits, re.sub(r"\D", "", subject.matricule)
    if len(named) == len(own):
        return named != own
    return None not in (subject.birth_date, patient.birth_date) and subject.birth_date != patient.birth_date


def may_be_proposed(received: Received, patient: Patient) -> bool:
    """Whether lines of it may be offered for a summary of *patient*: none whose content was changed."""
    summary = received.summary
    whole = received.signature.state is not SignatureState.BROKEN
    has_lines = any(section.entries for section in summary.sections)
    return whole and has_lines and not is_of_another(summary.subject, patient)


def full(summary: Summary) -> tuple[SummarySection, ...]:
    """The sections that say something, in their order; of a required one also that it does not (CF-074)."""
    there = {section.key for section in summary.sections}
    missing = (SummarySection(key, SectionState.UNDECIDED) for key in REQUIRED if key not in there)
    said = (*(s for s in summary.sections if s.key in REQUIRED or _says(s)), *missing)
    return tuple(sorted(said, key=_place))


def empty(summary: Summary) -> tuple[SummarySection, ...]:
    """The others: sections without a word, and those of the standard that are not there at all.

    Those of a child are not missed.
    """
    there = {section.key for section in summary.sections}
    silent = [s for s in summary.sections if s.key not in REQUIRED and not _says(s)]
    absent = [
        SummarySection(rule.key, SectionState.UNDECIDED)
        for rule in SECTIONS
        if rule.key not in there and rule.key not in REQUIRED and rule.key is not SectionKey.CHILDHOOD
    ]
    return tuple(sorted((*silent, *absent), key=_place))


def codings_of(entry: Entry) -> Iterator[Coding]:
    """Every code that stands beside words of *entry*, the entry's own first."""
    yield from entry.codings
    match entry:
        case Allergy():
            for reaction in entry.reactions:
                yield from reaction.codings
        case Medication():
            yield from filter(None, (entry.form_coding, entry.route_coding))
    yield from answers_of(entry)


def answers_of(entry: Entry) -> Iterator[Coding]:
    """The code that is itself what *entry* says: « ancien fumeur »."""
    if isinstance(entry, Observation) and isinstance(entry.value, Coding):
        yield entry.value


_PLACES: Final = {rule.key: number for number, rule in enumerate(SECTIONS)}


def _place(section: SummarySection) -> int:
    return _PLACES[section.key] if section.key else len(_PLACES)


def _says(section: SummarySection) -> bool:
    return bool(section.entries or section.narrative or section.note or section.unread)
