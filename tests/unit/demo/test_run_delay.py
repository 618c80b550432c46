"""Waiting for a processor is told apart from being busy."""

import sys
import time

import pytest

from desktop.demo.run_delay import RunDelay


def test_it_never_goes_back_and_is_not_the_time_that_a_thread_works_or_sleeps() -> None:
    delay = RunDelay()
    before = delay.ms()
    started, worked = time.perf_counter(), time.thread_time()
    while time.thread_time() - worked < 0.05:
        pass
    after = delay.ms()
    delay.close()
    passed, worked_s = time.perf_counter() - started, time.thread_time() - worked
    assert 0 <= after - before <= (passed - worked_s) * 1000 + 20, "of the rest at most"
    assert delay.ms() == 0.0, "closed"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells it")
def test_linux_tells_it() -> None:
    delay = RunDelay()
    assert delay._file is not None
    delay.close()
