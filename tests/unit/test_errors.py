"""Every error code has a sentence and a next step in all four languages, with the same facts.

The kernel's stand in ``errors.toml``, a feature's in ``[errors.<code>]`` of its own words.
"""

import importlib
import pkgutil
import re
import string
import tomllib
from functools import cache
from typing import Any

import pytest

import desktop.features
from desktop.common.resource_files import resource
from desktop.domain.errors import Code, ErrorCode, Failure
from desktop.domain.texts import Language, failure_next_step, failure_text
from desktop.features import FEATURES
from desktop.sync.errors import CODES


@cache
def _codes() -> tuple[ErrorCode, ...]:
    """All codes of the program, also those of an enumeration that only one module of a feature knows."""
    for module in pkgutil.walk_packages(desktop.features.__path__, "desktop.features."):
        importlib.import_module(module.name)
    kinds = [kind for kind in ErrorCode.__subclasses__() if kind.__module__.startswith("desktop.")]
    return tuple(code for kind in kinds for code in kind)


@cache
def _errors(language: Language) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    with resource("translations", language.value, "errors.toml").open("rb") as file:
        found |= tomllib.load(file)
    for feature in FEATURES:
        with (feature.words / f"{language.value}.toml").open("rb") as file:
            found |= tomllib.load(file).get("errors", {})
    return found


def _facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", Language)
def test_every_code_and_nothing_else_has_an_entry(language: Language) -> None:
    assert set(_errors(language)) == {code.value for code in _codes()}


def test_no_two_codes_are_alike() -> None:
    values = [code.value for code in _codes()]
    assert len(values) == len(set(values)) and all(
        re.fullmatch(r"DSP-[A-Z]?\d{3}", value) for value in values
    )


def test_codes_of_the_platform_that_a_feature_knows_are_not_the_kernel_s() -> None:
    for feature in FEATURES:
        assert not feature.refusals.keys() & CODES.keys(), feature.name
        assert not any(isinstance(code, Code) for code in feature.refusals.values()), feature.name


@pytest.mark.parametrize("language", Language)
def test_entry_is_a_sentence_with_a_next_step(language: Language) -> None:
    for code, entry in _errors(language).items():
        assert set(entry) == {"text", "next"}, code
        for part in entry.values():
            assert len(part) > 12, code
            assert part[0].isupper(), code
            assert part[-1] in ".!?", code
            assert "  " not in part, code


@pytest.mark.parametrize("part", ["text", "next"])
def test_all_languages_use_the_same_facts(part: str) -> None:
    for code in _codes():
        used = {frozenset(_facts(_errors(language)[code.value][part])) for language in Language}
        assert len(used) == 1, (code, used)


@pytest.mark.parametrize("language", [Language.DE, Language.LB, Language.EN])
def test_nothing_was_left_in_french(language: Language) -> None:
    french, other = _errors(Language.FR), _errors(language)
    for code in _codes():
        for part in ("text", "next"):
            assert french[code.value][part] != other[code.value][part], (code, part)


@pytest.mark.parametrize("language", Language)
def test_a_failure_without_its_facts_still_speaks(language: Language) -> None:
    for code in _codes():
        shown = failure_text(Failure.of(code), language=language)
        assert not re.search(r"[{}]", shown + failure_next_step(Failure.of(code), language=language)), code


def test_a_fact_appears_in_the_text() -> None:
    shown = failure_text(Failure.of(Code.PRESENCE_LOCKED, minutes=15), language=Language.FR)
    assert "15" in shown


@pytest.mark.parametrize("language", Language)
def test_a_wrong_code_says_neither_old_nor_mistyped(language: Language) -> None:
    """CF-009: the refusal does not tell which of both it is."""
    words = {
        Language.FR: ("ancien", "périm", "faute de frappe", "erroné"),
        Language.DE: ("alt", "vertippt", "abgelaufen"),
        Language.LB: ("al ", "vertippt", "ofgelaf"),
        Language.EN: ("old", "mistyped", "expired"),
    }[language]
    shown = failure_text(Failure.of(Code.PRESENCE_WRONG), language=language).lower()
    assert not any(word in shown for word in words)


LOCKS = {
    Code.PATIENT_NOT_FOUND: "patient",
    Code.NO_MANDATE: "mandat",
    Code.MANDATE_ENDED: "mandat",
    Code.NOT_ENTITLED: "habilitation",
    Code.RECORD_NONE: "DSP",
    Code.RECORD_INACTIVE: "DSP",
    Code.RECORD_CLOSED: "DSP",
    Code.RECORD_DECEASED: "DSP",
    Code.PRACTICE_SUSPENDED: "droit d'exercer",
    Code.ACCOUNT_NOT_ACTIVATED: "compte",
}


@pytest.mark.parametrize(("code", "lock"), LOCKS.items())
def test_a_refusal_names_the_lock_in_its_sentence(code: Code, lock: str) -> None:
    """CF-039: and neither a title nor a number of what is hidden can stand in it."""
    assert lock in failure_text(Failure.of(code), language=Language.FR)
    assert _facts(_errors(Language.FR)[code.value]["text"]) <= {"date"}
