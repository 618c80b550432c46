"""What a problem must name beside the number of an ALD (domain §B.2): three of the 32 name no one disease."""

import re
from typing import Final

from desktop.domain.folding import fold
from desktop.features.summary.domain.entries import Problem
from desktop.features.summary.domain.terminology import ICD10

_BETWEEN: Final = re.compile(r"[;,+/\n]|\b(?:et|und|an|and)\b")
_TYPE: Final = re.compile(r"\b(?:type|typ|dt) (?:1|2|i|ii)\b")


def lacks_details(problem: Problem, label: str) -> bool:
    """Whether the words, or the note, leave out what the number does not say; *label* is the list's own.

    31 wants a disease, 32 two of them, 8 the type.
    """
    own = "" if fold(problem.text) == fold(label) else problem.text
    named = [part for words in (own, problem.note) for part in _BETWEEN.split(words) if part.strip()]
    match problem.ald:
        case 8:
            typed = _TYPE.search(fold(f"{own} {problem.note}")) is not None
            return not typed and not any(
                coding.system == ICD10 and coding.code[:3] in ("E10", "E11") for coding in problem.codings
            )
        case 31:
            return not named
        case 32:
            return len(named) < 2
        case _:
            return False
