"""Quitting is bounded by QUIT_S whatever hangs, and what the user wrote is written first. Real processes."""

import contextlib
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


FAKES = ("keyring", "card", "platform", "readers", "system", "purge", "share", "dialog", "nothing")
REAL = ("pdf", "office", "printers", "card-child", "silent")


@pytest.mark.parametrize("what", [*FAKES, *REAL])
def test_the_program_ends_and_the_draft_is_kept(tmp_path: Path, data_home: Path, what: str) -> None:
    """What hangs does so for ten minutes: a program that waited for it would not end within the limit."""
    said, place = tmp_path / "said", tmp_path / "t"
    for folder in (said, place):
        folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place)}
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
    assert list(place.iterdir()) == [], "a letter in LibreOffice too"
    until("what hung in a child ended with it", lambda: not _children_of(said))
    following = SingleInstance(data_home)
    assert following.acquire() is None, "the folder is free"
    following.release()


def _children_of(said: Path) -> list[str]:
    """What runs with this test's folder in its command: the card's child, LibreOffice."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found += [command] if str(said) in command else []
    return found
