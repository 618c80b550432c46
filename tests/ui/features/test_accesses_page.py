"""« Mes accès » in the window: of this session, by the names that it knows, and gone with it (CF-065)."""

from datetime import timedelta

from PySide6.QtGui import QAction

from desktop.features.accesses.service import SLACK
from tests.ui.desk.conftest import ANNE, KLEIN, Bench

TITLE = "Bilan sanguin secret"


def _open(bench: Bench) -> None:
    bench.find_a(QAction, "user-accesses").trigger()
    bench.settle()


def test_cf065_names_stand_where_this_session_knows_them(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    _open(bench)
    words = bench.visible()
    assert bench.shell.page() == "accesses" and ANNE.name in words and TITLE in words
    assert "Lecture d'un document" in words and "consultation" in words


def test_what_was_never_opened_has_no_name(bench: Bench) -> None:
    bench.log_in()
    _open(bench)
    assert ANNE.name not in bench.visible() and "document d1" in bench.visible()


def test_it_is_asked_since_the_login_also_after_an_unlock(bench: Bench) -> None:
    bench.log_in()
    start = bench.clock.now()
    bench.clock.advance(20 * 60)
    _open(bench)
    bench.pull()
    bench.settle()
    assert TITLE not in bench.words_in_widgets() and "document d1" not in bench.words_in_widgets()
    bench.unlock()
    assert "document d1" in bench.visible(), "it is asked anew when it comes back"
    assert len(bench.platform.traces_asked_since) == 2
    assert all(start - SLACK - timedelta(seconds=5) < at <= start for at in bench.platform.traces_asked_since)


def test_cf014_the_next_holder_sees_his_own_session(bench: Bench) -> None:
    bench.log_in()
    _open(bench)
    before = bench.platform.traces_asked_since[-1]
    bench.clock.advance(20 * 60)
    bench.pull()
    bench.settle()
    bench.log_in(KLEIN)
    assert "document d1" not in bench.words_in_widgets()
    _open(bench)
    assert bench.platform.traces_asked_since[-1] >= before + timedelta(minutes=20)


def test_titles_fill_in_when_the_list_arrives(bench: Bench) -> None:
    """Opened over a record whose list is still on its way."""
    bench.log_in()
    bench.platform.held = {"documents"}
    bench.platform.gate.shut()
    bench.identify(ANNE)
    bench.give_code()
    bench.qtbot.waitUntil(lambda: bench.shell.page() == "record")
    bench.find_a(QAction, "user-accesses").trigger()
    bench.qtbot.waitUntil(lambda: "document d1" in bench.visible())
    bench.platform.gate.open()
    bench.settle()
    assert bench.shell.page() == "accesses" and TITLE in bench.visible()
    assert "document d1" not in bench.visible() and len(bench.platform.traces_asked_since) == 1
