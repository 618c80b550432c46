"""What can still be read of a damaged database: the user's own work, row by row.

No schema step runs on damaged pages: the new database first gets the versions that the old one had, takes the
rows, and goes on to the newest from there.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.domain.errors import Result
from desktop.store.database import Database
from desktop.store.remains import Remains, read_remains
from desktop.store.schema import OWNER, Schema, Unfit, newest, run_steps, settle
from desktop.store.sqlcipher import Connection, Error, code_of, quoted, transaction

_log = logging.getLogger("dsp.store")


def rebuild(
    damaged: Path, path: Path, key: bytearray, schema: Schema, salt: bytes | None = None
) -> Result[Database]:
    """A new database at *path* with the own work that is readable in *damaged*, which stays as it is.

    *salt*: the damaged file's first bytes as they were, where they are known. Raises OSError.
    STORE_TOO_NEW, DISK_FULL, STORE_FAILED.
    """
    remains = read_remains(damaged, key, schema, salt)

    def prepare(c: Connection) -> Result[Unfit]:
        if remains.known.versions[OWNER] <= newest(schema.kernel):
            c.execute("PRAGMA foreign_keys=OFF")  # rows come in any order, and some are lost
            with transaction(c):
                _log.warning("saved %d rows of a damaged database", _fill(c, remains, schema))
            c.execute("PRAGMA foreign_keys=ON")
        return schema.migrate(c)

    return Database.open(path, key, prepare)


def _fill(c: Connection, remains: Remains, schema: Schema) -> int:
    """The old versions' tables, then the rows; how many. What does not fit is left out, alone."""
    known = remains.known
    version = known.versions[OWNER]
    run_steps(c, OWNER, schema.kernel, 0, version)
    c.execute(f"PRAGMA user_version={version}")
    for feature in known.declared.keys() - {OWNER}:
        with _alone(c, feature):
            _remake(c, feature, remains, schema)
    saved = 0
    for rows in remains.rows:
        with _alone(c, rows.table):
            names = ", ".join(quoted(column) for column in rows.columns)
            marks = ", ".join("?" * len(rows.columns))
            into = f"INSERT OR IGNORE INTO {quoted(rows.table)} ({names}) VALUES ({marks})"
            c.executemany(into, rows.values)
            saved += len(rows.values)
    return saved


@contextmanager
def _alone(c: Connection, what: str) -> Iterator[None]:
    """A part that may fail without the others; a full disk fails all."""
    try:
        with transaction(c):
            yield
    except Error as error:
        if code_of(error) is not None:
            raise
        _log.warning("%s of a damaged database: %s", what, error)


def _remake(c: Connection, feature: str, remains: Remains, schema: Schema) -> None:
    version = remains.known.versions.get(feature, 0)
    if feature in remains.schemas:
        for sql in remains.schemas[feature]:
            c.execute(sql)
    else:
        run_steps(c, feature, schema.features[feature], 0, version)
    settle(c, feature, version, remains.known.tables(feature))
