"""The player: acts, looks, waits, tells what was not seen; on a program that answers like the real one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.card_image import KeyPair, SimulatedReader, load_readers, new_card, save_readers
from desktop.qa.actions import wait_and_cut
from desktop.qa.player import Outcome, Player
from desktop.qa.program import NotSeen, Program, Screen
from desktop.qa.readers import Readers
from desktop.qa.scenario import Scenario, ScenarioStep, load
from desktop.smartcard.pause import COMMAND, stops_at

PIN, PUK = "135790", "12345678"


class FakeProgram(Program):
    """A login page that follows the folder: a card in reader 1 is ready, its right PIN opens a session."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "none")
        self._folder = folder
        self.typed = ""
        self.session = "signed-out"
        self.orders: list[dict[str, Any]] = []
        self.gaps = [3.0, 41.0]

    def look(self) -> Screen:
        inside = [reader.card for reader in load_readers(self._folder / "reader.json")]
        card = "ready" if inside and inside[0] else "reader-empty"
        page = {"active": "home", "locked": "lock"}.get(self.session, "login")
        widgets = [
            widget("login-title", f"{inside[0] or 'nobody'}".title()),
            widget("pin-field", "●" * len(self.typed)),
        ]
        if self.session == "locked":
            widgets.append(widget("lock-log-out", "Se déconnecter", at=500))
        states = {"page": page, "card": card, "session": self.session, "pid": 1, "code": ""}
        return Screen([{"title": "DSP", "widgets": widgets}], states)

    def gaps_ms(self) -> list[float]:
        gaps, self.gaps = self.gaps, []
        return gaps

    def _order(self, order: dict[str, Any]) -> None:
        self.orders.append(order)
        match order:
            case {"do": "key", "key": "Return"}:
                self.session = "active" if self.typed == PIN else "signed-out"
                self.typed = ""
            case {"do": "key", "key": "ctrl+L"}:
                self.session = "locked"
            case {"do": "press", "name": "lock-log-out"}:
                self.session = "signed-out"
            case {"do": "key", "key": str(key)} if len(key) == 1:
                self.typed += key


def widget(name: str, words: str, at: int = 10) -> dict[str, Any]:
    return {
        "name": name, "kind": "QLabel", "text": words, "accessible": "", "enabled": True,
        "rect": [at, 10, 100, 20],
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cards").mkdir()
    pair = KeyPair("key", "certificate")
    image = new_card("weber", "weber", "01", "3B00", pair, pair, PIN.encode(), PUK.encode())
    image.save(tmp_path / "cards" / "weber.json")
    save_readers(tmp_path / "reader.json", (SimulatedReader("A"), SimulatedReader("B")))
    console = {"cards": [{"id": "weber", "pin": PIN, "puk": PUK}], "patients": {}, "suggestions": []}
    (tmp_path / "console.json").write_text(json.dumps(console))
    return tmp_path


@pytest.fixture
def play(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Outcome, FakeProgram]]:
    monkeypatch.setattr("desktop.qa.platform.PlatformControl.clear_faults", lambda _: None)

    def run(*steps: str, **how: Any) -> tuple[Outcome, FakeProgram]:
        program = how.pop("program", None) or FakeProgram(folder)
        chain = how.pop("chain", "software")
        player = Player(program, folder, chain=chain, scratch=tmp_path, **how)
        return player.play(scenario(tmp_path, *steps)), program

    return run


def scenario(folder: Path, *steps: str) -> Scenario:
    path = folder / "mine.toml"
    path.write_text('title = "Mine"\nsteps = [' + ", ".join(f"{{ {step} }}" for step in steps) + "]")
    return load(path)


def test_a_login_is_played_key_by_key(play: Callable[..., tuple[Outcome, FakeProgram]], folder: Path) -> None:
    told: list[int] = []

    def started(step: ScenarioStep) -> None:
        told.append(step.number)

    steps = ('insert = "weber"', 'card = "ready"', 'see = "WEBER"', 'pin = "right"', 'session = "active"')
    outcome, program = play(*steps, started=started)
    assert outcome.problem == ""
    assert (outcome.scenario, outcome.title, outcome.worst_gap_ms) == ("mine", "Mine", 0)
    keys = [order["key"] for order in program.orders if order["do"] == "key"]
    assert keys == [*PIN, "Return"]
    assert told == [1, 2, 3, 4, 5]


def test_what_is_not_seen_is_told_with_step_states_and_screen(
    play: Callable[..., tuple[Outcome, FakeProgram]],
) -> None:
    outcome, _ = play('insert = "weber"', 'see = "Kieffer", within = 0.1')
    assert not outcome.ok
    assert outcome.problem.startswith('step 2 (see = "Kieffer", within = 0.1): not seen: « Kieffer »')
    assert "'card': 'ready'" in outcome.problem
    assert "Weber" in outcome.problem.splitlines()[-1]


def test_the_wrong_pin_is_as_long_and_wrong(play: Callable[..., tuple[Outcome, FakeProgram]]) -> None:
    outcome, program = play('insert = "weber"', 'pin = "wrong"', 'session = "signed-out"')
    assert outcome.ok
    keys = "".join(o["key"] for o in program.orders if o["do"] == "key" and len(o["key"]) == 1)
    assert len(keys) == len(PIN)
    assert keys != PIN


