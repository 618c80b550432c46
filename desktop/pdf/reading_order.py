"""Lines in the order in which they are read: PDFium gives those of some turned pages backwards."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

Box = tuple[float, float, float, float]
_Line = tuple[list[str], list[Box]]
_FROM_RIGHT = ("R", "AL")


def in_reading_order(signs: Sequence[str], boxes: Sequence[Box]) -> tuple[list[str], list[Box]]:
    """Characters and their places (points from the top left of the page as shown).

    The next line is below for who reads the line: whichever way most lines go decides.
    """
    lines = list(_lines(signs, boxes))
    steps = [_step(first, second) for first, second in pairwise(lines) if first[0] and second[0]]
    if sum(step < 0 for step in steps) <= sum(step > 0 for step in steps):
        return list(signs), list(boxes)
    ordered: list[str] = []
    places: list[Box] = []
    for words, where in reversed(lines):
        if ordered:
            ordered.append("\n")
            places.append((places[-1][2], places[-1][1], places[-1][2], places[-1][3]))
        ordered += words
        places += where
    return ordered, places


def _lines(signs: Sequence[str], boxes: Sequence[Box]) -> Iterator[_Line]:
    words: list[str] = []
    where: list[Box] = []
    for sign, box in zip(signs, boxes, strict=True):
        if sign == "\n":
            yield words, where
            words, where = [], []
        else:
            words.append(sign)
            where.append(box)
    yield words, where


def _step(first: _Line, second: _Line) -> int:
    """1 when the second line is where a reader of the first looks next, -1 when it is before, else 0."""
    across, down = _direction(first)
    x, y = _middle(first[1])
    next_x, next_y = _middle(second[1])
    ahead = (next_x - x) * -down + (next_y - y) * across
    return (ahead > 1) - (ahead < -1)


def _direction(line: _Line) -> tuple[int, int]:
    """Where its words run as the page is shown: right, left, down or up."""
    words, where = line
    if len(where) < 2 or unicodedata.bidirectional(words[0]) in _FROM_RIGHT:
        return 1, 0
    x, y = _middle(where[:1])
    last_x, last_y = _middle(where[-1:])
    across, down = last_x - x, last_y - y
    if abs(across) >= abs(down):
        return (1 if across >= 0 else -1), 0
    return 0, (1 if down > 0 else -1)


def _middle(boxes: Sequence[Box]) -> tuple[float, float]:
    left = min(box[0] for box in boxes) + max(box[2] for box in boxes)
    top = min(box[1] for box in boxes) + max(box[3] for box in boxes)
    return left / 2, top / 2
