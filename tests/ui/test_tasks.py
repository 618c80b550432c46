"""Worker lanes: order, threads, dropped answers, exceptions as failures."""

import gc
import logging
import threading
import weakref
from collections.abc import Iterator
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure
from desktop.ui.tasks import Generation, Lane, Tasks
from tests.waiting import LIMIT_S


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


def test_work_runs_elsewhere_and_answers_here(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    here, seen = threading.get_ident(), []
    tasks.run(
        Lane.NET, threading.get_ident, lambda there: seen.append((there, threading.get_ident())), owner=owner
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != here and seen[0][1] == here


@pytest.mark.parametrize("lane", [Lane.CARD, Lane.UPLOAD, Lane.STORE])
def test_single_lanes_keep_the_order(qtbot: QtBot, tasks: Tasks, owner: QObject, lane: Lane) -> None:
    seen: list[int | Failure] = []
    for number in range(30):
        tasks.run(lane, partial(int, number), seen.append, owner=owner)
    qtbot.waitUntil(lambda: len(seen) == 30)
    assert seen == list(range(30))


def test_a_slow_lane_holds_no_other_up(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    gate = threading.Event()
    seen: list[object] = []
    tasks.run(Lane.UPLOAD, lambda: gate.wait(LIMIT_S), seen.append, owner=owner)
    tasks.run(Lane.NET, lambda: "quick", seen.append, owner=owner)
    qtbot.waitUntil(lambda: seen == ["quick"])
    gate.set()
    qtbot.waitUntil(lambda: seen == ["quick", True])


def test_exceptions_become_failures_and_the_log_says_no_value(
    qtbot: QtBot, tasks: Tasks, owner: QObject, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[object] = []
    secret = ("MULLER", "Anne", "1793051234591")

    def work() -> None:
        raise ValueError(" ".join(secret))

    with caplog.at_level(logging.ERROR):
        tasks.run(Lane.NET, work, seen.append, owner=owner)
        qtbot.waitUntil(lambda: bool(seen))
    assert seen == [Failure.of(Code.UNEXPECTED)]
    assert "ValueError" in caplog.text and not any(part in caplog.text for part in secret)


def test_a_stale_generation_is_dropped(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    generation, gate = Generation(), threading.Event()
    seen: list[object] = []
    tasks.run(Lane.STORE, lambda: gate.wait(LIMIT_S), seen.append, owner=owner, generation=generation)
    generation.bump()
    tasks.run(Lane.STORE, lambda: "new", seen.append, owner=owner, generation=generation)
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy())
    assert seen == ["new"]


def test_an_owner_that_is_gone_is_not_called(qtbot: QtBot, tasks: Tasks) -> None:
    gate, owner = threading.Event(), QObject()
    seen: list[object] = []
    tasks.run(Lane.NET, lambda: gate.wait(LIMIT_S), seen.append, owner=owner)
    shiboken6.delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy())
    assert seen == []


def test_progress_comes_from_any_thread(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    seen: list[tuple[int, int]] = []
    report = tasks.progress(lambda done, total: seen.append((done, total)), owner=owner)
    tasks.run(Lane.NET, lambda: [report(i, 3) for i in range(3)], lambda _: None, owner=owner)
    qtbot.waitUntil(lambda: seen == [(0, 3), (1, 3), (2, 3)])


def test_progress_of_a_stale_generation_is_dropped(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    seen: list[int] = []
    generation = Generation()
    report = tasks.progress(seen.append, owner=owner, generation=generation)
    report(1)
    qtbot.waitUntil(lambda: seen == [1])
    generation.bump()
    report(2)
    report(3)
    answered: list[object] = []
    tasks.run(Lane.NET, lambda: None, answered.append, owner=owner)
    qtbot.waitUntil(lambda: bool(answered))
    assert seen == [1]


def test_close_waits_and_delivers_nothing_more(qtbot: QtBot, owner: QObject) -> None:
    tasks, gate = Tasks(), threading.Event()
    seen: list[object] = []
    tasks.run(Lane.CARD, lambda: gate.wait(LIMIT_S), seen.append, owner=owner)
    tasks.run(Lane.CARD, lambda: seen.append("never"), seen.append, owner=owner)
    assert not tasks.close(wait_ms=20)
    gate.set()
    assert tasks.close()
    tasks.run(Lane.CARD, lambda: seen.append("late"), seen.append, owner=owner)
    assert not tasks.busy() and seen == []


def test_cf017_a_channel_whose_owner_is_gone_holds_nothing_of_it(qtbot: QtBot, tasks: Tasks) -> None:
    """A screen that was taken away is not kept by what it once waited for; living channels stay."""
    gone, living, seen = QObject(), QObject(), list[str]()
    shown = Shown()
    kept = weakref.ref(shown)
    late = tasks.progress(partial(_show, shown), owner=gone)
    told = tasks.progress(seen.append, owner=living)
    del shown
    shiboken6.delete(gone)
    assert kept() is not None, "the positive control"
    tasks.forget_stale()
    gc.collect()
    assert kept() is None
    late("too late")
    told("heard")
    qtbot.waitUntil(lambda: seen == ["heard"])


class Shown:
    """What stands on a screen."""


def _show(_what: Shown, _words: str) -> None:
    """Never called: its owner is gone."""
