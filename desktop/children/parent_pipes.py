"""The child's side: its standard streams become two private pipes, and it ends with its parent."""

import ctypes
import io
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import NoReturn, TypeVar

from desktop.children.framing import NextFrame, PipeClosed, read_frame, write_frame

R = TypeVar("R")
_PR_SET_DUMPABLE = 4
_ANY_SIZE = sys.maxsize  # the parent is trusted


class ParentPipes:
    """Requests from the parent, answers to it."""

    def __init__(self) -> None:
        """Take the standard streams over: a library that prints must not meet the frames.

        Nobody else of this user may read the process from then on, or have it written to disk. The real
        standard output is given to nobody, not even to code that runs while a library is loaded.
        """
        # os.dup's copies are closed at an exec: a program that a library starts does not hold them.
        requests, answers = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.close(nothing)
        if sys.platform == "win32":
            import msvcrt

            for number in (requests, answers):
                msvcrt.setmode(number, os.O_BINARY)
        else:
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            # The window's own flag is lost when a child is started: this one may see a PIN or a document.
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        self._requests, self._answers = io.FileIO(requests, "rb"), io.FileIO(answers, "wb")

    def requests(self, receive: Callable[[NextFrame], R]) -> Iterator[R]:
        """What *receive* reads, one request after the other.

        Read in a thread of its own, so that the process ends at once with its parent, even inside a hung
        library. Call it before anything that may hang.
        """
        pending: queue.SimpleQueue[R] = queue.SimpleQueue()
        following = partial(read_frame, self._requests.readinto, _ANY_SIZE)

        def read() -> None:
            try:
                while True:
                    pending.put(receive(following))
            finally:  # gone, or it talks nonsense
                _end()

        threading.Thread(target=read, name="requests", daemon=True).start()
        return iter(pending.get, None)

    def send(self, frame: bytes | bytearray) -> None:
        """One frame of an answer; the process ends when nobody is there to read it."""
        try:
            write_frame(self._answers.write, frame)
        except PipeClosed:
            _end()


def _end() -> NoReturn:
    """At once, and with all that a library started: who would have ended them is gone."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        with suppress(PermissionError):  # confined: it may signal nobody, and could start nothing
            os.killpg(0, signal.SIGKILL)
    os._exit(0)
