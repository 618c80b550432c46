"""The parent's side of a child process: start, one exchange at a time with a deadline, kill."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import TypeVar

from desktop.children.call_clock import PATIENCE, Clock, by_the_wall
from desktop.children.framing import NextFrame, PipeClosed, read_frame, write_frame
from desktop.children.pipe_deadline import OutOfTime, PipeDeadline, never_block
from desktop.children.windows_job import confine
from desktop.common.own_process import own_command, own_environment

T = TypeVar("T")


class Gone(Enum):
    """Why a child did not answer."""

    TIMEOUT = "timeout"
    ABORTED = "aborted"
    CRASHED = "crashed"


class ChildProcess:
    """One child. Not thread-safe but for :meth:`kill`, which any thread may call."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        largest_answer: int,
        memory: int | None = None,
    ) -> None:
        """Start ``python -m module arguments`` (inside a packaged program: itself, ``--child``).

        *largest_answer*: bytes that one frame of its answers may have. *memory*: bytes that Windows gives it,
        in a job that ends with the program; elsewhere a child limits itself.
        """
        self._gone: Gone | None = None
        self._answered = False
        self._largest = largest_answer
        self._lock = threading.Lock()
        self._process = spawned(module, arguments, environment)
        self._job = confine(self._process, memory)
        for pipe in self._pipes():
            never_block(pipe)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def answered(self) -> bool:
        """Whether it has answered once: its code is loaded, what takes time now is the work."""
        return self._answered

    def exchange(
        self,
        frames: Sequence[bytes | bytearray],
        receive: Callable[[NextFrame], T],
        *,
        deadline: float,
        clock: Clock | None = None,
    ) -> T | Gone:
        """Write *frames*, let *receive* read the answer's; the child is dead after any :class:`Gone`.

        Waits at most *deadline* seconds of *clock* (of the wall when None). *receive* raises
        :class:`PipeClosed` for what is no answer.
        """
        spent = clock or by_the_wall()
        limit = PipeDeadline(deadline, self._over, spent)
        requests, answers = self._pipes()
        try:
            with self._freed_at(deadline if clock is None else deadline * PATIENCE):
                for frame in frames:
                    write_frame(partial(limit.write, requests), frame)
                answer = receive(partial(read_frame, partial(limit.read, answers), self._largest))
        except OutOfTime:
            return self.kill(Gone.TIMEOUT)
        except PipeClosed:
            return self.kill(Gone.CRASHED)
        self._answered = True
        return answer

    def kill(self, why: Gone = Gone.ABORTED) -> Gone:
        """End the child, and what it started, at once; a waiting exchange returns the first reason."""
        with self._lock:
            if self._gone is None:
                self._gone = why
            kill_group(self._process)
            return self._gone

    def close(self) -> None:
        """End the child and take its process entry away; no exchange may run."""
        requests, answers = self._pipes()
        requests.close()
        try:
            self._process.wait(0.3)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        answers.close()

    def alive(self) -> bool:
        """Whether it runs and was not killed."""
        return not self._over()

    def exit_code(self) -> int:
        """How it ended (negative: by a signal); waits for the end."""
        return self._process.wait()

    def _over(self) -> bool:
        return self._gone is not None or self._process.poll() is not None

    def _pipes(self) -> tuple[io.FileIO, io.FileIO]:
        requests, answers = self._process.stdin, self._process.stdout
        assert isinstance(requests, io.FileIO)
        assert isinstance(answers, io.FileIO)
        return requests, answers

    @contextlib.contextmanager
    def _freed_at(self, deadline: float) -> Iterator[None]:
        """Windows: a write that the child never reads is ended by the child's death alone."""
        if sys.platform == "win32":
            timer = threading.Timer(deadline, self.kill, (Gone.TIMEOUT,))
            timer.start()
            try:
                yield
            finally:
                timer.cancel()
        else:
            yield


def spawned(
    module: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """``python -m module arguments`` with a pipe each way; *environment* is added to this process's own."""
    return subprocess.Popen(
        [*own_command(module), *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        bufsize=0, env=own_environment(environment),
        start_new_session=True,  # with what it starts, so that a kill ends all of it
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )  # fmt: skip


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started in a session of its own, if it still runs, and all that it started."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):  # gone this moment
            os.killpg(process.pid, signal.SIGKILL)
