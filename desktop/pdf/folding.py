"""Text as a search sees it: no case, accents, ligatures, line breaks or end-of-line hyphens."""

import unicodedata
from dataclasses import dataclass

_LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"}
_SIGNS = {"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-"}
_SPELT_OUT = _LETTERS | _SIGNS


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters the place in the original."""

    content: str
    places: tuple[int, ...]

    def spans(self, words: str) -> list[tuple[int, int]]:
        """Start and end (exclusive) in the original of every occurrence of folded *words*."""
        found: list[tuple[int, int]] = []
        start = self.content.find(words) if words else -1
        while start >= 0:
            end = start + len(words)
            found.append((self.places[start], self.places[end - 1] + 1))
            start = self.content.find(words, end)
        return found


def fold(original: str) -> Folded:
    """Fold a page's text and remember where each character came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(original):
        if sign.isspace():
            if _is_broken_word(original, place):
                letters.pop()
                places.pop()
            elif letters and letters[-1] != " ":
                letters.append(" ")
                places.append(place)
            continue
        for letter in _plain(sign):
            letters.append(letter)
            places.append(place)
    return Folded("".join(letters), tuple(places))


def fold_words(words: str) -> str:
    """Fold what a user typed."""
    return " ".join("".join(_plain(sign) for sign in words).split())


def _plain(sign: str) -> str:
    folded = unicodedata.normalize("NFKD", _SPELT_OUT.get(sign, sign)).casefold()
    return "".join(_SPELT_OUT.get(part, part) for part in folded if not unicodedata.combining(part))


def _is_broken_word(original: str, place: int) -> bool:
    """« docu-⏎ment » reads « document »: a hyphen between letters, then a line break."""
    if original[place] != "\n" or place < 2 or original[place - 1] not in "-\u00ad\u2010":
        return False
    following = original[place + 1 : place + 2]
    return original[place - 2].isalpha() and following.islower()
