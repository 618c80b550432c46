"""Every text that a user reads, by key, in fr, de, lb and en.

A key is ``area.name`` and stands in ``resources/translations/<lang>/<area>.toml``, or in the
``<lang>.toml`` of a feature's own folder (:func:`add_area`); ``{fact}`` is replaced by keyword. French is the
reference. A text with a count has ``name_one`` and ``name_other``. The keys in code are plain literals, so
that tests can prove every one exists in all four languages.

Codes are no keys: what a code of a closed list means stands in a table of some area (``[errors.DSP-901]``,
``[acts]``), so that a feature brings the words of its own codes along (:func:`code_words`).
"""

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
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
_folders: dict[str, Path] = {}


def set_language(language: Language) -> None:
    """Choose the language of every later :func:`text`."""
    global _current
    _current = language


def current_language() -> Language:
    """The language in force."""
    return _current


def add_area(area: str, folder: Path) -> None:
    """Find the words of *area* in ``folder/<lang>.toml``; ValueError for a name that is taken."""
    taken = resource("translations", Language.FR.value, f"{area}.toml").exists()
    if taken or _folders.get(area, folder) != folder:
        raise ValueError(f"two areas of words are named {area}")
    _folders[area] = folder


def read_area(area: str) -> None:
    """Read the words of *area* in the language in force, so that no :func:`text` of it waits for the file."""
    _area(_current, area)


def added_areas() -> tuple[str, ...]:
    """The areas that features brought, in order."""
    return tuple(_folders)


@cache
def _area(language: Language, area: str) -> dict[str, Any]:
    folder = _folders.get(area)
    inside = resource("translations", language.value, f"{area}.toml")
    with (inside if folder is None else folder / f"{language.value}.toml").open("rb") as file:
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


def code_words(area: str, table: str, code: str, /, *, language: Language | None = None) -> str | None:
    """The words of *code* in ``[table]`` of *area* or of a feature; None for a code that nobody knows."""
    found = _of_code(area, table, code, language)
    return found if isinstance(found, str) else None


def _of_code(area: str, table: str, code: str, language: Language | None) -> Any:
    for name in (area, *_folders):
        words = _area(language or _current, name).get(table)  # a feature may have one word of that name
        if isinstance(words, dict) and code in words:
            return words[code]
    return None


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
    code, chosen = failure.code.value, language or _current
    entry = _area(chosen, "errors").get(code) or _of_code("errors", "errors", code, chosen)
    return str(entry[part]).format_map(_Blank(failure.facts))
