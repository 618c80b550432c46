"""One SQLCipher connection: how it is opened, what its errors mean; sqlcipher3 is imported nowhere else.

Opening follows the measured sequence: no log on stderr, raw key (never a passphrase), WAL, everything
temporary in memory (SQLCipher would write it in clear), 16 MB of page cache.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2
from sqlcipher3.dbapi2 import Error as Error

from desktop.domain.errors import Code
from desktop.domain.folding import fold
from desktop.store.wiping import overwrite

Connection = Any  # sqlcipher3 has no type stubs
NO_RIGHT = "no right of this patient is known"  # what the guards of MANDATE tables raise

_CODES = {
    dbapi2.SQLITE_FULL: Code.DISK_FULL,
    dbapi2.SQLITE_CORRUPT: Code.STORE_DAMAGED,
    dbapi2.SQLITE_NOTADB: Code.STORE_DAMAGED,
    dbapi2.SQLITE_IOERR: Code.STORE_FAILED,
    dbapi2.SQLITE_BUSY: Code.STORE_FAILED,
    dbapi2.SQLITE_LOCKED: Code.STORE_FAILED,
    dbapi2.SQLITE_READONLY: Code.STORE_READ_ONLY,
    dbapi2.SQLITE_CANTOPEN: Code.STORE_FAILED,
    dbapi2.SQLITE_NOMEM: Code.STORE_FAILED,
    dbapi2.SQLITE_INTERRUPT: Code.STORE_LOCKED,
}


def code_of(error: Error) -> Code | None:
    """What a database error means for the user; None for a bug in our SQL."""
    if error.args[:1] == (NO_RIGHT,):
        return Code.RIGHT_UNKNOWN
    return _CODES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)


def connect(path: Path | None, key: bytearray | None) -> Connection:
    """Open or create *path* with the raw 32-byte *key* (None, None = in memory); raises Error, OSError."""
    if path is not None:  # made by us, so that its rights are ours whatever the umask
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = dbapi2.connect(str(path or ":memory:"), isolation_level=None, cached_statements=64)
    try:
        _configure(connection, key)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: Connection, begin: str = "BEGIN EXCLUSIVE") -> Iterator[None]:
    """Wholly or not at all; inside another transaction a part of it that can fail alone."""
    inner = connection.in_transaction
    connection.execute("SAVEPOINT part" if inner else begin)
    try:
        yield
        connection.execute("RELEASE part" if inner else "COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled all of it back already
            connection.execute("ROLLBACK TO part" if inner else "ROLLBACK")
            if inner:
                connection.execute("RELEASE part")
        raise


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL file, one by one: ``executescript`` would commit what is under way."""
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if dbapi2.complete_statement(statement):
            if statement.strip() != ";":
                yield statement
            statement = ""


def quoted(name: str) -> str:
    """A table's or column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _configure(connection: Connection, key: bytearray | None) -> None:
    connection.execute("PRAGMA cipher_log_level=NONE")
    if key is not None:
        digits = key.hex()
        text = f"x'{digits}'"
        connection.set_key(text)  # a str in this form is the raw key; bytes would be a passphrase
        overwrite(digits)
        overwrite(text)
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    # KiB: more than the lists of any patient. With 64 MB, saving a list of 10,000 documents, reading it and
    # searching in it take the same time.
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA busy_timeout=5000")
    connection.create_function("fold", 1, fold, deterministic=True)  # for schema steps: what is searched
