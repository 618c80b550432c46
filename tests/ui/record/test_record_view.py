"""The open record as a user meets it (CF-010, CF-031, CF-042, CF-049, CF-052, CF-054, CF-062, CF-066)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure
from desktop.domain.record import Level
from desktop.ui.record.record_view import RecordView
from desktop.ui.tasks import Tasks
from tests.answers import code_of, present
from tests.fakes import FakeController, FakePdf
from tests.samples.record import MANDATE, NOW, documents
from tests.ui.finding import child

Open = Callable[[FakeController], RecordView]


def labels(view: QWidget) -> str:
    return "\n".join(w.text() for w in view.findChildren(QLabel) if w.isVisibleTo(view))


def test_all_pages_are_listed_and_kept_and_nothing_is_read(opened: Open, qtbot: QtBot) -> None:
    """CF-062: opening a list fetches no document."""
    controller = FakeController()
    view = opened(controller)
    assert view.model.rowCount() == 401
    assert view.line.view.line().count() == 401
    qtbot.waitUntil(lambda: controller.kept == [401])
    assert controller.reads == []


def test_a_document_and_its_data_are_one_row_and_both_are_kept(opened: Open, qtbot: QtBot) -> None:
    """Contract §9: list, line and counts show the document; offline it is still known that data are there."""
    controller = FakeController()
    document = controller.listed[3]
    data = replace(document, id="data", content_type="application/fhir+json", transforms=document.id)
    controller.listed = (data, *controller.listed)
    view = opened(controller)
    assert view.model.rowCount() == view.line.view.line().count() == 401
    assert view.model.row_of("data") is None and view.model.row_of(document.id) is not None
    qtbot.waitUntil(lambda: controller.kept == [402])


def test_no_row_moves_under_the_hand_while_documents_come_in(opened: Open, qtbot: QtBot) -> None:
    """A click goes to the row that was aimed at, whatever lanes and waiting come while it is on its way."""
    controller = FakeController()
    whole = controller.listed
    controller.listed = whole[:1]
    view = opened(controller)
    few = len(view.line.view.line().lanes)

    def top() -> int:
        QApplication.sendPostedEvents()
        return view.list.viewport().mapTo(view, QPoint(0, 0)).y()

    before = top()
    view.quiet.wait("En attente")
    qtbot.waitUntil(lambda: child(view, QWidget, "record-progress-bar").isVisible())
    assert top() == before
    controller.listed = whole
    with qtbot.waitSignal(view.loaded):
        view.refresh()
    assert len(view.line.view.line().lanes) > few and top() == before


def test_newest_first_until_a_header_is_clicked(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController())
    dates = [present(d.created) for d in view.model.documents()]
    assert dates == sorted(dates, reverse=True)
    view.list.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    titles = [view.model.index(r, 1).data() for r in range(view.model.rowCount())]
    assert titles[0].startswith(("Bilan", "bilan")) and titles[-1].startswith(
        ("Résumé", "Radio", "Pansement", "É")
    )


def test_two_actions_to_any_document(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    view = opened(controller)
    view.list.setFocus()
    view.list.selectRow(4)
    with qtbot.waitSignal(view.viewer.first_page_shown):
        qtbot.keyClick(view.list, Qt.Key.Key_Return)
    assert controller.reads == [view.model.document(4).id]
    assert child(view, QWidget, "viewer").isVisible()
    assert view.banner.isVisible()


def test_new_badge_goes_after_reading_and_selection_stays(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    view = opened(controller)
    wanted = view.model.document(0)
    assert any("nouveau" in words for words, _ in view.model.index(0, 1).data(Qt.ItemDataRole.UserRole + 1))
    with qtbot.waitSignal(view.viewer.opened):
        view.open_document(wanted.id)
    assert not view.model.index(0, 1).data(Qt.ItemDataRole.UserRole + 1)
    assert view.list.current() == wanted
    assert view.line.view.current() == wanted


def test_list_and_lifeline_share_the_selection(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController())
    view.list.selectRow(30)
    chosen = view.list.current()
    assert chosen is not None and view.line.view.current() == chosen
    view.line.view.setFocus()
    qtbot.keyClick(view.line.view, Qt.Key.Key_Left)
    assert view.list.current() == view.line.view.current() != chosen


def test_text_filter_ignores_accents_and_reaches_the_lifeline(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController())
    qtbot.keyClicks(view.filters.words, "hemoglobine")
    qtbot.waitUntil(lambda: 0 < view.model.rowCount() < 401)
    assert all("Hémoglobine" in d.title for d in view.model.documents())
    assert view.line.view.line().count() == view.model.rowCount()
    child(view, QAbstractButton, "filter-reset").click()
    assert view.model.rowCount() == 401


def test_full_text_hits_join_the_filter(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    controller.found = (controller.listed[7].id,)
    view = opened(controller)
    view.filters.words.setText("zzzz")
    qtbot.waitUntil(lambda: view.model.ids() == frozenset(controller.found))


def test_filter_without_result_says_so_and_offers_the_way_back(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController())
    view.filters.words.setText("qqqqqq")
    qtbot.waitUntil(lambda: view.model.rowCount() == 0)
    assert "Aucun document ne correspond" in labels(view)
    child(view, QAbstractButton, "record-nothing-act").click()
    assert view.model.rowCount() == 401


def test_theme_author_and_level_filters(opened: Open) -> None:
    view = opened(FakeController())
    view.filters.level.setCurrentIndex(view.filters.level.findText("confidentiel"))
    assert {d.level for d in view.model.documents()} == {Level.CONFIDENTIEL}
    view.filters.reset()
    view.filters.theme.setCurrentIndex(view.filters.theme.findText("Examens"))
    assert {d.category for d in view.model.documents()} == {"resultats-biologie", "imagerie"}
    view.filters.reset()
    view.filters.author.setCurrentIndex(view.filters.author.findText("Dr Klein"))
    assert {d.author.name for d in view.model.documents()} == {"Dr Klein"}


def test_annonces_over_14_days_are_listed_as_pending_cf_049(opened: Open) -> None:
    view = opened(FakeController())
    child(view, QAbstractButton, "know-annonces").click()
    assert [d.level for d in view.model.documents()] == [Level.ANNONCE]


def test_annonce_says_who_masked_it_and_when_cf_042(opened: Open) -> None:
    view = opened(FakeController())
    row = next(i for i, d in enumerate(view.model.documents()) if d.level is Level.ANNONCE)
    tip = view.model.index(row, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert "Dr Klein" in tip and "02.11.2026" in tip
    assert "masqué au patient" in view.model.index(row, 1).data(Qt.ItemDataRole.AccessibleTextRole)


def test_disabled_document_is_listed_but_not_readable_cf_054(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController())
    disabled = next(d for d in view.model.documents() if d.status.value == "disabled")
    view.open_document(disabled.id)
    qtbot.waitUntil(lambda: view.viewer.message.failure is not None)
    assert code_of(view.viewer.message.failure) is Code.DOCUMENT_DISABLED


def test_cf026_an_empty_record_says_only_what_is_known(opened: Open) -> None:
    view = opened(FakeController(()))
    assert "Aucun document que vous puissiez lire" in labels(view)
    assert "peuvent exister" not in labels(view) and "0 document" not in labels(view)


def test_a_missing_page_keeps_what_is_there_and_says_so(opened: Open) -> None:
    controller = FakeController()
    controller.second = Failure(Code.TIMEOUT)
    view = opened(controller)
    assert view.model.rowCount() == 100
    assert view.message.failure is not None and view.message.failure.code is Code.LIST_INCOMPLETE
    assert controller.kept == []


def test_no_first_page_shows_the_failure_and_can_be_tried_again(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    controller.first = Failure(Code.PLATFORM_MAINTENANCE)
    view = opened(controller)
    assert view.message.failure is not None and view.message.failure.code is Code.PLATFORM_MAINTENANCE
    controller.first = None
    view.message.clear()
    view.message.act_requested.emit()
    qtbot.waitUntil(lambda: view.model.rowCount() == 401)


def test_offline_says_how_old_and_how_much_is_readable(opened: Open, qtbot: QtBot) -> None:
    """CF-079."""
    view = opened(FakeController(offline=True))
    assert "03.09.2026" in view.offline.what()
    qtbot.waitUntil(lambda: "2 lisibles hors ligne" in labels(view))


def test_end_of_the_mandate_takes_everything_off_the_screen_cf_031(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    view = opened(controller)
    with qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document(view.model.document(0).id)
    controller.mandate_answer = Failure(Code.MANDATE_ENDED)
    with qtbot.waitSignal(view.ended):
        view.recheck()
    assert view.model.rowCount() == 0 and view.line.view.line().count() == 0
    assert view.viewer.document() is None and view.viewer.words.toPlainText() == ""
    assert not child(view, QWidget, "document-list").isVisible()
    qtbot.waitUntil(lambda: "wipe" in controller.pages.calls)


def test_own_clock_ends_it_too(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    view = opened(controller)
    controller.time = NOW + timedelta(days=2)
    with qtbot.waitSignal(view.ended):
        view.banner.tick()


def test_a_prolonged_mandate_is_shown(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    view = opened(controller)
    controller.mandate_answer = replace(MANDATE, end=NOW + timedelta(minutes=9))
    view.recheck()
    qtbot.waitUntil(lambda: "encore 9 min" in labels(view))


def test_closing_the_viewer_gives_the_focus_back(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController())
    view.list.setFocus()
    view.list.selectRow(2)
    with qtbot.waitSignal(view.viewer.first_page_shown):
        qtbot.keyClick(view.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not view.list.isVisible()
    qtbot.keyClick(view.viewer.pages, Qt.Key.Key_Escape)
    assert view.list.isVisible() and view.viewer.isVisible(), "first it gives back the whole window"
    qtbot.keyClick(view.viewer.pages, Qt.Key.Key_Escape)
    assert view.list.isVisible() and not view.viewer.isVisible()
    assert view.focusWidget() is view.list


def test_refresh_after_a_deposit_chooses_the_new_document(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    view = opened(controller)
    new = replace(documents()[0], id="fresh", title="Consultation cardiologique", created=NOW, registered=NOW)
    controller.listed = (new, *controller.listed)
    with qtbot.waitSignal(view.loaded):
        view.refresh(select="fresh")
    assert view.list.current() == new and view.line.view.current() == new


def test_answers_of_a_wiped_record_are_dropped(qtbot: QtBot, tasks: Tasks) -> None:
    controller = FakeController()
    view = RecordView(tasks)
    view.open(controller)
    qtbot.addWidget(view)
    view.start()
    view.wipe()
    qtbot.waitUntil(lambda: not tasks.busy())
    assert view.model.rowCount() == 0


def test_every_focusable_has_a_name_and_an_object_name(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController())
    with qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document(view.model.document(1).id)
    view.viewer.show_search()
    view.viewer.bar.text_pane.setChecked(True)
    nameless = [
        (type(w).__name__, w.objectName())
        for w in view.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and w.isVisibleTo(view)
        and not w.objectName().startswith("qt_")
        and not (w.objectName() and (w.accessibleName() or (isinstance(w, QAbstractButton) and w.text())))
    ]
    assert nameless == []


def test_tab_order_follows_the_eye(opened: Open, qtbot: QtBot, themed: QApplication) -> None:
    view = opened(FakeController())
    view.banner.deposit.setFocus()
    seen = [view.focusWidget().objectName()]
    for _ in range(40):
        view.focusNextChild()
        name = view.focusWidget().objectName()
        if name == seen[0]:
            break
        seen.append(name)
    expected = [
        "record-deposit", "record-close", "know-fold", "know-resume", "know-new", "know-allergies-open",
        "know-lab", "know-letter-0", "know-annonces", "know-annonce-0", "lifeline-all",
        "lifeline-year", "lifeline-go-to", "lifeline-zoom-out", "lifeline-zoom-in", "lifeline",
        "filter-text", "filter-theme", "filter-author", "filter-level", "document-list",
    ]  # fmt: skip
    assert [name for name in seen if name in expected] == expected


def test_profile_without_lifeline_has_the_list(qtbot: QtBot, tasks: Tasks) -> None:
    controller = FakeController(sees_lifeline=False)
    view = RecordView(tasks)
    view.open(controller)
    qtbot.addWidget(view)
    view.show()
    with qtbot.waitSignal(view.loaded):
        view.start()
    assert not view.line.isVisible() and view.list.isVisible()


@pytest.mark.parametrize("pages", [1, 3])
def test_reading_makes_the_text_findable(opened: Open, qtbot: QtBot, pages: int) -> None:
    controller = FakeController(pdf=FakePdf(pages))
    view = opened(controller)
    with qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document(view.model.document(0).id)
    qtbot.waitUntil(lambda: bool(controller.indexed))
    assert controller.indexed[0].count("bilan sanguin") == pages


def test_after_an_unlock_the_same_row_is_chosen_and_nothing_is_read(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    view = opened(controller)
    view.list.selectRow(9)
    chosen = view.list.current()
    view.wipe()
    assert view.model.rowCount() == 0 and view.list.current() is None
    with qtbot.waitSignal(view.loaded):
        view.start()
    assert view.model.rowCount() == 401
    assert view.list.current() == chosen and controller.reads == []


def test_loading_again_never_shrinks_the_list(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController())
    counts: list[int] = []
    view.model.modelReset.connect(lambda: counts.append(view.model.rowCount()))
    with qtbot.waitSignal(view.loaded):
        view.refresh()
    assert counts and min(counts) == 401


def press_at(view: QWidget, point: QPoint) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=point)


@pytest.mark.parametrize("fewer", [0, 3])
def test_a_double_click_opens_what_it_first_hit_though_the_list_is_filled_in_between(
    opened: Open, qtbot: QtBot, fewer: int
) -> None:
    """As right after an unlock: Qt forgets a press whose list was filled anew, and rows may have moved."""
    controller = FakeController()
    view = opened(controller)
    aimed = view.model.document(4).id
    point = view.list.visualRect(view.model.index(4, 1)).center()
    asked: list[str] = []
    view.list.opened.connect(asked.append)
    press_at(view.list.viewport(), point)
    view.model.set_documents(view.model.documents()[fewer:], frozenset())
    QTest.mouseDClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert asked == [aimed]


def test_a_double_click_on_what_is_gone_opens_nothing(opened: Open) -> None:
    view = opened(FakeController())
    point = view.list.visualRect(view.model.index(4, 1)).center()
    asked: list[str] = []
    view.list.opened.connect(asked.append)
    press_at(view.list.viewport(), point)
    view.model.set_documents(view.model.documents()[5:], frozenset())
    QTest.mouseDClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert asked == []


def test_a_double_click_on_the_line_opens_what_it_first_hit(opened: Open) -> None:
    """The first press itself brings its document into view, and the line moves under the pointer."""
    view = opened(FakeController())
    line = view.line.view
    line.go_to(present(view.model.document(0).created))
    hits = ((QPoint(x, y), line.hit(QPoint(x, y))) for y in range(0, 200, 4) for x in range(0, 1200, 4))
    point, (lane, cluster) = next((at, hit) for at, hit in hits if hit is not None and len(hit[1]) == 1)
    aimed = line.line().lanes[lane].documents[cluster.first].id
    asked: list[str] = []
    line.opened.connect(asked.append)
    press_at(line.viewport(), point)
    line.show_all()
    QTest.mouseDClick(line.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert asked == [aimed]


def test_a_letter_typed_on_list_or_ligne_de_vie_goes_to_the_filter(opened: Open, qtbot: QtBot) -> None:
    view = opened(FakeController())
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    for source, typed in ((view.list, Qt.Key.Key_B), (view.line.view, Qt.Key.Key_I)):
        source.setFocus()
        QTest.keyClick(source, typed)
        assert view.filters.words.hasFocus()
    assert view.filters.words.text() == "bi"
    view.list.setFocus()
    QTest.keyClick(view.list, Qt.Key.Key_Space)
    assert view.list.hasFocus() and view.viewer.document() is None, "Space opens nothing"
