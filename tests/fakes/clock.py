"""Time that stands still until a test moves it."""

from datetime import datetime, timedelta

from desktop.ports.clock import ClockPort
from tests.samples.practice import NOW


class FakeClock(ClockPort):
    """Both clocks move together by :meth:`advance`; :meth:`set` moves the one on the wall."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now
        self._ran = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self._ran

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        self._ran += seconds

    def run_for(self, seconds: float) -> None:
        """The program has run so long when the clock on the wall says what it says."""
        self._ran += seconds

    def set(self, now: datetime) -> None:
        """Somebody sets the clock: no time passes by that."""
        self.time = now
