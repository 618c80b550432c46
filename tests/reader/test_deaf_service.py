"""A smartcard service that answers nobody holds nobody: the program ends in order, noticed or not yet."""

import os
from pathlib import Path

import pytest

from desktop.qa.chain import REAL
from desktop.qa.demo_run import DemoRun
from desktop.qa.player import Player
from desktop.qa.scenario import load
from desktop.smartcard.emulator import real_chain

LOGGED = "login-succeeded"  # the positive control: what the program logs is read
SCENE = """
title = "Le service ne répond plus"
about = "Une session est ouverte ; le service se tait."
covers = ["recovery"]
needs = "reader"
steps = [
  {{ log_in = "weber" }},
  {{ session = "active" }},
  {{ service = "freeze" }},
  {{ session = "{session}" }},
]
"""


@pytest.mark.parametrize("session", ["active", "locked"])
def test_the_program_ends_in_order_while_the_service_is_deaf(tmp_path: Path, session: str) -> None:
    reason = real_chain.available()
    if reason is not None:
        if os.environ.get("CI"):
            pytest.fail(f"the real chain cannot be had: {reason}")
        pytest.skip(reason)
    scene = tmp_path / "deaf.toml"
    scene.write_text(SCENE.format(session=session), encoding="utf-8")
    stage = DemoRun(tmp_path / "qa", REAL)
    try:
        stage.start()
        player = Player(
            stage.program, stage.platform, chain=REAL, scratch=tmp_path, restart=stage.restart_program
        )
        outcome = player.play(load(scene))
        assert outcome.ok, outcome.problem
    finally:
        ended = stage.stop()
    said = stage.last_words()
    assert ended == 0 and LOGGED in said, said
    assert "did not end in time" not in said, "1.8 s after the wish the program would end by force"
