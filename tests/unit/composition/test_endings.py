"""A program ends in time, whatever hangs."""

import threading
import time

from desktop.composition.endings import all_end
from tests.waiting import LIMIT_S


def test_all_are_run_in_order_also_behind_one_that_fails() -> None:
    ran: list[str] = []

    def fail() -> None:
        ran.append("fails")
        raise RuntimeError

    endings = (lambda: ran.append("vault"), fail, lambda: ran.append("card"))
    assert all_end(endings, time.monotonic() + LIMIT_S)
    assert ran == ["vault", "fails", "card"]


def test_one_that_hangs_is_left_behind() -> None:
    back = threading.Event()
    try:
        assert not all_end((back.wait,), time.monotonic())
        assert all(thread.daemon for thread in threading.enumerate() if thread.name == "dsp-endings")
    finally:
        back.set()
