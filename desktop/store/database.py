"""The SQLCipher database and its one thread; work is a closure, run as one transaction."""

import errno
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from desktop.domain.errors import Code, Failure, Result
from desktop.store.schema import Unfit
from desktop.store.sqlcipher import Connection, Error, code_of, connect, transaction

_log = logging.getLogger("dsp.store")
_T = TypeVar("_T")
_LOCKED = Failure(Code.STORE_LOCKED)
_LOOK_EVERY_S = 0.01  # an interrupt hits only a statement that runs
Prepare = Callable[[Connection], Result[Unfit]]


def as_it_is(_connection: Connection) -> Result[Unfit]:
    """Open without bringing the tables up to date."""
    return MappingProxyType({})


class Database:
    """One connection in one thread. ``unfit``: features whose tables cannot be used, and why."""

    def __init__(
        self,
        connection_thread: ThreadPoolExecutor,
        connection: Connection,
        unfit: Unfit,
        connect_anew: Callable[[], Connection] | None,
    ) -> None:
        """*connect_anew*: None for one that lives in memory."""
        self._thread = connection_thread
        self._connection = connection
        self._connect_anew = connect_anew
        self._end = threading.Lock()  # between closing the connection and cutting what runs on it
        self._closing = threading.Event()
        self._closed = threading.Event()
        self._cuttable: object | None = None  # the read or write that runs and may be cut
        self._owed = False  # something was written soon, and is not on the disk yet
        self.unfit = unfit

    @classmethod
    def open(cls, path: Path | None, key: bytearray | None, prepare: Prepare) -> "Result[Database]":
        """Open or create *path* with the raw 32-byte *key* (None, None = in memory); *prepare* its tables.

        STORE_DAMAGED (unreadable with this key), what *prepare* answers, DISK_FULL, STORE_FAILED.
        """
        thread = ThreadPoolExecutor(1, thread_name_prefix="dsp-store")
        opened = thread.submit(_guarded, lambda: _open(path, key, prepare)).result()
        if isinstance(opened, Failure):
            thread.shutdown()
            return opened
        return cls(thread, *opened, None if path is None else lambda: connect(path, key))

    def read(self, work: Callable[[Connection], _T]) -> Result[_T]:
        """Run *work* on one consistent state."""
        return self._run("BEGIN", work)

    def write(self, work: Callable[[Connection], _T]) -> Result[_T]:
        """Run *work* wholly or not at all; a power cut may take the last ones, a crash none."""
        return self._run("BEGIN IMMEDIATE", work)

    def write_durably(self, work: Callable[[Connection], _T]) -> Result[_T]:
        """As :meth:`write`, and on the disk before this returns (synchronous FULL)."""
        return self._run("BEGIN IMMEDIATE", self._paying(work), synchronous="FULL")

    def write_soon(self, work: Callable[[Connection], _T]) -> Result[_T]:
        """As :meth:`write_durably`, but on the disk with the next one: until then a power cut may take it."""
        return self._run("BEGIN IMMEDIATE", work, synchronous="NORMAL")

    def checkpoint(self) -> None:
        """Empty the write-ahead log, so that no deleted row waits in it, nor in the connection's memory.

        SQLite keeps pages, small blocks and the last values of its statements for later use.
        """

        def work() -> None:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._reconnect()

        self._submit(work)

    def close(self) -> None:
        """Finish what was asked, then close; later calls answer STORE_LOCKED."""
        self._submit(self._close)
        self._thread.shutdown()

    def hurry(self) -> None:
        """Cut the read or purge that runs at this moment (STORE_LOCKED), so that what waits has its turn.

        What the user wrote is never cut, and what comes after runs as always. Returns when it is over.
        """
        with self._end:
            running = self._cuttable
        while running is not None:
            with self._end:
                if self._cuttable is not running:
                    return
                self._connection.interrupt()
            self._closed.wait(_LOOK_EVERY_S)

    def cut(self) -> None:
        """Close without waiting for reads and purges: what runs is rolled back, and what waits is not begun.

        Both answer STORE_LOCKED. What the user wrote (``write_durably``) and was asked before is short, and
        still written. Returns when the connection is closed, and its key with it.
        """
        self._closing.set()
        with suppress(RuntimeError):  # somebody else closes already, behind what is cut here
            self._thread.submit(_guarded, self._close)
        while not self._closed.wait(_LOOK_EVERY_S):
            with self._end:
                if self._cuttable is not None:
                    self._connection.interrupt()
        self._thread.shutdown()

    def _run(self, begin: str, work: Callable[[Connection], _T], synchronous: str = "") -> Result[_T]:
        durable = bool(synchronous)

        def run() -> _T | Failure:
            unfinished = self._connection.in_transaction  # cut, and could not be rolled back
            if unfinished or (self._closing.is_set() and not durable):
                return _LOCKED
            done = _transaction(
                self._connection, begin, work if durable else self._cuttably(work), synchronous
            )
            if durable:
                self._owed = synchronous != "FULL"
            return done

        if self._closing.is_set():
            return _LOCKED
        done = self._submit(run)
        if isinstance(done, Failure) and done.code is Code.STORE_DAMAGED:
            self._submit(self._reconnect)
        return done

    def _paying(self, work: Callable[[Connection], _T]) -> Callable[[Connection], _T]:
        """*work*, and a commit that goes to the disk where something is owed: SQLite writes no page, and so
        waits for no disk, where a row gets the very bytes that it has."""

        def paying(connection: Connection) -> _T:
            if self._owed:
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                connection.execute(f"PRAGMA user_version={version}")
            return work(connection)

        return paying

    def _cuttably(self, work: Callable[[Connection], _T]) -> Callable[[Connection], _T]:
        """*work* may be interrupted; what begins and ends its transaction may not."""

        def cuttable(connection: Connection) -> _T:
            with self._end:
                self._cuttable = object()
            try:
                return work(connection)
            finally:
                with self._end:
                    self._cuttable = None

        return cuttable

    def _reconnect(self) -> None:
        """After one page that it could not verify, SQLCipher gives no other; the user's work goes on.

        What lives in memory has no other connection.
        """
        if self._closing.is_set() or self._connect_anew is None:
            return
        fresh = self._connect_anew()
        with self._end:
            self._connection.close()
            self._connection = fresh

    def _close(self) -> None:
        with self._end:
            self._closing.set()
            try:
                self._connection.close()
            finally:
                self._closed.set()

    def _submit(self, work: Callable[[], _T | Failure]) -> Result[_T]:
        try:
            future = self._thread.submit(lambda: self._unless_closed(work))
        except RuntimeError:  # shut down: the vault was closed meanwhile
            return _LOCKED
        return future.result()

    def _unless_closed(self, work: Callable[[], _T | Failure]) -> _T | Failure:
        """A worker that comes late finds a connection that is closed: no error, the store is locked."""
        return _LOCKED if self._closed.is_set() else _guarded(work)


