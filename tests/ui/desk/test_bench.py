"""The bench itself: time passes in it only where a test says so."""

import gc
import weakref
from pathlib import Path

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop.services.session import SessionState
from tests.ui.desk.conftest import HELD_MS, LEAST_HELD_MS, Bench
from tests.waiting import LIMIT_MS


def test_hours_pass_and_no_timer_sees_them_by_itself(bench: Bench) -> None:
    """The wall clock fires a timer that then looks at the fake clock: a lock in the midst of another test."""
    bench.log_in()
    bench.open_record()
    timers = [*bench.parent.findChildren(QTimer), *bench.shell.findChildren(QTimer)]
    running = [timer.interval() for timer in timers if timer.isActive()]
    assert HELD_MS in running, "the watches of an open record"
    assert not [interval for interval in running if LEAST_HELD_MS <= interval < HELD_MS]
    bench.clock.advance(3600)
    bench.settle()
    assert bench.session() is SessionState.ACTIVE
    bench.desks.idle.tick()
    assert bench.session() is SessionState.LOCKED


def test_a_closed_bench_leaves_nothing_behind(qtbot: QtBot, tmp_path: Path) -> None:
    """Three megabytes a test that stay make the last tests slow: the collector looks at all of them.

    What waits for a turn of the event loop holds its owner until that turn.
    """
    made = Bench(qtbot, tmp_path)
    made.log_in()
    made.open_record()
    left: list[weakref.ref[object]]
    left = [weakref.ref(thing) for thing in (made, made.shell, made.office, made.desks.record)]
    made.close()
    del made
    qtbot.waitUntil(lambda: not _alive(left), timeout=LIMIT_MS)


def _alive(things: list[weakref.ref[object]]) -> list[weakref.ref[object]]:
    gc.collect()
    return [ref for ref in things if ref() is not None]
