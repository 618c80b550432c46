"""Long lists are shown in short turns and end; a platform that pages for ever is cut, and that is said."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import DocumentPage
from desktop.ui.record import document_model, list_rows, record_loader, record_view
from desktop.ui.record.document_model import DocumentModel
from desktop.ui.record.filter_bar import FilterBar
from desktop.ui.record.list_filter import Filter
from desktop.ui.record.record_loader import RecordLoader
from desktop.ui.record.record_view import RecordView
from desktop.ui.tasks import Tasks
from tests.fakes import FakeController
from tests.samples.record import documents
from tests.ui.turning import count_turns

Open = Callable[[FakeController], RecordView]
SAMPLE = documents(20)[0]
LONG = record_view.LONG_LIST + 200


def test_a_long_list_is_made_ready_for_its_first_filter_in_slices(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folding 10,000 rows takes half a second."""
    slices, turn = list[int](), count_turns(qtbot)
    real = DocumentModel.prepare

    def prepare(model: DocumentModel) -> Iterator[None]:
        for _ in real(model):
            slices.append(turn())
            yield

    monkeypatch.setattr(DocumentModel, "prepare", prepare)
    view = opened(FakeController(documents(LONG)[:LONG], page_size=LONG))
    qtbot.waitUntil(lambda: len(slices) == LONG / document_model.SLICE)
    assert len(set(slices)) == len(slices), "one a turn"
    folded = list[str]()

    def fold(words: str) -> str:
        folded.append(words)
        return words

    monkeypatch.setattr(list_rows, "fold", fold)
    view.model.set_filter(Filter(words="bilan"))
    assert folded == []


def test_thousands_of_authors_come_and_go_in_one_step(themed: QApplication, qtbot: QtBot) -> None:
    listed = [
        replace(d, author=replace(d.author, name=f"Dr {n:04}")) for n, d in enumerate(documents(2000)[:2000])
    ]
    bar, steps = FilterBar(), list[str]()
    qtbot.addWidget(bar)  # else it stays: another test looked through all widgets and found its words
    model = bar.author.model()
    model.modelReset.connect(lambda: steps.append("reset"))
    model.rowsInserted.connect(lambda: steps.append("one more"))
    model.rowsRemoved.connect(lambda: steps.append("one less"))
    bar.set_documents(listed)
    assert bar.author.count() == 2001 and bar.author.itemText(2000) == "Dr 1999"
    bar.author.setCurrentIndex(2000)
    assert bar.filter().author == "Dr 1999"
    bar.set_documents(listed[1000:])
    assert bar.filter().author == "Dr 1999", "the choice stays where it still is"
    bar.set_documents(())
    assert steps == ["reset"] * 3
    assert (bar.author.count(), bar.author.currentIndex(), bar.filter()) == (1, 0, Filter())


def test_a_long_list_is_shown_in_several_turns_of_the_loop(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController(documents(LONG)[:LONG], page_size=LONG)
    view = opened(controller)
    assert (view.model.total(), view.line.view.line().count()) == (LONG, LONG)
    view.model.set_documents((), frozenset())
    view.line.view.set_shown(frozenset())
    view._show_content()
    assert (view.model.total(), view.line.view.line().count()) == (0, 0), "not in the turn that is under way"
    listed = list[int]()
    view.model.modelReset.connect(lambda: listed.append(view.line.view.line().count()))
    qtbot.waitUntil(lambda: view.line.view.line().count() == LONG)
    assert listed == [0] and view.model.total() == LONG, "one part a turn"
    view._apply(Filter(words="rien de tel zzz"))
    assert (view.model.rowCount(), view.line.view.line().count()) == (0, LONG)
    qtbot.waitUntil(lambda: view.line.view.line().count() == 0)


def test_cf017_a_lock_empties_a_long_list_at_once_and_nothing_comes_back(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController(documents(LONG)[:LONG], page_size=LONG))
    view._show_content()  # its further turns are still to come
    view.wipe()
    line = view.line.view
    assert (view.model.total(), line.line().count(), view.filters.author.count()) == (0, 0, 1)
    assert view._wall_clock == {}
    qtbot.wait(20)  # turns that were dropped
    assert (view.model.total(), line.line().count()) == (0, 0)


def test_what_interrupts_the_showing_loses_no_end_of_loading(qtbot: QtBot, tasks: Tasks) -> None:
    view = RecordView(tasks)
    qtbot.addWidget(view)
    view.open(FakeController(documents(LONG)[:LONG], page_size=LONG))
    view.loader.finished.connect(lambda: view.note_read("d1"))  # shows anew while the showing goes on
    with qtbot.waitSignal(view.loaded):
        view.start()


class Endless(FakeController):
    """Pages that never end; *following* gives the link of each, *size* new documents on each."""

    def __init__(self, following: Callable[[int], str], size: int) -> None:
        super().__init__(())
        self._following, self._size = following, size
        self.asked = 0

    def _next(self) -> DocumentPage:
        first = self.asked * self._size
        self.asked += 1
        fresh = tuple(replace(SAMPLE, id=f"e{first + n}") for n in range(self._size))
        return DocumentPage(fresh, self._following(self.asked), 10**9)

    def first_page(self) -> Result[DocumentPage]:
        return self._next()

    def following_page(self, page: DocumentPage) -> Result[DocumentPage]:
        return self._next()


@pytest.mark.parametrize(
    ("following", "size", "pages"),
    [
        (lambda _: "again", 1, 2),
        (lambda number: f"page-{number % 3}", 1, 4),
        (lambda number: f"page-{number}", 1, 40),
        (lambda number: f"page-{number}", 0, 5),
        (lambda number: f"page-{number}", 30, 10),
    ],
    ids=["the same link", "a circle", "ever new links", "nothing new", "ever more documents"],
)
def test_a_platform_that_pages_for_ever_is_cut_and_that_is_said(
    qtbot: QtBot, tasks: Tasks, monkeypatch: pytest.MonkeyPatch,
    following: Callable[[int], str], size: int, pages: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(record_loader, "MOST_PAGES", 40)
    monkeypatch.setattr(record_loader, "MOST_DOCUMENTS", 300)
    monkeypatch.setattr(record_loader, "MOST_PAGES_WITHOUT_NEWS", 5)
    controller, failures = Endless(following, size), list[Failure]()
    loader = RecordLoader(controller, tasks)
    loader.failed.connect(failures.append)
    with qtbot.waitSignal(loader.finished):
        loader.start()
    assert controller.asked == pages
    assert failures == [Failure(Code.LIST_INCOMPLETE)] and not loader.complete
    assert len(loader.documents) == pages * size, "what came is shown"
    assert controller.kept == [], "half a list is not kept for reading offline"
    with qtbot.waitSignal(loader.finished):
        loader.start()
    assert controller.asked == 2 * pages, "and the next time begins anew"
