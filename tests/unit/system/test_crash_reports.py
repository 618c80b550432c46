"""Each crash leaves a report of its own; the newest five stay, none longer than the logs (CF-064)."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.system.logs import set_crash_aside
from tests.waiting import LIMIT_S

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
# The program itself, which crashes in its worker when it stands.
CRASHING = """
import faulthandler, sys
import desktop.app
from desktop.composition.launch import run
from desktop.composition.options import Options
def {name}():
    faulthandler._sigabrt()
def stands(app, built):
    app._tasks.run(desktop.app.Lane.NET, {name}, print, owner=app)
desktop.app.App._on_built = stands
run(Options("esante"))
"""


def _report(folder: Path, words: str, when: datetime) -> Path:
    path = folder / "crash.txt"
    path.write_text(words)
    os.utime(path, (when.timestamp(), when.timestamp()))
    return path


def _kept(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.glob("crash-*.txt"))]


def test_one_crash_after_the_other_is_kept_by_the_whole_program(data_home: Path) -> None:
    """What the third one finds: the first two under names of their own, beside what it writes itself."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    names = ("crash_of_monday", "crash_of_tuesday", "crash_of_friday")
    for name in names:
        run = subprocess.run(
            [sys.executable, "-c", CRASHING.format(name=name)], env=environment, capture_output=True,
            timeout=LIMIT_S,
        )  # fmt: skip
        assert run.returncode < 0, run.stderr
    logs = data_home / "logs"
    found = [*_kept(logs), (logs / "crash.txt").read_text()]
    assert [[name for name in names if name in report] for report in found] == [[name] for name in names]


def test_the_second_is_kept_as_well_as_the_first(tmp_path: Path) -> None:
    set_crash_aside(_report(tmp_path, "first", NOW - timedelta(hours=1)), NOW)
    set_crash_aside(_report(tmp_path, "second", NOW), NOW)
    assert _kept(tmp_path) == ["first", "second"] and not (tmp_path / "crash.txt").exists()


def test_two_of_one_moment_are_two(tmp_path: Path) -> None:
    """Where the file system counts seconds, or a computer starts the program again and again."""
    for words in ("first", "second", "third"):
        set_crash_aside(_report(tmp_path, words, NOW), NOW)
    assert _kept(tmp_path) == ["first", "second", "third"]


def test_a_run_without_a_crash_leaves_no_report(tmp_path: Path) -> None:
    (tmp_path / "crash.txt").touch()
    set_crash_aside(tmp_path / "crash.txt", NOW)
    set_crash_aside(tmp_path / "none.txt", NOW)
    assert _kept(tmp_path) == []


def test_the_newest_five_stay(tmp_path: Path) -> None:
    for hour in range(7):
        set_crash_aside(
            _report(tmp_path, str(hour), NOW + timedelta(hours=hour)), NOW + timedelta(hours=hour)
        )
    assert _kept(tmp_path) == ["2", "3", "4", "5", "6"]


def test_cf_064_none_stays_longer_than_13_months(tmp_path: Path) -> None:
    set_crash_aside(_report(tmp_path, "old", datetime(2025, 10, 21, 9, 29, tzinfo=UTC)), NOW)
    assert _kept(tmp_path) == []
    set_crash_aside(_report(tmp_path, "kept", datetime(2025, 10, 21, 9, 31, tzinfo=UTC)), NOW)
    assert _kept(tmp_path) == ["kept"]


def test_what_the_program_did_not_name_stays(tmp_path: Path) -> None:
    """A note beside the reports, under a name that only looks like one."""
    notes = [tmp_path / name for name in ("crash-notes.txt", "crash-20200101.txt", "crash-.txt")]
    for note in notes:
        note.write_text("mine")
    set_crash_aside(_report(tmp_path, "new", NOW), NOW)
    assert all(note.read_text() == "mine" for note in notes)
