"""Codes while one types: each beginning of some words, in the largest tables, and reading them all."""

import time
from pathlib import Path

from desktop.features.summary.domain.code_search import CodeSearch
from desktop.features.summary.domain.terminology import CodeList
from desktop.features.summary.service.terminology import tables

_WORDS = (
    "diabète de type 2",
    "E11.9",
    "insuffisance cardiaque",
    "œdème de Quincke",
    "metformine",
    "a",
    "z z z",
)
_TIMES = 5


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """The slowest key of all; each is pressed :data:`_TIMES` times and its best time counts."""
    began = time.perf_counter()
    search = CodeSearch(tables())
    read = (time.perf_counter() - began) * 1000
    slowest = 0.0
    keys = [word[:end] for word in _WORDS for end in range(1, len(word) + 1)]
    for typed in keys:
        slowest = max(slowest, min(_once(search, typed) for _ in range(_TIMES)))
    return [
        (f"codes: the slowest key of {len(keys)}, all tables", "≤ 20 ms", f"{slowest:.1f} ms"),
        (f"codes: reading and folding {len(tables().concepts)}, in a worker", "", f"{read:.0f} ms"),
    ]


def _once(search: CodeSearch, typed: str) -> float:
    began = time.perf_counter()
    search.hits(typed, frozenset(CodeList))
    return (time.perf_counter() - began) * 1000
