"""The machine's own time (ClockPort)."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Real time. What runs out while the machine sleeps has run out when it wakes."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back, those of sleep included.

        ``time.monotonic`` stands still while Linux and macOS sleep: CLOCK_BOOTTIME does not, nor macOS's own
        CLOCK_MONOTONIC, where Python takes mach_absolute_time. Windows counts its sleep.
        """
        number: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
        return time.monotonic() if number is None else time.clock_gettime(number)
