"""The SQLCipher database and its one thread; the only module that imports sqlcipher3.

Opening follows the measured sequence: no log on stderr, raw key (never a passphrase), WAL, everything
temporary in memory (SQLCipher would write it in clear), 64 MB of page cache. Schema steps are numbered SQL
files; ``PRAGMA user_version`` is the number of the last one.
"""

import ctypes
import errno
import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlcipher3 import dbapi2

from desktop.domain.errors import Code, Failure, Result

MIGRATIONS = Path(__file__).with_name("migrations")
_log = logging.getLogger("dsp.store")
_T = TypeVar("_T")
Connection = Any  # sqlcipher3 has no type stubs

_CODES = {
    dbapi2.SQLITE_FULL: Code.DISK_FULL,
    dbapi2.SQLITE_CORRUPT: Code.STORE_DAMAGED,
    dbapi2.SQLITE_NOTADB: Code.STORE_DAMAGED,
    dbapi2.SQLITE_IOERR: Code.STORE_FAILED,
    dbapi2.SQLITE_BUSY: Code.STORE_FAILED,
    dbapi2.SQLITE_LOCKED: Code.STORE_FAILED,
    dbapi2.SQLITE_READONLY: Code.STORE_FAILED,
    dbapi2.SQLITE_CANTOPEN: Code.STORE_FAILED,
    dbapi2.SQLITE_NOMEM: Code.STORE_FAILED,
}


def schema_version(migrations: Path = MIGRATIONS) -> int:
    """The newest schema that this program knows."""
    return max(_steps(migrations))


def _steps(migrations: Path) -> dict[int, Path]:
    return {int(p.name[:3]): p for p in sorted(migrations.glob("[0-9][0-9][0-9]_*.sql"))}


class Database:
    """One connection in one thread; work is a closure over the connection, run as one transaction."""

    def __init__(self, connection_thread: ThreadPoolExecutor, connection: Connection) -> None:
        self._thread = connection_thread
        self._connection = connection

    @classmethod
    def open(
        cls, path: Path | None, key: bytearray | None, migrations: Path = MIGRATIONS
    ) -> "Result[Database]":
        """Open or create *path* with the raw 32-byte *key* (None, None = in memory), and migrate it.

        STORE_DAMAGED (unreadable with this key), STORE_TOO_NEW, DISK_FULL, STORE_FAILED.
        """
        thread = ThreadPoolExecutor(1, thread_name_prefix="dsp-store")
        opened = thread.submit(_guarded, lambda: _open(path, key, migrations)).result()
        if isinstance(opened, Failure):
            thread.shutdown()
            return opened
        return cls(thread, opened)

    def read(self, work: Callable[[Connection], _T]) -> Result[_T]:
        """Run *work* on one consistent state."""
        return self._run("BEGIN", work)

    def write(self, work: Callable[[Connection], _T]) -> Result[_T]:
        """Run *work* wholly or not at all; a power cut may take the last ones, a crash none."""
        return self._run("BEGIN IMMEDIATE", work)

    def write_durably(self, work: Callable[[Connection], _T]) -> Result[_T]:
        """As :meth:`write`, and on the disk before this returns (synchronous FULL)."""
        return self._run("BEGIN IMMEDIATE", work, synchronous="FULL")

    def checkpoint(self) -> None:
        """Empty the write-ahead log, so that no deleted row waits in it."""
        self._submit(lambda: self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    def close(self) -> None:
        """Finish what was asked, then close; later calls answer STORE_LOCKED."""
        self._submit(self._connection.close)
        self._thread.shutdown()

    def _run(self, begin: str, work: Callable[[Connection], _T], synchronous: str = "") -> Result[_T]:
        return self._submit(lambda: _transaction(self._connection, begin, work, synchronous))

    def _submit(self, work: Callable[[], _T]) -> Result[_T]:
        try:
            future = self._thread.submit(_guarded, work)
        except RuntimeError:  # shut down: the vault was closed meanwhile
            return Failure(Code.STORE_LOCKED)
        return future.result()


def failure_of(error: OSError) -> Failure:
    """What a file error means for the user."""
    full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    _log.warning("file error %s", errno.errorcode.get(error.errno or 0, "?"))
    return Failure(Code.DISK_FULL if full else Code.STORE_FAILED)


def _guarded(work: Callable[[], _T]) -> Result[_T]:
    try:
        return work()
    except dbapi2.Error as error:
        code = _CODES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if code is None:  # a bug in our SQL
            raise
        _log.warning("database error %s", getattr(error, "sqlite_errorname", "?"))
        return Failure(code)
    except OSError as error:
        return failure_of(error)


def _transaction(
    connection: Connection, begin: str, work: Callable[[Connection], _T], synchronous: str
) -> _T:
    if synchronous:
        connection.execute(f"PRAGMA synchronous={synchronous}")
    try:
        connection.execute(begin)
        try:
            done = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return done
    finally:
        if synchronous:
            connection.execute("PRAGMA synchronous=NORMAL")


def _open(path: Path | None, key: bytearray | None, migrations: Path) -> Result[Connection]:
    if path is not None:  # made by us, so that its rights are ours whatever the umask
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = dbapi2.connect(str(path or ":memory:"), isolation_level=None, cached_statements=64)
    try:
        _configure(connection, key)
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > schema_version(migrations):
            connection.close()
            return Failure(Code.STORE_TOO_NEW)
        _migrate(connection, found, migrations)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: Connection, key: bytearray | None) -> None:
    connection.execute("PRAGMA cipher_log_level=NONE")
    if key is not None:
        text = f"x'{key.hex()}'"
        connection.set_key(text)  # a str in this form is the raw key; bytes would be a passphrase
        _overwrite(text)
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-64000")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA busy_timeout=5000")


def _migrate(connection: Connection, found: int, migrations: Path) -> None:
    for number, step in _steps(migrations).items():
        if number > found:
            sql = step.read_text(encoding="utf-8")
            try:
                connection.executescript(f"BEGIN EXCLUSIVE;{sql};PRAGMA user_version={number};COMMIT;")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _overwrite(text: str) -> None:
    """Zero an ASCII str that nobody else holds: Python would leave the key's digits in freed memory."""
    offset = sys.getsizeof(text) - len(text) - 1
    ctypes.memset(id(text) + offset, 0, len(text))
