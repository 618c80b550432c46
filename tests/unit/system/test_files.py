"""Folders, logs, hardening, single instance: on the real file system, in real processes."""

import contextlib
import ctypes
import errno
import json
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.common.locked_memory import lock_memory
from desktop.domain.errors import Code, Failure
from desktop.system.logs import (
    RedactingFormatter,
    months_before,
    purge_old,
    start_logging,
    stop_logging,
)
from desktop.system.paths import data_folder
from desktop.system.single_instance import SingleInstance, ask
from tests.waiting import LIMIT_S

posix = pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_data_folder_is_the_given_one_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "deep" / "données"
    monkeypatch.setenv("DSP_DESKTOP_HOME", str(home))
    folder = data_folder()
    assert folder.home == home
    assert (_mode(home), _mode(folder.logs)) == (0o700, 0o700)
    home.chmod(0o755)
    assert _mode(data_folder().home) == 0o700


def test_data_folder_without_variable_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DSP_DESKTOP_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    folder = data_folder()
    assert tmp_path in folder.home.parents
    assert folder.logs.is_dir()


@posix
def test_hardening_in_a_fresh_process(tmp_path: Path) -> None:
    """CF-004: no core dump, no other process may look in."""
    script = """
import json, os, resource, ctypes
from desktop.system.hardening import harden_process
done = harden_process()
open('made', 'w').close()
print(json.dumps([list(done), resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3),
                  os.stat('made').st_mode & 0o777]))
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=True, text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    done, core, dumpable, made = json.loads(run.stdout)
    assert core == [0, 0]
    assert made == 0o600
    assert "umask" in done
    if sys.platform == "linux":
        assert dumpable == 0
        assert "not-dumpable" in done


def test_crash_file_names_functions_and_holds_no_values(tmp_path: Path) -> None:
    """CF-004."""
    script = """
import faulthandler, sys
from pathlib import Path
from desktop.system.hardening import write_crashes_to
def opens_the_record(matricule):
    faulthandler._sigabrt()
write_crashes_to(Path('crash.txt'))
opens_the_record('1980' + '010112345')
"""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True)
    assert run.returncode != 0
    written = (tmp_path / "crash.txt").read_text()
    assert "opens_the_record" in written
    assert "1980010112345" not in written
    assert _mode(tmp_path / "crash.txt") == 0o600


def test_locked_memory_stays_the_same_buffer() -> None:
    key = bytearray(os.urandom(32))
    before = bytes(key)
    held = lock_memory(key)
    assert key == before
    assert not lock_memory(bytearray())
    if sys.platform == "linux" and held:
        status = Path("/proc/self/status").read_text()
        assert int(status.split("VmLck:")[1].split()[0]) > 0
        ctypes.CDLL(None).munlockall()


@pytest.fixture
def log_folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "logs"
    folder.mkdir()
    root = logging.getLogger()
    level = root.level
    handler = start_logging(folder)
    yield folder
    stop_logging(handler)
    root.setLevel(level)


def test_cf_064_log_holds_only_what_is_known_to_be_harmless(log_folder: Path) -> None:
    log = logging.getLogger("dsp.sync")
    matricule, spaced, title, name = "1980010112345", "1980 0101 123 45", "VIH positif", "Weber"
    log.info("opened in %d ms, state %s, code %s", 42, "online", Code.OFFLINE)
    log.warning("patient %s %s %s", matricule, spaced, title)
    log.warning("number %d", int(matricule))
    log.warning("mistake " + matricule)
    log.warning("mapped %(title)s", {"title": title})
    logging.getLogger("urllib3.connectionpool").warning("GET /Patient?family=%s", name)
    try:
        raise ValueError(f"{name} {matricule}")
    except ValueError:
        log.exception("call failed")
    written = (log_folder / "dsp-desktop.log").read_text(encoding="utf-8")
    assert "opened in 42 ms, state online, code DSP-101" not in written
    assert "opened in 42 ms, state online, code DSP-#" not in written
    assert "opened in 42 ms, state online, code DSP-401" in written
    for secret in (matricule, spaced, title, name, "0101 123"):
        assert secret not in written
    assert "ValueError at test_files.py" in written
    assert "urllib3.connectionpool (test_files:" in written


@posix
def test_log_is_private_rotates_and_carries_utc(log_folder: Path) -> None:
    log = logging.getLogger("dsp.test")
    for number in range(30_000):
        log.info(
            "a sentence that is long enough to fill a file in the end, number %d of very many " * 2, number, 1
        )
    files = sorted(log_folder.iterdir())
    assert [f.name for f in files] == ["dsp-desktop.log", "dsp-desktop.log.1", "dsp-desktop.log.2"]
    assert all(_mode(f) == 0o600 for f in files)
    assert all(f.stat().st_size <= 2 * 1024 * 1024 for f in files)
    stamp = files[0].read_text().split(" ", 1)[0]
    datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%f%z")


def test_a_record_is_one_line() -> None:
    record = logging.LogRecord("dsp.x", logging.INFO, "x.py", 1, "two\nlines", None, None)
    assert "\n" not in RedactingFormatter().format(record)


def test_cf_064_lines_are_gone_at_13_months(tmp_path: Path) -> None:
    log = tmp_path / "dsp-desktop.log"
    log.write_text("2025-10-21T09:00:00.000000Z INFO dsp old\n2025-10-21T09:00:00.000001Z INFO dsp kept\n")
    older = tmp_path / "dsp-desktop.log.1"
    older.write_text("2024-01-01T00:00:00.000000Z INFO dsp x\nleft over from a longer line\n")
    purge_old(log, datetime(2026, 11, 21, 9, tzinfo=UTC))
    assert log.read_text() == "2025-10-21T09:00:00.000001Z INFO dsp kept\n"
    assert not older.exists()


def test_cf_064_old_lines_go_at_the_start_and_on_each_new_day(tmp_path: Path) -> None:
    log = tmp_path / "dsp-desktop.log"
    log.write_text(
        "2025-10-20T09:00:00.000000Z INFO dsp gone at the start\n"
        "2025-10-21T09:00:00.000000Z INFO dsp gone the day after\n"
        "2026-11-01T09:00:00.000000Z INFO dsp kept\n"
    )
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    root = logging.getLogger()
    level = root.level
    handler = start_logging(tmp_path, now=lambda: now)
    try:
        assert "gone at the start" not in log.read_text()
        assert "gone the day after" in log.read_text()
        logging.getLogger("dsp.x").info("still the same day")
        assert "gone the day after" in log.read_text()
        now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        logging.getLogger("dsp.x").info("next day")
    finally:
        stop_logging(handler)
        root.setLevel(level)
    words = [line.split(" dsp", 1)[1] for line in log.read_text().splitlines()]
    assert words == [" kept", ".x still the same day", ".x next day"]


def test_cf004_a_line_that_the_disk_does_not_take_is_printed_nowhere(
    log_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python prints a record that cannot be written as it was given, before anything is redacted."""
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, logging.StreamHandler)
                   and getattr(h, "baseFilename", "").startswith(str(log_folder)))  # fmt: skip

    def full(_text: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handler.stream, "write", full)
    logging.getLogger("dsp.x").warning("patient %s", "WEBER Anne")
    said = capsys.readouterr()
    assert said.out + said.err == ""


