"""Folders in the temporary place that go with the program; what a killed one left, the next start removes.

Its maker holds a folder with a lock of the system's, which ends with the process however it ends: a folder
that nobody holds was left behind. A number of a process in the name would not tell, since numbers come again.
"""

import logging
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Self

from desktop.common.own_places import HeldFolder, hold

_RANDOM = "[a-z0-9_]{8}"  # as mkdtemp makes it
_HELD = "held"
_log = logging.getLogger("dsp.app")


class Passing(StrEnum):
    """All that the program and its children make there: how each folder's name begins.

    CARD: OpenSC's settings; LETTER: a letter for LibreOffice; SERVICE: the private smartcard service of demo
    and tests; DEMO: the testers' sockets; QA: a played demo's data.
    """

    CARD = "dsp-card-"
    LETTER = "dsp-letter-"
    SERVICE = "dsp-pcscd-"
    DEMO = "dsp-demo-"
    QA = "dsp-qa-"


class PassingFolder:
    """A new folder of this user alone; :meth:`remove` it, or leave the ``with``."""

    def __init__(self, kind: Passing, place: Path | None = None) -> None:
        """*place*: None for the system's temporary folder. Raises OSError."""
        self._free: Callable[[], None] | None = None
        while self._free is None:  # whoever sweeps may find it before it is held
            self.path = Path(tempfile.mkdtemp(prefix=kind, dir=place))
            self._free = _held(self.path)
        _mine.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def remove(self) -> None:
        """With all that is in it; a second time does nothing."""
        free, self._free = self._free, None
        _mine.discard(self)
        if free is None:
            return
        if sys.platform == "win32":  # which removes no open file
            free()
        shutil.rmtree(self.path, ignore_errors=True)
        if sys.platform != "win32":
            free()


_mine: set[PassingFolder] = set()


def remove_mine() -> None:
    """The process ends by force: what its other threads still hold goes now."""
    for folder in tuple(_mine):
        folder.remove()


def remove_left_behind(kinds: Iterable[Passing], place: Path | None = None) -> list[Path]:
    """Remove this user's folders below *place* that no running program holds; which they were.

    Only under names that :class:`PassingFolder` makes, and through no link.
    """
    names = re.compile(f"({'|'.join(kinds)}){_RANDOM}")
    removed: list[Path] = []
    with suppress(OSError), hold((place or Path(tempfile.gettempdir())).resolve()) as there:
        for name in there.folders(names):
            with suppress(OSError), there.inside(name) as left:
                if _is_left_behind(left):
                    there.remove(name)
                    removed.append(left.path)
    if removed:
        _log.info("%d folders of ended programs were removed", len(removed))
    return removed


def _held(path: Path) -> Callable[[], None] | None:
    """Hold a new folder; how to let it go. None when a sweep had it first."""
    if sys.platform == "win32":
        try:
            return (path / _HELD).open("xb").close
        except FileNotFoundError:
            return None
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.stat()
    except (BlockingIOError, FileNotFoundError):
        os.close(descriptor)
        return None
    except OSError:
        pass  # a file system without locks: nobody can take it for left behind there either
    return lambda: os.close(descriptor)


def _is_left_behind(folder: HeldFolder) -> bool:
    """True when nobody holds it; then we do, as long as *folder* is held."""
    if sys.platform == "win32":
        (folder.path / _HELD).unlink(missing_ok=True)  # refused while its maker has it open
        return True
    import fcntl

    assert folder.descriptor is not None
    fcntl.flock(folder.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True
