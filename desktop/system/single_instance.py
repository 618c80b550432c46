"""One running program a data folder; a second start asks the first to show its window.

The lock is the system's own file lock, so a crash leaves nothing stale. The first one has a door: a datagram
socket in its folder (Windows, and where the path is too long for one: on the loopback interface), whose key
stands in a file that only the user can read. A datagram is a whole question: nobody can connect, say nothing
and hold up who comes next.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from desktop.domain.errors import Code, Failure, Result

if TYPE_CHECKING:  # the first program needs it once its window stands
    pass

_PATIENCE_S = 3.0  # from the first program's lock to its listening
_AGAIN_S = 0.05
_KEY = 32
_LONGEST_PATH = 100  # bytes of a socket's name; macOS takes 104, Linux 108


class SingleInstance:
    """Held from the program's start to its end."""

    def __init__(self, home: Path) -> None:
        self._lock_file = home / "instance.lock"
        self._address_file = home / "instance.json"
        self._door_file = home / "door"
        self._held: IO[bytes] | None = None
        self._door: Door | None = None

    def acquire(self) -> Result[None]:
        """Become the one. ALREADY_RUNNING: another program has this folder, and was asked to show itself.

        Raises OSError where the folder takes no file.
        """
        held = self._lock_file.open("a+b")
        if not _try_lock(held):
            held.close()
            self._ask_first_to_raise()
            return Failure(Code.ALREADY_RUNNING)
        self._held = held
        return None

    def listen(self, raised: Callable[[], None]) -> None:
        """Once acquired: *raised* is called from a thread when another start was tried. Raises OSError."""
        self._door = Door(self._door_file, raised)
        self._write_address(self._door)

    def release(self) -> None:
        """Let another start have the folder; returns when the thread is gone."""
        if self._door is not None:
            self._door.close()
            self._door = None
            self._address_file.unlink(missing_ok=True)
        if self._held is not None:
            self._held.close()
            self._held = None

    def _write_address(self, door: "Door") -> None:
        temporary = self._address_file.with_suffix(".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"address": door.address, "key": door.key.hex()}, file)
        temporary.replace(self._address_file)

    def _ask_first_to_raise(self) -> None:
        """Asked again for a while: the first program may be about to listen."""
        deadline = time.monotonic() + _PATIENCE_S
        while not self._told_to_raise() and time.monotonic() < deadline:
            time.sleep(_AGAIN_S)

    def _told_to_raise(self) -> bool:
        try:
            told = json.loads(self._address_file.read_text(encoding="utf-8"))
            return knock(told["address"], bytes.fromhex(told["key"]))
        except (OSError, ValueError, KeyError, TypeError):
            return False


class Door:
    """Where other starts knock; ``address`` and ``key`` are theirs to know."""

    def __init__(self, place: Path, raised: Callable[[], None]) -> None:
        """*place*: the socket's file, where its path is short enough. *raised* is called from a thread."""
        import socket

        self.key = os.urandom(_KEY)
        self._raised = raised
        self._file: Path | None = None
        if sys.platform == "win32" or len(os.fsencode(place)) > _LONGEST_PATH:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._socket.bind(("127.0.0.1", 0))
            self.address: str | int = self._socket.getsockname()[1]
        else:
            place.unlink(missing_ok=True)  # of a program that was killed; the lock is ours
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.bind(str(place))
            self._file, self.address = place, str(place)
        self._ours, self._theirs = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="dsp-instance", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """No more knocks; returns when the thread is gone."""
        self._theirs.close()
        self._thread.join()
        for end in (self._ours, self._socket):
            end.close()
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def _serve(self) -> None:
        import hmac
        import select

        while True:
            ready, _, _ = select.select([self._socket, self._ours], [], [])
            if self._ours in ready:
                return
            try:
                said = self._socket.recv(_KEY + 1)
            except OSError:
                continue  # Windows says here that an earlier sender went away
            if hmac.compare_digest(said, self.key):
                self._raised()


def knock(address: str | int, key: bytes) -> bool:
    """True when the message lies before the door; never waits: a door with a full mat is tried again."""
    import socket

    place = address if isinstance(address, str) else ("127.0.0.1", address)
    with socket.socket(socket.AF_UNIX if place == address else socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        try:
            sender.sendto(key, place)
        except OSError:
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
