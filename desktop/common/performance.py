"""When things happened in this process, for benchmarks: names and times, never contents."""

import time

_marks: list[tuple[str, float]] = []
_spans: list[tuple[str, float]] = []
_LIMIT = 2000


def mark(name: str) -> None:
    """Note that *name* happened now (milliseconds since the epoch)."""
    if len(_marks) < _LIMIT:
        _marks.append((name, time.time() * 1000))


def span(name: str, milliseconds: float) -> None:
    """Note how long one part of something took."""
    if len(_spans) < _LIMIT:
        _spans.append((name, milliseconds))


def spans() -> tuple[tuple[str, float], ...]:
    """All parts, in order."""
    return tuple(_spans)


def marks() -> tuple[tuple[str, float], ...]:
    """All marks, in order."""
    return tuple(_marks)
