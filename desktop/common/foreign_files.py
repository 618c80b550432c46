"""The user's files: opened once and never waited for, read when they are files, up to a limit.

What stands under a name may be a pipe, a device, a socket or a link to one, may change between two looks, may
grow without end, and may lie on a share that hangs. So the name is opened once, without blocking; what was
opened is judged, not the name; and whoever reads waits for bytes, never for the file: a read that hangs
inside the system cannot be ended by anybody, it is left to its thread.
"""

import errno
import io
import os
import queue
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from desktop.domain.errors import Code, Failure, Result

PATIENCE_S = 10.0  # without a byte
MOST_HUNG = 8  # threads that a dead share may hold
_PIECE = 1 << 20
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_busy = threading.BoundedSemaphore(MOST_HUNG)


class NotRegularError(OSError):
    """A folder, a pipe, a device, a socket."""


def open_regular(path: Path) -> int:
    """A descriptor to read from; OSError, :class:`NotRegularError` for what is no file."""
    descriptor = os.open(path, _READ | _BINARY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotRegularError(path.name)
    return descriptor


def read_start(path: Path, limit: int) -> bytes:
    """At most *limit* bytes from the beginning, read now; OSError. For the program's own small files."""
    with os.fdopen(open_regular(path), "rb") as file:
        return file.read(limit)


def read_file(path: Path, limit: int, patience: float = PATIENCE_S) -> Result[bytes]:
    """All of it, at most *limit* bytes; call it in a worker.

    FILE_NO_FILE, FILE_TOO_LARGE, FILE_SILENT (nothing came for *patience* seconds), FILE_UNREADABLE.
    """
    return _in_time(path, limit, patience, whole=True)


def read_head(path: Path, count: int, patience: float = PATIENCE_S) -> Result[bytes]:
    """Its first *count* bytes; the rest is of no interest. Fails as :func:`read_file` does."""
    return _in_time(path, count, patience, whole=False)


def read_tail(path: Path, count: int) -> bytes:
    """Its last *count* bytes, read now; OSError. Call it where a share may hang."""
    with os.fdopen(open_regular(path), "rb") as file:
        file.seek(max(os.fstat(file.fileno()).st_size - count, 0))
        return file.read(count)


def write_file(path: Path, content: bytes) -> None:
    """Put a new file of the user's in the place of *path*: the whole or nothing; call it in a worker.

    OSError; :class:`NotRegularError` where something stands that is no file: it is not opened nor replaced.
    """
    target = path.resolve() if path.is_symlink() else path
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(target.stat().st_mode):
            raise NotRegularError(path.name)
    descriptor, beside = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _in_time(path: Path, limit: int, patience: float, *, whole: bool) -> Result[bytes]:
    """*whole*: more bytes than *limit* are refused; else they are left."""
    if not _busy.acquire(blocking=False):
        return Failure.of(Code.FILE_SILENT, name=path.name)
    pieces: queue.SimpleQueue[bytes | int | Exception | None] = queue.SimpleQueue()

    def read() -> None:
        try:
            with os.fdopen(open_regular(path), "rb", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                if size > limit and whole:
                    pieces.put(size)  # nothing of it has to be read
                    return
                for piece in _pieces(file, limit):
                    pieces.put(piece)
            pieces.put(None)
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            pieces.put(error)
        finally:
            _busy.release()

    # A daemon: what hangs in the system must not keep the program from ending.
    threading.Thread(target=read, name="dsp-file", daemon=True).start()
    content = bytearray()
    while True:
        try:
            piece = pieces.get(timeout=patience)
        except queue.Empty:
            return Failure.of(Code.FILE_SILENT, name=path.name)
        if piece is None:
            return bytes(content)
        if isinstance(piece, Exception):
            return _refusal(path, piece)
        if isinstance(piece, int):
            return _too_large(piece, limit)
        content += piece
        if len(content) > limit:
            return _too_large(len(content), limit) if whole else bytes(content[:limit])


def _pieces(file: io.FileIO, limit: int) -> Iterator[bytes]:
    """No more than one byte beyond *limit*, however much comes."""
    left = limit + 1
    while left > 0 and (piece := file.read(min(_PIECE, left))):
        left -= len(piece)
        yield piece


def _too_large(size: int, limit: int) -> Failure:
    return Failure.of(Code.FILE_TOO_LARGE, megabytes=-(-size // 2**20), limit=-(-limit // 2**20))


def _refusal(path: Path, error: Exception) -> Failure:
    none = isinstance(error, NotRegularError | IsADirectoryError) or _is_no_such_device(error)
    return Failure.of(Code.FILE_NO_FILE if none else Code.FILE_UNREADABLE, name=path.name)


def _is_no_such_device(error: Exception) -> bool:
    """What opening a socket says."""
    return isinstance(error, OSError) and error.errno in (errno.ENXIO, errno.ENODEV)
