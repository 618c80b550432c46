"""Drafts of a summary: any of them for properties, and one that reads like a patient's."""

from datetime import UTC, date, datetime
from typing import Any, TypeVar, get_type_hints

from hypothesis import strategies as st

from desktop.features.summary.domain.draft import (
    Base,
    Decision,
    Draft,
    Form,
    Line,
    Section,
    Source,
    SourceKind,
)
from desktop.features.summary.domain.entries import (
    ENTRY_TYPES,
    Allergy,
    AllergyType,
    Coding,
    Criticality,
    Entry,
    Immunization,
    Medication,
    PartialDate,
    Problem,
    Quantity,
    Reaction,
    Severity,
)
from desktop.features.summary.domain.sections import SectionKey, SectionState

T = TypeVar("T")
ATC = "http://www.whocc.no/atc"
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
NOW = datetime(2026, 11, 27, 9, 41, tzinfo=UTC)
BASE = Base("d7", 7, date(2025, 9, 10), "urn:oid:2.25.1", "urn:uuid:7")
BEFORE = Source(SourceKind.PREVIOUS, "d7", "Résumé patient", date(2025, 9, 10), "Dr Claire WEBER")
LETTER = Source(SourceKind.DOCUMENT, "d40", "Lettre de sortie, cardiologie", date(2026, 11, 2), "HRS")
PILLS = Source(SourceKind.PRESCRIPTION, "o3", "Ordonnance", date(2026, 10, 13), "Dr Claire WEBER")


def line(number: int, entry: Entry, *sources: Source, conflicts: tuple[Entry, ...] = ()) -> Line:
    """A proposal."""
    return Line(f"l{number}", entry, sources or (BEFORE,), Decision.PROPOSED, conflicts)


PENICILLIN = Allergy(
    text="Pénicilline", codings=(Coding(SNOMED, "764146007", "Penicillin", "en"),), type=AllergyType.ALLERGY,
    criticality=Criticality.HIGH, onset=PartialDate("1998"),
    reactions=(Reaction("choc", (), Severity.SEVERE),),
)  # fmt: skip
LATEX = Allergy(text="Latex", reactions=(Reaction("urticaire"),))
RAMIPRIL_5 = Medication(text="Ramipril", strength="5 mg", form="comprimé", dosage="1-0-0")
RAMIPRIL_10 = Medication(text="Ramipril", strength="10 mg", form="comprimé", dosage="1-0-0")
METFORMIN = Medication(
    text="Metformine", ingredients=("metformine",), strength="850 mg", form="comprimé", dosage="1-0-1",
    start=PartialDate("2019-03"), codings=(Coding(ATC, "A10BA02", "metformin", "en"),),
)  # fmt: skip
DIABETES = Problem(
    text="Diabète de type 2", codings=(Coding(ICD10, "E11"),), onset=PartialDate("2012"), ald=8
)
FLU = Immunization(text="Vaccin grippal", given=PartialDate("2025-10-14"), target="Grippe")


def typical() -> Draft:
    """One version before, a letter and an ordonnance since; nothing is decided yet."""
    undecided = SectionState.UNDECIDED
    return Draft(
        "draft-1", "p1", Form.ADULT, "fr", BASE,
        (
            Section(SectionKey.ALLERGIES, undecided, (line(1, PENICILLIN), line(2, LATEX, LETTER))),
            Section(SectionKey.PROBLEMS, undecided, (line(3, DIABETES),)),
            Section(
                SectionKey.MEDICATION,
                undecided,
                (line(4, METFORMIN), line(5, RAMIPRIL_5, BEFORE, PILLS, conflicts=(RAMIPRIL_10,))),
            ),
            Section(SectionKey.IMMUNIZATIONS, undecided, (line(6, FLU),)),
        ),
        NOW,
    )  # fmt: skip


def _whole(kind: type[T], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Any value of *kind*, fields with a default too; few and short ones, there are many of them."""
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name not in ("kind", *given)}
    made = {name: st.text(max_size=9) if hint is str else st.from_type(hint) for name, hint in hints.items()}
    return st.builds(kind, **made, **given)


def _some(one: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(one, max_size=2).map(tuple)


_DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
_DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda d: format(d, "f"))
_LENGTHS = st.sampled_from((4, 7, 10))  # a year, a month, a day
st.register_type_strategy(
    PartialDate, st.builds(lambda day, n: PartialDate(day.isoformat()[:n]), _DAYS, _LENGTHS)
)
st.register_type_strategy(Quantity, st.builds(Quantity, _DECIMALS, st.text(), st.text(), st.text()))
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
_CODINGS = _some(_whole(Coding))
st.register_type_strategy(Coding, _whole(Coding))
_REACTIONS = _some(_whole(Reaction, codings=_CODINGS))
ENTRIES = st.one_of(
    [
        _whole(kind, codings=_CODINGS, **({"reactions": _REACTIONS} if kind is Allergy else {}))
        for kind in ENTRY_TYPES.values()
    ]
)
_LINES = _whole(Line, entry=ENTRIES, sources=_some(_whole(Source)), conflicts=_some(ENTRIES))
_SECTIONS = st.lists(_whole(Section, lines=_some(_LINES)), max_size=3, unique_by=lambda section: section.key)
st.register_type_strategy(Entry, ENTRIES)
st.register_type_strategy(Line, _LINES)
DRAFTS = _whole(Draft, sections=_SECTIONS.map(tuple))
