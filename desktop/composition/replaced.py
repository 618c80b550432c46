"""Whether the files that this program runs from were replaced by another release while it runs.

A package manager exchanges them under a running program; what is imported after that is the new release's,
beside the old one's that is loaded. Nothing that is kept is lost, but the program should be started anew.
"""

import sys
from pathlib import Path

from desktop.domain.errors import Code, Failure

Seen = tuple[int, int, int] | None


class ReplacedFiles:
    """Looks at the ``MANIFEST`` that every release has in its folder (``installers``); a working copy has
    none."""

    def __init__(self, manifest: Path | None = None) -> None:
        self._manifest = manifest or Path(sys.prefix) / "MANIFEST"
        self._first = self._last = self._look()
        self._told = self._first is None

    def changed(self) -> Failure | None:
        """PROGRAM_REPLACED, once: when two looks found the same other file, so that the exchange is over.

        Touches the disk: call it in a worker, seconds apart.
        """
        now = self._look()
        settled, self._last = now == self._last, now
        if self._told or now is None or now == self._first or not settled:
            return None
        self._told = True
        return Failure.of(Code.PROGRAM_REPLACED)

    def _look(self) -> Seen:
        """None = not there: no release, or one that is being removed."""
        try:
            found = self._manifest.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
