"""Every text that a user reads, by key, in fr, de, lb and en.

A key is ``area.name`` and stands in ``resources/translations/<lang>/<area>.toml``; ``{fact}`` is
replaced by keyword. French is the reference. A text with a count has ``name_one`` and ``name_other``.
The keys in code are plain literals, so that tests can prove every one exists in all four languages.
"""

import tomllib
from enum import StrEnum
from functools import cache
from typing import Any

from desktop.common.resource_files import resource
from desktop.domain.errors import Failure


class Language(StrEnum):
    """The languages of the program, French first (its text prevails, CF-080)."""

    FR = "fr"
    DE = "de"
    LB = "lb"
    EN = "en"


_current = Language.FR


def set_language(language: Language) -> None:
    """Choose the language of every later :func:`text`."""
    global _current
    _current = language


def current_language() -> Language:
    """The language in force."""
    return _current


@cache
def _area(language: Language, area: str) -> dict[str, Any]:
    with resource("translations", language.value, f"{area}.toml").open("rb") as file:
        return tomllib.load(file)


def text(key: str, /, *, language: Language | None = None, **facts: str | int) -> str:
    """The text of *key*; raises KeyError for an unknown key (a bug, caught by tests)."""
    area, _, name = key.partition(".")
    found = str(_area(language or _current, area)[name])
    return found.format(**facts) if facts else found


def counted(key: str, count: int, /, *, language: Language | None = None, **facts: str | int) -> str:
    """The text of ``key_one`` or ``key_other``, with ``{count}``."""
    chosen = language or _current
    one = count == 1 or (count == 0 and chosen is Language.FR)
    return text(key + ("_one" if one else "_other"), language=chosen, count=count, **facts)


def failure_text(failure: Failure, /, *, language: Language | None = None) -> str:
    """What happened, in one sentence."""
    return _failure_part(failure, "text", language)


def failure_next_step(failure: Failure, /, *, language: Language | None = None) -> str:
    """What the user can do now."""
    return _failure_part(failure, "next", language)


class _Blank(dict[str, Any]):
    """A fact that one case lacks shows as a dash, never as a crash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _failure_part(failure: Failure, part: str, language: Language | None) -> str:
    entry = _area(language or _current, "errors")[failure.code.value]
    return str(entry[part]).format_map(_Blank(failure.facts))
