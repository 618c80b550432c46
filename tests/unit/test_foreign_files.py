"""Files of the user's that are none, that grow, that hang: one sentence, at once, and nothing is left."""

import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.common import foreign_files
from desktop.common.foreign_files import (
    MOST_HUNG,
    NotRegularError,
    read_file,
    read_head,
    read_start,
    read_tail,
    write_file,
)
from desktop.domain.errors import Code, Failure
from tests.waiting import LIMIT_S, ended, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes, sockets and devices of POSIX")
LIMIT = 1 << 20


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.close()


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _terminal(path: Path) -> None:
    path.symlink_to("/dev/ptmx")


def _linked_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("pipe"))
    path.symlink_to(path.with_name("pipe"))


def _names(folder: Path) -> set[str]:
    """What lies there, but for the home that every test has."""
    return {path.name for path in folder.iterdir()} - {"home"}


KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": _pipe,
    "socket": _socket,
    "device": _device,
    "terminal": _terminal,
    "folder": Path.mkdir,
    "link to a pipe": _linked_pipe,
}


@pytest.fixture(params=KINDS, ids=str)
def no_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Something of that kind under the name of a letter."""
    path = tmp_path / "lettre.pdf"
    KINDS[request.param](path)
    return path


def test_what_is_no_file_costs_one_sentence(no_file: Path) -> None:
    expected = Failure.of(Code.FILE_NO_FILE, name="lettre.pdf")
    assert read_file(no_file, LIMIT, LIMIT_S) == read_head(no_file, 10, LIMIT_S) == expected
    for read in (read_start, read_tail):
        with pytest.raises(OSError, match=r"lettre|device or address|directory"):
            read(no_file, 10)


def test_what_is_no_file_is_neither_opened_nor_replaced_for_writing(no_file: Path, tmp_path: Path) -> None:
    kind = no_file.stat().st_mode
    with pytest.raises(NotRegularError):
        write_file(no_file, b"x")
    assert no_file.stat().st_mode == kind
    assert _names(tmp_path) <= {"lettre.pdf", "pipe"}


def test_the_pipe_would_have_hung(tmp_path: Path) -> None:
    """The control: what reads it in the plain way still waits when ours has long answered."""
    path = tmp_path / "lettre.pdf"
    os.mkfifo(path)
    plain = threading.Thread(target=path.read_bytes)
    plain.start()
    assert isinstance(read_file(path, LIMIT, LIMIT_S), Failure)
    assert plain.is_alive()
    path.write_bytes(b"")  # now somebody writes
    ended(plain)


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "lettre.pdf"
    content = os.urandom(LIMIT)
    path.write_bytes(content)
    assert read_file(path, LIMIT) == content
    assert read_head(path, 7) == content[:7] == read_start(path, 7)
    assert read_tail(path, 7) == content[-7:]
    assert read_file(path, LIMIT - 1) == Failure.of(Code.FILE_TOO_LARGE, megabytes=1, limit=1)
    assert read_file(tmp_path / "none", LIMIT) == Failure.of(Code.FILE_UNREADABLE, name="none")
    assert isinstance(read_file(Path("a\0b"), LIMIT), Failure)


def test_a_file_that_never_ends_is_read_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that it is small, as files of the system do: memory for the limit is all that it costs."""
    monkeypatch.setattr(stat, "S_ISREG", lambda _: True)
    endless = tmp_path / "lettre.pdf"
    endless.symlink_to("/dev/zero")
    assert read_file(endless, LIMIT) == Failure.of(Code.FILE_TOO_LARGE, megabytes=2, limit=1)


@pytest.fixture
def dead_share(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Every opening hangs in the system; the answer is how many hang. It comes back at the end."""
    back, waiting = threading.Event(), []

    def hang(*_: object) -> int:
        waiting.append(1)
        assert back.wait(LIMIT_S)
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(foreign_files, "open_regular", hang)
        yield lambda: len(waiting)
        back.set()
        until("all threads came back", lambda: not [t for t in threading.enumerate() if t.name == "dsp-file"])


def test_a_share_that_hangs_is_told_and_takes_few_threads(dead_share: Callable[[], int]) -> None:
    silent = Failure.of(Code.FILE_SILENT, name="lettre.pdf")
    for _ in range(MOST_HUNG):
        assert read_file(Path("/share/lettre.pdf"), LIMIT, 0.01) == silent
    until("all of them hang", lambda: dead_share() == MOST_HUNG)
    for _ in range(50):
        assert read_file(Path("/share/lettre.pdf"), LIMIT, LIMIT_S) == silent, "and at once"
    assert dead_share() == MOST_HUNG


def test_a_share_that_came_back_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lettre.pdf"
    path.write_bytes(b"x")
    back = threading.Event()
    with monkeypatch.context() as patched:
        patched.setattr(foreign_files, "open_regular", lambda _: os.close(back.wait(LIMIT_S) and -1))
        for _ in range(MOST_HUNG):
            read_file(path, LIMIT, 0.01)
        back.set()
        until("all threads came back", lambda: not [t for t in threading.enumerate() if t.name == "dsp-file"])
    assert read_file(path, LIMIT) == b"x"


def test_writing_is_whole_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "copie.pdf"
    path.write_bytes(b"before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="space"):
            write_file(path, b"after")
    assert path.read_bytes() == b"before" and _names(tmp_path) == {path.name}
    write_file(path, b"after")
    assert path.read_bytes() == b"after" and _names(tmp_path) == {path.name}
