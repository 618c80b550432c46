"""Groups, versions and copies in the list: one row each, folded and unfolded by key and mouse."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.folding import fold
from desktop.domain.record import Document, DocumentStatus
from desktop.services.list_taste import Grouping, ListTaste
from desktop.ui.record.document_model import FOLD, GROUP
from desktop.ui.record.list_filter import Filter
from desktop.ui.record.list_rows import Column
from desktop.ui.record.record_view import RecordView
from desktop.ui.widgets.badged_cell import BADGES
from tests.answers import present
from tests.fakes import FakeController
from tests.samples.record import documents

Open = Callable[[FakeController], RecordView]
LISTED = documents()
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(opened: Open) -> RecordView:
    return opened(FakeController())


def _group_rows(view: RecordView) -> list[int]:
    return [row for row in range(view.model.rowCount()) if view.model.is_group(row)]


def _words(view: RecordView) -> list[tuple[str, str]]:
    return [view.model.index(row, 0).data(GROUP) for row in _group_rows(view)]


def _badges(view: RecordView, row: int) -> list[str]:
    return [words for words, _ in view.model.index(row, Column.TITLE).data(BADGES)]


def _group(view: RecordView, grouping: Grouping) -> None:
    combo = view.filters.grouping
    combo.setCurrentIndex(list(Grouping).index(grouping))
    combo.activated.emit(combo.currentIndex())


def _click(view: RecordView, row: int, x: int = 60) -> None:
    at = QPoint(x, view.list.rowViewportPosition(row) + 10)
    QTest.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=at)


@pytest.mark.parametrize("grouping", [g for g in Grouping if g])
def test_every_document_stands_in_one_group_with_its_count(view: RecordView, grouping: Grouping) -> None:
    _group(view, grouping)
    assert sorted(d.id for d in view.model.documents()) == sorted(d.id for d in LISTED)
    rows = [*_group_rows(view), view.model.rowCount()]
    sizes = [after - row - 1 for row, after in pairwise(rows)]
    assert sum(sizes) == 401 and len(rows) > 4
    told = [int(count.split("\u202f")[0].split(" ")[0].replace("\u00a0", "")) for _, count in _words(view)]
    assert told == sizes
    _group(view, Grouping.NONE)
    assert not _group_rows(view) and view.model.rowCount() == 401


def test_years_and_authors_and_themes_come_in_their_order(view: RecordView) -> None:
    _group(view, Grouping.YEAR)
    years = [words[-4:] for words, _ in _words(view)]
    assert years == sorted(years, reverse=True) and years[0] == "2026"
    _group(view, Grouping.AUTHOR)
    authors = [words for words, _ in _words(view)]
    assert authors == sorted(authors, key=str.casefold)
    _group(view, Grouping.THEME)
    assert _words(view)[0][0].endswith("Synthèse")
    _group(view, Grouping.EPISODE)
    assert _words(view)[-1][0].endswith("Sans épisode")


def test_a_click_and_the_keys_fold_and_unfold(view: RecordView) -> None:
    _group(view, Grouping.YEAR)
    whole = view.model.rowCount()
    second = _group_rows(view)[1]
    _click(view, 0)
    assert view.model.rowCount() == whole - (second - 1) and _words(view)[0][0].startswith("+")
    assert "groupe replié" in view.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    _click(view, 0)
    assert view.model.rowCount() == whole
    QTest.keyClick(view.list, Qt.Key.Key_Left)
    assert view.model.is_open(0) is False
    QTest.keyClick(view.list, Qt.Key.Key_Right)
    assert view.model.is_open(0) is True
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    assert view.model.is_open(0) is False and not view.reading.open
    QTest.keyClick(view.list, Qt.Key.Key_Left, CTRL)
    assert view.model.rowCount() == len(_group_rows(view))
    QTest.keyClick(view.list, Qt.Key.Key_Right, CTRL)
    assert view.model.rowCount() == whole
    inside = second + 1
    view.list._stand_on(inside)
    QTest.keyClick(view.list, Qt.Key.Key_Left)
    assert view.list.currentIndex().row() == second, "from a document to its group"


def test_a_document_chosen_elsewhere_opens_its_group(view: RecordView) -> None:
    _group(view, Grouping.THEME)
    view.list.fold_groups(closed=True)
    wanted = LISTED[17].id
    view.list.set_current(wanted)
    assert present(view.list.current()).id == wanted


def test_a_filter_leaves_what_it_finds_and_says_how_many(view: RecordView, qtbot: QtBot) -> None:
    _group(view, Grouping.AUTHOR)
    view.filters.words.setText("bilan")
    qtbot.waitUntil(lambda: view.model.shown() < 401)
    found = view.model.documents()
    assert found and all("ilan" in d.title for d in found) and len(found) == view.model.shown()
    assert len(_group_rows(view)) == len({(d.author.organisation, d.author.name) for d in found})
    assert view._count.text() == f"{len(found)} sur 401"


def test_the_next_document_is_that_of_the_next_group(view: RecordView, qtbot: QtBot) -> None:
    """A group's row is stepped over; what a closed group holds is not shown."""
    _group(view, Grouping.YEAR)
    last = _group_rows(view)[1] - 1
    with qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document(view.model.document(last).id)
    following = view.model.document(last + 2).id
    with qtbot.waitSignal(view.viewer.first_page_shown):
        QTest.keyClick(view.viewer.pages, Qt.Key.Key_Down, CTRL)
    assert present(view.viewer.document()).id == following


