"""Folders, logs, hardening, single instance: on the real file system, in real processes."""

import contextlib
import ctypes
import json
import logging
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.domain.errors import Code, Failure
from desktop.system.hardening import lock_memory
from desktop.system.logs import (
    RedactingFormatter,
    months_before,
    purge_old,
    set_crash_aside,
    start_logging,
    stop_logging,
)
from desktop.system.paths import data_folder
from desktop.system.single_instance import SingleInstance, knock
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


def test_second_start_raises_the_first(data_home: Path) -> None:
    asked = threading.Event()
    first, second = SingleInstance(data_home), SingleInstance(data_home)
    assert first.acquire() is None
    first.listen(asked.set)
    try:
        assert second.acquire() == Failure(Code.ALREADY_RUNNING)
        assert asked.wait(LIMIT_S)
        if os.name != "nt":
            assert _mode(data_home / "instance.json") == 0o600
    finally:
        first.release()
    assert second.acquire() is None
    second.release()


def test_a_first_program_that_listens_a_little_later_is_raised_too(
    data_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.system.single_instance._PATIENCE_S", LIMIT_S)
    asked = threading.Event()
    first, second = SingleInstance(data_home), SingleInstance(data_home)
    assert first.acquire() is None
    trying = threading.Thread(target=second.acquire)
    trying.start()
    try:
        assert trying.is_alive(), "the second start did not wait for the first one's address"
        first.listen(asked.set)
        assert asked.wait(LIMIT_S)
    finally:
        trying.join()
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


@pytest.mark.parametrize("deep", ["", "a-long-name-" * 12], ids=["in the folder", "on the loopback"])
def test_whoever_hangs_on_the_door_a_start_is_answered(data_home: Path, deep: str) -> None:
    """Strangers that send nonsense, nothing, or more than the door reads; the true start waits for none."""
    home = data_home / deep
    home.mkdir(exist_ok=True)
    asked = threading.Event()
    first = SingleInstance(home)
    assert first.acquire() is None
    first.listen(asked.set)
    address = json.loads((home / "instance.json").read_text())["address"]
    place = address if isinstance(address, str) else ("127.0.0.1", address)
    assert isinstance(address, str) is not bool(deep)
    strangers = [
        socket.socket(socket.AF_INET if deep else socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(50)
    ]
    try:
        for stranger in strangers:
            stranger.connect(place)  # and says nothing
            stranger.setblocking(False)
        for words in (b"", b"raise", bytes(32), bytes(60_000)):
            with contextlib.suppress(OSError):
                strangers[0].send(words)
        assert SingleInstance(home).acquire() == Failure(Code.ALREADY_RUNNING)
        assert asked.wait(LIMIT_S), "the true second start gets through"
    finally:
        for stranger in strangers:
            stranger.close()
        first.release()
    assert {path.name for path in home.iterdir()} <= {"instance.lock", "logs"}, "nothing of the door stays"


def test_a_silent_stranger_would_have_held_a_door_of_connections(tmp_path: Path) -> None:
    """The control: one connection that says nothing, and the next one waits."""
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as silent:
        server.bind(str(tmp_path / "s"))
        server.listen()
        silent.connect(str(tmp_path / "s"))
        taken, _ = server.accept()
        with taken:
            taken.settimeout(0.05)
            with pytest.raises(TimeoutError):
                taken.recv(1)


def test_a_socket_that_a_killed_program_left_is_no_door(data_home: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
        dead.bind(str(data_home / "door"))
    assert not knock(str(data_home / "door"), bytes(32))
    asked = threading.Event()
    first = SingleInstance(data_home)
    assert first.acquire() is None
    first.listen(asked.set)
    assert SingleInstance(data_home).acquire() == Failure(Code.ALREADY_RUNNING)
    assert asked.wait(LIMIT_S)
    first.release()


CRASHING = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from desktop.system import hardening, logs
hardening.harden_process()
path = Path(sys.argv[1]) / "crash.txt"
hardening.write_crashes_to(path)
hardening.stop_writing_crashes()
logs.set_crash_aside(path, datetime.now(UTC))
hardening.write_crashes_to(path)
def %s(): os.abort()
%s()
"""


def test_each_crash_report_is_kept(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    for name in ("first", "second", "third"):
        script = CRASHING % (name, name)
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=environment, capture_output=True)
    said = [path.read_text() for path in sorted(tmp_path.glob("crash*.txt"))]
    assert len(said) == 3
    for name in ("first", "second", "third"):
        assert sum(f"in {name}" in words and "Aborted" in words for words in said) == 1


def test_old_reports_go(tmp_path: Path) -> None:
    """CF-064: none is kept longer than a log; the newest five stay."""
    for month in range(1, 8):
        (tmp_path / f"crash-20260{month}01T000000.000000Z.txt").touch()
    (tmp_path / "crash-20240101T000000.000000Z.txt").touch()
    set_crash_aside(tmp_path / "crash.txt", datetime(2027, 4, 15, tzinfo=UTC))
    kept = sorted(path.name[6:12] for path in tmp_path.glob("crash-*.txt"))
    assert kept == ["202604", "202605", "202606", "202607"]
