"""The one way to run a call: several at once, progress, and own work that is kept whatever happens."""

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure, Result
from desktop.ui.ask import Ask
from desktop.ui.tasks import Generation, Lane, Tasks
from tests.fakes import Gate

OFFLINE, ENDED = Failure(Code.OFFLINE), Failure(Code.SESSION_ENDED)


class Page:
    """What was shown, in order."""

    def __init__(self) -> None:
        self.shown: list[object] = []

    def show_waiting(self, *, waiting: bool) -> None:
        self.shown.append("waits" if waiting else "waits no more")

    def show_failure(self, failure: Failure) -> None:
        self.shown.append(failure)


class Window:
    """Lanes, a session that can end, and a page."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.owner, self.session = qtbot, QObject(), Generation()
        self.tasks, self.page, self.heeded = Tasks(), Page(), list[Failure]()
        self.ask = Ask(self.tasks, self.session, self._heed, self.owner)

    def _heed(self, failure: Failure) -> bool:
        self.heeded.append(failure)
        return failure is ENDED

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.tasks.busy())
        QApplication.processEvents()


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window(qtbot)
    yield made
    assert made.tasks.close()


def _answers(gate: Gate, value: Result[str]) -> Callable[[], Result[str]]:
    def work() -> Result[str]:
        gate.passes()
        return value

    return work


def test_a_value_arrives_after_the_waiting_is_over(window: Window) -> None:
    window.ask(lambda: "v", window.page.shown.append, window.page)
    window.settle()
    assert window.page.shown == ["waits", "waits no more", "v"] and window.heeded == []


def test_two_calls_wait_until_the_last_is_there(window: Window) -> None:
    first, second = Gate(), Gate()
    first.shut()
    second.shut()
    window.ask(_answers(first, "first"), window.page.shown.append, window.page)
    window.ask(_answers(second, OFFLINE), window.page.shown.append, window.page)
    first.open()
    window.qtbot.waitUntil(lambda: "first" in window.page.shown)
    assert "waits no more" not in window.page.shown
    second.open()
    window.settle()
    assert window.page.shown == ["waits", "waits", "first", "waits no more", OFFLINE]


def test_what_ends_the_session_is_heeded_and_not_shown(window: Window) -> None:
    window.ask(lambda: ENDED, window.page.shown.append, window.page)
    window.settle()
    assert window.page.shown == ["waits", "waits no more"] and window.heeded == [ENDED]


def test_a_lock_drops_everything_and_heeds_nothing(window: Window) -> None:
    gate = Gate()
    gate.shut()
    window.ask(_answers(gate, ENDED), window.page.shown.append, window.page)
    window.session.bump()
    window.ask.drop()
    gate.open()
    window.settle()
    assert window.page.shown == ["waits", "waits no more"] and window.heeded == []


def test_progress_is_told_while_it_is_wanted(window: Window) -> None:
    told: list[tuple[int, int]] = []
    progress = window.ask.progress(lambda done, total: told.append((done, total)))
    progress(1, 3)
    window.qtbot.waitUntil(lambda: told == [(1, 3)])
    window.ask.drop()
    progress(2, 3)
    QApplication.processEvents()
    assert told == [(1, 3)]


def test_own_work_is_written_although_the_page_and_the_session_go(window: Window) -> None:
    written: list[str] = []
    window.ask.keep(lambda: written.append("words"), window.page.show_failure)
    window.session.bump()
    window.ask.drop()
    window.settle()
    assert written == ["words"] and window.page.shown == []


def test_own_work_that_could_not_be_written_is_told(window: Window) -> None:
    full = Failure(Code.DISK_FULL)
    window.ask.keep(lambda: full, window.page.show_failure)
    window.settle()
    assert window.page.shown == [full] and window.heeded == []


def test_what_begins_a_process_is_done_beside_the_window_and_not_behind_a_lock(window: Window) -> None:
    """60 ms of the window's on a busy machine; nothing is shown for it."""
    who: list[threading.Thread] = []
    window.ask.ahead(lambda: who.append(threading.current_thread()))
    window.settle()
    assert len(who) == 1 and who[0] is not threading.main_thread() and window.page.shown == []
    gates = Gate(), Gate()
    for gate in gates:  # both threads of the lane
        gate.shut()
        window.tasks.run(Lane.PDF, gate.passes, lambda _: None, owner=window.owner)
    window.ask.ahead(lambda: who.append(threading.current_thread()))
    window.session.bump()
    for gate in gates:
        gate.open()
    window.settle()
    assert len(who) == 1, "it was not even begun"
