"""Children that crash, hang, are killed, print, or leave something behind that holds their pipes."""

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.children.framing import NextFrame, PipeClosed
from desktop.children.process import ChildProcess, Gone
from tests.waiting import LIMIT_S, ended, until

CHILD = """
import os, sys, time
from desktop.children.parent_pipes import ParentPipes
def crash(): os._exit(3)
def hang(begun=None):
    if begun: open(begun, "w").close()
    time.sleep(300)
def pid(): return b"%d" % os.getpid()
def chatter():
    os.write(1, b"vendor modules print things"); print("more", flush=True); return b"answer"
def flood(): return b"x" * 2_000_000
def closed():
    import ctypes, resource
    readable = ctypes.CDLL(None).prctl(3) if sys.platform == "linux" else 0
    return b"%d %d" % (readable, resource.getrlimit(resource.RLIMIT_CORE)[1])
def leave_behind(fifo, escapes, then):
    # Like a vendor's agent: forked, never executed, so that it holds every pipe of the child.
    if not os.fork():
        if escapes == b"escapes": os.setsid()
        with open(fifo, "wb", 0) as fifo:
            fifo.write(b"%d " % os.getpid())
            time.sleep(600)
            fifo.write(b"lived on")
        os._exit(0)
    crash() if then == b"crash" else hang()
calls = {f.__name__.encode(): f for f in (crash, hang, pid, chatter, flood, closed, leave_behind)}
parent = ParentPipes()
for name, *arguments in parent.requests(lambda following: bytes(following()).split(b"\\0")):
    parent.send(calls[name](*arguments))
"""

# Who misses its parent ends itself with all of its session.
ENDED = 0 if sys.platform == "win32" else -signal.SIGKILL


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ChildProcess]]:
    script = tmp_path / "scripted_child.py"
    monkeypatch.setattr("desktop.children.process.own_command", lambda _module: [sys.executable, str(script)])
    started: list[ChildProcess] = []

    def start(words: str) -> ChildProcess:
        script.write_text(words)
        started.append(ChildProcess("scripted_child", [], {}, largest_answer=1_000_000))
        return started[-1]

    yield start
    for child in started:
        child.close()


@pytest.fixture
def child(start: Callable[[str], ChildProcess]) -> ChildProcess:
    return start(CHILD)


def ask(child: ChildProcess, *words: str, deadline: float = 300) -> bytes | Gone:
    answer = child.exchange(["\0".join(words).encode()], lambda following: following(), deadline=deadline)
    return answer if isinstance(answer, Gone) else bytes(answer)


