"""Scenario files: a mistake is told with file, step and what to write instead."""

from pathlib import Path

import pytest

from desktop.common.resource_files import resource
from desktop.qa.scenario import ScenarioError, load, load_all

GOOD = 'title = "t"\nsteps = [{ insert = "weber" }, { card = "ready", within = 3 }]\n'


def written(folder: Path, words: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(words, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    scenario = load(written(tmp_path, 'about = "a"\ncovers = ["CF-014"]\nneeds = "reader"\n' + GOOD))
    assert (scenario.name, scenario.title, scenario.about) == ("mine", "t", "a")
    assert (scenario.covers, scenario.needs) == (("CF-014",), "reader")
    first, second = scenario.steps
    assert (first.number, first.word.name, first.value, first.details) == (1, "insert", "weber", {})
    assert (second.number, second.word.expectation, second.details) == (2, True, {"within": 3})
    assert str(second) == 'step 2 (card = "ready", within = 3)'


def steps(words: str) -> str:
    return f'title = "t"\nsteps = [{words}, {{ card = "ready" }}]'


WRONG = [
    ("title = ", "mine.toml: Invalid value"),
    ('titel = "t"\nsteps = [{ lock = true }]', "mine.toml: unknown word « titel », perhaps « title »"),
    ("steps = [{ lock = true }]", "mine.toml: give it a title"),
    ('title = "t"', "mine.toml: there are no steps"),
    ('title = "t"\nsteps = [{ lock = true }]', "mine.toml: it expects nothing, so it could never fail"),
    ('covers = "CF-014"\n' + GOOD, "mine.toml: covers is a list of texts"),
    ('needs = "luck"\n' + GOOD, 'mine.toml: needs can only be "reader"'),
    (steps('"insert weber"'), 'mine.toml, step 1: a step looks like { insert = "weber" }'),
    (steps('{ insrt = "weber" }'), "mine.toml, step 1: unknown word « insrt », perhaps « insert »"),
    (steps('{ insert = "webber" }'), "mine.toml, step 1: insert is one of weber, kieffer"),
    (steps("{ insert = 1 }"), "mine.toml, step 1: insert takes a text in quotes"),
    (steps('{ remove = "1" }'), "mine.toml, step 1: remove takes a whole number"),
    (steps("{ remove = true }"), "mine.toml, step 1: remove takes a whole number"),
    (steps('{ wait = "long" }'), "mine.toml, step 1: wait takes a whole number or a number"),
    (steps("{ lock = 1 }"), "mine.toml, step 1: lock takes true or false"),
    (steps('{ service = "pause" }'), "mine.toml, step 1: service is one of stop, start, kill"),
    (steps('{ insert = "weber", muet = true }'), "insert does not know « muet », perhaps « mute »"),
    (steps('{ insert = "weber", reader = "1" }'), "mine.toml, step 1: reader takes a whole number"),
    (steps('{ set_tries = 1, card = "nobody" }'), "mine.toml, step 1: card is one of weber"),
    (steps('{ unblock = "12345678" }'), "mine.toml, step 1: unblock is one of right, wrong"),
    (steps('{ change_pin = "246813", old = "worng" }'), "mine.toml, step 1: old is one of right, wrong"),
    (steps("{ lock = false }"), "mine.toml, step 1: lock can only be true"),
    (steps("{ log_out = false }"), "mine.toml, step 1: log_out can only be true"),
    (steps("{ release = false }"), "mine.toml, step 1: release can only be true"),
    (steps("{ kill_child = false }"), "mine.toml, step 1: kill_child can only be true"),
    (steps("{ clear_faults = false }"), "mine.toml, step 1: clear_faults can only be true"),
    (steps("{ remove = 3 }"), "mine.toml, step 1: remove is one of 1, 2"),
    (steps("{ hold = 0 }"), "mine.toml, step 1: hold is one of 1, 2"),
    (steps('{ insert = "weber", reader = 3 }'), "mine.toml, step 1: reader is one of 1, 2"),
    (steps('{ insert = "weber", lock = true }'), "one action or expectation a step"),
]


@pytest.mark.parametrize(("words", "told"), WRONG)
def test_a_mistake_is_told(tmp_path: Path, words: str, told: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        load(written(tmp_path, words))
    assert told in str(raised.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.toml"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match=r"mine\.toml"):
        load(path)


# -- what ships --------------------------------------------------------------------------------------


def test_at_least_25_scenarios_ship_and_all_are_read() -> None:
    shipped = load_all(resource("scenarios"))
    assert len(shipped) >= 25
    assert len({scenario.title for scenario in shipped}) == len(shipped), "a title twice"
    assert all(scenario.about and scenario.covers for scenario in shipped)


@pytest.mark.parametrize("subject", ["states", "recovery", "locking", "card management", "bad input"])
def test_every_subject_has_scenarios(subject: str) -> None:
    shipped = load_all(resource("scenarios"))
    assert sum(subject in scenario.covers for scenario in shipped) >= 3


# fmt: off
CODES = {f"DSP-{number}" for number in (
    101, 102, 103, 104, 105, 106, 108, 109, 111, 120, 121, 122, 123, 130,
    201, 202, 203, 205, 206, 301, 302, 303, 304, 305, 310, 311,
)}
# fmt: on


def test_every_state_of_the_card_is_expected_somewhere_by_its_code() -> None:
    """What a tester reads aloud on the telephone is proved to be on the screen."""
    expected = {
        step.value
        for scenario in load_all(resource("scenarios"))
        for step in scenario.steps
        if step.word.name == "code"
    }
    assert expected >= CODES, CODES - expected
