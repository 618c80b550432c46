"""Where the practice software puts its tickets, and a second start of the program what it was asked for.

The **run folder** is ``$XDG_RUNTIME_DIR/dsp-desktop``, which lies in memory and ends with the user's session;
where the system has none, ``run`` in the data folder. It is this user's alone or not used. There is no door
that somebody could hang on or fill (:mod:`desktop.system.single_instance`): a second start leaves a file, and
asks the first one to look.
"""

import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop.common.own_places import HeldFolder, hold
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.patient_call import LARGEST_TICKET, PatientCall, is_ticket_name, taken

FRESH_S = 300  # a ticket or a call that is older asks for nothing any more
_MOST = 20  # calls that one look takes
_CALL = re.compile(r"[0-9a-f]{32}")
_ALL, _WRITE = 0o077, 0o022  # rights of others: any; to write
_AHEAD_S = 5  # clocks of file systems are coarse


def run_folder(home: Path) -> Path:
    """The run folder of the program whose data folder is *home*; it need not be there."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(given) / "dsp-desktop" if Path(given).is_absolute() else home / "run"


def ticket_folder(home: Path) -> Path:
    """Where programs of this user write their tickets."""
    return run_folder(home) / "tickets"


def claim_ticket(name: str, home: Path, now: Callable[[], float] = time.time) -> Result[bytes]:
    """What ticket *name* says; it is gone afterwards, whatever the answer: it serves once.

    CALL_USED: there is none (any more), or it is old. CALL_UNSAFE: another user's, a link, or others may read
    or write it or its folder. CALL_UNREADABLE: no name of a ticket, or too much in it.
    """
    if not is_ticket_name(name):
        return Failure.of(Code.CALL_UNREADABLE)
    try:
        with _own(run_folder(home)), _own(ticket_folder(home)) as place:
            return _claim(place, name, now())
    except FileNotFoundError:
        return Failure.of(Code.CALL_USED)
    except OSError:
        return Failure.of(Code.CALL_UNSAFE)


def read_handed(path: Path, largest: int, now: Callable[[], float] = time.time) -> Result[bytes]:
    """A file that this user's program just wrote, wherever it lies; it stays.

    CALL_USED: there is none, or it is old. CALL_UNSAFE: another user's, one that others may write, a link.
    CALL_UNREADABLE: more than *largest* bytes.
    """
    try:
        return _read(path, None, now(), largest, closed=_WRITE)
    except FileNotFoundError:
        return Failure.of(Code.CALL_USED)
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return Failure.of(Code.CALL_UNSAFE)


class CallBox:
    """Calls on their way from a second start to the program that has the data folder *home*."""

    def __init__(self, home: Path, now: Callable[[], float] = time.time) -> None:
        self._run, self._now = run_folder(home), now
        self._folder = self._run / f"calls-{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"

    def put(self, content: bytes) -> Path:
        """Leave *content*; the file is gone once it was taken. Raises OSError."""
        for folder in (self._run, self._folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _own(self._run), _own(self._folder):
            path = self._folder / secrets.token_hex(16)
            beside = path.with_suffix(".part")
            made = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "wb") as file:
                file.write(content)
            beside.replace(path)
        return path

    def take(self) -> tuple[Result[PatientCall], ...]:
        """What was asked since the last look, the oldest first; each is taken once, old ones are dropped."""
        answers: list[Result[PatientCall]] = []
        with suppress(OSError), _own(self._run), _own(self._folder) as place:
            found = sorted((p for p in self._folder.iterdir() if _CALL.fullmatch(p.name)), key=_age)
            for path in found[-_MOST:]:
                content = _claim(place, path.name, self._now())
                if not isinstance(content, Failure):
                    answers.append(taken(content))
            for path in found[:-_MOST]:
                path.unlink(missing_ok=True)
        return tuple(answers)


def _age(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0


@contextmanager
def _own(folder: Path) -> Iterator[HeldFolder]:
    """*folder*, held; PermissionError where another user's hand reaches into it. Raises OSError."""
    with hold(folder) as place:
        if place.descriptor is not None and not _is_mine(os.fstat(place.descriptor)):
            raise PermissionError
        yield place


def _is_mine(told: os.stat_result, closed: int = _ALL) -> bool:
    """This user's, and *closed* to all others; on Windows the user's profile sees to that."""
    return os.name == "nt" or (told.st_uid == os.getuid() and not told.st_mode & closed)


def _claim(place: HeldFolder, name: str, now: float) -> Result[bytes]:
    """Who renames a file has it: of two that come at once, one finds nothing."""
    mine = f"{secrets.token_hex(16)}.taken"
    seen, claimed = _in(place, name), _in(place, mine)
    at = place.descriptor
    try:
        os.rename(seen, claimed, src_dir_fd=at, dst_dir_fd=at)
    except FileNotFoundError:
        return Failure.of(Code.CALL_USED)
    except OSError:
        return Failure.of(Code.CALL_UNSAFE)
    try:
        return _read(claimed, at, now, LARGEST_TICKET, closed=_ALL)
    except OSError:  # a link; no right to read it
        return Failure.of(Code.CALL_UNSAFE)
    finally:
        with suppress(OSError):  # a folder of that name
            os.unlink(claimed, dir_fd=at)


def _read(path: Path, at: int | None, now: float, largest: int, closed: int) -> Result[bytes]:
    flags = os.O_RDONLY
    for more in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
        flags |= getattr(os, more, 0)
    descriptor = os.open(path, flags, dir_fd=at)
    with os.fdopen(descriptor, "rb") as file:
        told = os.fstat(descriptor)
        if not stat.S_ISREG(told.st_mode) or told.st_nlink > 1 or not _is_mine(told, closed):
            return Failure.of(Code.CALL_UNSAFE)
        if not -_AHEAD_S <= now - told.st_mtime <= FRESH_S:
            return Failure.of(Code.CALL_USED)
        content = file.read(largest + 1)
    return content if len(content) <= largest else Failure.of(Code.CALL_UNREADABLE)


def _in(place: HeldFolder, name: str) -> Path:
    return place.path / name if place.descriptor is None else Path(name)
