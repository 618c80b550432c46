"""One word for one thing: ``docs/glossary.md`` and the program say the same, in each language."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.common.resource_files import resource
from desktop.domain.texts import Language

ROOT = Path(__file__).resolve().parents[2]
_HEADS = {"Français": "fr", "Deutsch": "de", "Lëtzebuergesch": "lb", "English": "en"}


@dataclass(frozen=True, slots=True)
class Line:
    """Of one language: the word, and those that stood for the same thing."""

    say: str
    never: tuple[str, ...]


def glossary() -> dict[str, list[Line]]:
    lines: dict[str, list[Line]] = {}
    language = ""
    for row in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        if row.startswith("## "):
            language = _HEADS[row[3:]]
        elif row.startswith("| ") and not row.startswith(("| thing", "| ---")):
            _, say, never, _ = (cell.strip() for cell in row.strip("|").split("|"))
            lines.setdefault(language, []).append(Line(say, tuple(re.findall("`([^`]+)`", never))))
    return lines


def said(language: str) -> dict[str, str]:
    """Every text of the program by where it stands."""
    found = {}
    for path in (
        *Path(resource("translations", language)).glob("*.toml"),
        *(ROOT / "desktop" / "features").glob(f"*/words/{language}.toml"),
    ):
        where = path.stem if path.stem != language else path.parent.parent.name
        for key, words in _texts(tomllib.loads(path.read_text(encoding="utf-8")), where):
            found[key] = words
    return found


def _texts(value: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, re.sub(r"\{[^{}]*\}", "–", value.replace("\u00a0", " "))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{key}.{name}")


def pattern(never: str) -> re.Pattern[str]:
    """As whole words; `…` is any end of a word."""
    words = re.escape(never).replace("…", r"\w*")
    return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)


def found_in(never: str, texts: dict[str, str]) -> list[str]:
    wanted = pattern(never)
    return [f"{key}: {words}" for key, words in texts.items() if wanted.search(words)]


def test_every_language_has_its_table() -> None:
    assert set(glossary()) == {language.value for language in Language}


@pytest.mark.parametrize("language", [language.value for language in Language])
def test_the_words_of_the_glossary_are_the_programs(language: str) -> None:
    texts = said(language)
    unused = [line.say for line in glossary()[language] if not found_in(line.say + "…", texts)]
    assert not unused, "the glossary tells words that the program does not say"


@pytest.mark.parametrize("language", [language.value for language in Language])
def test_no_word_comes_back_that_was_given_up(language: str) -> None:
    texts = said(language)
    back = [one for line in glossary()[language] for never in line.never for one in found_in(never, texts)]
    assert not back, "\n".join(back)


def test_a_word_that_comes_back_would_be_seen() -> None:
    texts = {"a": "Dës Sëtzungen", "b": "E Resumé", "c": "Wiedersehen"}
    assert found_in("Sëtzung…", texts) == ["a: Dës Sëtzungen"] and not found_in("sehen", texts)


def test_in_luxembourgish_the_n_falls() -> None:
    """« kee » before what is neither a vowel nor d, h, n, t, z."""
    wrong = re.compile(r"\bkeen (?=[bcfgjklmpqrsvwxy])", re.IGNORECASE)
    assert wrong.search("keen liesbaren") and not wrong.search("keen Dokument")
    assert not [words for words in said("lb").values() if wrong.search(words)]
