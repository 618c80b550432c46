"""Windows and macOS: ask once a second, since their own messages need a window of their own."""

import threading
from dataclasses import dataclass
from typing import Protocol

from desktop.system.events import SCREEN_LOCK, SLEEP, USER_SWITCH, Locked

_SLEPT = 5.0  # seconds of sleep that count


@dataclass(frozen=True, slots=True)
class DesktopState:
    """What the system says now; ``asleep`` = seconds slept since start-up of the machine."""

    screen_locked: bool
    on_console: bool
    asleep: float


class DesktopProbe(Protocol):
    """Asks one system."""

    def look(self) -> DesktopState:
        """The present state; never blocks."""
        ...


def reason(before: DesktopState, after: DesktopState) -> str | None:
    """What happened between two looks, the most telling first."""
    if before.on_console and not after.on_console:
        return USER_SWITCH
    if after.screen_locked and not before.screen_locked:
        return SCREEN_LOCK
    if after.asleep - before.asleep >= _SLEPT:
        return SLEEP
    return None


class PolledEvents:
    """A thread that looks at *period* seconds."""

    def __init__(self, probe: DesktopProbe, *, period: float = 1.0) -> None:
        self._probe = probe
        self._period = period
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, locked: Locked) -> None:
        """*locked* is called from the thread."""
        self._stopping.clear()
        self._thread = threading.Thread(
            target=self._watch, args=(locked,), name="dsp-system-events", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns when it is gone."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _watch(self, locked: Locked) -> None:
        before = self._probe.look()
        while not self._stopping.wait(self._period):
            after = self._probe.look()
            found = reason(before, after)
            before = after
            if found is not None:
                locked(found)
