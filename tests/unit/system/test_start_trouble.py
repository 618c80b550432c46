"""Starts that cannot work: a window with a sentence, and an end when it is closed. Real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LIMIT_S, until

ROOT = Path(__file__).resolve().parents[3]
# The program itself; what its first page says is written down for the test.
PROGRAM = """
import sys
from pathlib import Path
from desktop.ui.first_screen import FirstScreen
from desktop.domain.texts import failure_next_step, failure_text
shown = FirstScreen.show_failure
def told(screen, failure):
    shown(screen, failure)
    Path(sys.argv[1]).write_text(f"{failure.code.value} {failure_text(failure)} {failure_next_step(failure)}")
FirstScreen.show_failure = told
from desktop.composition.launch import run
from desktop.composition.options import Options
%s
sys.exit(run(Options("esante")))
"""
FULL = """
import desktop.composition.launch as launch
def full():
    raise OSError(28, "No space left on device", "/data")
launch.data_folder = full
"""


HANGING = """
import time
import desktop.app as app
show = app.App.show
def hanging(program, shell):
    show(program, shell)
    work = lambda: (Path(sys.argv[1]).write_text("hangs"), time.sleep(600))
    program._tasks.run(app.Lane.NET, work, print, owner=program)
app.App.show = hanging
"""


def _start(said: Path, home: Path, before: str = "") -> "subprocess.Popen[str]":
    environment = {**os.environ, "DSP_DESKTOP_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM % before, str(said)],
        env=environment,
        text=True,
        stderr=subprocess.PIPE,
    )


def _a_file(tmp_path: Path) -> Path:
    (tmp_path / "data").write_text("a file")
    return tmp_path / "data"


def _below_a_file(tmp_path: Path) -> Path:
    return _a_file(tmp_path) / "deeper"


def _lock_is_a_folder(tmp_path: Path) -> Path:
    (tmp_path / "data" / "instance.lock").mkdir(parents=True)
    return tmp_path / "data"


@pytest.mark.parametrize("make", [_a_file, _below_a_file, _lock_is_a_folder])
def test_a_home_that_is_none_is_told(tmp_path: Path, make: object) -> None:
    assert callable(make)
    home = make(tmp_path)
    code = _shown_and_ended(tmp_path / "said", _start(tmp_path / "said", home))
    assert code == 1
    told = (tmp_path / "said").read_text()
    assert told.startswith("DSP-904") and str(tmp_path / "data") in told


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    code = _shown_and_ended(tmp_path / "said", _start(tmp_path / "said", tmp_path / "data", FULL))
    assert code == 1
    assert (tmp_path / "said").read_text().startswith("DSP-801")


def _shown_and_ended(said: Path, program: "subprocess.Popen[str]") -> int:
    """Wait for the sentence, ask for the end; its exit code. No traceback reaches anybody."""
    try:
        until("the window says it", said.exists)
        program.send_signal(signal.SIGTERM)
        _, errors = program.communicate(timeout=LIMIT_S)
    finally:
        program.kill()
        program.wait()
    assert "Traceback" not in errors
    return program.returncode


def test_quitting_waits_for_nothing_that_hangs(tmp_path: Path) -> None:
    """A worker that sleeps for ten minutes would keep the process for as long."""
    said, home = tmp_path / "said", tmp_path / "data"
    program = _start(said, home, HANGING)
    until("it hangs", said.exists)
    until("signals are heard", (home / "logs" / "dsp-desktop.log").exists)
    assert _shown_and_ended(said, program) == 0
    left = {path.name for path in home.iterdir()}
    assert left <= {"logs", "instance.lock", "settings.json", "window", "vault"}, "nothing of the door stays"
