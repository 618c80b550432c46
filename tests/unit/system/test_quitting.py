"""Quitting is bounded by QUIT_S whatever hangs, and what the user wrote is written first. Real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.system.single_instance import SingleInstance
from tests.waiting import LIMIT_S, until

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("hanging_program.py")


@pytest.mark.parametrize("what", ["keyring", "card", "platform", "readers", "system", "purge"])
def test_the_program_ends_and_the_draft_is_kept(tmp_path: Path, data_home: Path, what: str) -> None:
    """What hangs does so for ten minutes: a program that waited for it would not end within the limit."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = tmp_path / "said"
    said.mkdir()
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM), what, str(said)], env=environment, text=True, stderr=subprocess.PIPE
    )
    try:
        until("it hangs", (said / "hangs").exists)
        program.send_signal(signal.SIGTERM)
        _, errors = program.communicate(timeout=LIMIT_S)
    finally:
        program.kill()
        program.wait()
    assert program.returncode == 0 and "Traceback" not in errors
    assert (said / "draft").exists(), "the user's own work came first"
    following = SingleInstance(data_home)
    assert following.acquire() is None, "the folder is free"
    following.release()