@pytest.mark.parametrize(
    ("now", "months", "expected"),
    [
        (datetime(2026, 11, 21, tzinfo=UTC), 13, datetime(2025, 10, 21, tzinfo=UTC)),
        (datetime(2026, 3, 31, tzinfo=UTC), 13, datetime(2025, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 13, datetime(2024, 12, 15, tzinfo=UTC)),
        (datetime(2025, 3, 31, tzinfo=UTC), 13, datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_months_before(now: datetime, months: int, expected: datetime) -> None:
    assert months_before(now, months) == expected


@posix
def test_a_folder_that_takes_no_lock_is_told_and_not_taken_for_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the program would end at each start without a word."""
    import fcntl

    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(OSError, match="No locks") as told:
        SingleInstance(tmp_path).acquire()
    assert told.value.filename == str(tmp_path / "instance.lock")


def test_second_start_raises_the_first(data_home: Path) -> None:
    asked = threading.Event()
    first, second = SingleInstance(data_home), SingleInstance(data_home)
    assert first.acquire() is None
    first.listen(asked.set)
    try:
        assert second.acquire() == Failure(Code.ALREADY_RUNNING)
        assert asked.wait(LIMIT_S)
    finally:
        first.release()
    assert second.acquire() is None
    second.release()


def test_who_asks_before_the_first_one_listens_is_heard(data_home: Path) -> None:
    """Its window is being built: the second start need not wait for that."""
    asked = threading.Event()
    first = SingleInstance(data_home)
    assert first.acquire() is None
    assert SingleInstance(data_home).acquire() == Failure(Code.ALREADY_RUNNING)
    first.listen(asked.set)
    assert asked.wait(LIMIT_S)
    first.release()


def test_a_thousand_askers_are_heard_once_a_look(data_home: Path) -> None:
    """However many, and however fast: the first program looks now and then, and reads nothing from them."""
    first = SingleInstance(data_home)
    assert first.acquire() is None
    assert not first.was_asked()
    for _ in range(1000):
        ask(data_home / "instance.lock")
    assert first.was_asked() and not first.was_asked()
    assert SingleInstance(data_home).acquire() == Failure(Code.ALREADY_RUNNING)
    assert first.was_asked(), "the true one is heard after them"
    first.release()


def test_two_folders_are_two_programs(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    first, second = SingleInstance(one), SingleInstance(two)
    assert first.acquire() is None
    assert second.acquire() is None
    first.release()
    second.release()


def test_a_killed_program_leaves_nothing_stale(data_home: Path) -> None:
    script = """
import sys, time
from pathlib import Path
from desktop.system.single_instance import SingleInstance
kept = SingleInstance(Path(sys.argv[1]))
got = kept.acquire()
kept.listen(lambda: None)
print(got, flush=True)
time.sleep(600)
"""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(data_home)], stdout=subprocess.PIPE, env=environment, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "None\n"
    mine = SingleInstance(data_home)
    assert mine.acquire() == Failure(Code.ALREADY_RUNNING)
    child.kill()
    child.wait()
    child.stdout.close()
    assert mine.acquire() is None
    mine.release()


def test_nothing_of_the_first_program_can_be_hung_on(data_home: Path) -> None:
    """No socket, no port, no file that is read: nobody can be silent there, or say too much."""
    first = SingleInstance(data_home)
    assert first.acquire() is None
    before = _sockets()
    first.listen(lambda: None)
    with (data_home / "instance.lock").open("ab") as stranger:
        stranger.write(bytes(1 << 20))
        stranger.flush()
        assert _sockets() == before
        assert SingleInstance(data_home).acquire() == Failure(Code.ALREADY_RUNNING)
        first.release()
    assert {path.name for path in data_home.iterdir()} == {"instance.lock"}
    following = SingleInstance(data_home)
    assert following.acquire() is None, "megabytes in it are not read, now or later"
    following.release()


def _sockets() -> set[str]:
    held: set[str] = set()
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the look's own, closed meanwhile
            held.add(str(link.readlink()))
    return {name for name in held if name.startswith("socket:")}
