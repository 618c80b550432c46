"""Every text exists in fr, de, lb and en with the same facts; every key used in code exists."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from desktop.common.resource_files import resource
from desktop.domain.texts import Language, add_area, code_words, counted, text
from desktop.features import FEATURES

CODE = Path(__file__).parents[2] / "desktop"
KERNEL = sorted(path.stem for path in resource("translations", "fr").glob("*.toml"))
FOLDERS = {feature.name: feature.words for feature in FEATURES}
AREAS = [*KERNEL, *FOLDERS]
_KEY = re.compile(r"[a-z_]+\.(?!(?:json|toml|py|md|csv|db|pdf|png)$)[a-z0-9_]+")
_CALLS = ("text", "counted")


@cache
def _table(language: str, area: str) -> dict[str, Any]:
    folder = FOLDERS.get(area)
    inside = resource("translations", language, f"{area}.toml")
    with (inside if folder is None else folder / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def _facts(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def _sentences(entry: Any) -> list[str]:
    """A text, or those of a table: a feature's errors are tables in a table."""
    return [w for e in entry.values() for w in _sentences(e)] if isinstance(entry, dict) else [entry]


@dataclass(frozen=True)
class Code:
    """Of all modules each string with its place, and the calls of text() and counted() that they import."""

    strings: list[tuple[str, str]] = field(default_factory=list)
    calls: list[tuple[str, ast.Call, ast.expr, bool]] = field(default_factory=list)
    """Place, call, key, counted."""


