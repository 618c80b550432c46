"""What can still be read of a damaged database: the user's own work, row by row.

No schema step runs on damaged pages: the new database first gets the versions that the old one had, takes the
rows, and goes on to the newest from there.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import Failure, Result
from desktop.ports.kept import Fate, Table
from desktop.store.database import Database, as_it_is
from desktop.store.schema import (
    OWNER,
    REMEMBERING,
    Remembered,
    Schema,
    Unfit,
    declared,
    newest,
    remembered,
    run_steps,
    settle,
    tables_of,
)
from desktop.store.sqlcipher import Connection, Error, code_of, quoted, transaction

_log = logging.getLogger("dsp.store")


@dataclass(frozen=True, slots=True)
class _Rows:
    """What was readable of one table."""

    table: str
    columns: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class _Remains:
    """What was readable. ``schemas``: what made the tables of the features that have no steps here."""

    known: Remembered
    schemas: Mapping[str, tuple[str, ...]]
    rows: tuple[_Rows, ...]


def rebuild(damaged: Path, path: Path, key: bytearray, schema: Schema) -> Result[Database]:
    """A new database at *path* with the own work that is readable in *damaged*, which stays as it is.

    STORE_TOO_NEW, DISK_FULL, STORE_FAILED.
    """
    remains = _read(damaged, key, schema)

    def prepare(c: Connection) -> Result[Unfit]:
        if remains is not None and remains.known.versions[OWNER] <= newest(schema.kernel):
            c.execute("PRAGMA foreign_keys=OFF")  # rows come in any order, and some are lost
            with transaction(c):
                _log.warning("saved %d rows of a damaged database", _fill(c, remains, schema))
            c.execute("PRAGMA foreign_keys=ON")
        return schema.migrate(c)

    return Database.open(path, key, prepare)


def _read(damaged: Path, key: bytearray, schema: Schema) -> _Remains | None:
    """None where not even the first page is readable. The connection is a new one after each damaged page."""
    old = Database.open(damaged, key, as_it_is)
    if isinstance(old, Failure):
        return None
    try:
        known, present = _known(old, schema), old.read(tables_of)
        if known is None or isinstance(present, Failure):
            return None
        schemas, rows = {}, []
        for owner in known.declared:
            tables = known.tables(owner)
            made_here = owner == OWNER or _has_steps(schema, owner, known)
            if not made_here:
                schemas[owner] = _schema_of(old, tables)
            saved = {Fate.OWN_WORK} if made_here else {Fate.OWN_WORK, Fate.NO_PATIENT}
            names = sorted(t.name for t in tables if t.fate in saved and t.name in present)
            rows += [_rows_of(old, name, virtual=present[name] == "virtual") for name in names]
        return _Remains(known, schemas, tuple(rows))
    finally:
        old.close()


def _known(old: Database, schema: Schema) -> Remembered | None:
    """What the database says of itself; where that is unreadable or not said, what this program declares."""
    told = old.read(remembered)
    if isinstance(told, Remembered) and told.versions[OWNER] >= REMEMBERING:
        return told
    version = old.read(lambda c: int(c.execute("PRAGMA user_version").fetchone()[0]))
    if isinstance(version, Failure):
        return None
    features = schema.features if version >= REMEMBERING else {}
    versions = {OWNER: version} | {name: newest(kept) for name, kept in features.items()}
    all_kept = {OWNER: schema.kernel} | dict(features)
    return Remembered(versions, {owner: declared(kept) for owner, kept in all_kept.items()})


def _has_steps(schema: Schema, feature: str, known: Remembered) -> bool:
    kept = schema.features.get(feature)
    return kept is not None and known.versions.get(feature, 0) <= newest(kept)


def _schema_of(old: Database, tables: Iterable[Table]) -> tuple[str, ...]:
    names = [table.name for table in tables]
    marks = ", ".join("?" * len(names))
    sql = f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql NOT NULL ORDER BY rowid"
    found = old.read(lambda c: c.execute(sql, names).fetchall())
    return () if isinstance(found, Failure) else tuple(row[0] for row in found)


def _rows_of(old: Database, table: str, *, virtual: bool) -> _Rows:
    """All rows before the damage and all after it; those of a full-text index with their numbers."""
    info = "SELECT name FROM pragma_table_info(?)"
    found = old.read(lambda c: [row[0] for row in c.execute(info, (table,)).fetchall()])
    columns = [] if isinstance(found, Failure) else (["rowid"] if virtual else []) + found
    values: list[tuple[object, ...]] = []

    def collect(c: Connection, *, backwards: bool) -> None:
        c.execute(f"PRAGMA reverse_unordered_selects={backwards}")
        for row in c.execute(f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(table)}"):
            values.append(row)

    if columns and isinstance(old.read(lambda c: collect(c, backwards=False)), Failure):
        old.read(lambda c: collect(c, backwards=True))
    return _Rows(table, tuple(columns), tuple(values))


def _fill(c: Connection, remains: _Remains, schema: Schema) -> int:
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


def _remake(c: Connection, feature: str, remains: _Remains, schema: Schema) -> None:
    version = remains.known.versions.get(feature, 0)
    if feature in remains.schemas:
        for sql in remains.schemas[feature]:
            c.execute(sql)
    else:
        run_steps(c, feature, schema.features[feature], 0, version)
    settle(c, feature, version, remains.known.tables(feature))
