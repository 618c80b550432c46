"""When things happened in this process, for benchmarks: names and times, never contents."""

import time

_marks: list[tuple[str, float]] = []
_LIMIT = 2000


def mark(name: str) -> None:
    """Note that *name* happened now (milliseconds since the epoch)."""
    if len(_marks) < _LIMIT:
        _marks.append((name, time.time() * 1000))


def marks() -> tuple[tuple[str, float], ...]:
    """All marks, in order."""
    return tuple(_marks)
