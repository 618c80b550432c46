"""Waiting for what another thread or process does.

A limit here is a bound against hanging, never a promise of the product: it is far longer than any busy
machine needs, and no test takes that long unless it fails.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT_S = 60.0
LIMIT_MS = 60_000
_FIRST_PAUSE_S, _PAUSE_S = 0.001, 0.02  # longer by half each time: a look may be a call of the platform


def until(what: str, look: Callable[[], T | None], limit: float = LIMIT_S) -> T:
    """Look until what is seen is true, and give it; *what* is said when it never comes."""
    end, pause = time.monotonic() + limit, _FIRST_PAUSE_S
    while not (seen := look()):
        assert time.monotonic() < end, f"it never came: {what}"
        time.sleep(pause)
        pause = min(pause * 1.5, _PAUSE_S)
    return seen


def ended(thread: threading.Thread) -> None:
    """Wait for the end of *thread*."""
    thread.join(LIMIT_S)
    assert not thread.is_alive(), f"{thread.name} does not end"