def test_enter_comes_after_the_last_digit_has_arrived(
    play: Callable[..., tuple[Outcome, FakeProgram]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field that was emptied between is told as that, not as a session that never opened."""
    program = FakeProgram(folder)
    order = program._order

    def emptied(given: dict[str, Any]) -> None:
        order(given)
        if given.get("key") == PIN[2]:
            program.typed = ""

    monkeypatch.setattr(program, "_order", emptied)
    monkeypatch.setattr("desktop.qa.actions.DOTS_S", 0.2)
    outcome, _ = play('insert = "weber"', 'pin = "right"', 'session = "active"', program=program)
    assert f"not seen: {len(PIN)} dots in pin-field" in outcome.problem
    assert {"do": "key", "key": "Return"} not in program.orders


@pytest.mark.parametrize("stopped", [True, False], ids=["at its next command", "silent already"])
def test_a_cut_without_a_moment_waits_for_the_cards_next_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    program, readers = FakeProgram(folder), Readers(folder)
    monkeypatch.setattr("desktop.qa.actions._LAST_COMMAND_S", 60 if stopped else 0.1)
    readers.insert("weber")
    program.session = "authenticating"
    seen: list[bool] = []

    def look() -> Screen:
        if stopped and readers.pauses() and not readers.has_paused():
            seen.append(readers.inside(1) == "weber")  # still in: the command comes first
            assert stops_at(folder, COMMAND)
        return FakeProgram.look(program)

    monkeypatch.setattr(program, "look", look)
    wait_and_cut(program, readers, 1, 60)
    assert (readers.inside(1), readers.pauses()) == (None, False)
    assert seen == [True] * stopped


def test_each_begins_logged_out_with_empty_readers_and_fresh_cards(
    play: Callable[..., tuple[Outcome, FakeProgram]], folder: Path
) -> None:
    program = FakeProgram(folder)
    outcome, _ = play(
        "set_tries = 1", 'insert = "weber"', 'pin = "right"', 'session = "active"', program=program
    )
    assert outcome.ok, outcome.problem
    save = load_readers(folder / "reader.json")
    assert save[0].card == "weber"
    save_readers(folder / "reader.json", (SimulatedReader("A"), SimulatedReader("B")))
    program.session = "active"
    outcome, _ = play('card = "reader-empty"', 'session = "signed-out"', program=program)
    assert outcome.ok, outcome.problem


def test_the_real_chain_is_needed_or_it_is_not_played(
    play: Callable[..., tuple[Outcome, FakeProgram]], folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "real.toml"
    path.write_text('title = "Real"\nneeds = "reader"\nsteps = [{ card = "ready" }]')
    player = Player(FakeProgram(folder), folder, chain="software", scratch=tmp_path)
    outcome = player.play(load(path))
    assert (outcome.ok, bool(outcome.skipped), outcome.ms) == (True, True, 0)


def test_after_a_failure_the_program_is_started_anew(
    play: Callable[..., tuple[Outcome, FakeProgram]], folder: Path, tmp_path: Path
) -> None:
    restarts: list[bool] = []
    program = FakeProgram(folder)
    player = Player(
        program, folder, chain="software", scratch=tmp_path, restart=lambda: restarts.append(True)
    )
    assert not player.play(scenario(tmp_path, 'see = "nothing", within = 0')).ok
    assert restarts == []
    assert player.play(scenario(tmp_path, 'card = "reader-empty"')).ok
    assert player.play(scenario(tmp_path, 'card = "reader-empty"')).ok
    assert restarts == [True]


def test_calm_fails_when_the_window_was_away(
    play: Callable[..., tuple[Outcome, FakeProgram]], folder: Path
) -> None:
    program = FakeProgram(folder)

    def late(_: ScenarioStep) -> None:
        program.gaps = [12.0, 950.0]

    assert play("calm = 1000", started=late, program=program)[0].ok
    outcome, _ = play("calm = 900", started=late, program=program)
    assert "a window that answers within 900 ms (it took 950 ms)" in outcome.problem
    assert outcome.worst_gap_ms == 950


# -- the socket --------------------------------------------------------------------------------------


def test_a_program_that_is_not_there_is_not_seen(tmp_path: Path) -> None:
    with pytest.raises(NotSeen, match="the program's window"):
        Program(tmp_path / "none").look()


def test_stopped_by_hand_gives_up_at_the_next_look(folder: Path) -> None:
    program = FakeProgram(folder)
    program._stopped = lambda: True
    with pytest.raises(NotSeen, match="stopped by hand"):
        program.until("something", lambda _: False, patience=60)


def test_words_are_read_without_tags_and_hard_spaces(folder: Path) -> None:
    shown = widget("a", "<b>3\u00a0essais</b>")
    row = {**widget("b", ""), "kind": "ListRow", "accessible": "Dr Weber, LuxTrust"}
    table = {**widget("c", ""), "rows": [{"cells": ["12.05.2026", "Bilan"], "rect": [0, 0, 1, 1]}]}
    words = Screen([{"title": "", "widgets": [shown, row, table]}], {}).words()
    assert words.splitlines() == ["3 essais", "Dr Weber, LuxTrust", "12.05.2026 Bilan"]
