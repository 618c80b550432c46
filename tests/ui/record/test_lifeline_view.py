"""The ligne de vie on the screen: keys, mouse, presets, filters, 5,000 documents."""

import time
from datetime import date, datetime

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.local_time import wall_seconds
from desktop.domain.record import Document
from desktop.services.lifeline import DAY, YEAR, build_lifeline
from desktop.ui.record.lifeline import LifelineView
from desktop.ui.record.lifeline_painter import LABEL_WIDTH
from desktop.ui.theme import Scheme, apply_theme
from tests.answers import present
from tests.samples.record import NOW, documents, episodes


@pytest.fixture
def view(qtbot: QtBot, themed: QApplication) -> LifelineView:
    made = LifelineView()
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.set_line(build_lifeline(documents(200), episodes(), NOW), frozenset({"d3"}))
    made.show()
    return made


def created(document: Document) -> datetime:
    return present(document.created)


def place(view: LifelineView) -> tuple[int, int]:
    """Lane and index of the chosen document."""
    return present(view.line().find(present(view.current()).id))


def wheel(view: LifelineView, x: int, delta: int) -> None:
    at = QPointF(x, 60)
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_wheel_zooms_about_the_cursor(view: LifelineView) -> None:
    x = 600
    before = view.scale().time(x - LABEL_WIDTH)
    spp = view.scale().spp
    wheel(view, x, 240)
    assert view.scale().spp < spp
    assert view.scale().time(x - LABEL_WIDTH) == pytest.approx(before, abs=60)


def test_drag_pans(view: LifelineView, qtbot: QtBot) -> None:
    view.zoom(8)
    before = view.scale().origin
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(600, 100))
    qtbot.mouseMove(view.viewport(), QPoint(560, 100))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(560, 100))
    assert view.scale().origin == pytest.approx(before + 40 * view.scale().spp, rel=1e-6)


def test_arrows_walk_one_lane_in_time_order(view: LifelineView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Home)
    lane = view.line().lanes[place(view)[0]]
    seen = [view.current()]
    for _ in range(5):
        qtbot.keyClick(view, Qt.Key.Key_Right)
        seen.append(view.current())
    assert seen == list(lane.documents[:6])
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.current() == lane.documents[-1]


def test_up_and_down_change_the_lane_to_the_nearest_in_time(view: LifelineView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_End)
    start, _ = place(view)
    when = created(present(view.current()))
    qtbot.keyClick(view, Qt.Key.Key_Up if start else Qt.Key.Key_Down)
    number, index = place(view)
    assert number != start
    assert view.line().lanes[number].nearest(wall_seconds(when)) == index


def test_enter_opens_and_ctrl_enter_opens_large(view: LifelineView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_End)
    with qtbot.waitSignal(view.opened) as one:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    with qtbot.waitSignal(view.opened_large):
        qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert one.args == [present(view.current()).id]


def test_the_chosen_document_is_always_in_the_window(view: LifelineView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_End)
    for _ in range(14):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    for _ in range(12):
        qtbot.keyClick(view, Qt.Key.Key_Left)
        x = view.scale().x(wall_seconds(created(present(view.current()))))
        assert 0 <= x <= view.viewport().width() - LABEL_WIDTH


def test_click_chooses_what_is_under_the_mouse(view: LifelineView, qtbot: QtBot) -> None:
    number, lane = next((n, lane) for n, lane in enumerate(view.line().lanes) if lane.documents)
    view.go_to(created(lane.documents[-1]).date())
    height = view._lane_height()
    x = round(LABEL_WIDTH + view.scale().x(lane.times[-1]))
    hit = view.hit(QPoint(x, number * height + height // 2))
    assert hit is not None and hit[1].last == len(lane.documents) - 1
    assert lane.documents[-1].title in view.tip(QPoint(x, number * height + height // 2))
    assert view.hit(QPoint(x, number * height + height // 2 + 400)) is None


def test_presets(view: LifelineView) -> None:
    view.show_last_year()
    width = view.viewport().width() - LABEL_WIDTH
    assert view.scale().time(width) - view.scale().time(0) == pytest.approx(YEAR, rel=0.1)
    view.show_all()
    assert view.scale().x(view.line().start) >= 0 and view.scale().x(view.line().end) <= width
    inside = next(d for d in view.line().all_documents() if d.episode_id)
    view.set_current(inside.id)
    assert view.show_episode()
    span = view.current_span()
    assert span is not None and span.episode.id == inside.episode_id
    assert 0 <= view.scale().x(span.start) <= view.scale().x(span.end) <= width


def test_go_to_a_day_chooses_the_nearest_document(view: LifelineView) -> None:
    some = list(view.line().all_documents())[40]
    view.go_to(created(some).date())
    chosen = present(view.current())
    assert abs((created(chosen) - created(some)).total_seconds()) < 2 * DAY
    view.go_to(date(1990, 1, 1))
    assert view.current() == chosen


def test_filter_removes_marks_and_keeps_the_time(view: LifelineView) -> None:
    scale = view.scale()
    ids = frozenset(d.id for d in list(view.line().all_documents())[:10])
    view.set_shown(ids)
    assert {d.id for d in view.line().all_documents()} == ids and view.scale() == scale
    view.set_shown(None)
    assert view.line().count() == 201


def test_the_picture_differs_with_content_scheme_and_choice(view: LifelineView, qapp: QApplication) -> None:
    plain = view.grab().toImage()
    view.set_current("d3")
    chosen = view.grab().toImage()
    apply_theme(qapp, Scheme.DARK)
    dark = view.grab().toImage()
    view.set_shown(frozenset())
    assert len({bytes(p.constBits()) for p in (plain, chosen, dark, view.grab().toImage())}) == 4


def test_five_thousand_documents_paint_within_bounds(qtbot: QtBot, themed: QApplication) -> None:
    """The work of a frame is bounded by pixels: ten times the documents, not ten times the cost."""

    def cost(count: int) -> float:
        made = LifelineView()
        qtbot.addWidget(made)
        made.resize(1400, 260)
        made.set_line(build_lifeline(documents(count), episodes(), NOW), frozenset())
        made.show()
        made.viewport().repaint()
        best = 1e9
        for _ in range(7):
            start = time.thread_time()
            made.viewport().repaint()
            best = min(best, time.thread_time() - start)
        return best

    assert cost(5000) < 4 * cost(500) + 0.002
