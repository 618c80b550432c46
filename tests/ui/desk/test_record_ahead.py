"""A record's screen stands before it is asked for: opening one makes no widget but what its patient needs."""

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent

from desktop.domain.texts import Language
from desktop.ui import turns
from desktop.ui.record.record_page import RecordPage
from desktop.ui.record.record_view import RecordView
from desktop.ui.record.viewer import Viewer
from desktop.ui.tasks import Tasks
from tests.ui.desk.conftest import Bench
from tests.ui.finding import child
from tests.ui.turning import count_turns
from tests.waiting import LIMIT_MS


def _blank(bench: Bench) -> RecordView:
    """The blank screen, once all of it is made."""
    page = bench.find_a(RecordPage, "record-page")

    def ready() -> bool:
        return page._blank is not None and not page._blank._parts and page._blank.reading.is_made

    bench.qtbot.waitUntil(ready, timeout=LIMIT_MS)
    assert page._blank is not None
    return page._blank


def test_the_screen_stands_before_the_first_login_and_is_taken(bench: Bench) -> None:
    blank = _blank(bench)
    viewer = child(blank, Viewer, "viewer")
    bench.log_in()
    bench.open_record()
    assert bench.record_view() is blank and blank.viewer is viewer
    assert bench.find_a(RecordPage, "record-page")._blank is None


def test_another_one_is_made_behind_a_lock_for_the_unlock(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    before = bench.record_view()
    bench.desks.session.lock()
    after = _blank(bench)
    assert after is not before
    bench.unlock()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert bench.record_view() is after and not shiboken6.isValid(before)


def test_another_one_is_made_after_a_close(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    before = bench.record_view()
    bench.desks.record.close()
    assert _blank(bench) is not before


def test_a_blank_screen_speaks_the_language_in_force(bench: Bench) -> None:
    assert "Fermer" in _blank(bench).banner.close_button.text()
    bench.shell.language_chosen.emit(Language.DE)
    bench.qtbot.waitUntil(lambda: not turns._waiting, timeout=LIMIT_MS)
    assert "schließen" in _blank(bench).banner.close_button.text()
    bench.shell.language_chosen.emit(Language.FR)


def test_one_part_a_turn_of_the_event_loop(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    _blank(bench)
    made: list[int] = []
    make, turn = RecordView.make_next, count_turns(bench.qtbot)

    def note(view: RecordView) -> bool:
        if view.parent() is page:
            made.append(turn())
        return make(view)

    monkeypatch.setattr(RecordView, "make_next", note)
    page = RecordPage(Tasks(), bench.shell.banner_place, bench.shell.stack)
    page.make_ahead()
    assert page._blank is None, "not in the turn that asks"
    bench.qtbot.waitUntil(lambda: len(made) == 5, timeout=LIMIT_MS)
    assert len(set(made)) == 5, "four parts, and none is left"
    page.deleteLater()