@cache
def _code() -> Code:
    code = Code()
    for path in sorted(CODE.rglob("*.py")):
        names: dict[str, str] = {}
        called: list[tuple[ast.Call, str]] = []
        for node in _nodes(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                code.strings.append((f"{path.name}:{node.lineno}", node.value))
            elif isinstance(node, ast.ImportFrom) and node.module == "desktop.domain.texts":
                names |= {one.asname or one.name: one.name for one in node.names if one.name in _CALLS}
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called.append((node, node.func.id))
        code.calls.extend(
            (f"{path.name}:{call.lineno}", call, call.args[0], names[name] == "counted")
            for call, name in called
            if name in names
        )
    return code


def _nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """As ast.walk, in half its time: a million of them."""
    left: list[ast.AST] = [tree]
    while left:
        node = left.pop()
        yield node
        for name in node._fields:
            found = getattr(node, name, None)
            if isinstance(found, list):
                left += [one for one in found if isinstance(one, ast.AST)]
            elif isinstance(found, ast.AST):
                left.append(found)


@cache
def _strings() -> frozenset[str]:
    return frozenset(value for _, value in _code().strings)


def _exists(key: str) -> bool:
    area, _, name = key.partition(".")
    table = _table("fr", area)
    return name in table or (f"{name}_one" in table and f"{name}_other" in table)


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", ["de", "lb", "en"])
def test_same_keys_and_facts_in_all_languages(area: str, language: str) -> None:
    french, other = _table("fr", area), _table(language, area)
    assert set(french) == set(other)
    for key, words in french.items():
        if isinstance(words, str):
            assert _facts(words) == _facts(other[key]), f"{language}/{area}.{key}"


@pytest.mark.parametrize("language", ["de", "lb", "en"])
def test_no_language_has_an_area_of_its_own(language: str) -> None:
    assert sorted(path.stem for path in resource("translations", language).glob("*.toml")) == KERNEL
    for folder in FOLDERS.values():
        assert {path.name for path in folder.iterdir()} == {f"{one.value}.toml" for one in Language}


@pytest.mark.parametrize("area", AREAS)
def test_counted_texts_come_in_pairs(area: str) -> None:
    table = _table("fr", area)
    for key in table:
        if key.endswith("_one"):
            assert key.removesuffix("_one") + "_other" in table


def test_every_key_in_code_exists() -> None:
    missing = [
        f"{place} {key}"
        for place, key in _code().strings
        if _KEY.fullmatch(key) and key.partition(".")[0] in AREAS and not _exists(key)
    ]
    assert not missing


def test_no_key_is_built_inside_the_call() -> None:
    """A key that is put together could not be proved to exist (the checker's families are data)."""
    calls = _code().calls
    assert len(calls) > 100
    built = [(place, key) for place, _, key, _ in calls if isinstance(key, ast.JoinedStr | ast.BinOp)]
    assert not [place for place, key in built if not ast.unparse(key).startswith(("f'pdfa.", 'f"pdfa.'))]


def test_literal_calls_give_all_facts() -> None:
    """``text("area.key", fact=…)`` names exactly the facts that the sentence uses."""
    wrong = []
    for place, call, key, counting in _code().calls:
        if not isinstance(key, ast.Constant) or any(k.arg is None for k in call.keywords):
            continue
        area, _, name = str(key.value).partition(".")
        words = str(_table("fr", area).get(f"{name}_other" if counting else name, ""))
        given = {k.arg for k in call.keywords if k.arg} | ({"count"} if counting else set())
        if not _facts(words) <= given:
            wrong.append(f"{place} {key.value!r}: {_facts(words) - given}")
    assert not wrong


def test_french_counts_zero_as_one() -> None:
    assert counted("common.age", 0, language=Language.FR) == "0 an"
    assert counted("common.age", 0, language=Language.EN) == "0 years"


def test_unknown_key_is_a_bug() -> None:
    with pytest.raises(KeyError):
        text("common.no_such_text")


@pytest.mark.parametrize("area", AREAS)
def test_french_puts_a_hard_space_before_high_punctuation(area: str) -> None:
    """« Mot : » never breaks before its colon (own areas; others may follow)."""
    if area not in {
        "errors",
        "login",
        "shell",
        "home",
        "identity",
        "deposit",
        "outbox",
        "cards",
        "help",
        "diagnostics",
        *FOLDERS,
    }:
        return
    for key, entry in _table("fr", area).items():
        for words in _sentences(entry):
            assert not re.search(r" [:;?!»]|« ", words), f"{area}.{key}"


@pytest.mark.parametrize(
    "area",
    [
        *FOLDERS,
        "about",
        "cards",
        "common",
        "deposit",
        "diagnostics",
        "help",
        "home",
        "identity",
        "lock",
        "login",
        "outbox",
        "shell",
        "terms",
    ],
)
def test_no_text_is_dead(area: str) -> None:
    used = _strings()
    words = {key for key, entry in _table("fr", area).items() if not isinstance(entry, dict)}
    keys = {f"{area}.{key}" for key in words}  # a table is asked for by a code of the platform
    dead = {key for key in keys if key not in used and re.sub("_(one|other)$", "", key) not in used}
    assert not dead


def test_two_areas_of_one_name_are_a_bug(tmp_path: Path) -> None:
    """The second would silently hide the words of the first."""
    feature = FEATURES[0]
    add_area(feature.name, feature.words)  # the same once more is none
    with pytest.raises(ValueError, match=feature.name):
        add_area(feature.name, tmp_path)
    with pytest.raises(ValueError, match="common"):
        add_area("common", tmp_path)


def test_an_unknown_code_has_no_words() -> None:
    assert code_words("traces", "acts", "no-such-act") is None
    assert code_words("traces", "no-such-table", "read") is None


@pytest.mark.parametrize("language", list(Language))
def test_the_kernel_s_codes_and_a_feature_s_never_meet(language: Language) -> None:
    """A feature's table may not say what the kernel's code means."""
    for table in ("acts", "errors"):
        kernel = set(_table(language.value, "traces").get(table, {})) | set(_table(language.value, "errors"))
        brought = [code for area in FOLDERS for code in _table(language.value, area).get(table, {})]
        assert len(brought) == len(set(brought)) and not kernel & set(brought)
