"""pytest-qt's bot with the limit of all other waits (its own give up after five seconds)."""

import time
from collections.abc import Callable
from typing import Any

from pytestqt.exceptions import TimeoutError as NeverCame
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import MultiSignalBlocker, SignalBlocker

from tests.waiting import LIMIT_MS

_LOOK_EVERY_MS = 1  # pytest-qt's own looks every 10, and a window's test waits dozens of times


class PatientBot(QtBot):
    """What ``qtbot`` is in every test here."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = LIMIT_MS) -> None:
        """As pytest-qt's: until *callback* gives True, or nothing where it only asserts."""
        end, never = time.monotonic() + timeout / 1000, f"waitUntil timed out in {timeout} milliseconds"
        while True:
            is_last = time.monotonic() >= end
            try:
                answer = callback()
            except AssertionError as error:
                if is_last:
                    raise NeverCame(never) from error
            else:
                if answer not in (None, True, False):
                    raise ValueError(f"what is waited for gave {answer!r}, neither None nor a bool")
                if answer is not False:
                    return
                if is_last:
                    raise NeverCame(never)
            self.wait(_LOOK_EVERY_MS)

    def waitSignal(self, signal: Any, *, timeout: int = LIMIT_MS, **how: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(self, signals: Any, *, timeout: int = LIMIT_MS, **how: Any) -> MultiSignalBlocker:
        return super().waitSignals(signals, timeout=timeout, **how)
