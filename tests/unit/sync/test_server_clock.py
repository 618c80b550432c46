"""One answer with a wrong time moves nothing that begins or ends by the clock (CF-031, CF-066)."""

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from desktop.sync.network import UNCONFIRMED, ServerClock
from desktop.system.clock import SystemClock
from tests.fakes import FakeClock
from tests.samples.practice import NOW

DAY = timedelta(days=1)
WRONG = [DAY, -DAY, timedelta(days=365), -timedelta(days=365), 2 * UNCONFIRMED]


class PcClock(FakeClock):
    """A PC that is wrong by ``off``, over a monotonic clock that is right."""

    off = timedelta()

    def now(self) -> datetime:
        return self.time + self.off


class Heard:
    """A clock that hears headers which are wrong by so much."""

    def __init__(self, off: timedelta = timedelta()) -> None:
        self.pc = PcClock()
        self.pc.off = off
        self.clock = ServerClock(self.pc)

    def header(self, wrong: timedelta = timedelta()) -> None:
        self.clock.hear_date(format_datetime(self.pc.time + wrong, usegmt=True))

    def error(self) -> timedelta | None:
        now = self.clock.now()
        return None if now is None else now - self.pc.time


def test_the_first_header_is_believed_where_the_pc_says_the_same() -> None:
    heard = Heard()
    assert heard.error() is None
    heard.header()
    assert heard.error() == timedelta()
    heard.pc.advance(3600)
    assert heard.error() == timedelta()


@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_header_is_not_believed(wrong: timedelta) -> None:
    heard = Heard()
    heard.header(wrong)
    assert heard.error() is None, "nor as the first"
    heard.header()
    heard.header(wrong)
    assert heard.error() == timedelta()


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_headers_that_others_contradict_are_never_believed(wrong: timedelta) -> None:
    heard = Heard()
    for _ in range(5):
        heard.header(wrong)
        heard.pc.advance(1)
        heard.header()
        assert heard.error() == timedelta()
    heard.header(wrong)
    heard.header(2 * wrong)
    assert heard.error() == timedelta(), "two that differ confirm nothing"


@pytest.mark.parametrize("wrong", WRONG)
def test_a_second_answer_confirms(wrong: timedelta) -> None:
    """The PC is wrong, or the platform's clock was set."""
    heard = Heard(off=wrong)
    heard.header()
    assert heard.error() is None
    heard.pc.advance(20)
    heard.header()
    assert heard.error() == timedelta()
    heard.header(wrong)
    heard.header(wrong)
    assert heard.error() == wrong


def test_header_and_body_of_one_answer_are_one_answer() -> None:
    heard = Heard()
    heard.header()
    heard.header(DAY)
    heard.clock.refine(heard.pc.time + DAY)
    assert heard.error() == timedelta()
    heard.clock.refine(heard.pc.time + timedelta(seconds=0.5))
    assert heard.error() == timedelta(seconds=0.5), "within what is believed it is the exact one"


def test_proofs_follow_what_was_told_last() -> None:
    """The platform judges them, and a refusal tells the time again."""
    heard = Heard()
    heard.header()
    heard.header(DAY)
    told = heard.clock.stamp()
    assert told == int((heard.pc.time + DAY).timestamp())
    heard.header()
    assert heard.clock.stamp() == int(heard.pc.time.timestamp())


def test_headers_of_whole_seconds_do_not_shake_the_clock() -> None:
    heard = Heard()
    heard.clock.hear(NOW + timedelta(seconds=0.7))
    heard.header(timedelta(seconds=1))
    assert heard.error() == timedelta(seconds=0.7)
    heard.header(timedelta(seconds=3))
    assert heard.error() == timedelta(seconds=3)


@pytest.mark.parametrize("header", ["", "yesterday", "Tue, 99 Nov 2026 10:00:00 GMT"])
def test_what_is_no_time_is_not_heard(header: str) -> None:
    clock = ServerClock(FakeClock())
    clock.hear_date(header)
    assert clock.now() is None


def test_the_machines_monotonic_clock_counts_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """``time.monotonic`` may stand still in sleep: a right that ended over night would live on."""
    readings = {7: 1234.5}
    monkeypatch.setattr("time.CLOCK_BOOTTIME", 7, raising=False)
    monkeypatch.setattr("time.clock_gettime", readings.__getitem__, raising=False)
    assert SystemClock().monotonic() == 1234.5
    monkeypatch.delattr("time.CLOCK_BOOTTIME")
    monkeypatch.delattr("time.CLOCK_MONOTONIC", raising=False)
    monkeypatch.setattr("time.monotonic", lambda: 9.0)
    assert SystemClock().monotonic() == 9.0
