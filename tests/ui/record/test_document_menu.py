"""The menu of the chosen documents offers what the right allows; two documents stand side by side."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.domain.record import DocumentStatus, Level
from desktop.services.list_taste import Grouping, ListTaste
from desktop.ui.record.list_rows import Column
from desktop.ui.record.record_view import RecordView
from tests.answers import present
from tests.fakes import FakeController
from tests.samples.record import documents
from tests.ui.finding import child

Open = Callable[[FakeController], RecordView]
LISTED = documents()
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(opened: Open, qtbot: QtBot) -> RecordView:
    made = opened(FakeController())
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.list.setFocus()
    return made


def _choose(view: RecordView, *rows: int) -> None:
    view.list._stand_on(rows[0])
    for row in rows[1:]:
        flags = QItemSelectionModel.SelectionFlag
        view.list.selectionModel().select(view.model.index(row, Column.TITLE), flags.Select | flags.Rows)


def _menu(view: RecordView) -> dict[str, Callable[[], object]]:
    """What is offered by the Menu key; the menu is closed again."""
    key = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(view.list, QContextMenuEvent(key, QPoint(), QPoint()))
    menus = view.list.findChildren(QMenu, "document-menu")
    if not menus or not menus[-1].isVisible():
        return {}
    acts = [act for act in menus[-1].actions() if not act.isSeparator()]
    found: dict[str, Callable[[], object]] = {act.text(): act.trigger for act in acts}
    menus[-1].hide()
    return found


def _row(view: RecordView, wanted: Callable[..., bool]) -> int:
    return next(row for row in range(view.model.rowCount()) if wanted(view.model.document(row)))


def test_one_document(view: RecordView) -> None:
    _choose(view, 0)
    assert list(_menu(view)) == [
        "Ouvrir (Entrée)", "Ouvrir en grand (Ctrl+Entrée)", "Imprimer…", "Enregistrer une copie…",
    ]  # fmt: skip


def test_cf054_a_disabled_document_offers_no_reading(view: RecordView) -> None:
    _choose(view, _row(view, lambda d: d.status is DocumentStatus.DISABLED))
    assert _menu(view) == {}


def test_cf044_only_what_is_masked_can_be_unmasked(view: RecordView) -> None:
    _choose(view, _row(view, lambda d: d.level is Level.ANNONCE))
    assert "Lever le masquage…" in _menu(view)
    _choose(view, 0)
    assert "Lever le masquage…" not in _menu(view)


def test_a_new_version_of_ones_own_where_something_may_be_sent(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    view = opened(controller)
    own = _row(view, lambda d: d.author.id == "me")
    _choose(view, own)
    asked: list[object] = []
    view.deposit_requested.connect(asked.append)
    _menu(view)["Déposer une nouvelle version…"]()
    assert asked == [view.model.document(own)] and not controller.reads
    controller._facts = replace(controller.facts, may_deposit=False)
    other = opened(controller)
    _choose(other, own)
    assert "Déposer une nouvelle version…" not in _menu(other)


def test_print_and_save_read_the_document_first(view: RecordView, qtbot: QtBot) -> None:
    """One traced access that the user asked for (CF-062); then the purpose rule (CF-067)."""
    controller = view._controller
    assert isinstance(controller, FakeController)
    _choose(view, 3)
    wanted = view.model.document(3).id
    with qtbot.waitSignal(view.viewer.first_page_shown):
        _menu(view)["Enregistrer une copie…"]()
    assert controller.reads == [wanted]
    assert "ne doit servir qu'à la prise en charge" in view.viewer.message.what()
    view.viewer.close_innermost()
    _menu(view)["Enregistrer une copie…"]()
    assert controller.reads == [wanted], "what stands open is not read again"
    assert "ne doit servir qu'à la prise en charge" in view.viewer.message.what()


def test_cf067_several_are_neither_printed_nor_saved_together(view: RecordView) -> None:
    _choose(view, 0, 1, 2)
    assert list(_menu(view)) == ["N'afficher que ces 3 documents"]
    _choose(view, 0, 1)
    assert list(_menu(view)) == [
        "Lire les deux côte à côte (Ctrl+D)", "N'afficher que ces 2 documents",
    ]  # fmt: skip


def test_only_the_chosen_ones_and_back(view: RecordView) -> None:
    _choose(view, 1, 4, 7)
    ids = {document.id for document in view.list.chosen()}
    assert len(ids) == 3
    _menu(view)["N'afficher que ces 3 documents"]()
    assert {d.id for d in view.model.documents()} == ids and view._count.text() == "3 sur 401"
    assert view.close_innermost() and view.model.rowCount() == 401


def test_what_is_chosen_stays_while_the_list_is_read_again(view: RecordView, qtbot: QtBot) -> None:
    QTest.keyClick(view.list, Qt.Key.Key_Home, CTRL)
    for _ in range(2):
        QTest.keyClick(view.list, Qt.Key.Key_Down, SHIFT)
    chosen = view.list.chosen()
    assert len(chosen) == 3
    with qtbot.waitSignal(view.loaded):
        view.refresh()
    assert view.list.chosen() == chosen
    view.list.show_taste(ListTaste(grouping=Grouping.YEAR))
    assert set(view.list.chosen()) == set(chosen)
    assert "Tout replier (Ctrl+←)" in _menu(view)


# -- two side by side


def _both(view: RecordView, qtbot: QtBot) -> tuple[str, str]:
    """Read the first, and the fourth beside it."""
    one, two = view.model.document(0).id, view.model.document(3).id
    with qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document(one)
    view.list.setFocus()
    _choose(view, 3)
    QTest.keyClick(view.list, Qt.Key.Key_D, CTRL)
    second = present(view.reading.second)
    qtbot.waitUntil(lambda: second.pages.page_count() > 0 and second.pages.hasFocus())
    return one, two


def test_two_documents_side_by_side(view: RecordView, qtbot: QtBot) -> None:
    one, two = _both(view, qtbot)
    first, second = view.viewer, present(view.reading.second)
    assert present(first.document()).id == one and present(second.document()).id == two
    assert first.isVisible() and second.isVisible() and not view.list.isVisible()
    assert abs(first.width() - second.width()) <= 2 and first.width() > 600
    assert first.mapTo(view, QPoint()).x() < second.mapTo(view, QPoint()).x()
    controller = view._controller
    assert isinstance(controller, FakeController) and controller.reads == [one, two]
    QTest.keyClick(second.pages, Qt.Key.Key_F6)
    assert first.pages.hasFocus()
    QTest.keyClick(first.pages, Qt.Key.Key_F6)
    assert second.pages.hasFocus()


@pytest.mark.parametrize("left", [True, False])
def test_the_one_that_is_not_closed_stays(view: RecordView, qtbot: QtBot, *, left: bool) -> None:
    one, two = _both(view, qtbot)
    closing = view.viewer if left else present(view.reading.second)
    child(closing, QAbstractButton, "viewer-close").click()
    stays = two if left else one
    assert not view.reading.beside and view.list.isVisible()
    assert present(view.viewer.document()).id == stays == view.model.open_id()
    assert view.list.mapTo(view, QPoint()).x() < view.viewer.mapTo(view, QPoint()).x()
    following = child(view.viewer, QAbstractButton, "viewer-following")
    assert following.isVisible()
    with qtbot.waitSignal(view.viewer.first_page_shown):
        following.click()
    view.list.setFocus()
    _choose(view, 9)
    QTest.keyClick(view.list, Qt.Key.Key_D, CTRL)
    second = present(view.reading.second)
    qtbot.waitUntil(lambda: second.pages.page_count() > 0)
    assert view.viewer.mapTo(view, QPoint()).x() < second.mapTo(view, QPoint()).x()


def test_esc_closes_the_one_in_front_then_the_other(view: RecordView, qtbot: QtBot) -> None:
    one, _ = _both(view, qtbot)
    second = present(view.reading.second)
    second.show_search()
    assert view.close_innermost() and second.search.isHidden()
    assert view.close_innermost() and view.reading.second is None and second.document() is None
    assert present(view.viewer.document()).id == one and view.list.isVisible()
    assert view.close_innermost() and not view.reading.open


def test_a_document_is_not_read_beside_itself(view: RecordView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document(view.model.document(0).id)
    view.list.setFocus()
    _choose(view, 0)
    QTest.keyClick(view.list, Qt.Key.Key_D, CTRL)
    assert view.reading.second is None and "déjà ouvert" in view.viewer.message.what()


def test_two_chosen_ones_at_once(view: RecordView, qtbot: QtBot) -> None:
    _choose(view, 1, 4)
    with qtbot.waitSignal(view.viewer.first_page_shown):
        QTest.keyClick(view.list, Qt.Key.Key_D, CTRL)
    second = present(view.reading.second)
    qtbot.waitUntil(lambda: second.pages.page_count() > 0)
    shown = {present(view.viewer.document()).id, present(second.document()).id}
    assert shown == {view.model.document(1).id, view.model.document(4).id}


def test_cf017_a_wipe_takes_both(view: RecordView, qtbot: QtBot) -> None:
    _both(view, qtbot)
    second = present(view.reading.second)
    view.wipe()
    assert view.viewer.document() is None and second.document() is None
    assert second.pages.page_count() == view.viewer.pages.page_count() == 0
    assert not second.isVisible() and not view.reading.beside
