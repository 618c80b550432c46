"""One running program a data folder; a second start asks the first to show its window.

The lock is the system's own file lock, so a crash leaves nothing stale. The second start asks by setting the
lock file's time, and the first one looks at that time now and then: there is no door that somebody could hang
on, fill or hold open. Whoever sets it a million times is heard a few times a second, and nothing is read from
him; who may set it is who may write in the user's own folder.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.domain.errors import Failure

LOOK_S = 0.25
_FAREWELL_S = 0.1  # a folder on a share that hangs holds its thread up, and not the program's end


class SingleInstance:
    """Held from the program's start to its end."""

    def __init__(self, home: Path) -> None:
        self._lock_file = lock_file(home)
        self._held: IO[bytes] | None = None
        self._heard = 0
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def acquire(self) -> "Failure | None":
        """Become the one: None. ALREADY_RUNNING: another has this folder, and was asked to show itself.

        Raises OSError where the folder takes no file or no lock.
        """
        held = self._lock_file.open("a+b")
        try:
            alone = _try_lock(held)
        except OSError as error:
            held.close()
            raise OSError(error.errno, error.strerror, str(self._lock_file)) from error
        if not alone:
            held.close()
            with suppress(OSError):
                ask(self._lock_file)
            from desktop.domain.errors import Code, Failure

            return Failure(Code.ALREADY_RUNNING)
        self._held, self._heard = held, _time_of(held)
        return None

    def listen(self, raised: Callable[[], None]) -> None:
        """Once acquired: *raised* is called from a thread when another start was tried, also before this."""
        self._thread = threading.Thread(
            target=self._look_on, args=(raised,), name="dsp-instance", daemon=True
        )
        self._thread.start()

    def was_asked(self) -> bool:
        """Whether a start was tried since this was asked last; a thousand count as one."""
        before, self._heard = self._heard, self._heard if self._held is None else _time_of(self._held)
        return self._heard != before

    def release(self) -> None:
        """Let another start have the folder."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(_FAREWELL_S)
            self._thread = None
        if self._held is not None:
            self._held.close()
            self._held = None

    def _look_on(self, raised: Callable[[], None]) -> None:
        while not self._over.wait(LOOK_S):
            with suppress(OSError, ValueError):  # ValueError: closed this moment
                if self.was_asked():
                    raised()


def lock_file(home: Path) -> Path:
    """Which the running program of the data folder *home* holds."""
    return home / "instance.lock"


def is_held(lock: Path) -> bool:
    """Whether a program runs. Who starts in that very moment takes this look for one: harmless, since whoever
    looks is about to start it."""
    try:
        with lock.open("rb+") as file:
            return not _try_lock(file)
    except FileNotFoundError:
        return False
    except OSError:  # a file system without locks, or one that refuses
        return False


def ask(lock: Path) -> None:
    """As a second start does. Raises OSError."""
    now = time.time_ns()
    os.utime(lock, ns=(now, now))


def _time_of(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_mtime_ns


def _try_lock(file: IO[bytes]) -> bool:
    """False where another program holds it. Raises OSError of a file system that knows no locks."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
