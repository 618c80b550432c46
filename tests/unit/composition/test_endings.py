"""A program ends in time, whatever hangs, and what the user wrote is written first."""

import threading
import time
from itertools import pairwise

import pytest

from desktop.composition.endings import (
    HANG_S,
    HURRY_S,
    QUIT_S,
    Endings,
    ms_until,
    others_until,
    own_work_kept,
)
from tests.waiting import LIMIT_S, until


def test_all_are_run_in_order_also_behind_one_that_fails() -> None:
    ran: list[str] = []

    def fail() -> None:
        ran.append("fails")
        raise RuntimeError

    endings = (lambda: ran.append("vault"), fail, lambda: ran.append("card"))
    assert Endings(endings).over(time.monotonic() + LIMIT_S)
    assert ran == ["vault", "fails", "card"]


def test_one_that_hangs_is_left_behind() -> None:
    back = threading.Event()
    try:
        assert not Endings((back.wait,)).over(time.monotonic())
        assert all(thread.daemon for thread in threading.enumerate() if thread.name == "dsp-endings")
    finally:
        back.set()


class Store:
    """Its lane ends at *busy_until*, or with the hurry of that number; whoever waits makes the time go by."""

    def __init__(self, busy_until: float, hurries: int = 10**6) -> None:
        self.now, self.busy_until, self.hurries = 0.0, busy_until, hurries
        self.waits: list[float] = []
        self.hurried = 0

    def has_written(self, wait_ms: int) -> bool:
        until("the hurry that was begun is over", lambda: not _hurrying())
        over = self.now if self.hurried >= self.hurries else self.busy_until
        self.waits.append(self.now)
        self.now = min(self.now + wait_ms / 1000, max(over, self.now))
        return self.now >= over

    def hurry(self) -> None:
        self.hurried += 1

    def kept(self, limit: float) -> bool:
        return own_work_kept(self.has_written, self.hurry, limit, lambda: self.now)


def _hurrying() -> bool:
    return any(thread.name == "dsp-hurry" for thread in threading.enumerate())


def test_a_store_that_is_done_is_not_hurried() -> None:
    store = Store(busy_until=0.1)
    assert store.kept(1.8)
    assert store.now == pytest.approx(0.1) and store.hurried == 0


def test_one_purge_behind_the_other_is_cut_until_the_draft_has_its_turn() -> None:
    store = Store(busy_until=600, hurries=3)
    assert store.kept(1.8)
    assert store.now == pytest.approx(3 * HURRY_S)


def test_a_store_that_hangs_has_all_the_time_and_no_more() -> None:
    store = Store(busy_until=600)
    assert not store.kept(1.8)
    assert store.now == pytest.approx(1.8, abs=0.002), "its own work may use the whole time"
    assert all(later - earlier <= HURRY_S + 0.001 for earlier, later in pairwise(store.waits))


def test_a_hurry_that_hangs_holds_nothing_up() -> None:
    back, begun = threading.Event(), list[None]()
    now = [0.0]

    def hurry() -> None:
        begun.append(None)
        back.wait(LIMIT_S)

    def has_written(wait_ms: int) -> bool:
        now[0] += max(wait_ms, 1) / 1000
        return False

    try:
        assert not own_work_kept(has_written, hurry, 1.8, lambda: now[0])
        until("it was begun", lambda: len(begun) == 1)
    finally:
        back.set()


@pytest.mark.parametrize(
    ("written", "given_up"),
    [(0.0, HANG_S), (0.9, HANG_S), (1.1, 1.3), (1.7, QUIT_S), (QUIT_S, QUIT_S), (9.0, QUIT_S)],
)
def test_what_hangs_is_given_up_before_the_user_s_own_would_be(written: float, given_up: float) -> None:
    """It began to end with the first moment; after a long write it has one more look, and no more."""
    assert others_until(100.0, 100.0 + written) == pytest.approx(100.0 + given_up)


def test_what_is_left_is_never_less_than_nothing() -> None:
    assert ms_until(5.0, lambda: 4.5) == 500
    assert ms_until(5.0, lambda: 6.0) == 0