def test_answers_come_from_one_process(child: ChildProcess) -> None:
    assert child.answered is False
    assert [ask(child, "pid") for _ in range(2)] == [b"%d" % child.pid] * 2
    assert (child.answered, child.alive()) == (True, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes no core, and reads by the user's token")
def test_cf004_a_child_cannot_be_read_by_another_program_and_leaves_no_core(child: ChildProcess) -> None:
    """The window's own flags are lost when it starts a child."""
    assert ask(child, "closed") == b"0 0"


def test_who_crashed_answers_no_more(child: ChildProcess) -> None:
    assert ask(child, "crash") is Gone.CRASHED
    assert ask(child, "pid") is Gone.CRASHED
    assert not child.alive()
    assert child.exit_code() == 3


def test_a_hang_meets_its_deadline(child: ChildProcess) -> None:
    assert ask(child, "hang", deadline=0.5) is Gone.TIMEOUT
    assert not child.alive()


def test_a_kill_from_another_thread(child: ChildProcess) -> None:
    answers: list[bytes | Gone] = []
    assert ask(child, "pid") == b"%d" % child.pid
    call = threading.Thread(target=lambda: answers.append(ask(child, "hang")))
    call.start()
    assert child.kill() is Gone.ABORTED
    ended(call)
    assert answers == [Gone.ABORTED]


def test_the_first_reason_counts(child: ChildProcess) -> None:
    assert child.kill(Gone.TIMEOUT) is Gone.TIMEOUT
    assert child.kill() is Gone.TIMEOUT
    assert ask(child, "pid") is Gone.TIMEOUT


def test_a_library_that_prints_does_not_spoil_the_frames(child: ChildProcess) -> None:
    assert [ask(child, "chatter") for _ in range(2)] == [b"answer"] * 2


def test_an_answer_that_is_too_large_is_not_taken(child: ChildProcess) -> None:
    assert ask(child, "flood") is Gone.CRASHED


def test_what_its_reader_calls_no_answer_ends_the_child(child: ChildProcess) -> None:
    def nonsense(following: NextFrame) -> bytes:
        following()
        raise PipeClosed

    assert child.exchange([b"pid"], nonsense, deadline=300) is Gone.CRASHED
    assert not child.alive()


def test_a_request_that_is_never_read_meets_its_deadline(start: Callable[[str], ChildProcess]) -> None:
    """Far more than a pipe holds, to a child that does not even look."""
    deaf = start("import time; time.sleep(300)")
    assert ask(deaf, "x" * 4_000_000, deadline=0.5) is Gone.TIMEOUT


def test_an_idle_child_ends_with_its_parent(child: ChildProcess) -> None:
    assert ask(child, "pid") == b"%d" % child.pid
    child._pipes()[0].close()
    assert child.exit_code() == ENDED


def test_a_busy_child_ends_with_its_parent(child: ChildProcess, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    call = threading.Thread(target=lambda: ask(child, "hang", str(begun)))
    call.start()
    until("the call", begun.exists)
    child._pipes()[0].close()
    assert child.exit_code() == ENDED
    ended(call)


class LeftBehind:
    """What a child leaves behind, seen through a FIFO that it holds open while it lives."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # does not wait for a writer
        os.set_blocking(self._fd, True)

    def pid(self) -> int:
        """Waits for it to be there."""
        select.select([self._fd], [], [], LIMIT_S)
        return int(os.read(self._fd, 100))

    def last_word(self) -> bytes:
        """Empty if it was killed; waits for its end."""
        try:
            return os.read(self._fd, 100)
        finally:
            os.close(self._fd)


@pytest.mark.skipif(sys.platform != "linux", reason="forks, and reads a FIFO's end")
class TestLeftBehind:
    @pytest.fixture
    def left(self, tmp_path: Path) -> LeftBehind:
        return LeftBehind(tmp_path / "fifo")

    @pytest.mark.parametrize("then", [Gone.TIMEOUT, Gone.CRASHED, Gone.ABORTED])
    def test_who_holds_the_pipes_does_not_hold_the_call(
        self, child: ChildProcess, left: LeftBehind, then: Gone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither deadline nor crash nor kill waits for an end of file that a descendant keeps away."""
        passed = threading.Event()
        monkeypatch.setattr("desktop.children.process.by_the_wall", lambda: lambda: 300.0 * passed.is_set())
        words = ("leave_behind", str(left.path), "escapes", "crash" if then is Gone.CRASHED else "hang")
        answers: list[object] = []
        call = threading.Thread(target=lambda: answers.append(ask(child, *words)), daemon=True)
        call.start()
        pid = left.pid()
        if then is Gone.TIMEOUT:
            passed.set()
        if then is Gone.ABORTED:
            child.kill()
        call.join(LIMIT_S)
        os.kill(pid, signal.SIGKILL)  # fails when it ended by itself: the call waited for it
        assert answers == [then]
        assert left.last_word() == b""

    def test_a_kill_takes_all_that_the_child_started(self, child: ChildProcess, left: LeftBehind) -> None:
        call = threading.Thread(target=lambda: ask(child, "leave_behind", str(left.path), "stays", "hang"))
        call.start()
        left.pid()
        child.kill()
        call.join()
        assert left.last_word() == b""

    def test_who_misses_its_parent_takes_all_that_it_started(
        self, child: ChildProcess, left: LeftBehind
    ) -> None:
        """Nobody is there to kill it: the program was killed itself."""
        call = threading.Thread(target=lambda: ask(child, "leave_behind", str(left.path), "stays", "hang"))
        call.start()
        left.pid()
        child._pipes()[0].close()
        assert left.last_word() == b""
        ended(call)
