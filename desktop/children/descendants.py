"""Linux: the processes below this one, however far, even those that left its session or lost their parent."""

import ctypes
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_BE_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER


def adopt_orphans() -> None:
    """From now on who loses its parent below becomes a child of this process (``man 2 prctl``)."""
    ctypes.CDLL(None).prctl(_BE_SUBREAPER, 1, 0, 0, 0)


def end_all() -> None:
    """End them, and what they start meanwhile; returns once nothing is left.

    Who loses its parent by it is a child of this process at the next look, see :func:`adopt_orphans`.
    """
    while True:
        for child in _children():
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> Iterator[int]:
    me = os.getpid()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended while it was looked at
            state = (process / "stat").read_bytes()
            if int(state[state.rindex(b")") + 1 :].split()[1]) == me:
                yield int(process.name)