def failure_of(error: OSError) -> Failure:
    """What a file error means for the user."""
    _log.warning("file error %s", errno.errorcode.get(error.errno or 0, "?"))
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return Failure(Code.DISK_FULL)
    read_only = error.errno in (errno.EROFS, errno.EACCES, errno.EPERM)
    return Failure(Code.STORE_READ_ONLY if read_only else Code.STORE_FAILED)


def _guarded(work: Callable[[], _T | Failure]) -> _T | Failure:
    try:
        return work()
    except Error as error:
        code = code_of(error)
        if code is None:  # a bug in our SQL
            raise
        _log.warning("database error %s", getattr(error, "sqlite_errorname", "?"))
        return Failure(code)
    except OSError as error:
        return failure_of(error)


def _open(path: Path | None, key: bytearray | None, prepare: Prepare) -> Result[tuple[Connection, Unfit]]:
    connection = connect(path, key)
    try:
        unfit = prepare(connection)
    except BaseException:
        connection.close()
        raise
    if isinstance(unfit, Failure):
        connection.close()
        return unfit
    return connection, unfit


def _transaction(
    connection: Connection, begin: str, work: Callable[[Connection], _T], synchronous: str
) -> _T:
    if synchronous:
        connection.execute(f"PRAGMA synchronous={synchronous}")
    try:
        with transaction(connection, begin):
            return work(connection)
    finally:
        if synchronous:
            connection.execute("PRAGMA synchronous=NORMAL")
