"""Whose a code and its label are: nothing of ours looks like a system's own; each table says its source."""

import re
from itertools import combinations

import pytest

from desktop.domain.table_file import TableHead
from desktop.domain.texts import Language, set_language
from desktop.features import FEATURES
from desktop.features.summary.cells import table_rows
from desktop.features.summary.domain.code_search import LISTS
from desktop.features.summary.domain.origins import origin_words, table_words
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.service.terminology import code_search, tables
from desktop.kernel.feature import add_words

_LOINC = "This material contains content from LOINC (http://loinc.org)."


@pytest.fixture(autouse=True)
def words() -> None:
    add_words(FEATURES)


@pytest.mark.parametrize(
    ("section", "typed", "origin"),
    [
        (SectionKey.PROBLEMS, "E11", "E11 ICD-10 · titre officiel en anglais"),
        (SectionKey.PROBLEMS, "accident vasculaire", "ALD 1"),
        (SectionKey.PROBLEMS, "mucoviscidose", "ALD 18 · libellé non officiel"),
        (SectionKey.MEDICATION, "metformine", "A10BA02 ATC · libellé non officiel · jeu de test"),
        (SectionKey.ALLERGIES, "arachide", "762952008 SNOMED CT · libellé non officiel"),
        (SectionKey.ALLERGIES, "pénicillines", "libellé non officiel · jeu de test"),
    ],
)
def test_a_hit_says_whose_its_label_is(section: SectionKey, typed: str, origin: str) -> None:
    assert origin in [origin_words(hit) for hit in code_search().hits(typed, LISTS[section])]


@pytest.mark.parametrize("language", Language)
def test_each_table_has_a_name_its_version_source_and_licence(language: Language) -> None:
    set_language(language)
    try:
        said = [table_words(head) for head in tables().heads]
    finally:
        set_language(Language.FR)
    assert len({title for title, _, _ in said}) == len(said) == 8
    for head, (_, version, source) in zip(tables().heads, said, strict=True):
        number = ".".join(reversed(head.version.split("-"))) if head.version.count("-") == 2 else head.version
        assert number in version and (" · " in version) is head.test
        assert source not in ("", f"{head.source}. {head.licence}.")
        assert not re.search(r"\d{4}-\d\d-\d\d", version + source), "a day as in a file"
    assert any(_LOINC in source for _, _, source in said), "the notice that LOINC's licence asks for"


def test_no_table_speaks_english_on_another_screen() -> None:
    """Their titles may name what is English; what stands beside is told in the language of the screen."""
    said: dict[Language, list[str]] = {}
    for language in Language:
        set_language(language)
        said[language] = [table_words(head)[2].replace(_LOINC, "") for head in tables().heads]
    set_language(Language.FR)
    for one, other in combinations(Language, 2):
        assert not set(said[one]) & set(said[other])


def test_a_file_without_words_speaks_for_itself() -> None:
    head = TableHead("own.csv", "Own codes", "3", "A hospital", "its own", "fr", official=False, test=False)
    assert table_words(head) == ("Own codes", "3", "A hospital. its own.")


def test_the_editor_shows_them() -> None:
    title, *rows = table_rows(code_search().heads)
    assert title.title and [row.id for row in rows] == [head.file for head in tables().heads]
