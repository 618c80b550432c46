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
_LOOK_EVERY_S = 0.01


def until(what: str, look: Callable[[], T | None], limit: float = LIMIT_S) -> T:
    """Look until what is seen is true, and give it; *what* is said when it never comes."""
    end = time.monotonic() + limit
    while not (seen := look()):
        assert time.monotonic() < end, f"it never came: {what}"
        time.sleep(_LOOK_EVERY_S)
    return seen


def ended(thread: threading.Thread) -> None:
    """Wait for the end of *thread*."""
    thread.join(LIMIT_S)
    assert not thread.is_alive(), f"{thread.name} does not end"
