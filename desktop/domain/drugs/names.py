"""Names of substances and groups as they are compared: one stem for what French, German and English share."""

from typing import Final

from desktop.domain.folding import fold

_SHORTEST: Final = 4  # « iode » is iod; what is shorter would be anything


def stem(name: str) -> str:
    """Folded, and each word without its plural and its silent end: Pénicillines, Penicilline, penicillin."""
    return " ".join(map(_stem, fold(name).split()))


def _stem(word: str) -> str:
    for end in ("s", "e"):
        if len(word) >= _SHORTEST and word.endswith(end):
            word = word[:-1]
    return word
