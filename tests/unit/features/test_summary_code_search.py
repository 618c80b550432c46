"""Codes while one types: what is found, in which order, and which codes cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.features.summary.domain.code_search import HITS, LISTS
from desktop.features.summary.domain.entries import Coding
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.domain.terminology import ATC, ICD10, SNOMED, CodeList, Concept
from desktop.features.summary.service.terminology import code_search, tables

SEARCH = code_search()
ALL = frozenset(CodeList)
PROBLEMS = LISTS[SectionKey.PROBLEMS]


@pytest.mark.parametrize(
    ("section", "typed", "code"),
    [
        (SectionKey.PROBLEMS, "diab typ 2", "E11"),
        (SectionKey.PROBLEMS, "e11", "E11"),
        (SectionKey.PROBLEMS, "E11.9", "E11"),
        (SectionKey.PROBLEMS, "E119", "E11"),
        (SectionKey.PROBLEMS, "diabete", "8"),
        (SectionKey.PROBLEMS, "ALD coronaire", "13"),
        (SectionKey.PROBLEMS, "ECHINO", "B67"),
        (SectionKey.ALLERGIES, "OEUF", "102263004"),
        (SectionKey.ALLERGIES, "œuf", "102263004"),
        (SectionKey.ALLERGIES, "cacah", "762952008"),
        (SectionKey.ALLERGIES, "peanut", "762952008"),
        (SectionKey.MEDICATION, "acid acetylsal", "B01AC06"),
        (SectionKey.MEDICATION, "PARACE\u0301TAMOL", "N02BE01"),
        (SectionKey.IMMUNIZATIONS, "tétanos", "76902006"),
        (SectionKey.RESULTS, "hba1c", "4548-4"),
        (SectionKey.VITAL_SIGNS, "poids", "29463-7"),
        (SectionKey.SOCIAL_HISTORY, "jamais", "266919005"),
        (SectionKey.PREGNANCY, "enc", "77386006"),
    ],
)
def test_what_is_typed_is_found(section: SectionKey, typed: str, code: str) -> None:
    assert code in [hit.code for hit in SEARCH.hits(typed, LISTS[section])]


def test_sharp_s_is_written_either_way() -> None:
    assert SEARCH.hits("strasse", ALL) == SEARCH.hits("straße", ALL)


def test_a_former_code_finds_what_it_became() -> None:
    """Pregabalin was N03AX16 (features A.6)."""
    assert SEARCH.hits("N03AX16", LISTS[SectionKey.MEDICATION])[0].code == "N02BF02"


def test_the_code_itself_stands_first_then_labels_that_begin_so() -> None:
    hits = SEARCH.hits("8", PROBLEMS)
    assert (hits[0].list, hits[0].code) == (CodeList.ALD, "8")
    for typed in ("ALD 1", "ald1"):
        assert SEARCH.hits(typed, PROBLEMS)[0].code == "1", "CF-097: as a doctor names it"
    labels = [hit.label for hit in SEARCH.hits("insuff", PROBLEMS)]
    assert labels[0].startswith("Insuffisance")


def test_a_section_finds_its_own_tables_only() -> None:
    assert SEARCH.hits("diabète", LISTS[SectionKey.RESULTS]) == ()
    assert all(h.list is CodeList.SUBSTANCE for h in SEARCH.hits("a", LISTS[SectionKey.MEDICATION]))


@given(st.text(max_size=12))
def test_a_search_is_stable_and_short(typed: str) -> None:
    hits = SEARCH.hits(typed, ALL)
    assert len(hits) <= HITS and hits == SEARCH.hits(typed, ALL)
    assert len({(hit.list, hit.code, hit.label) for hit in hits}) == len(hits)


@given(st.sampled_from(tables().concepts))
def test_every_concept_is_found_by_its_label(row: Concept) -> None:
    """Among all that match, as long as those are fewer than what is shown."""
    hits = SEARCH.hits(row.label, frozenset({row.list}))
    assert row in hits or len(hits) == HITS


@pytest.mark.parametrize("code", ["Z99X", "Z99X1", "B03.123", "D99", "U99.9"])
def test_a_code_that_does_not_exist_is_named_with_its_table(code: str) -> None:
    unknown = SEARCH.missing(f" {code} ", PROBLEMS)
    assert unknown is not None and (unknown.code, unknown.table.version) == (code, "2019")
    assert SEARCH.unknown(Coding(ICD10, code)) is not None


@pytest.mark.parametrize("typed", ["E11", "e11", "E11.9", "E119", "diabète", "", "8", "HbA1c"])
def test_what_exists_or_is_no_code_is_not_doubted(typed: str) -> None:
    assert SEARCH.missing(typed, PROBLEMS) is None


def test_where_icd10_is_not_searched_nothing_looks_like_it() -> None:
    assert SEARCH.missing("Z99X", LISTS[SectionKey.MEDICATION]) is None


@pytest.mark.parametrize("system", [ATC, SNOMED, "urn:oid:1.2.3"])
def test_of_a_table_that_is_not_whole_no_code_is_denied(system: str) -> None:
    assert SEARCH.unknown(Coding(system, "whatever")) is None
