"""The idle lock cannot be put off: not by a setting, not by a damaged one (CF-017: 15 minutes at most)."""

import pytest
from PySide6.QtCore import QObject

from desktop.ui.desk.idle import IdleWatch
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize(
    ("wanted_s", "locks_at_s"), [(60, 60), (899, 899), (900, 900), (901, 900), (86_400, 900)]
)
def test_cf017_no_setting_reaches_beyond_15_minutes(qtbot: object, wanted_s: int, locks_at_s: int) -> None:
    clock, owner = FakeClock(), QObject()
    watch = IdleWatch(clock, owner, wanted_s)
    locked: list[int] = []
    watch.idle.connect(lambda: locked.append(1))
    watch.start()
    clock.advance(locks_at_s - 1)
    watch.tick()
    assert not locked
    clock.advance(1)
    watch.tick()
    assert locked == [1]
