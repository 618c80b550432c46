"""A whole demo leaves nothing in the temporary folder, however it ends. Real processes, software card."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.common.passing_folders import Passing
from desktop.qa.program import NotSeen, Program
from tests.waiting import LIMIT_S, until

ROOT = Path(__file__).resolve().parents[3]
DEMO, PLAYED = ("demo", "--card"), ("simulator", "--all", "--card")
LEAVES = {"software": {Passing.DEMO}, "reader": {Passing.DEMO, Passing.SERVICE, Passing.CARD}}
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def card() -> str:
    """``tests/reader`` has the real chain."""
    return "software"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The temporary folder of the demo and of all that it starts."""
    made = tmp_path / "t"
    made.mkdir()
    return made


@pytest.fixture
def start(tmp_path: Path, place: Path, card: str) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def demo(*words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "desktop", *(words or DEMO), card]
        environment = os.environ | {"TMPDIR": str(place), "PYTHONPATH": str(ROOT)}
        running.append(
            subprocess.Popen(
                [*command, "--platform", str(tmp_path / "platform")], cwd=ROOT, env=environment, text=True,
                stderr=subprocess.PIPE, start_new_session=True,
            )
        )  # fmt: skip
        return running[-1]

    yield demo
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _left(place: Path) -> set[Path]:
    return set(place.iterdir())


def _stands(place: Path) -> bool:
    """The window has all its parts."""
    for probe in (*place.glob("dsp-demo-*/program"), *place.glob("dsp-qa-*/probes/program")):
        with contextlib.suppress(NotSeen, OSError, ValueError):
            if "session" in Program(probe).look().states:
                return True
    return False


def _children(demo: "subprocess.Popen[str]") -> list[int]:
    """What runs in its session: platform, console, and what they started in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            if int(fields[3]) == demo.pid and int(folder.name) != demo.pid and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def _quit(demo: "subprocess.Popen[str]") -> None:
    demo.send_signal(signal.SIGTERM)
    _, errors = demo.communicate(timeout=LIMIT_S)
    assert demo.returncode == 0 and "Traceback" not in errors, errors
    assert _children(demo) == []


def _kinds(left: set[Path]) -> set[str]:
    return {kind for kind in Passing if any(path.name.startswith(kind) for path in left)}


def test_after_its_end_the_temporary_folder_is_as_before(start: Start, place: Path, card: str) -> None:
    before = _left(place)
    demo = start()
    until("the window stands", lambda: _stands(place))
    assert _kinds(_left(place) - before) == LEAVES[card], "the control: while it runs, this is there"
    _quit(demo)
    assert _left(place) == before


def test_what_a_killed_demo_left_is_gone_with_the_next_one(start: Start, place: Path, card: str) -> None:
    before = _left(place)
    killed = start()
    until("the window stands", lambda: _stands(place))
    killed.kill()
    killed.wait()
    until("its platform and console ended by themselves", lambda: not _children(killed))
    left = _left(place) - before
    assert _kinds(left) == LEAVES[card], "the control: a killed demo cannot tidy up"
    following = start()
    until("the next one tidied up", lambda: not left & _left(place))
    until("the window stands", lambda: _stands(place))
    _quit(following)
    assert _left(place) == before


def test_a_player_that_is_killed_takes_its_demo_along(start: Start, place: Path, card: str) -> None:
    before = _left(place)
    player = start(*PLAYED)
    until("the played window stands", lambda: _stands(place))
    player.kill()
    player.wait()
    until("window and platform ended by themselves", lambda: not _children(player))
    left = _left(place) - before
    assert _kinds(left) == {Passing.QA}, "the control: a killed player cannot tidy up"
    following = start()
    until("the next one tidied up", lambda: not left & _left(place))
    until("the window stands", lambda: _stands(place))
    _quit(following)
    assert _left(place) == before


def test_a_demo_that_is_closed_while_its_platform_starts_leaves_nothing(
    start: Start, place: Path, tmp_path: Path, data_home: Path
) -> None:
    before, ready = _left(place), tmp_path / "platform" / "ready.json"
    demo = start()
    until("the platform is being started", lambda: _children(demo))
    until("signals are heard", (data_home / "logs" / "dsp-desktop.log").exists)
    stopped = [child for child in _children(demo) if _is_platform(child)]
    for child in stopped:  # so that it surely starts still
        os.kill(child, signal.SIGSTOP)
    assert stopped and not ready.exists()
    _quit(demo)
    assert _left(place) == before and not ready.exists()


def _is_platform(process: int) -> bool:
    with contextlib.suppress(OSError):
        return b"desktop.simulator\0" in (Path("/proc") / str(process) / "cmdline").read_bytes()
    return False
