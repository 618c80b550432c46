"""A watched scan folder: which files are new, whole and worth offering. Nothing is ever taken by itself."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

FRESH = timedelta(hours=12)
QUIET_S = 2.0  # unchanged that long = the scanner has finished
UNENDED_S = 30.0  # a PDF without its last line gets more patience, then the checker may judge it
MOST = 30
KINDS = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"})


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A file as the folder lists it; ``ended``: it has the end that its kind asks for."""

    path: Path
    size: int
    changed: datetime
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Scan:
    """A finished scan that may be offered."""

    path: Path
    size: int
    changed: datetime

    @property
    def name(self) -> str:
        """File name without its folder."""
        return self.path.name


class ScanWatch:
    """Compares looks at one folder. A file that still grows, or just appeared, waits.

    It outlives a lock, and files are named after patients: it keeps what it makes of their names (CF-017).
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._seen: dict[bytes, tuple[int, datetime, float]] = {}
        self._taken: set[tuple[bytes, int, datetime]] = set()
        self.waiting = 0

    def look(self, entries: Iterable[FolderEntry], now: datetime, seconds: float) -> tuple[Scan, ...]:
        """The scans to offer, newest first. *now* aware, *seconds* from a clock that never goes back."""
        seen: dict[bytes, tuple[int, datetime, float]] = {}
        offered: list[Scan] = []
        self.waiting = 0
        for entry in entries:
            if not is_scan(entry.path) or now - entry.changed > FRESH:
                continue
            name = self._name(entry.path)
            before = self._seen.get(name)
            same = before is not None and before[:2] == (entry.size, entry.changed)
            since = before[2] if same and before is not None else seconds
            seen[name] = (entry.size, entry.changed, since)
            if (name, entry.size, entry.changed) in self._taken:
                continue
            patience = QUIET_S if entry.ended else UNENDED_S
            if not entry.size or seconds - since < patience:
                self.waiting += 1
            else:
                offered.append(Scan(entry.path, entry.size, entry.changed))
        self._seen = seen
        offered.sort(key=lambda scan: scan.changed, reverse=True)
        return tuple(offered[:MOST])

    def take(self, scan: Scan) -> None:
        """Do not offer this scan again, unless the file changes."""
        self._taken.add((self._name(scan.path), scan.size, scan.changed))

    def _name(self, path: Path) -> bytes:
        return hashlib.blake2b(os.fsencode(path), digest_size=16, key=self._key).digest()


def is_scan(path: Path) -> bool:
    """True for the kinds that scanners write; hidden and temporary names are left alone."""
    return path.suffix.lower() in KINDS and not path.name.startswith((".", "~"))
