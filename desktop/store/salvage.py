"""What can still be read of a damaged database: the user's own work, row by row.

No schema step runs on damaged pages: the new database first gets the versions that the old one had, takes the
rows, and goes on to the newest from there.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import Failure, Result
from desktop.domain.recovery import NOTHING, OwnWork
from desktop.store.database import Database
from desktop.store.recoveries import doubt
from desktop.store.remains import Remains, read_remains
from desktop.store.schema import OWNER, Schema, Unfit, newest, run_steps, settle
from desktop.store.sqlcipher import Connection, Error, code_of, quoted, transaction

_log = logging.getLogger("dsp.store")


_UNCOUNTED = frozenset({"settings", "patients"})  # chosen or noted, not worked


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A new database, and how much of the user's own work came into it; see :class:`Recovery`."""

    database: Database
    saved: OwnWork
    lost: OwnWork
    exact: bool


def rebuild(
    damaged: Path, path: Path, key: bytearray, schema: Schema, salt: bytes | None = None
) -> Result[Rebuilt]:
    """A new database at *path* with the own work that is readable in *damaged*, which stays as it is.

    *salt*: the damaged file's first bytes as they were, where they are known. Raises OSError.
    STORE_TOO_NEW, DISK_FULL, STORE_FAILED.
    """
    remains = read_remains(damaged, key, schema, salt)
    saved: list[OwnWork] = []

    def prepare(c: Connection) -> Result[Unfit]:
        if remains.known.versions[OWNER] <= newest(schema.kernel):
            c.execute("PRAGMA foreign_keys=OFF")  # rows come in any order, and some are lost
            with transaction(c):
                saved.append(_fill(c, remains, schema))
            c.execute("PRAGMA foreign_keys=ON")
        unfit = schema.migrate(c)
        with transaction(c):
            doubt(c)
        return unfit

    database = Database.open(path, key, prepare)
    if isinstance(database, Failure):
        return database
    lost = sum((counted_as(rows.table, rows.lost) for rows in remains.rows), NOTHING)
    _log.warning("rebuilt a database: %s saved, %s lost", saved, lost)
    counted = [rows.exact for rows in remains.rows if rows.table not in _UNCOUNTED]
    return Rebuilt(database, sum(saved, NOTHING), lost, remains.sure and all(counted))


def counted_as(table: str, count: int) -> OwnWork:
    """So many rows of a table, as the user is told of them."""
    if table in _UNCOUNTED:
        return NOTHING
    kinds = {"outbox": "deposits", "drafts": "drafts", "local_reads": "traces"}
    return OwnWork(**{kinds.get(table, "others"): count})


def _fill(c: Connection, remains: Remains, schema: Schema) -> OwnWork:
    """The old versions' tables, then the rows; how many. What does not fit is left out, alone."""
    known = remains.known
    version = known.versions[OWNER]
    run_steps(c, OWNER, schema.kernel, 0, version)
    c.execute(f"PRAGMA user_version={version}")
    for feature in known.declared.keys() - {OWNER}:
        with _alone(c, feature):
            _remake(c, feature, remains, schema)
    saved = NOTHING
    for rows in filter(lambda rows: rows.columns, remains.rows):
        with _alone(c, rows.table):
            names = ", ".join(quoted(column) for column in rows.columns)
            marks = ", ".join("?" * len(rows.columns))
            into = f"INSERT OR IGNORE INTO {quoted(rows.table)} ({names}) VALUES ({marks})"
            c.executemany(into, rows.values)
            (count,) = c.execute(f"SELECT count(*) FROM {quoted(rows.table)}").fetchone()
            saved += counted_as(rows.table, int(count))
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
