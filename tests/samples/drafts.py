"""Drafts of a summary: any of them for properties, and one that reads like a patient's."""

from datetime import UTC, date, datetime
from typing import TypeVar, get_type_hints

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


def _whole(kind: type[T]) -> st.SearchStrategy[T]:
    """Any value of *kind*, fields with a default too."""
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name != "kind"}
    return st.builds(kind, **{name: st.from_type(hint) for name, hint in hints.items()})


_DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
_DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda d: format(d, "f"))
_LENGTHS = st.sampled_from((4, 7, 10))  # a year, a month, a day
st.register_type_strategy(
    PartialDate, st.builds(lambda day, n: PartialDate(day.isoformat()[:n]), _DAYS, _LENGTHS)
)
st.register_type_strategy(Quantity, st.builds(Quantity, _DECIMALS, st.text(), st.text(), st.text()))
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
for _kind in (Coding, Reaction):
    st.register_type_strategy(_kind, _whole(_kind))
ENTRIES = st.one_of([_whole(kind) for kind in ENTRY_TYPES.values()])
st.register_type_strategy(Entry, ENTRIES)
st.register_type_strategy(Line, _whole(Line))
_FEW_LINES = st.lists(st.from_type(Line), max_size=3).map(tuple)
_SECTIONS = st.builds(
    Section, st.sampled_from(SectionKey), st.sampled_from(SectionState), _FEW_LINES, st.text(),
    st.none() | st.from_type(datetime),
)  # fmt: skip
DRAFTS = st.builds(
    Draft, st.text(), st.text(), st.sampled_from(Form), st.text(), st.none() | st.just(BASE),
    st.lists(_SECTIONS, max_size=3, unique_by=lambda section: section.key).map(tuple),
    st.none() | st.from_type(datetime),
)  # fmt: skip
