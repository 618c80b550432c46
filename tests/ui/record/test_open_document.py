"""What is open: marked in the list, with its place, its level and who masked it; Esc closes the innermost."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.record import Level
from desktop.ui.record.document_model import OPEN_MARK
from desktop.ui.record.list_rows import Column
from desktop.ui.record.record_view import RecordView
from desktop.ui.theme import strong_font
from desktop.ui.widgets.badged_cell import MARK
from tests.answers import present
from tests.fakes import FakeController
from tests.samples.record import NOW, documents
from tests.ui.finding import child

Open = Callable[[FakeController], RecordView]
CTRL = Qt.KeyboardModifier.ControlModifier


def _read(view: RecordView, qtbot: QtBot, row: int) -> str:
    """Open the document of *row*; its id."""
    chosen = view.model.document(row).id
    with qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document(chosen)
    return chosen


def _step(view: RecordView, qtbot: QtBot, act: Callable[[], object]) -> str:
    with qtbot.waitSignal(view.viewer.first_page_shown):
        act()
    return present(view.viewer.document()).id


def _marked(view: RecordView) -> list[str]:
    model = view.model
    rows = [row for row in range(model.rowCount()) if model.data(model.index(row, Column.TITLE), MARK)]
    return [model.document(row).id for row in rows]


def _place(view: RecordView) -> str:
    return child(view.viewer, QLabel, "viewer-place").text()


@pytest.fixture
def view(opened: Open, qtbot: QtBot) -> RecordView:
    made = opened(FakeController())
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_keys_and_buttons_lead_to_the_next_and_the_former_document(view: RecordView, qtbot: QtBot) -> None:
    """One read each, in the order of the list; nothing is fetched ahead (CF-062)."""
    ids = [document.id for document in view.model.documents()[:3]]
    assert _read(view, qtbot, 0) == ids[0] and _place(view) == "1 sur 401"
    former, following = (child(view.viewer, QAbstractButton, f"viewer-{n}") for n in ("former", "following"))
    assert not former.isEnabled() and following.isEnabled()
    assert _step(view, qtbot, lambda: QTest.keyClick(view.viewer.pages, Qt.Key.Key_Down, CTRL)) == ids[1]
    assert _place(view) == "2 sur 401" and present(view.list.current()).id == ids[1]
    assert _step(view, qtbot, following.click) == ids[2]
    view.list.setFocus()
    assert _step(view, qtbot, lambda: QTest.keyClick(view.list, Qt.Key.Key_Up, CTRL)) == ids[1]
    assert _step(view, qtbot, former.click) == ids[0]
    controller = view._controller
    assert isinstance(controller, FakeController)
    assert controller.reads == [ids[0], ids[1], ids[2], ids[1], ids[0]]
    QTest.keyClick(view.viewer.pages, Qt.Key.Key_Up, CTRL)
    assert view.viewer.message.what() == "Premier document de la liste affichée."
    assert present(view.viewer.document()).id == ids[0] and len(controller.reads) == 5


def test_the_place_is_that_in_the_list_as_it_is_shown(view: RecordView, qtbot: QtBot) -> None:
    shown = _read(view, qtbot, 4)
    title = present(view.viewer.document()).title
    view.filters.words.setText(title)
    qtbot.waitUntil(lambda: view.model.rowCount() < 401)
    row = present(view.model.row_of(shown))
    assert _place(view) == f"{row + 1} sur {view.model.rowCount()}"
    view.filters.level.setCurrentIndex(list(Level).index(Level.PRIVE) + 1)
    qtbot.waitUntil(lambda: view.model.row_of(shown) is None)
    assert present(view.viewer.document()).id == shown, "a filter closes nothing"
    assert _place(view) in ("", f"– sur {view.model.rowCount()}")


def test_the_open_row_is_marked_and_the_cursor_never_moves_the_mark(view: RecordView, qtbot: QtBot) -> None:
    shown = _read(view, qtbot, 1)
    assert _marked(view) == [shown]
    title = view.model.index(1, Column.TITLE)
    assert title.data(MARK) == OPEN_MARK and title.data(Qt.ItemDataRole.FontRole) == strong_font()
    assert str(title.data(Qt.ItemDataRole.AccessibleTextRole)).endswith(", ouvert")
    view.list.setFocus()
    QTest.keyClick(view.list, Qt.Key.Key_Down)
    assert present(view.list.current()).id != shown
    assert _marked(view) == [shown] == [present(view.viewer.document()).id]
    view.list.sortByColumn(Column.TITLE, Qt.SortOrder.AscendingOrder)
    assert _marked(view) == [shown]
    again = _read(view, qtbot, 3)
    assert _marked(view) == [again]
    view.close_document()
    assert _marked(view) == []


def test_esc_closes_the_innermost_first(view: RecordView, qtbot: QtBot) -> None:
    """A question, the search, the whole window, the viewer, the filter; then the record itself."""
    view.filters.words.setText("bilan")
    qtbot.waitUntil(lambda: view.model.rowCount() < 401)
    _read(view, qtbot, 0)
    view.viewer.bar.large.click()
    view.viewer.show_search()
    view.viewer.bar.save_action.trigger()
    assert view.viewer.message.what() and not view.list.isVisible()
    assert view.close_innermost() and not view.viewer.message.what()
    assert not view.viewer.search.isHidden()
    assert view.close_innermost() and view.viewer.search.isHidden()
    assert not view.list.isVisible()
    assert view.close_innermost() and view.list.isVisible() and view.viewer.isVisible()
    assert view.close_innermost() and not view.viewer.isVisible()
    assert view.model.rowCount() < 401
    assert view.close_innermost() and view.model.rowCount() == 401
    assert not view.close_innermost(), "only the record is left"


def test_esc_in_the_viewer_itself(view: RecordView, qtbot: QtBot) -> None:
    _read(view, qtbot, 0)
    view.viewer.show_search()
    view.viewer.pages.setFocus()
    QTest.keyClick(view.viewer.pages, Qt.Key.Key_Escape)
    assert view.viewer.search.isHidden() and view.viewer.isVisible()
    QTest.keyClick(view.viewer.pages, Qt.Key.Key_Escape)
    assert not view.viewer.isVisible()


@pytest.mark.parametrize("large", [False, True], ids=["beside", "whole window"])
def test_cf042_level_and_who_masked_it_stand_in_the_viewer(
    opened: Open, qtbot: QtBot, *, large: bool
) -> None:
    plain, masked, *_ = documents(20)
    masked = replace(masked, level=Level.ANNONCE, annonce_by="Dr Klein", annonce_at=NOW)
    plain = replace(plain, level=Level.STANDARD)
    view = opened(FakeController((plain, masked)))
    level, who = (child(view.viewer, QLabel, f"viewer-{name}") for name in ("level", "masked"))
    for document, word in ((masked, "annonce"), (plain, "standard")):
        with qtbot.waitSignal(view.viewer.first_page_shown):
            view.open_document(document.id, large=large)
        assert view.list.isVisible() is not large
        assert level.isVisible() and level.text() == word
        assert who.isVisible() is (document is masked)
    with qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document(masked.id, large=large)
    assert "Dr Klein" in who.text() and "18.11.2026 10:31" in who.text()
