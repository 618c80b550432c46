"""The parent's side of a card child: start, one call at a time with a deadline, kill, replace."""

import contextlib
import io
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypeVar

import msgspec

from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.smartcard.patience import OutOfTime, Patience
from desktop.smartcard.wire import PipeClosed, read_frame, write_frame

log = logging.getLogger("dsp.card")
V = TypeVar("V")
_SOURCE_ROOT = Path(__file__).resolve().parents[2]


class Gone(Enum):
    """Why a child did not answer."""

    TIMEOUT = "timeout"
    ABORTED = "aborted"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Reply:
    """A child's answer: JSON value (decode it with :meth:`as_type`) and the secret it yielded."""

    value: msgspec.Raw
    secret: Secret | None = field(default=None, repr=False)

    def as_type(self, shape: type[V]) -> V | Failure:
        """The value in its shape; a child that talks nonsense counts as crashed."""
        try:
            return msgspec.json.decode(self.value, type=shape)
        except msgspec.DecodeError:
            return Failure.of(Code.CHILD_CRASHED)


class _Head(msgspec.Struct):
    secrets: int
    value: msgspec.Raw = msgspec.Raw(b"null")
    failure: Code | None = None
    facts: dict[str, str | int] = {}


class ChildProcess:
    """One child. Not thread-safe but for :meth:`kill`, which any thread may call."""

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start ``python -m module arguments`` (inside a packaged program: itself, ``--card-child``)."""
        self._gone: Gone | None = None
        self._ready = False
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [*_interpreter(module), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            bufsize=0, env=_environment(environment),
            start_new_session=True,  # with what the module starts, so that a kill ends all of it
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def ready(self) -> bool:
        """Whether it has answered once: its code is loaded, what takes time now is the card."""
        return self._ready

    def call(
        self,
        op: str,
        arguments: Mapping[str, object],
        secrets: Sequence[Secret] = (),
        *,
        deadline: float,
    ) -> Reply | Failure | Gone:
        """Ask and wait at most *deadline* seconds; the child is dead after TIMEOUT and ABORTED."""
        patience = Patience(time.monotonic() + deadline, self._over)
        request = {"op": op, "args": arguments, "secrets": len(secrets)}
        requests, replies = self._pipes()
        try:
            write_frame(requests, msgspec.json.encode(request), patience.writable)
            for secret in secrets:
                write_frame(requests, secret.buffer, patience.writable)
            head = msgspec.json.decode(read_frame(replies, patience.readable), type=_Head)
            secret_out = Secret(read_frame(replies, patience.readable)) if head.secrets else None
        except OutOfTime:
            return self.kill(Gone.TIMEOUT)
        except (PipeClosed, msgspec.DecodeError):
            return self.kill(Gone.CRASHED)
        self._ready = True
        if head.failure is not None:
            return Failure(head.failure, head.facts)
        return Reply(head.value, secret_out)

    def kill(self, why: Gone = Gone.ABORTED) -> Gone:
        """End the child, and what it started, at once; a waiting :meth:`call` returns the first reason."""
        with self._lock:
            if self._gone is None:
                self._gone = why
            if self._process.poll() is None:
                self._kill_group()
            return self._gone

    def close(self) -> None:
        """End the child and take its process entry away."""
        requests, replies = self._pipes()
        requests.close()
        try:
            self._process.wait(0.3)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        replies.close()

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def exit_code(self) -> int:
        """How it ended (negative: by a signal); waits for the end."""
        return self._process.wait(5)

    def _over(self) -> bool:
        return self._gone is not None or not self.alive()

    def _kill_group(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
        else:
            with contextlib.suppress(ProcessLookupError):  # gone this moment
                os.killpg(self._process.pid, signal.SIGKILL)

    def _pipes(self) -> tuple[io.FileIO, io.FileIO]:
        requests, replies = self._process.stdin, self._process.stdout
        assert isinstance(requests, io.FileIO)
        assert isinstance(replies, io.FileIO)
        return requests, replies


class WarmChild:
    """Keeps one child that has started, has imported what it needs and has not seen a PIN."""

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._what = (module, tuple(arguments), dict(environment))
        self._child: ChildProcess | None = None

    def child(self) -> ChildProcess:
        """The present child, started when there is none (or it was killed while it waited)."""
        if self._child is not None and not self._child.alive():
            self.close()
        if self._child is None:
            self._child = ChildProcess(*self._what)
        return self._child

    def replace(self) -> None:
        """After a PIN or an error: end the child and start the next one, without waiting for it."""
        self.close()
        self.child()

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.close()
            self._child = None


def _interpreter(module: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--card-child", module]
    return [sys.executable, "-P", "-m", module]


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    environment = {**os.environ, **extra}
    if not getattr(sys, "frozen", False):
        environment["PYTHONPATH"] = str(_SOURCE_ROOT)
    return environment
