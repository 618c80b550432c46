"""The time that counts: a PC whose clock is wrong must not refuse what the platform would take."""

from datetime import datetime

from desktop.ports.clock import ClockPort
from desktop.ports.platform import PlatformClockPort


class PlatformTime:
    """A clock that shows the platform's time where it is known (contract §1), else the PC's."""

    def __init__(self, platform: PlatformClockPort, clock: ClockPort) -> None:
        self._platform = platform
        self._clock = clock

    def now(self) -> datetime:
        """Aware UTC."""
        return self._platform.server_now() or self._clock.now()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._clock.monotonic()
