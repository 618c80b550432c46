"""Screen lock, user switch and sleep, from what each system offers (SystemEventsPort)."""

import sys
from collections.abc import Callable

from desktop.ports.system import SystemEventsPort

Locked = Callable[[str], None]
SCREEN_LOCK = "screen-lock"
USER_SWITCH = "user-switch"
SLEEP = "sleep"


class NoEvents:
    """A system that tells nothing: the idle lock of the window remains."""

    def start(self, locked: Locked) -> None:
        """Nothing will be told."""

    def stop(self) -> None:
        """Nothing to end."""


def system_events() -> SystemEventsPort:
    """The listener of this system."""
    if sys.platform == "linux":
        from desktop.system.events_linux import DBusEvents

        return DBusEvents()
    elif sys.platform == "win32":
        from desktop.system.events_polled import PolledEvents
        from desktop.system.probe_windows import WindowsProbe

        return PolledEvents(WindowsProbe())
    elif sys.platform == "darwin":
        from desktop.system.events_polled import PolledEvents
        from desktop.system.probe_macos import MacProbe

        return PolledEvents(MacProbe())
    else:
        return NoEvents()
