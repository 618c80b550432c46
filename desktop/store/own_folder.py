"""One folder of encrypted files: nothing outside it, and nothing that is not ours, is read or removed.

A name is ours only as the store makes it; under one, only a plain file is. A link, a folder, or anything
with another name (another case too) was put there by somebody else: it is neither followed nor removed. The
folder itself is never reached through a link. Where the system can (POSIX), each act goes by the folder's
descriptor, so that nobody can put a link in its place in between; Windows looks at the reparse point first.
"""

import errno
import logging
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.common.own_places import is_reparse_point, refuse_link

SUFFIX = ".body"
_OURS = re.compile(r"[0-9a-f]{32}\.body(\.tmp)?")
_BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.unlink in os.supports_dir_fd
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_MISPLACED = (errno.ENOENT, errno.ELOOP, errno.EMLINK, errno.ENOTDIR, errno.EISDIR)
_log = logging.getLogger("dsp.store")


class OwnFolder:
    """Files that the store made in *path*, made if it is not there. Every method raises OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def names(self) -> set[str]:
        """Our plain files that are there."""
        with self._held() as held:
            return {name for name in held.listed() if _OURS.fullmatch(name) and held.is_plain(name)}

    def read(self, name: str) -> bytes | None:
        """What is in one file; None where no file of ours has this name."""
        with self._held() as held:
            if not (_OURS.fullmatch(name) and held.is_plain(name)):
                return None
            try:
                descriptor = held.open(name, os.O_RDONLY | _BINARY | _NO_WAIT)
            except OSError as error:
                if error.errno in _MISPLACED:
                    return None
                raise
            with os.fdopen(descriptor, "rb") as file:
                plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
                return file.read() if plain else None

    def write(self, name: str, data: bytes) -> None:
        """Write a new file whole or not at all (0600), and not return before it is on the disk."""
        temporary = name + ".tmp"
        with self._held() as held:
            try:
                write_whole(lambda: held.open(temporary, NEW), data)
                held.rename(temporary, name)
            except OSError:
                held.remove(temporary)
                raise
            held.sync()

    def remove(self, names: Iterable[str]) -> int:
        """Remove files of ours; how many. One that cannot be removed stops no other; the log tells."""
        removed, kept = 0, 0
        with self._held() as held:
            for name in names:
                try:
                    removed += held.remove(name)
                except OSError:
                    kept += 1
        if kept:
            _log.warning("%d files could not be removed", kept)
        return removed

    @contextmanager
    def _held(self) -> Iterator["_Held"]:
        if not _BY_DESCRIPTOR:
            refuse_link(self._path)
            yield _Held(None, lambda name: self._path / name)
            return
        descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | _NO_LINK)
        try:
            yield _Held(descriptor, Path)
        finally:
            os.close(descriptor)


class _Held:
    """The folder while it cannot become another: every name is looked up in it."""

    def __init__(self, descriptor: int | None, place: Callable[[str], Path]) -> None:
        self._descriptor = descriptor
        self._place = place

    def listed(self) -> list[str]:
        with os.scandir(self._place("") if self._descriptor is None else self._descriptor) as found:
            return [entry.name for entry in found]

    def open(self, name: str, flags: int) -> int:
        return os.open(self._place(name), flags | _NO_LINK, 0o600, dir_fd=self._descriptor)

    def is_plain(self, name: str) -> bool:
        try:
            found = os.stat(self._place(name), dir_fd=self._descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return stat.S_ISREG(found.st_mode) and not is_reparse_point(found)

    def rename(self, name: str, to: str) -> None:
        os.replace(
            self._place(name), self._place(to), src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor
        )

    def remove(self, name: str) -> bool:
        """False where nothing of ours has this name."""
        if not (_OURS.fullmatch(name) and self.is_plain(name)):
            return False
        os.unlink(self._place(name), dir_fd=self._descriptor)
        return True

    def sync(self) -> None:
        """Make names durable (Windows does so by itself)."""
        if self._descriptor is not None:
            os.fsync(self._descriptor)


NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY  # a file that is there already is never written into


def write_whole(opened: Callable[[], int], data: bytes) -> None:
    """Write *data* into the descriptor that *opened* gives, and not return before it is on the disk."""
    with os.fdopen(opened(), "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
        os.fsync(file.fileno())
