"""What was being done when the lock came: idle count-down, a page in the viewer, a PIN being changed, a text
being typed (CF-017)."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.services.session import Effect, SessionState
from desktop.ui.desk.idle import LIMIT_S, WARNING_S
from desktop.ui.record.viewer import Viewer
from desktop.ui.secret_field import SecretField
from desktop.ui.shell_menus import UserAct
from desktop.ui.state_bar import _StatusIndicator
from tests.ui.desk.conftest import ANNE, Bench

TITLE = "Titre jamais perdu"


def _idle_words(bench: Bench) -> str:
    lamp = bench.find_a(_StatusIndicator, "state-idle")
    return lamp.words() if lamp.isVisible() else ""


def _wait(bench: Bench, seconds: float) -> None:
    """Time passes on the fake clock, and the watch looks at it."""
    bench.clock.advance(seconds)
    bench.desks.idle.tick()


def _press_a_key(widget: QWidget) -> None:
    """As the window system does: it comes to the window, which hands it to its widgets."""
    window = widget.windowHandle()
    assert window is not None
    key = QKeyEvent(QEvent.Type.KeyPress, 0x41, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, key)


def test_cf017_idle_lock_counts_down_and_locks(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    _wait(bench, LIMIT_S - WARNING_S - 1)
    assert _idle_words(bench) == ""
    _wait(bench, 1)
    assert "1:00" in _idle_words(bench)
    _wait(bench, WARNING_S - 7)
    assert "0:07" in _idle_words(bench) and bench.session() is SessionState.ACTIVE
    _wait(bench, 7)
    assert bench.session() is SessionState.LOCKED and bench.shell.page() == "lock"
    assert ANNE.family.upper() not in bench.visible()
    bench.settle()
    assert bench.vault.holder is None


def test_cf017_a_key_stops_the_count_down(bench: Bench) -> None:
    bench.log_in()
    _wait(bench, LIMIT_S - 5)
    assert "0:05" in _idle_words(bench)
    _press_a_key(bench.shell)
    assert _idle_words(bench) == ""
    _wait(bench, 10)
    assert bench.session() is SessionState.ACTIVE
    _wait(bench, LIMIT_S)
    assert bench.session() is SessionState.LOCKED


def test_nobody_logged_in_is_never_idle(bench: Bench) -> None:
    assert not bench.desks.idle._timer.isActive()
    bench.log_in()
    assert bench.desks.idle._timer.isActive()
    bench.pull()
    assert not bench.desks.idle._timer.isActive()


@pytest.mark.parametrize("reason", ["screen-lock", "user-switch", "sleep"])
def test_cf017_the_desktops_own_lock_locks(bench: Bench, reason: str) -> None:
    bench.log_in()
    bench.open_record()
    bench.system.locked(reason)
    QApplication.processEvents()
    assert bench.session() is SessionState.LOCKED and bench.shell.page() == "lock"
    bench.settle()
    assert bench.vault.holder is None and not bench.platform.signed_in


def _open_first_document(bench: Bench) -> Viewer:
    view = bench.record_view()
    view.open_document("d1")
    bench.settle()
    viewer = view.viewer
    assert viewer.isVisible() and "open" in bench.pdf.calls, "the test opened no document"
    return viewer


def test_page_in_the_viewer_is_hidden_then_wiped(bench: Bench) -> None:
    """CF-017."""
    bench.log_in()
    bench.open_record()
    viewer = _open_first_document(bench)
    bench.log.clear()
    seen: list[bool] = []
    bench.desks.machine.on(Effect.DROP_TOKENS, lambda: seen.append(viewer.isVisible()))
    bench.pull()
    assert seen == [False] and not viewer.isVisible()
    bench.settle()
    assert "pages wiped" in bench.log
    assert viewer._source is None, "a decrypted page is still held"
    bench.unlock()
    assert bench.shell.page() == "record" and bench.session() is SessionState.ACTIVE


def test_document_that_was_on_its_way_opens_nothing_after_the_lock(bench: Bench) -> None:
    """Answered at the very moment of the lock: no child may open it any more."""
    bench.log_in()
    bench.open_record()
    bench.platform.held = {"read_document"}
    bench.platform.gate.shut()
    bench.record_view().open_document("d1")
    bench.qtbot.waitUntil(lambda: "read_document" in bench.platform.asked)
    bench.platform.held = set()
    opened = bench.pdf.calls.count("open")
    bench.pull()
    bench.settle()
    assert bench.pdf.calls.count("open") == opened


def test_pin_being_changed_is_wiped(bench: Bench) -> None:
    """CF-017, CF-018."""
    bench.log_in()
    bench.shell.user_act_chosen.emit(UserAct.CARD)
    bench.settle()
    fields = [f for f in bench.shell.findChildren(SecretField) if f.isVisible() and f.isEnabled()]
    assert fields, "the page has no PIN field"
    for field in fields:
        QTest.keyClicks(field, "4821")
    assert all(field.characters() == 4 for field in fields)
    bench.pull()
    assert all(field.characters() == 0 for field in fields)
    bench.settle()
    bench.unlock()
    assert bench.shell.page() == "card" and all(field.characters() == 0 for field in fields)


def test_same_holder_finds_his_text_again(bench: Bench) -> None:
    """Kept as a draft in the encrypted store, and nowhere in the window meanwhile."""
    bench.log_in()
    bench.open_record()
    file = bench.home / "Lettre.pdf"
    file.write_bytes(b"%PDF-1.4 letter")
    bench.fill_deposit(file, TITLE)
    bench.pull()
    assert TITLE not in bench.visible()
    bench.settle()
    assert TITLE not in bench.words_in_widgets()
    draft, content = bench.store.shelf().drafts["p1"]
    assert draft.title == TITLE and content is not None and b"letter" in content
    bench.unlock()
    assert bench.shell.page() == "deposit" and bench.title_field().text() == TITLE
    assert "Lettre.pdf" in bench.words_in_widgets()


def test_last_letters_before_the_lock_are_kept(bench: Bench) -> None:
    """The draft timer had not run: the lock itself keeps what is typed."""
    bench.log_in()
    bench.open_record()
    bench.start_deposit("Bonjo")
    QTest.keyClicks(bench.title_field(), "ur")
    bench.pull()
    bench.settle()
    bench.unlock()
    assert bench.title_field().text() == "Bonjour"


def test_the_idle_watch_rests_after_a_key_and_listens_again(bench: Bench) -> None:
    """A lock may come up to a second early for it, never late; no filter stands while pages are made."""
    bench.log_in()
    _press_a_key(bench.shell)
    bench.clock.advance(0.5)
    _press_a_key(bench.shell)  # not heard: nobody listens in this second
    _wait(bench, LIMIT_S - 0.5)
    assert bench.session() is SessionState.LOCKED


def test_the_idle_watch_hears_a_key_in_the_next_second(bench: Bench) -> None:
    bench.log_in()
    for _ in range(3):
        _wait(bench, LIMIT_S - 1)
        _press_a_key(bench.shell)
    _wait(bench, LIMIT_S - 1)
    assert bench.session() is SessionState.ACTIVE


def test_cf017_the_idle_watch_hears_a_window_that_was_opened_meanwhile(bench: Bench) -> None:
    bench.log_in()
    dialog = QDialog(bench.shell)
    bench.qtbot.addWidget(dialog)
    dialog.open()
    _wait(bench, LIMIT_S - 1)
    _press_a_key(dialog)
    _wait(bench, LIMIT_S - 1)
    assert bench.session() is SessionState.ACTIVE
    dialog.reject()


def test_the_idle_watch_is_not_asked_about_what_happens_inside_the_window(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making and showing widgets sends thousands of events; none passes through Python for the watch."""
    bench.log_in()
    asked: list[QObject] = []
    watch = bench.desks.idle

    def note(watched: QObject, _: QEvent) -> bool:
        asked.append(watched)
        return False

    monkeypatch.setattr(watch, "eventFilter", note)
    watch.tick()
    bench.open_record()
    _press_a_key(bench.shell)
    assert asked and all(isinstance(watched, QWindow) for watched in asked)
