"""A language that nobody speaks: French with the vowels of its longer words doubled, a third longer.

What fits in it fits in a translation that is still to come; what is not lengthened on a screen did not come
from the words of the program.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from desktop.domain import texts
from desktop.domain.texts import Language

_WORD = re.compile(r"\{[^{}]*\}|[^\W\d_]{4,}")  # a fact stays a fact
_VOWEL = re.compile("[aeiouyàâäéèêëîïôöùûüœ]", re.IGNORECASE)


def lengthened(said: str) -> str:
    """« Déposer le document » becomes « Déépooseer le doocuumeent »; facts and short words stay."""
    return _WORD.sub(lambda found: _word(found[0]), said)


def _word(word: str) -> str:
    return word if word.startswith("{") else _VOWEL.sub(lambda vowel: vowel[0] + vowel[0].lower(), word)


def _all(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _all(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_all(inner) for inner in value]
    return lengthened(value) if isinstance(value, str) else value


@contextmanager
def spoken() -> Iterator[None]:
    """French is lengthened meanwhile; widgets must be told (``retranslate``)."""
    plain = texts._area

    @cache
    def area(language: Language, name: str) -> dict[str, Any]:
        said = plain(language, name)
        return _all(said) if language is Language.FR else said

    texts._area = area
    try:
        yield
    finally:
        texts._area = plain
