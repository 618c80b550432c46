"""docs/qa.md tells every word that scenarios may use, every card and every shipped scenario, and no other."""

import re
import tomllib
from pathlib import Path

import pytest

from desktop.common.resource_files import resource
from desktop.qa.actions import Actions
from desktop.qa.expectations import Expectations
from desktop.qa.scenario import load, load_all
from desktop.qa.vocabulary import ACTIONS, CARDS, DONE, EXPECTATIONS, READERS, Word

GUIDE = (Path(__file__).parents[3] / "docs" / "qa.md").read_text(encoding="utf-8")


def part(title: str) -> str:
    """One section of the guide."""
    return GUIDE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(title: str) -> dict[str, list[str]]:
    """The table of a section: first cell without its quotes, then the others."""
    found = {}
    for line in part(title).splitlines():
        if line.startswith("| `"):
            first, *others = [cell.strip() for cell in line.strip("|").split("|")]
            name = re.match(r"`([^`]+)`", first)
            assert name is not None, line
            found[name[1]] = others
    return found


@pytest.mark.parametrize(
    ("title", "words"), [("The words: actions", ACTIONS), ("The words: expectations", EXPECTATIONS)]
)
def test_the_tables_have_every_word_with_its_values_and_details(title: str, words: tuple[Word, ...]) -> None:
    table = rows(title)
    assert list(table) == [word.name for word in words], "same words, same order"
    for word in words:
        value, details, meaning = table[word.name]
        assert set(re.findall(r"`(\w+)`", details)) == set(word.details), word.name
        assert len(meaning) > 3
        if word.choices == CARDS:
            assert value == "a card", word.name
        elif word.choices == READERS:
            assert value == "reader", word.name
        elif word.choices == DONE:
            assert value == "`true`", word.name
        else:
            assert set(re.findall(r"`([^`]+)`", value)) >= set(word.choices), word.name


def test_every_word_can_be_done() -> None:
    for word in ACTIONS:
        assert callable(getattr(Actions, f"do_{word.name}"))
    for word in EXPECTATIONS:
        assert callable(getattr(Expectations, f"expect_{word.name}"))


def test_every_card_is_told() -> None:
    assert set(re.findall(r"`([^`]+)`", part("Cards"))) == set(CARDS)


def test_every_shipped_scenario_is_told_with_its_title() -> None:
    table = rows("What ships")
    shipped = load_all(resource("scenarios"))
    assert list(table) == [scenario.name for scenario in shipped]
    for scenario in shipped:
        assert table[scenario.name] == [scenario.title, ", ".join(scenario.covers)]


def test_the_example_is_a_good_scenario(tmp_path: Path) -> None:
    example = GUIDE.split("```toml\n", 1)[1].split("```", 1)[0]
    assert tomllib.loads(example)
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")
    assert len(load(path).steps) == 10
