"""One running program a data folder; a second start asks the first to show its window.

The lock is the system's own file lock, so a crash leaves nothing stale. The first one listens on a local
socket (a named pipe on Windows) whose address and key stand in a file that only the user can read.
"""

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from desktop.domain.errors import Code, Failure, Result

if TYPE_CHECKING:  # the first program needs it once its window stands
    from multiprocessing.connection import Listener

_log = logging.getLogger("dsp.instance")
_RAISE = b"raise"
_STOP = b"stop"
_PATIENCE_S = 3.0  # from the first program's lock to its listening


class SingleInstance:
    """Held from the program's start to its end."""

    def __init__(self, home: Path) -> None:
        self._lock_file = home / "instance.lock"
        self._address_file = home / "instance.json"
        self._held: IO[bytes] | None = None
        self._key = b""
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None

    def acquire(self) -> Result[None]:
        """Become the one. ALREADY_RUNNING: another program has this folder, and was asked to show itself."""
        held = self._lock_file.open("a+b")
        if not _try_lock(held):
            held.close()
            self._ask_first_to_raise()
            return Failure(Code.ALREADY_RUNNING)
        self._held = held
        return None

    def listen(self, raised: Callable[[], None]) -> None:
        """Once acquired: *raised* is called from a thread when another start was tried."""
        from multiprocessing.connection import Listener

        self._key = os.urandom(32)
        self._listener = Listener(authkey=self._key)
        self._write_address(self._listener)
        self._thread = threading.Thread(
            target=self._serve, args=(self._listener, raised), name="dsp-instance", daemon=True
        )
        self._thread.start()

    def release(self) -> None:
        """Let another start have the folder; returns when the thread is gone."""
        if self._listener is not None and self._thread is not None:
            self._send(str(self._listener.address), self._key, _STOP)
            self._thread.join(timeout=5)
            self._listener.close()
            self._listener = self._thread = None
            self._address_file.unlink(missing_ok=True)
        if self._held is not None:
            self._held.close()
            self._held = None

    def _serve(self, listener: "Listener", raised: Callable[[], None]) -> None:
        from multiprocessing import AuthenticationError

        while True:
            try:
                with listener.accept() as connection:
                    asked = connection.recv_bytes(16)
            except (AuthenticationError, EOFError, OSError):
                continue  # a stranger, or one that went away
            if asked == _STOP:
                return
            if asked == _RAISE:
                raised()

    def _write_address(self, listener: "Listener") -> None:
        temporary = self._address_file.with_suffix(".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"address": str(listener.address), "key": self._key.hex()}, file)
        temporary.replace(self._address_file)

    def _ask_first_to_raise(self) -> None:
        """Asked again for a while: the first program may be about to listen."""
        deadline = time.monotonic() + _PATIENCE_S
        while not self._told_to_raise():
            if time.monotonic() > deadline:
                _log.info("the running program could not be told to show itself")
                return
            time.sleep(0.05)

    def _told_to_raise(self) -> bool:
        try:
            told = json.loads(self._address_file.read_text(encoding="utf-8"))
            return self._send(str(told["address"]), bytes.fromhex(told["key"]), _RAISE)
        except (OSError, ValueError, KeyError):
            return False

    @staticmethod
    def _send(address: str, key: bytes, message: bytes) -> bool:
        from multiprocessing import AuthenticationError
        from multiprocessing.connection import Client

        try:
            with Client(address, authkey=key) as connection:
                connection.send_bytes(message)
        except (AuthenticationError, EOFError, OSError):
            return False
        return True


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
