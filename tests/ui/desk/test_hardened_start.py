"""What protects the process holds before its window is there, and what is old has gone (CF-004, CF-064)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LIMIT_S

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(os.name == "nt", reason="core dumps and umask are POSIX's")
def test_cf004_the_start_hardens_its_process_and_drops_old_crash_lines(tmp_path: Path) -> None:
    crashes = tmp_path / "logs" / "crash.txt"
    crashes.parent.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.ui.desk.hardened_start", str(tmp_path)]
    first = _started(command)
    assert first == {"core": [0, 0], "dumpable": 0, "umask": 0o077, "crashes": True, "swap": True}
    (written,) = [f for f in crashes.parent.iterdir() if "crash" in f.name]
    written.write_text("2019-01-01T00:00:00.000000Z an old crash\n")
    _started(command)
    assert "an old crash" not in written.read_text()


def _started(command: list[str]) -> object:
    """What protects the process, from a shell that allows dumps and reading (the positive control)."""
    shell = ["sh", "-c", 'umask 022; ulimit -c unlimited 2>/dev/null; exec "$@"', "sh", *command]
    done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[0])
