"""What a narrative only says again: lines of which one entry already says every word."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from desktop.domain.folding import fold

MOST_COMPARED: Final = 20_000  # pairs; a longer text is shown as it is
# A number with its sign, a word, or a sign that means something: < 5 is not 5, nor is ± 5.
_WORD: Final = re.compile(r"-?\d+(?:[.,]\d+)?|\w+|[^\w\s.,;:·()\[\]«»\"'’–—|/-]")


def added(narrative: Sequence[str], entries: Iterable[str]) -> tuple[str, ...]:
    """The lines of *narrative* that say more than any of *entries*, or other things.

    All words of a line, as often as they stand there, must stand in one entry: 5 mg of one thing and 10 mg of
    another are not said by both together.
    """
    said = [_words(entry) for entry in entries]
    if len(said) * len(narrative) > MOST_COMPARED:
        return tuple(narrative)
    return tuple(line for line in narrative if not _is_said(_words(line), said))


def _is_said(words: Counter[str], said: Sequence[Counter[str]]) -> bool:
    return bool(words) and any(words <= entry for entry in said)


def _words(line: str) -> Counter[str]:
    return Counter(
        word.replace(".", ",") if word[-1].isdigit() else fold(word) for word in _WORD.findall(line)
    )
