"""Time that stands still until a test moves it."""

from datetime import datetime, timedelta

from desktop.ports.clock import ClockPort
from tests.samples.practice import NOW


class FakeClock(ClockPort):
    """Both clocks move together, by :meth:`advance` only."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
