"""What a tester may move in the demo beside mouse and keyboard: the idle clock, the desktop's own events."""

from collections.abc import Callable
from typing import Any

from desktop.demo.input import perform
from desktop.ports.system import SystemEventsPort
from desktop.system.clock import SystemClock


class TesterClock(SystemClock):
    """Real time, but waiting can be skipped: only durations move, never the date."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def skip(self, seconds: float) -> None:
        """Let *seconds* pass for whoever measures a duration."""
        self._skipped += max(0.0, seconds)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return super().monotonic() + self._skipped


class TesterEvents:
    """SystemEventsPort: what the desktop says, and what a tester plays."""

    def __init__(self, real: SystemEventsPort) -> None:
        self._real = real
        self._locked: Callable[[str], None] | None = None

    def start(self, locked: Callable[[str], None]) -> None:
        """As the port says."""
        self._locked = locked
        self._real.start(locked)

    def stop(self) -> None:
        """As the port says."""
        self._locked = None
        self._real.stop()

    def play(self, event: str) -> None:
        """ "screen-lock", "user-switch" or "sleep"."""
        if self._locked is not None:
            self._locked(event)


class Tester:
    """All of it; ``perform`` does one order that came over the probe."""

    def __init__(self) -> None:
        self.clock = TesterClock()
        self._events: TesterEvents | None = None

    def listen_to(self, real: SystemEventsPort) -> TesterEvents:
        """The program's event source, with the tester beside it."""
        self._events = TesterEvents(real)
        return self._events

    def perform(self, order: dict[str, Any]) -> bool:
        """``{"do": "skip", "seconds": 60}``, ``{"do": "system", "event": "sleep"}``, or a click or key."""
        match order.get("do"):
            case "skip":
                self.clock.skip(float(order.get("seconds", 0)))
            case "system" if self._events is not None:
                self._events.play(str(order.get("event", "")))
            case _:
                return perform(order)
        return True
