"""Every shipped scenario on the real chain: the program as testers have it.

One demo plays them all; each begins logged out, with empty readers and fresh cards.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.common.resource_files import resource
from desktop.qa.chain import REAL, read_chain
from desktop.qa.demo_run import DemoRun
from desktop.qa.player import Player
from desktop.qa.scenario import Scenario, load_all
from desktop.smartcard.emulator import real_chain

SCENARIOS = load_all(resource("scenarios"))
# No hang of the program's own making is longer, whatever is done to the card.
LONGEST_HANG_MS = 3000


# What a reader's name can be as well: longer than a slot of PKCS#11 has room for, and no ASCII.
LONG_NAME = "Lecteur de carte à puce HID Global OMNIKEY 3x21 – poste de réception"
# Of these each compares, tells or resolves readers by their names; all of them: see docs/qa.md.
BY_NAME = (
    "lock-other-reader",
    "lock-removal-record",
    "lock-second-card-beside",
    "recover-readers-replugged",
    "recover-silent-card",
    "recover-unseen-swap",
    "state-card-busy",
    "state-several-cards",
    "state-tries-shown",
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoRun]:
    yield from _staged(tmp_path_factory, "")


@pytest.fixture(scope="module")
def long_named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoRun]:
    yield from _staged(tmp_path_factory, LONG_NAME)


def _staged(folders: pytest.TempPathFactory, reader: str) -> Iterator[DemoRun]:
    reason = real_chain.available()
    if reason is not None:
        if os.environ.get("CI"):
            pytest.fail(f"the scenarios cannot be played: {reason}")
        pytest.skip(reason)
    stage = DemoRun(folders.mktemp("qa"), REAL, reader)
    try:
        stage.start()
        yield stage
    finally:
        ended = stage.stop()
    assert ended == 0, (stage.folder / "program.log").read_text(errors="replace")[-4000:]


@pytest.fixture(scope="module")
def player(stage: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Player:
    return _player_on(stage, tmp_path_factory.mktemp("scratch"))


def _player_on(stage: DemoRun, scratch: Path) -> Player:
    return Player(stage.program, stage.platform, chain=REAL, scratch=scratch, restart=stage.restart_program)


@pytest.mark.timeout(600)  # against a hang; each step waits 60 s at most
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, player: Player, stage: DemoRun) -> None:
    outcome = player.play(scenario)
    assert not outcome.skipped
    assert outcome.ok, f"{outcome.problem}\nthe program logged:\n{stage.last_words()}"
    assert outcome.worst_gap_ms < LONGEST_HANG_MS
    chain = read_chain(stage.platform)
    assert chain is not None
    assert chain.kind == REAL, f"the software card played: {chain}"


@pytest.mark.timeout(600)
def test_scenarios_that_tell_readers_apart_in_readers_of_a_long_french_name(
    long_named: DemoRun, tmp_path: Path
) -> None:
    player = _player_on(long_named, tmp_path)
    by_name = {scenario.name: scenario for scenario in SCENARIOS}
    for name in BY_NAME:
        outcome = player.play(by_name[name])
        assert outcome.ok, f"{name}: {outcome.problem}\nthe program logged:\n{long_named.last_words()}"
    readers = long_named.program.look().states["readers"]
    assert all(LONG_NAME in reader for reader, _ in readers), readers