def test_sorting_sorts_inside_the_groups_and_keeps_what_is_chosen(view: RecordView) -> None:
    _group(view, Grouping.THEME)
    view.list.set_current(LISTED[30].id)
    view.list.sortByColumn(Column.TITLE, Qt.SortOrder.AscendingOrder)
    assert present(view.list.current()).id == LISTED[30].id
    first, second = _group_rows(view)[1:3]
    titles = [view.model.index(row, Column.TITLE).data() for row in range(first + 1, second)]
    assert titles == sorted(titles, key=fold) and len(titles) > 3


def test_the_grouping_is_a_taste_that_comes_back(view: RecordView) -> None:
    told: list[ListTaste] = []
    view.list.taste_changed.connect(told.append)
    _group(view, Grouping.YEAR)
    assert told[-1].grouping is Grouping.YEAR
    view.list.show_taste(ListTaste(grouping=Grouping.AUTHOR))
    assert view.filters.grouping.currentText() == "Par auteur" and view.model.grouping() is Grouping.AUTHOR
    assert len(told) == 1, "what is shown is not told"


# -- versions and copies


def _chain() -> tuple[Document, ...]:
    """The newest document replaced one that the list does not name; the fourth stands in it twice."""
    newest = replace(LISTED[0], replaces="v1")
    copy = replace(LISTED[3], id="copy", unique_id="other", title="Envoyé deux fois")
    return (newest, *LISTED[1:4], copy, *LISTED[4:])


FORMER = (
    replace(LISTED[0], id="v1", title="Première version", replaces="v0", status=DocumentStatus.SUPERSEDED),
    replace(LISTED[0], id="v0", title="Tout premier jet", status=DocumentStatus.SUPERSEDED),
)


def test_copies_are_folded_and_counted(opened: Open) -> None:
    view = opened(FakeController(_chain()))
    assert view.model.rowCount() == 401 and view.model.total() == 402
    row = present(view.model.row_of(LISTED[3].id))
    assert "2 exemplaires" in _badges(view, row) and view.model.row_of("copy") is None
    assert "2 exemplaires" in view.model.index(row, Column.TITLE).data(Qt.ItemDataRole.AccessibleTextRole)
    _click(view, row, view.list.columnViewportPosition(Column.TITLE) + 12)
    under = present(view.model.row_of("copy"))
    assert under == row + 1 and _badges(view, under)[-1] == "exemplaire"
    assert view.model.index(under, Column.TITLE).data(FOLD) == ""
    QTest.keyClick(view.list, Qt.Key.Key_Left)
    assert view.model.row_of("copy") is None
    view.list.set_current("copy")
    assert present(view.list.current()).id == "copy", "chosen elsewhere, it is unfolded"


def test_cf052_the_versions_stand_under_the_newest(opened: Open, qtbot: QtBot) -> None:
    """Asked for once, when the user unfolds them; a former one says in the viewer that it is replaced."""
    controller = FakeController(_chain())
    controller.former = FORMER
    view = opened(controller)
    assert _badges(view, 0)[-1] == "versions" and not controller.reads
    view.list._stand_on(0)
    QTest.keyClick(view.list, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: view.model.row_of("v0") is not None)
    assert [view.model.document(row).id for row in range(4)] == [LISTED[0].id, "v1", "v0", LISTED[1].id]
    assert "3 versions" in _badges(view, 0) and _badges(view, 1)[-1] == "remplacée"
    with qtbot.waitSignal(view.viewer.first_page_shown):
        view.list.opened.emit("v1")
    assert controller.reads == ["v1"] and view.model.open_id() == "v1"
    assert view.viewer.message.what() == "Vous lisez une version remplacée."
    assert view.reading.place() is None, "after a lock the list does not know it"


def test_versions_stay_while_the_list_is_read_again(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController(_chain())
    controller.former = FORMER
    view = opened(controller)
    view.model.set_former(LISTED[0].id, FORMER)
    view.model.fold(0)
    assert view.model.row_of("v1") == 1
    with qtbot.waitSignal(view.loaded):
        view.refresh()
    assert view.model.row_of("v1") == 1
    view.wipe()
    assert view.model.rowCount() == 0 and view.model.find("v1") is None


def test_versions_that_cannot_be_had_are_told(opened: Open, qtbot: QtBot) -> None:
    class Refusing(FakeController):
        def versions(self, document: Document) -> Result[tuple[Document, ...]]:
            return Failure(Code.OFFLINE)

    view = opened(Refusing(_chain()))
    view.list._stand_on(0)
    with qtbot.waitSignal(view.failed):
        QTest.keyClick(view.list, Qt.Key.Key_Right)
    assert view.message.what() and view.model.row_of("v1") is None


def test_what_a_filter_finds_under_a_row_is_shown(opened: Open) -> None:
    """The row over it does not pass: nothing that is found stays hidden."""
    view = opened(FakeController(_chain()))
    view.model.set_filter(Filter(words="deux fois"))
    assert [d.id for d in view.model.documents()] == ["copy"] and view.model.shown() == 1
    view.model.set_filter(Filter(words=LISTED[3].title))
    assert view.model.row_of(LISTED[3].id) is not None and view.model.row_of("copy") is None
