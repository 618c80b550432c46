"""Substances while one types: by the beginnings of their words, in French or English, in any spelling."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from desktop.domain.drugs.data import Substance
from desktop.domain.folding import fold, search_words

HITS: Final = 8


@dataclass(frozen=True, slots=True)
class _FoldedName:
    substance: Substance
    name: str
    english: str


class SubstanceSearch:
    """Build it in a worker; a search is one pass over the names."""

    def __init__(self, substances: Iterable[Substance]) -> None:
        self._folded = tuple(
            _FoldedName(one, f" {fold(one.name)} ", f" {fold(one.english)} ") for one in substances
        )

    def hits(self, typed: str) -> tuple[Substance, ...]:
        """The :data:`HITS` best: the name itself, names that begin so, then words; else as in the data."""
        words = tuple(part for word in search_words(typed) for part in word.split())
        if not words:
            return ()
        found: tuple[list[Substance], ...] = ([], [], [])
        start = " ".join(words)
        for row in self._folded:
            if row.name.strip() == start:
                found[0].append(row.substance)
            elif row.name.startswith(f" {start}"):
                found[1].append(row.substance)
            elif all(f" {word}" in row.name or f" {word}" in row.english for word in words):
                found[2].append(row.substance)
        return tuple(one for rank in found for one in rank)[:HITS]

    def named(self, typed: str) -> Substance | None:
        """The one that is called so, in either language."""
        said = f" {' '.join(part for word in search_words(typed) for part in word.split())} "
        return next((row.substance for row in self._folded if said in (row.name, row.english)), None)
