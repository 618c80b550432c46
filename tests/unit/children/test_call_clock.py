"""A deadline of work: a busy PC ends no honest call, a child that works or sleeps for ever is ended."""

import os

import pytest

from desktop.children.call_clock import PATIENCE, by_its_work, processor_seconds


class Pc:
    """A clock by the wall, and the processor that a child was given."""

    def __init__(self) -> None:
        self.wall, self.worked = 100.0, 7.0

    def passes(self, seconds: float, share: float) -> None:
        self.wall += seconds
        self.worked += seconds * share


def test_a_busy_pc_does_not_use_up_the_deadline() -> None:
    pc = Pc()
    spent = by_its_work(1, lambda _pid: pc.worked, lambda: pc.wall)
    pc.passes(20, share=0.5)
    assert spent() == pytest.approx(10)


def test_a_child_that_works_all_the_time_has_no_more_than_its_seconds() -> None:
    pc = Pc()
    spent = by_its_work(1, lambda _pid: pc.worked, lambda: pc.wall)
    pc.passes(20, share=2.0)  # two threads: no shorter deadline for that
    assert spent() == pytest.approx(20)


def test_a_child_that_does_nothing_is_waited_for_a_few_times_as_long_and_no_longer() -> None:
    pc = Pc()
    spent = by_its_work(1, lambda _pid: pc.worked, lambda: pc.wall)
    pc.passes(20 * PATIENCE, share=0)
    assert spent() == pytest.approx(20)


def test_where_the_system_tells_nothing_the_wall_counts() -> None:
    pc = Pc()
    spent = by_its_work(1, lambda _pid: None, lambda: pc.wall)
    pc.passes(3, share=0)
    assert spent() == pytest.approx(3)


def test_the_processor_s_time_is_the_system_s_own() -> None:
    before = processor_seconds(os.getpid())
    if before is None:
        assert os.name != "nt"
        return
    assert before == pytest.approx(sum(os.times()[:2]), abs=0.5)
    sum(range(10**6))
    after = processor_seconds(os.getpid())
    assert after is not None
    assert after > before
