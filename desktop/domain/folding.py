"""Letters as a search sees them: the only folding, for what is searched and for what is typed.

Case, accents and ligatures are gone, and letters that Unicode keeps whole are written out (Łukasz, Ærø,
Đorđe, œdème, Straße). Digits stand apart from letters, so that H₂O is H2O, 10mg is 10 mg, 5-FU is 5FU; marks
between words are spaces; I.R.M. is IRM; a word broken at the end of a line is whole again. Symbols that say
something (+ < ± °) stay. Folding what is folded changes nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_WRITTEN_OUT = {
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i",
    "ŋ": "n", "ƒ": "f", "×": "x",
}  # fmt: skip
_SPACES = frozenset("^`´−⁄∕ʼ")  # typed or set for an apostrophe, a hyphen, a fraction or a power
_NOTHING = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Sk"})  # accents, marks of direction, soft hyphens
_ALONE = re.compile(r"\d+")
_ACCENTS = "\u0300-\u036f"  # of letters that are written in parts
_LETTER = f"[^\\W\\d_][{_ACCENTS}]*"
_ABBREVIATION = re.compile(f"(?<![\\w{_ACCENTS}])(?:{_LETTER}\\.)+{_LETTER}(?![\\w{_ACCENTS}])")
_BROKEN_WORD = re.compile(f"(?<=[^\\W\\d_]|[{_ACCENTS}])[-\u00ad\u2010\u2011]\\r?\\n[^\\S\\n]*(?=[^\\W\\d_])")
_REMEMBERED = 0x3000  # alphabets and signs; a hostile text shall not fill memory with all the others


class _Letters(dict[int, str]):
    """What each character is folded to, worked out when it is met; for :meth:`str.translate`."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if code < _REMEMBERED:
            self[code] = folded
        return folded


_LETTERS = _Letters()


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


def fold(written: str) -> str:
    """Words of folded letters with one space between them."""
    return " ".join(_ALONE.sub(r" \g<0> ", _whole(written).translate(_LETTERS)).split())


def search_words(typed: str) -> tuple[str, ...]:
    """What a user typed, one folded word or group of words ("5 fu") for each that a space sets apart."""
    return tuple(filter(None, map(fold, typed.split())))


def holds_words(folded: str, words: Iterable[str]) -> bool:
    """Whether each of *words* is in a folded text: in any part of a word, groups and figures at a beginning.

    So « graphie » finds the radiography, and 5-FU not the 15 fumeurs.
    """
    return all(word in folded if word.isalpha() else f" {word}" in f" {folded}" for word in words)


def begins_words(folded: str, words: Iterable[str]) -> bool:
    """Whether each of *words* begins a word of a folded text, as in the full-text index."""
    return all(f" {word}" in f" {folded}" for word in words)


def fold_with_places(written: str) -> Folded:
    """As :func:`fold`, remembering where each character came from."""
    gone = {place for start, end in _left_out(written) for place in range(start, end)}
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(written):
        if place in gone:
            continue
        for letter in _LETTERS[ord(sign)]:
            former = letters[-1] if letters else " "
            if former != " " and (letter == " " or former.isdecimal() != letter.isdecimal()):
                letters.append(" ")
                places.append(place)
            if letter != " ":
                letters.append(letter)
                places.append(place)
    if letters and letters[-1] == " ":
        del letters[-1], places[-1]
    return Folded("".join(letters), tuple(places))


def _folded(sign: str) -> str:
    """One character; a space at its side where it always stands apart."""
    parts = unicodedata.normalize("NFD", sign)
    if parts != sign:
        return "".join(map(_folded, parts))
    kind = unicodedata.category(sign)
    if sign.isspace() or sign in _SPACES or kind[0] in "PZ":
        return " "
    if kind in _NOTHING:
        return ""
    letters = unicodedata.normalize("NFKD", sign)
    if letters == sign:
        letters = _WRITTEN_OUT.get(sign) or sign.casefold()
        if letters == sign:
            return f" {sign} " if kind[0] == "S" or kind == "No" else sign
    folded = "".join(map(_folded, letters))
    return f" {folded} " if kind == "No" else folded


def _left_out(written: str) -> list[tuple[int, int]]:
    """Dots inside abbreviations, and hyphens at the end of a line with the line break."""
    found: list[tuple[int, int]] = []
    if "." in written:
        for match in _ABBREVIATION.finditer(written):
            found += ((dot, dot + 1) for dot in range(*match.span()) if written[dot] == ".")
    if "\n" in written:
        found += (m.span() for m in _BROKEN_WORD.finditer(written) if written[m.end()].islower())
    return sorted(found)


def _whole(written: str) -> str:
    gone = _left_out(written)
    if not gone:
        return written
    edges = [0, *(edge for span in gone for edge in span), len(written)]
    return "".join(written[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
