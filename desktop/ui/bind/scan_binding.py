"""Looks into the watched scan folder while the deposit form is on the screen."""

import itertools
import stat
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from desktop.common.foreign_files import read_tail
from desktop.domain.errors import Failure
from desktop.ports.clock import ClockPort
from desktop.services.scan_folder import FolderEntry, Scan, ScanWatch, is_scan
from desktop.ui.preferences import Preferences
from desktop.ui.tasks import Generation, Lane, Tasks
from desktop.ui.views.deposit_model import ScanLine, ScanModel
from desktop.ui.views.scan_offer import ScanOffer

LOOK_MS = 1_000
_MOST_FILES = 5_000
_TAIL = 1_024


class ScanBinding(QObject):
    """Only names, sizes and times are read until the user takes a scan."""

    def __init__(
        self, tasks: Tasks, preferences: Preferences, clock: ClockPort, view: ScanOffer, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tasks, self._preferences, self._clock, self._view = tasks, preferences, clock, view
        self._watch = ScanWatch()
        self._generation = Generation()
        self._looking = False
        self._scans: tuple[Scan, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        view.folder_chosen.connect(lambda folder: self._use(str(folder)))
        view.folder_dropped.connect(lambda: self._use(""))

    def start(self) -> None:
        """The form is shown."""
        self._view.show_scans(ScanModel(self._folder))
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """The form is gone, and with it the names of files (CF-017); what was taken is not offered again."""
        self._timer.stop()
        self._generation.bump()
        self._scans = ()
        self._view.show_scans(ScanModel(self._folder))

    def take(self, line: ScanLine) -> None:
        """The user took this scan: it is not offered again."""
        self._watch.take(Scan(line.path, line.size, line.changed))
        self._scans = tuple(scan for scan in self._scans if scan.path != line.path)
        self._show(unreadable=False)

    @property
    def _folder(self) -> str:
        return self._preferences.settings.scan_folder

    def _use(self, folder: str) -> None:
        self._preferences.change(scan_folder=folder)
        self._watch, self._scans = ScanWatch(), ()
        self._generation.bump()
        self._view.show_scans(ScanModel(folder))
        self.look()

    def look(self) -> None:
        """List the folder in a worker; a slow network folder is asked once at a time.

        A listing that nobody waits for any more still has to end before the next one begins.
        """
        folder, born = self._folder, self._generation.value
        if not folder or self._looking:
            return
        self._looking = True

        def listed(entries: tuple[FolderEntry, ...] | Failure | None) -> None:
            self._looking = False
            if self._generation.value == born:
                self._listed(entries)
            elif self._timer.isActive():  # another folder, or the form came back
                self.look()

        self._tasks.run(Lane.FOLDER, lambda: _list(Path(folder)), listed, owner=self)

    def _listed(self, entries: tuple[FolderEntry, ...] | Failure | None) -> None:
        if entries is None or isinstance(entries, Failure):
            self._scans = ()
            self._show(unreadable=True)
            return
        self._scans = self._watch.look(entries, self._clock.now(), self._clock.monotonic())
        self._show(unreadable=False)

    def _show(self, *, unreadable: bool) -> None:
        lines = tuple(ScanLine(scan.path, scan.size, scan.changed) for scan in self._scans)
        self._view.show_scans(ScanModel(self._folder, lines, self._watch.waiting, unreadable))


def _list(folder: Path) -> tuple[FolderEntry, ...] | None:
    """Files of *folder* that a scanner may have written; None when it cannot be read."""
    found = []
    try:
        for path in itertools.islice(folder.iterdir(), _MOST_FILES):
            entry = _entry(path) if is_scan(path) else None
            if entry is not None:
                found.append(entry)
    except OSError:
        return None
    return tuple(found)


def _entry(path: Path) -> FolderEntry | None:
    """None for what is no file, went away, or is held by the scanner: the next look will tell."""
    try:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):
            return None
        changed = datetime.fromtimestamp(told.st_mtime, UTC)
        return FolderEntry(path, told.st_size, changed, _is_ended(path))
    except (OSError, ValueError, OverflowError):
        return None


def _is_ended(path: Path) -> bool:
    """A PDF is whole when its last line is there; other kinds are judged by standing still."""
    if path.suffix.lower() != ".pdf":
        return True
    return b"%%EOF" in read_tail(path, _TAIL)
