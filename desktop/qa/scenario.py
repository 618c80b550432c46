"""Scenarios as text files: read, checked word by word, with messages that a tester understands."""

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.qa.vocabulary import DETAIL_CHOICES, WORDS, Value, Word

_HEAD = {"title", "about", "covers", "needs", "steps"}
_KINDS = {str: "a text in quotes", int: "a whole number", float: "a number", bool: "true or false"}


class ScenarioError(Exception):
    """The file is no scenario; the message names file, step and what to write instead."""


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One line of a scenario; ``number`` counts from 1 as a tester does."""

    number: int
    word: Word
    value: Value
    details: dict[str, Value]

    def __str__(self) -> str:
        return f"step {self.number} ({self.words()})"

    def words(self) -> str:
        """As it stands in the file."""
        return ", ".join(f"{name} = {_written(value)}" for name, value in self._parts())

    def _parts(self) -> list[tuple[str, Value]]:
        return [(self.word.name, self.value), *self.details.items()]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A played story. ``needs`` is "reader" when only the real chain can play it, else ""."""

    name: str
    title: str
    about: str
    covers: tuple[str, ...]
    needs: str
    steps: tuple[ScenarioStep, ...]


def load(path: Path) -> Scenario:
    """Read one file; :class:`ScenarioError` when something in it is not understood."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path.name}: {error}") from error
    if unknown := set(data) - _HEAD:
        raise ScenarioError(f"{path.name}: unknown word {_guess(unknown.pop(), _HEAD)}")
    title, steps, covers = data.get("title"), data.get("steps"), data.get("covers", [])
    if not isinstance(title, str) or not title:
        raise ScenarioError(f'{path.name}: give it a title, like title = "Removed card locks"')
    if not isinstance(steps, list) or not steps:
        raise ScenarioError(f"{path.name}: there are no steps")
    if not isinstance(covers, list) or not all(isinstance(c, str) for c in covers):
        raise ScenarioError(f'{path.name}: covers is a list of texts, like covers = ["CF-014"]')
    needs = data.get("needs", "")
    if needs not in ("", "reader"):
        raise ScenarioError(f'{path.name}: needs can only be "reader"')
    made = tuple(_step(path.name, number, raw) for number, raw in enumerate(steps, 1))
    if not any(step.word.expectation for step in made):
        raise ScenarioError(f"{path.name}: it expects nothing, so it could never fail")
    return Scenario(path.stem, title, str(data.get("about", "")).strip(), tuple(covers), needs, made)


def load_all(folder: Path) -> tuple[Scenario, ...]:
    """Every ``*.toml`` of a folder, by name."""
    return tuple(load(path) for path in sorted(folder.glob("*.toml")))


def _step(file: str, number: int, raw: object) -> ScenarioStep:
    place = f"{file}, step {number}"
    if not isinstance(raw, dict) or not raw:
        raise ScenarioError(f'{place}: a step looks like {{ insert = "weber" }}')
    name, *details = raw
    word = WORDS.get(name)
    if word is None:
        raise ScenarioError(f"{place}: unknown word {_guess(name, WORDS)}")
    _check(place, name, raw[name], word.takes)
    _choose(place, name, raw[name], word.choices)
    for detail in details:
        if detail not in word.details:
            hint = _guess(detail, word.details)
            raise ScenarioError(f"{place}: {name} does not know {hint}; one action or expectation a step")
        _check(place, detail, raw[detail], word.details[detail])
        _choose(place, detail, raw[detail], DETAIL_CHOICES.get(detail, ()))
    return ScenarioStep(number, word, raw[name], {detail: raw[detail] for detail in details})


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _check(place: str, name: str, value: object, kinds: tuple[type, ...]) -> None:
    if type(value) not in kinds:
        raise ScenarioError(f"{place}: {name} takes {' or '.join(_KINDS[k] for k in kinds)}")


def _choose(place: str, name: str, value: Value, allowed: Sequence[Value]) -> None:
    if allowed and value not in allowed:
        choices = ", ".join(one if isinstance(one, str) else _written(one) for one in allowed)
        only = "can only be" if len(allowed) == 1 else "is one of"
        raise ScenarioError(f"{place}: {name} {only} {choices}")


def _guess(word: str, known: object) -> str:
    near = difflib.get_close_matches(word, list(known), 1)  # type: ignore[call-overload]
    return f"« {word} »" + (f", perhaps « {near[0]} »" if near else "")
