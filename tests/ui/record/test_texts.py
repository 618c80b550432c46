"""Texts of the record's screen: every key in four languages, with the same facts."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from desktop.common.resource_files import resource
from desktop.domain.texts import Language

AREAS = ("record", "viewer", "lifeline", "theme")
CODE = Path(__file__).parents[3] / "desktop" / "ui"
PLURAL = ("_one", "_other")


def texts(language: Language, area: str) -> dict[str, str]:
    return tomllib.loads(resource("translations", language.value, f"{area}.toml").read_text("utf-8"))


def facts(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", [one for one in Language if one is not Language.FR])
def test_same_keys_and_same_facts_as_in_french(area: str, language: Language) -> None:
    french, other = texts(Language.FR, area), texts(language, area)
    assert other.keys() == french.keys()
    assert {key: facts(words) for key, words in other.items()} == {
        key: facts(words) for key, words in french.items()
    }


@pytest.mark.parametrize("area", AREAS)
def test_every_key_in_code_exists_and_every_text_is_used(area: str) -> None:
    code = "\n".join(file.read_text("utf-8") for file in CODE.rglob("*.py"))
    used = set(re.findall(rf"[\"']{area}\.([a-z_0-9]+)[\"']", code))
    known = texts(Language.FR, area).keys()
    stems = {key.removesuffix(end) for key in known for end in PLURAL if key.endswith(end)} | set(known)
    assert used <= stems
    assert {key for key in known if key not in used and not key.endswith(PLURAL)} == set()


def test_twelve_months() -> None:
    assert all(len(texts(language, "lifeline")["months"].split(" ")) == 12 for language in Language)
