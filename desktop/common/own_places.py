"""Folders that the program made, and removes again: by their names, never through a link, this user's only.

Where the system can (POSIX), each act goes by the descriptor of the folder that was looked at, so that nobody
can put a link in its place in between; Windows looks at the reparse point first.
"""

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BY_DESCRIPTOR = {os.open, os.stat} <= os.supports_dir_fd and os.scandir in os.supports_fd


class HeldFolder:
    """A folder that cannot become another while it is held (:func:`hold`). Methods raise OSError."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.path = path
        self.descriptor = descriptor

    def folders(self, names: re.Pattern[str]) -> list[str]:
        """Folders of this user that are so called, in order; a link, or a mount of another's, is none."""
        with os.scandir(self.path if self.descriptor is None else self.descriptor) as entries:
            found = [entry.name for entry in entries if names.fullmatch(entry.name)]
        return sorted(name for name in found if self._is_own_folder(name))

    @contextmanager
    def inside(self, name: str) -> Iterator["HeldFolder"]:
        """One of :meth:`folders`, held too."""
        with _held(self.path / name, self._place(name), self.descriptor) as place:
            yield place

    def remove(self, name: str) -> None:
        """One of :meth:`folders`, with all that is in it; links in it go, what they lead to stays.

        What cannot be removed stays, for the next time.
        """
        shutil.rmtree(self._place(name), ignore_errors=True, dir_fd=self.descriptor)

    def _place(self, name: str) -> Path:
        return self.path / name if self.descriptor is None else Path(name)

    def _is_own_folder(self, name: str) -> bool:
        try:
            found = os.stat(self._place(name), dir_fd=self.descriptor, follow_symlinks=False)
        except OSError:
            return False  # gone meanwhile
        mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        return stat.S_ISDIR(found.st_mode) and not is_reparse_point(found) and mine


@contextmanager
def hold(path: Path) -> Iterator[HeldFolder]:
    """*path*, which is a folder and no link. Raises OSError."""
    with _held(path, path, None) as place:
        yield place


@contextmanager
def _held(path: Path, seen: Path, at: int | None) -> Iterator[HeldFolder]:
    if not BY_DESCRIPTOR:
        refuse_link(path)
        yield HeldFolder(path, None)
        return
    descriptor = os.open(seen, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
    try:
        yield HeldFolder(path, descriptor)
    finally:
        os.close(descriptor)


def refuse_link(folder: Path) -> None:
    """NotADirectoryError for symbolic links and Windows' junctions: both are reparse points there."""
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or is_reparse_point(found):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


def is_reparse_point(found: os.stat_result) -> bool:
    """Windows' links and placeholders; never elsewhere."""
    attributes = getattr(found, "st_file_attributes", 0)
    return bool(attributes & getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0x400))
