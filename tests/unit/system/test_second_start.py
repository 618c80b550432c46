"""A second start brings the window up while strangers do what they can to the first one. Real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import LIMIT_S, until

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("raised_program.py")
# What the folder offers: its lock opened, held and read, and whatever takes a connection connected to, with
# silence, half a line and a megabyte. "write": the lock's time is set and half lines are written as well.
STRANGER = """
import os, socket, sys
home, said, write, held = sys.argv[1], sys.argv[2], sys.argv[3] == "write", []
rounds = 0
while True:
    for name in os.listdir(home):
        path = os.path.join(home, name)
        if name == "instance.lock":
            if len(held) < 200:
                held.append(open(path, "r+b", buffering=0))
            held[rounds % len(held)].read(100)
            if write:
                held[rounds % len(held)].write(b"half a li")
                os.utime(path)
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            end = socket.socket(socket.AF_UNIX, kind)
            end.setblocking(False)
            try:
                end.connect(path)
                held.append(end)
                end.send(b"half a li")
                end.send(bytes(1 << 20))
            except OSError:
                pass
    rounds += 1
    if rounds == 200:
        open(said, "w").close()
"""


@pytest.fixture
def processes() -> Iterator[list["subprocess.Popen[str]"]]:
    running: list[subprocess.Popen[str]] = []
    yield running
    for process in running:
        process.kill()
        process.communicate()


def test_the_window_comes_up_in_spite_of_a_flood(
    tmp_path: Path, data_home: Path, processes: list["subprocess.Popen[str]"]
) -> None:
    """The flood is known to run before the second start, and until the first window has answered."""
    said = tmp_path / "said"
    said.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def run(*words: str) -> "subprocess.Popen[str]":
        processes.append(
            subprocess.Popen([sys.executable, *words], env=environment, text=True, stderr=subprocess.PIPE)
        )
        return processes[-1]

    first = run(str(PROGRAM), str(said))
    until("the window stands", (said / "stands").exists)

    def flood(how: str) -> None:
        for n in range(3):
            run("-c", STRANGER, str(data_home), str(said / f"{how}-{n}"), how)
        until("the flood runs", lambda: len(list(said.glob(f"{how}-*"))) == 3)

    flood("hang")
    assert not (said / "raised").exists(), "nobody was taken for a second start"
    second = run(str(PROGRAM), str(tmp_path))
    _, errors = second.communicate(timeout=LIMIT_S)
    assert second.returncode == 0 and "Traceback" not in errors
    until("the first window came forward", (said / "raised").exists)
    assert not (tmp_path / "stands").exists(), "the second start made no window of its own"
    flood("write")
    assert [process.poll() for process in processes if process is not second] == [None] * 7
    first.send_signal(signal.SIGTERM)
    _, errors = first.communicate(timeout=LIMIT_S)
    assert first.returncode == 0 and "Traceback" not in errors, "and the first one still ends in order"
