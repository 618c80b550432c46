"""Time."""

from datetime import datetime
from typing import Protocol


class ClockPort(Protocol):
    """Time, so that tests can own it."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...
