"""Technical logs: 5 × 2 MB, for the owner only, gone after 13 months (CF-064), redacted by an allow-list.

Only what is known to be harmless is written: our own fixed sentences with numbers, codes and short plain
words. Any other value becomes […], long runs of digits become #, an exception is its type and its places in
the code, and a foreign library is only its name and line: its sentences may hold addresses and names.
"""

import logging
import logging.handlers
import os
import re
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from io import TextIOWrapper
from pathlib import Path

_BYTES = 2 * 1024 * 1024
_FILES = 5
_MONTHS = 13
_STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"
_CRASH_STAMP = "%Y%m%dT%H%M%S.%fZ"
_CRASH = re.compile(r"crash-\d{8}T\d{6}\.\d{6}Z\.txt")
_PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,63}\Z")
_DIGITS = re.compile(r"\d(?:[ ./-]?\d){3,}")
_LARGEST_NUMBER = 10**10  # a matricule has 11 or 13 digits


def _system_time() -> datetime:
    return datetime.now(UTC)


def start_logging(
    folder: Path, *, level: int = logging.INFO, now: Callable[[], datetime] = _system_time
) -> logging.Handler:
    """Write the root logger to *folder*/dsp-desktop.log; old lines go first and daily. Raises OSError."""
    path = folder / "dsp-desktop.log"
    handler = _OwnerOnlyHandler(path, now)
    handler.setFormatter(RedactingFormatter())
    handler.setLevel(level)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(level, root.level or level))
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Close the file."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def purge_old(path: Path, now: datetime) -> None:
    """Drop lines that are 13 months old from *path* and its older files; an empty older file goes."""
    limit = months_before(now, _MONTHS).strftime(_STAMP)
    for file in [path, *(path.with_name(f"{path.name}.{n}") for n in range(1, _FILES))]:
        if not file.exists():
            continue
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        kept = [line for line in lines if line[:4].isdigit() and line[:27] > limit]
        if len(kept) == len(lines):
            continue
        if kept:
            temporary = file.with_name(file.name + ".tmp")
            with open(temporary, "w", encoding="utf-8", opener=_owner_only) as rewritten:
                rewritten.writelines(kept)
            temporary.replace(file)
        else:
            file.unlink()


def set_crash_aside(path: Path, now: datetime) -> None:
    """Give what an earlier run wrote into *path* as it crashed a name of its own, so that each is kept.

    The newest five stay, none longer than the logs (CF-064). Raises OSError.
    """
    if path.exists() and path.stat().st_size:
        when = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        aside = path.with_name(f"crash-{when:{_CRASH_STAMP}}.txt")
        while aside.exists():  # where a file system counts time coarsely
            when += timedelta(microseconds=1)
            aside = path.with_name(f"crash-{when:{_CRASH_STAMP}}.txt")
        path.replace(aside)
    reports = sorted(p for p in path.parent.iterdir() if _CRASH.fullmatch(p.name))
    limit = f"crash-{months_before(now, _MONTHS):{_CRASH_STAMP}}"
    for report in reports:
        if report in reports[:-_FILES] or report.name < limit:
            report.unlink()


def months_before(now: datetime, months: int) -> datetime:
    """The same day *months* ago, or the last day of that month."""
    count = now.year * 12 + now.month - 1 - months
    year, month = count // 12, count % 12 + 1
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=now.tzinfo)
    days = (following - datetime(year, month, 1, tzinfo=now.tzinfo)).days
    return now.replace(year=year, month=month, day=min(now.day, days))


class RedactingFormatter(logging.Formatter):
    """UTC, level, area, sentence; one line a record, so that every line carries its own age."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        when = datetime.fromtimestamp(record.created, UTC).strftime(_STAMP)
        line = f"{when} {record.levelname} {record.name} {_sentence(record)}"
        return line.replace("\n", " ").replace("\r", " ")


def _sentence(record: logging.LogRecord) -> str:
    if record.name != "dsp" and not record.name.startswith("dsp."):
        said = f"({record.module}:{record.lineno})"
    else:
        given = record.args
        arguments = given.values() if isinstance(given, dict) else given or ()
        safe = tuple(_safe(value) for value in arguments)
        template = _DIGITS.sub("#", str(record.msg))
        try:
            said = template % safe if safe else template
        except (TypeError, ValueError):
            said = template
    return said + _places(record)


def _safe(value: object) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, Enum):
        return value.value if isinstance(value.value, str) else value.name
    if isinstance(value, int):
        return value if abs(value) < _LARGEST_NUMBER else "#"
    if isinstance(value, str) and _PLAIN_WORD.match(value):
        return _DIGITS.sub("#", value)
    return "[…]"


def _places(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    frames = traceback.extract_tb(record.exc_info[2])
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return f" | {record.exc_info[0].__name__} at {where}"


class _OwnerOnlyHandler(logging.handlers.RotatingFileHandler):
    """Rotates by size; drops old lines at start and once a day."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._now = now
        self._purged = now().date()
        purge_old(path, now())
        super().__init__(path, maxBytes=_BYTES, backupCount=_FILES - 1, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_owner_only)  # type: ignore[return-value]

    def handleError(self, record: logging.LogRecord) -> None:
        """A line that the disk does not take is lost: Python would print it as it is, names and all."""

    def emit(self, record: logging.LogRecord) -> None:
        today = self._now().date()
        if today != self._purged:
            self._purged = today
            with suppress(OSError):  # it is purged at the next start, or on the next day
                self._drop_stream()
                purge_old(Path(self.baseFilename), self._now())
        super().emit(record)  # which opens the file where none is open

    def close(self) -> None:
        """As the base class; lines that the disk did not take go with it."""
        self.acquire()
        try:
            self._drop_stream()
        finally:
            self.release()
        super().close()

    def _drop_stream(self) -> None:
        stream, self.stream = self.stream, None
        if stream is not None:
            with suppress(OSError):  # it writes what it still holds
                stream.close()


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
