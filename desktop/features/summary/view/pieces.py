"""Words of anybody in pieces that a label lays out within a turn of the event loop; no letter is left out."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

LONGEST: Final = 1_000  # letters of one label
SHORT: Final = 160  # letters of a title
_LINES: Final = 40  # of a narrative in one label
_UNBROKEN: Final = re.compile(r"(\S{60})(?=\S)")
_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def pieces(words: str) -> Iterator[str]:
    """*words* in parts of :data:`LONGEST` letters, none of which a label would have to cut.

    A long word may break; marks that would turn letters round (a dose read backwards) go.
    """
    plain = _UNBROKEN.sub("\\1\u200b", _DIRECTION.sub("", words))
    yield from (plain[start : start + LONGEST] for start in range(0, len(plain), LONGEST))


def short(words: str) -> str:
    """For a title: what is longer stands elsewhere too."""
    plain = _DIRECTION.sub("", words)
    return plain if len(plain) <= SHORT else f"{plain[:SHORT]}…"


def blocks(lines: Iterable[str]) -> Iterator[str]:
    """Lines of a narrative, some in one label."""
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == _LINES:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)
