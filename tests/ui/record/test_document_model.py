"""The table model: correct to Qt's own tester under any sequence of sorting and filtering."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from desktop.domain.catalog import Theme
from desktop.domain.folding import fold
from desktop.domain.record import Author, Level
from desktop.domain.texts import Language, set_language
from desktop.ui.record import list_rows
from desktop.ui.record.document_model import DOCUMENT, DocumentModel
from desktop.ui.record.filter_bar import FilterBar
from desktop.ui.record.list_filter import Filter
from desktop.ui.record.list_rows import Column
from desktop.ui.widgets.badged_cell import BADGES
from tests.samples.record import documents
from tests.unit.test_folding import CORPUS

LISTED = documents(60)


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


filters = st.builds(
    Filter,
    words=st.sampled_from(("", "bilan", "lettre cardio", "weber", "zz")),
    found=st.sampled_from((frozenset(), frozenset({"d1", "d2"}))),
    theme=st.sampled_from((None, *Theme)),
    author=st.sampled_from(("", "Dr Weber", "nobody")),
    level=st.sampled_from((None, *Level)),
)
steps = st.lists(
    st.one_of(
        filters,
        st.tuples(st.sampled_from(Column), st.sampled_from(Qt.SortOrder)),
        st.integers(0, len(LISTED)),
    ),
    max_size=8,
)


@pytest.mark.parametrize(("written", "typed"), CORPUS)
def test_the_filter_finds_titles_and_authors_as_they_are_typed(
    qapp: QApplication, written: str, typed: str
) -> None:
    by_title = replace(LISTED[0], title=f"Au début {written}, à la fin")
    by_author = replace(LISTED[1], author=replace(LISTED[1].author, name=written))
    model = DocumentModel()
    other = replace(LISTED[2], title="Tout autre", facility="", author=Author("", "Personne"))
    model.set_documents((by_title, by_author, other), frozenset())
    model.set_filter(Filter(words=typed))
    shown = {model.index(row, 0).data(DOCUMENT).id for row in range(model.rowCount())}
    assert shown == {by_title.id, by_author.id}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_any_sequence_keeps_the_model_sound(
    qapp: QApplication, done: list[Filter | tuple[Column, Qt.SortOrder] | int]
) -> None:
    model = DocumentModel()
    tester = watched(model)
    model.set_documents(LISTED, frozenset({"d3"}))
    for step in done:
        if isinstance(step, Filter):
            model.set_filter(step)
        elif isinstance(step, int):
            model.set_documents(LISTED[:step], frozenset())
        else:
            model.sort(*step)
    assert model.rowCount() <= model.total()
    assert len(model.ids()) == model.rowCount()
    for row in range(min(model.rowCount(), 5)):
        assert model.row_of(model.document(row).id) == row
        assert model.index(row, 0).data(DOCUMENT) == model.document(row)
    tester.deleteLater()


def test_sorting_keeps_the_selected_document(qapp: QApplication) -> None:
    model = DocumentModel()
    model.set_documents(LISTED, frozenset())
    kept = QPersistentModelIndex(model.index(7, Column.TITLE))
    wanted = model.document(7)
    for column in Column:
        for order in Qt.SortOrder:
            model.sort(column, order)
            assert model.document(kept.row()) == wanted


@pytest.mark.parametrize("column", Column)
def test_each_column_sorts_both_ways(qapp: QApplication, column: Column) -> None:
    model = DocumentModel()
    model.set_documents(LISTED, frozenset())
    other = Column.TITLE if column is Column.DATE else Column.DATE
    model.sort(other, Qt.SortOrder.AscendingOrder)
    model.sort(column, Qt.SortOrder.AscendingOrder)
    up = [model._rows[r].key(column) for r in range(model.rowCount())]
    model.sort(column, Qt.SortOrder.DescendingOrder)
    down = [model._rows[r].key(column) for r in range(model.rowCount())]
    assert up == sorted(up) and down == up[::-1]


def test_words_may_stand_anywhere_and_all_must(qapp: QApplication) -> None:
    model = DocumentModel()
    model.set_documents(LISTED, frozenset())
    model.set_filter(Filter(words="KLEIN cardiologie"))
    assert model.rowCount() and all(
        "cardiologie" in d.title and d.author.name == "Dr Klein" for d in model.documents()
    )


def test_a_document_without_title_date_and_category_is_shown(qapp: QApplication) -> None:
    model = DocumentModel()
    bare = replace(LISTED[0], title="", created=None, registered=None, category="unknown-slug")
    model.set_documents((*LISTED, bare), frozenset({bare.id}))
    last = model.rowCount() - 1
    assert [model.index(last, c).data() for c in (0, 1, 2)] == ["–", "unknown-slug", "unknown-slug"]
    assert model.index(last, Column.TITLE).data(BADGES)[-1][1] == "accent"


def test_filter_bar_gives_real_enums_and_forgets_authors_that_are_gone(qapp: QApplication) -> None:
    bar = FilterBar()
    bar.set_documents(LISTED)
    bar.theme.setCurrentIndex(1)
    bar.level.setCurrentIndex(2)
    bar.author.setCurrentIndex(1)
    chosen = bar.filter()
    assert isinstance(chosen.theme, Theme) and isinstance(chosen.level, Level) and chosen.author
    bar.set_documents(())
    assert bar.filter().author == ""


def test_a_list_that_grows_works_out_only_what_is_new(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[object] = []

    def day(when: object) -> str:
        worked_out.append(when)
        return "01.01.2026"

    monkeypatch.setattr(list_rows, "day", day)
    model = DocumentModel()
    first = LISTED[:3]
    model.set_documents(first, frozenset())
    assert len(worked_out) == 3
    model.set_documents(LISTED[:4], frozenset())
    assert len(worked_out) == 4
    changed = replace(first[0], title="Autre titre")
    model.set_documents((changed, *first[1:]), frozenset({first[1].id}))
    assert len(worked_out) == 6, "another title, and one that is new for the reader"
    assert model.index(model.row_of(first[0].id) or 0, Column.TITLE).data() == "Autre titre"
    model.set_documents((), frozenset())
    model.set_documents(first, frozenset())
    assert len(worked_out) == 9, "nothing is remembered of a list that was wiped"


def test_letters_are_folded_when_a_search_asks(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []

    def note(words: str) -> str:
        folded.append(words)
        return fold(words)

    monkeypatch.setattr(list_rows, "fold", note)
    model = DocumentModel()
    model.set_documents(LISTED[:9], frozenset())
    assert folded == []
    model.set_filter(Filter(words="labo"))
    asked = len(folded)
    assert asked > 0
    model.set_filter(Filter(words="labor"))
    assert len(folded) == asked, "once for a list"


def test_another_language_makes_the_rows_anew(qapp: QApplication) -> None:
    model = DocumentModel()
    try:
        model.set_documents(LISTED[:1], frozenset())
        french = model.index(0, Column.LEVEL).data()
        set_language(Language.DE)
        model.set_documents(LISTED[:1], frozenset())
        assert model.index(0, Column.LEVEL).data() != french
    finally:
        set_language(Language.FR)
