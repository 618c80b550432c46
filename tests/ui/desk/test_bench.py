"""The bench itself: time passes in it only where a test says so."""

from PySide6.QtCore import QTimer

from desktop.services.session import SessionState
from tests.ui.desk.conftest import HELD_MS, LEAST_HELD_MS, Bench


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
