"""One child process with a deadline on every call; killed and forgotten when it does not answer."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

import desktop
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.frames import Answer, Request, failure_of, read_frame, write_frame
from desktop.pdf.windows_job import confine

log = logging.getLogger("dsp.pdf")
T = TypeVar("T")
_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0


class Child:
    """A running child. Calls are made one at a time; ``kill`` may come from any thread."""

    def __init__(self, role: str) -> None:
        """Start ``desktop.pdf.child`` as *role*, "render" or "work"; returns before it is ready."""
        home = str(Path(desktop.__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "desktop.pdf.child", role],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            creationflags=_NO_WINDOW,
            close_fds=True,
        )
        handle = getattr(self._process, "_handle", 0)
        self._job = confine(int(handle)) if handle else None
        self._lock = threading.Lock()
        self._served = False
        self._late = False
        self._unwanted = False

    def is_alive(self) -> bool:
        """True while calls may be made."""
        return self._process.poll() is None and not self._unwanted

    def call(self, kind: type[T], name: str, *arguments: Any, seconds: float) -> Result[T]:
        """Call *name* in the child and decode its answer as *kind*.

        FILE_UNSAFE when the deadline or a limit ended the child, CHILD_CRASHED when it never
        worked at all, CANCELLED when :meth:`kill` came from another thread.
        """
        with self._lock:
            timer = threading.Timer(seconds, self._too_late)
            timer.start()
            try:
                packed = self._exchange(Request(name, arguments, seconds))
            finally:
                timer.cancel()
                timer.join()
            if packed is None:
                self.kill(wanted=False)
                return self._end_reason(name)
            self._served = True
        answer = msgspec.msgpack.decode(packed, type=Answer)
        failure = failure_of(answer)
        if failure is not None:
            return failure
        return msgspec.msgpack.decode(answer.value, type=kind)

    def kill(self, *, wanted: bool = True) -> None:
        """End the process at once; a running call answers CANCELLED when that was *wanted*."""
        self._unwanted = self._unwanted or wanted
        self._process.kill()
        self._process.wait()
        if wanted and not self._lock.acquire(timeout=5):
            return  # a call that still reads sees the end of the pipe by itself
        try:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    _close_quietly(pipe)
        finally:
            if wanted:
                self._lock.release()

    def _too_late(self) -> None:
        self._late = True
        self._process.kill()

    def _exchange(self, request: Request) -> bytes | None:
        sender, receiver = self._process.stdin, self._process.stdout
        if sender is None or receiver is None:
            return None
        try:
            write_frame(cast(Any, sender), request)
            return read_frame(cast(Any, receiver))
        except (OSError, ValueError):  # ValueError: the pipe was closed by kill
            return None

    def _end_reason(self, name: str) -> Failure:
        if self._unwanted:
            return Failure.of(Code.CANCELLED)
        log.warning("a PDF child ended during %s (late=%s)", name, self._late)
        if self._late or self._served or self._process.returncode < 0:
            return Failure.of(Code.FILE_UNSAFE)
        return Failure.of(Code.CHILD_CRASHED)


def _close_quietly(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # unsent bytes of a broken pipe
        log.debug("a pipe of a dead child was still full")
