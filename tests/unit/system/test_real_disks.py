"""Disks that are full or read-only, by the system's own answers: a tmpfs of a few kB, mounted privately.

Each costs a sentence with a next step and an end in order. Where nobody may make such a disk (no root, and no
namespaces for users), the test sees that the system refuses it, in the system's own words.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.domain.errors import Code, Failure
from desktop.domain.texts import failure_next_step, failure_text
from tests.waiting import LIMIT_S, until

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("real_disk_program.py")
_AS_ROOT = [] if os.geteuid() == 0 else ["--map-root-user"]
IN_NAMESPACE = ["unshare", *_AS_ROOT, "--mount", "sh", "-ec"]
TMPFS = 'mount -t tmpfs -o size=64k{} tmpfs "$DISK"; '
FILL = 'head -c 1m /dev/zero > "$DISK/foreign" 2> /dev/null || true; '
Run = Callable[..., "subprocess.Popen[str] | None"]


@pytest.fixture
def said(tmp_path: Path) -> Path:
    made = tmp_path / "said"
    made.mkdir()
    return made


@pytest.fixture
def run(tmp_path: Path, said: Path) -> Iterator[Run]:
    """Start the program on a disk that a shell script made; None where the system lets nobody make one."""
    running: list[subprocess.Popen[str]] = []
    disk = tmp_path / "disk"
    disk.mkdir()
    environment = os.environ | {
        "DISK": str(disk),
        "DSP_DESKTOP_HOME": str(disk / "home"),
        "PYTHONPATH": str(ROOT),
    }

    def program(disk_is: str, act: str = "nothing") -> "subprocess.Popen[str] | None":
        trial = subprocess.run([*IN_NAMESPACE, disk_is], env=environment, capture_output=True, text=True)
        if trial.returncode:
            assert "not permitted" in trial.stderr or "denied" in trial.stderr, trial.stderr
            return None
        script = f'{disk_is} exec "$@"'
        running.append(
            subprocess.Popen(
                [*IN_NAMESPACE, script, "sh", sys.executable, str(PROGRAM), act, str(said)], env=environment,
                text=True, stderr=subprocess.PIPE,
            )
        )  # fmt: skip
        return running[-1]

    yield program
    for process in running:
        process.kill()
        process.communicate()


def _sees(said: Path, failure: Failure) -> None:
    """What the user reads: the sentence, the next step, the code."""
    words = (failure_text(failure), failure_next_step(failure), failure.code.value)
    until(f"the window says {failure.code.value}", lambda: all(word in _read(said) for word in words))


def _read(said: Path) -> str:
    screen = said / "screen"
    return screen.read_text() if screen.exists() else ""


def _ends(program: "subprocess.Popen[str]", code: int) -> None:
    program.send_signal(signal.SIGTERM)
    _, errors = program.communicate(timeout=LIMIT_S)
    assert "Traceback" not in errors and "Error" not in errors, errors
    assert program.returncode == code


def test_a_disk_that_is_full_at_the_start(run: Run, said: Path) -> None:
    """Names can still be made, so one can work; nothing is kept, and the window says so."""
    program = run(TMPFS.format("") + FILL)
    if program is not None:
        until("the window stands", (said / "stands").exists)
        _sees(said, Failure(Code.DISK_FULL))
        _ends(program, 0)


@pytest.mark.parametrize("names", [1, 2, 3, 4])
def test_a_disk_without_room_for_another_name(run: Run, said: Path, names: int) -> None:
    """Neither folder, logs, crash report nor lock can be made."""
    program = run(TMPFS.format(f",nr_inodes={names}"))
    if program is not None:
        _sees(said, Failure(Code.DISK_FULL))
        _ends(program, 1)
        assert not (said / "stands").exists()


def test_a_disk_with_room_for_the_lock_alone(run: Run, said: Path) -> None:
    """It works without log and store."""
    program = run(TMPFS.format(",nr_inodes=5"))
    if program is not None:
        until("the window stands", (said / "stands").exists)
        _sees(said, Failure(Code.DISK_FULL))
        _ends(program, 0)


READ_ONLY = 'mkdir -p "$DISK/home/logs"; mount -o remount,bind,ro "$DISK"; '


@pytest.mark.parametrize(
    "disk_is",
    ['mount --bind "$DISK" "$DISK"; ' + READ_ONLY, TMPFS.format(",ro"), TMPFS.format("") + READ_ONLY],
    ids=["bound", "empty", "tmpfs"],
)
def test_a_folder_that_is_read_only(run: Run, said: Path, tmp_path: Path, disk_is: str) -> None:
    program = run(disk_is)
    if program is not None:
        until("the window says it", lambda: Code.FOLDER_UNUSABLE.value in _read(said))
        assert str(tmp_path / "disk" / "home") in _read(said)
        assert failure_next_step(Failure(Code.FOLDER_UNUSABLE)) in _read(said)
        _ends(program, 1)


def test_a_disk_that_becomes_full_after_the_start(run: Run, said: Path, tmp_path: Path) -> None:
    """Settings, log, crash report and the store of a first login."""
    program = run(TMPFS.format("").replace("64k", "256k"), "fill")
    if program is not None:
        until("it wrote what it writes", (said / "acted").exists)
        assert Code.DISK_FULL.value in (said / "acted").read_text()
        path = str(tmp_path / "disk" / "home" / "settings.json")
        _sees(said, Failure.of(Code.SETTINGS_NOT_KEPT, path=path))
        _ends(program, 0)
