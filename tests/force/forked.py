"""Work in a forked child that can be killed at any moment, and says in lines what it has reached.

A fork of this process, which has imported everything and runs no thread, costs a tenth of a new interpreter:
that is what makes hundreds of kills affordable.
"""

import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import NoReturn

Tell = Callable[[str], None]
LIMIT_S = 300.0
_FAILED = 70


class ChildError(Exception):
    """The child ended with an error of its own, or never said what was waited for."""


def whole(work: Callable[[Tell], None]) -> list[str]:
    """Everything that *work* tells, run to its end."""
    child = Child(work)
    said = child.rest()
    if child.status != 0:
        raise ChildError(f"ended with {child.status} after {said}")
    return said


class Child:
    """One forked run of *work*."""

    def __init__(self, work: Callable[[Tell], None]) -> None:
        sys.stdout.flush()
        self._end, told = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._end)
            _run(work, told)
        os.close(told)
        self._buffer = b""
        self.status = 0

    def wait_for(self, word: str) -> None:
        """Until it tells *word*."""
        end = time.monotonic() + LIMIT_S
        while word.encode() not in self._buffer.splitlines():
            readable, _, _ = select.select([self._end], [], [], max(0.0, end - time.monotonic()))
            part = os.read(self._end, 65536) if readable else b""
            if not part:
                self.kill()
                raise ChildError(f"never told {word}, but {self._buffer!r}")
            self._buffer += part

    def kill(self) -> list[str]:
        """SIGKILL; what it had told by then."""
        os.kill(self._pid, signal.SIGKILL)
        return self.rest()

    def rest(self) -> list[str]:
        """Wait for the end; all that it told, whole lines only."""
        while part := os.read(self._end, 65536):
            self._buffer += part
        os.close(self._end)
        _, status = os.waitpid(self._pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        return self._buffer.decode().split("\n")[:-1]


def _run(work: Callable[[Tell], None], pipe: int) -> NoReturn:
    code = _FAILED
    try:
        work(lambda line: void(os.write(pipe, f"{line}\n".encode())))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def void(_written: int) -> None:
    """A line is shorter than a pipe: it is written whole or not at all."""
