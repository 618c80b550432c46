"""When things happened in this process, for benchmarks: names and milliseconds, never contents."""

import time

_START = time.perf_counter()
_marks: list[tuple[str, float]] = []
_LIMIT = 2000


def mark(name: str) -> None:
    """Note that *name* happened now."""
    if len(_marks) < _LIMIT:
        _marks.append((name, (time.perf_counter() - _START) * 1000))


def marks() -> tuple[tuple[str, float], ...]:
    """All marks, in order: name and milliseconds since this module was loaded."""
    return tuple(_marks)
