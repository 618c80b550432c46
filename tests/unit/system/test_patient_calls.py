"""A ticket serves once, and only where nobody but this user can have written or read it. Real files."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.patient_call import Origin, PatientCall, passed_on
from desktop.system.patient_calls import FRESH_S, CallBox, claim_ticket, run_folder, ticket_folder
from tests.waiting import ended

NAME, SAID = "AbCdEfGhIjKlMnOpQrSt_-", b'{"id": "1893120105732"}'
USED, UNSAFE = Failure.of(Code.CALL_USED), Failure.of(Code.CALL_UNSAFE)
posix = pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "run" / "dsp-desktop" / "tickets").mkdir(parents=True)
    for folder in ("run", "run/dsp-desktop", "run/dsp-desktop/tickets"):
        (tmp_path / folder).chmod(0o700)
    return tmp_path / "home"


def write(home: Path, mode: int = 0o600) -> Path:
    path = ticket_folder(home) / NAME
    path.write_bytes(SAID)
    path.chmod(mode)
    return path


def test_a_ticket_serves_once(home: Path) -> None:
    ticket = write(home)
    assert claim_ticket(NAME, home) == SAID
    assert not ticket.exists() and list(ticket.parent.iterdir()) == []
    assert claim_ticket(NAME, home) == USED


def test_of_two_that_come_at_once_one_has_it(home: Path) -> None:
    write(home)
    answers: list[Result[bytes]] = []
    line = threading.Barrier(8)

    def claim() -> None:
        line.wait()
        answers.append(claim_ticket(NAME, home))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        ended(thread)
    assert answers.count(USED) == 7 and answers.count(SAID) == 1


def test_an_old_ticket_asks_for_nothing(home: Path) -> None:
    ticket = write(home)
    written = ticket.stat().st_mtime
    assert claim_ticket(NAME, home, lambda: written + FRESH_S + 1) == USED
    assert not ticket.exists()
    write(home)
    assert claim_ticket(NAME, home, lambda: written - 60) == USED, "nor one of tomorrow"


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd/../passwd", f"{NAME}/x", f"{NAME}\0", "a" * 65])
def test_no_path_is_a_name(home: Path, name: str) -> None:
    assert claim_ticket(name, home) == Failure.of(Code.CALL_UNREADABLE)


@posix
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o622, 0o601])
def test_what_others_may_read_or_write_is_not_followed(home: Path, mode: int) -> None:
    ticket = write(home, mode)
    assert claim_ticket(NAME, home) == UNSAFE
    assert not ticket.exists(), "and does not lie about any longer"


@posix
@pytest.mark.parametrize("folder", [run_folder, ticket_folder])
@pytest.mark.parametrize("mode", [0o755, 0o770, 0o1777])
def test_nor_what_lies_where_others_reach(home: Path, folder: Callable[[Path], Path], mode: int) -> None:
    write(home)
    folder(home).chmod(mode)
    assert claim_ticket(NAME, home) == UNSAFE
    folder(home).chmod(0o700)
    assert claim_ticket(NAME, home) == SAID, "the same ticket, once the folder is right"


@posix
def test_a_file_of_another_user_is_not_followed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is this user's, the file in it not."""
    write(home)
    real = os.fstat

    def foreign(descriptor: int) -> os.stat_result:
        told = real(descriptor)
        regular = stat.S_ISREG(told.st_mode)
        return os.stat_result((*told[:4], told.st_uid + 1, *told[5:10])) if regular else told

    monkeypatch.setattr(os, "fstat", foreign)
    assert claim_ticket(NAME, home) == UNSAFE


def _link(at: Path, target: Path) -> None:
    at.symlink_to(target)


def _hard(at: Path, target: Path) -> None:
    os.link(target, at)


def _pipe(at: Path, _: Path) -> None:
    os.mkfifo(at, 0o600)


def _folder(at: Path, _: Path) -> None:
    at.mkdir(0o700)


@posix
@pytest.mark.parametrize("put", [_link, _hard, _pipe, _folder])
def test_what_is_no_file_of_its_own_is_not_followed(home: Path, put: Callable[[Path, Path], None]) -> None:
    target = home.parent / "secret"
    target.write_bytes(SAID)
    target.chmod(0o600)
    put(ticket_folder(home) / NAME, target)
    assert claim_ticket(NAME, home) == UNSAFE
    assert target.read_bytes() == SAID, "what a link leads to stays"
    assert not (ticket_folder(home) / NAME).exists()


@posix
def test_a_folder_that_is_a_link_is_not_followed(home: Path) -> None:
    write(home)
    moved = home.parent / "elsewhere"
    ticket_folder(home).rename(moved)
    ticket_folder(home).symlink_to(moved)
    assert claim_ticket(NAME, home) == UNSAFE and (moved / NAME).exists()


def test_too_much_is_not_read(home: Path) -> None:
    write(home).write_bytes(SAID + b" " * 5_000)
    assert claim_ticket(NAME, home) == Failure.of(Code.CALL_UNREADABLE)


def test_without_a_folder_there_is_no_ticket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for given in ("", "relative/folder"):
        monkeypatch.setenv("XDG_RUNTIME_DIR", given)
        assert run_folder(tmp_path) == tmp_path / "run"
    assert claim_ticket(NAME, tmp_path) == USED and CallBox(tmp_path).take() == ()


def test_calls_arrive_once_and_in_order(home: Path) -> None:
    calls = [PatientCall(Origin.TICKET, f"189312010573{n}") for n in range(3)]
    box = CallBox(home)
    left = [box.put(passed_on(call)) for call in calls]
    for n, path in enumerate(left):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3 + n))
    assert {path.stat().st_mode & 0o777 for path in left} == {0o600} or os.name == "nt"
    assert CallBox(home.parent / "demo").take() == (), "another data folder is another program"
    assert CallBox(home).take() == tuple(calls)
    assert CallBox(home).take() == () and not any(path.exists() for path in left)


def test_a_flood_leaves_the_newest(home: Path) -> None:
    box = CallBox(home)
    for n in range(100):
        path = box.put(passed_on(PatientCall(Origin.LINK, f"{1893120105000 + n}")))
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3 + n / 100))
    taken = box.take()
    assert len(taken) == 20 and taken[-1] == PatientCall(Origin.LINK, "1893120105099")
    assert box.take() == ()


def test_what_a_crash_left_is_not_asked_for_later(home: Path) -> None:
    path = CallBox(home).put(passed_on(PatientCall(Origin.TICKET, "1893120105732")))
    later = path.stat().st_mtime + FRESH_S + 1
    assert CallBox(home, lambda: later).take() == () and not path.exists()
