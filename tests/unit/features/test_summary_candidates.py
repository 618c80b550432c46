"""Which documents could bring lines: known from the list alone, nothing is read for it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop.domain.catalog import categories
from desktop.domain.record import Document, DocumentStatus
from desktop.features.summary.domain.candidates import FEEDS, could_bring
from desktop.features.summary.domain.draft import Source, SourceKind
from desktop.features.summary.domain.sections import SECTIONS, SectionKey
from tests.samples.practice import NOW, deposit, document


def pair(id: str, category: str = "resultats-biologie", age: int = 0) -> tuple[Document, Document]:
    """A document and its data."""
    row = replace(document(deposit(category=category), id), created=NOW - timedelta(days=age))
    return row, replace(row, id=f"{id}-data", content_type="application/fhir+json", transforms=id)


def test_only_categories_that_exist_feed_anything() -> None:
    assert set(FEEDS) <= {one.slug for one in categories()}
    assert {key for keys in FEEDS.values() for key in keys} == {rule.key for rule in SECTIONS}


def test_cf062_a_document_with_data_is_named_with_its_sections_the_newest_first() -> None:
    old, new = pair("a", age=9), pair("b", "traitements-medicaux-prescrits")
    found = could_bring((*old, *new), "")
    assert [(one.document.id, one.data.id) for one in found] == [("b", "b-data"), ("a", "a-data")]
    assert [one.sections for one in found] == [(SectionKey.MEDICATION,), (SectionKey.RESULTS,)]


def test_what_has_no_data_is_no_candidate() -> None:
    row, data = pair("a")
    gone = replace(row, status=DocumentStatus.SUPERSEDED)
    replaced = replace(data, status=DocumentStatus.SUPERSEDED)
    for rows in ((row,), (data,), (gone, data), (row, replaced), pair("c", "caisse-maladie")):
        assert could_bring(rows, "") == ()


@pytest.mark.parametrize("base", ["a", "a-data"])
def test_the_base_of_the_draft_was_read_already(base: str) -> None:
    assert could_bring(pair("a", "resume-patient"), base) == ()


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("resultats-biologie", SourceKind.LAB),
        ("traitements-medicamenteux", SourceKind.PRESCRIPTION),
        ("dispensation-medicamenteuse", SourceKind.DISPENSATION),
        ("resume-patient", SourceKind.DOCUMENT),
    ],
)
def test_cf088_a_candidate_is_the_source_of_its_lines(category: str, kind: SourceKind) -> None:
    (one,) = could_bring(pair("a", category), "")
    row = one.document
    assert isinstance(one.source.day, date)
    assert one.source == Source(kind, "a", row.title, one.source.day, row.author.name)
    assert replace(one, document=replace(row, created=None)).source.day is None
