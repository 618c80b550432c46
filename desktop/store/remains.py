"""What can be read of a damaged database: by SQLite where a table is whole, else page by page.

Nothing here changes the damaged files as long as they hold something that SQLite would drop: it would
empty a log up to the first frame that is damaged, and forget the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import Failure
from desktop.ports.kept import Fate, Kept, Table
from desktop.store.cipher_pages import CipherPages, log_of, read_log
from desktop.store.database import Database, as_it_is
from desktop.store.page_rows import VIRTUAL, PageRows
from desktop.store.schema import (
    OWNER,
    REMEMBERING,
    Remembered,
    Schema,
    declared,
    newest,
    remembered,
    run_steps,
)
from desktop.store.sqlcipher import Connection, connect, quoted


@dataclass(frozen=True, slots=True)
class TableRows:
    """What was readable of one table; ``lost`` rows were there too, ``exact`` False: or more."""

    table: str
    columns: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]
    lost: int = 0
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Remains:
    """What was readable. ``schemas``: what made the tables of the features that have no steps here.

    ``sure`` False: what the database said of its tables is lost, so that a removed feature may have had more.
    """

    known: Remembered
    sure: bool
    schemas: Mapping[str, tuple[str, ...]]
    rows: tuple[TableRows, ...]


def read_remains(damaged: Path, key: bytearray, schema: Schema, salt: bytes | None) -> Remains:
    """The user's own work in *damaged* and its log. *salt*: see :class:`CipherPages`. Raises OSError."""
    cipher = CipherPages(damaged, key, salt)
    pages = PageRows(cipher)
    old = _opened(damaged, key)
    try:
        return _Reader(old, pages, schema).remains()
    finally:
        if old is not None:
            old.close()
        pages.close()
        cipher.close()


def _opened(damaged: Path, key: bytearray) -> Database | None:
    """By SQLite, where it drops nothing; the connection is a new one after each damaged page."""
    whole = damaged.exists() and damaged.stat().st_size and not read_log(log_of(damaged)).is_damaged()
    old = Database.open(damaged, key, as_it_is) if whole else None
    return None if isinstance(old, Failure) else old


class _Reader:
    def __init__(self, old: Database | None, pages: PageRows, schema: Schema) -> None:
        self._old = old
        self._pages = pages
        self._schema = schema

    def remains(self) -> Remains:
        if not self._pages.whole_schema:
            self._pages.declare(_made_by(self._schema))
        told = self._told()
        known = self._declared() if told is None else told
        schemas, rows = {}, []
        for owner in known.declared:
            tables = known.tables(owner)
            made_here = owner == OWNER or self._has_steps(owner, known)
            if not made_here:
                schemas[owner] = self._schema_of(tables)
            saved = {Fate.OWN_WORK} if made_here else {Fate.OWN_WORK, Fate.NO_PATIENT}
            names = sorted(table.name for table in tables if table.fate in saved)
            rows += [self._rows(name) for name in names if self._is_there(name)]
        version = self._pages.version()
        featureless = version is not None and version < REMEMBERING
        return Remains(known, told is not None or featureless, schemas, tuple(rows))

    def _told(self) -> Remembered | None:
        """What the database says of itself; None where that is unreadable, or nothing was said yet."""
        told = self._old.read(remembered) if self._old is not None else self._remembered()
        return told if isinstance(told, Remembered) and told.versions[OWNER] >= REMEMBERING else None

    def _declared(self) -> Remembered:
        """What this program declares."""
        version = self._version()
        features = self._schema.features if version >= REMEMBERING else {}
        versions = {OWNER: version} | {name: newest(kept) for name, kept in features.items()}
        all_kept = {OWNER: self._schema.kernel} | dict(features)
        return Remembered(versions, {owner: declared(kept) for owner, kept in all_kept.items()})

    def _remembered(self) -> Remembered | None:
        """As :func:`remembered`, page by page; None where a part of it is lost."""
        if not {"feature_schemas", "table_fates"} <= self._pages.schema.keys():
            return None
        versions, fates = self._pages.rows("feature_schemas"), self._pages.rows("table_fates")
        if versions.lost or fates.lost:
            return None
        told: dict[str, set[tuple[str, str, str | None, str | None]]] = {}
        for row in fates.values:
            by_name = dict(zip(fates.columns, row, strict=True))
            told.setdefault(str(by_name["owner"]), set()).add(
                (str(by_name["name"]), str(by_name["fate"]), by_name["patient_column"], by_name["follows"])  # type: ignore[arg-type]
            )
        numbers = {str(name): int(number or 0) for name, number in versions.values}
        return Remembered(
            {OWNER: self._version()} | numbers, {owner: frozenset(of) for owner, of in told.items()}
        )

    def _version(self) -> int:
        """The kernel's; where the first page is gone, the newest one whose tables look like those."""
        version = self._pages.version()
        if version is not None:
            return version
        kernel = self._schema.kernel
        present = {made.name: made.sql for made in self._pages.schema.values()}
        for version in range(newest(kernel), 0, -1):
            made = _tables_at(kernel, version)
            if all(present.get(name, sql) == sql for name, sql in made.items()):
                return version
        return newest(kernel)

    def _has_steps(self, feature: str, known: Remembered) -> bool:
        kept = self._schema.features.get(feature)
        return kept is not None and known.versions.get(feature, 0) <= newest(kept)

    def _schema_of(self, tables: Iterable[Table]) -> tuple[str, ...]:
        names = {table.name for table in tables}
        return tuple(made.sql for made in self._pages.schema.values() if made.table in names and made.sql)

    def _is_there(self, table: str) -> bool:
        return table in self._pages.schema or not self._pages.whole_schema

    def _rows(self, table: str) -> TableRows:
        """By SQLite, wholly; else out of pages; those of a full-text index with their numbers."""
        made = self._pages.schema.get(table)
        virtual = made is not None and (made.sql or "").upper().startswith(VIRTUAL)
        whole = None if self._old is None else self._old.read(lambda c: _read(c, table, virtual=virtual))
        if isinstance(whole, TableRows):
            return whole
        harvest = self._pages.indexed_texts(table) if virtual else self._pages.rows(table)
        return TableRows(table, harvest.columns, harvest.values, harvest.lost, harvest.exact)


def _read(c: Connection, table: str, *, virtual: bool) -> TableRows:
    info = c.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    columns = (*(["rowid"] if virtual else []), *(row[0] for row in info))
    named = ", ".join(map(quoted, columns))
    return TableRows(table, columns, tuple(c.execute(f"SELECT {named} FROM {quoted(table)}").fetchall()))


def _made_by(schema: Schema) -> list[str]:
    """All tables and indexes as this program makes them."""
    c = connect(None, None)
    try:
        schema.migrate(c)
        sql = "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql NOT NULL ORDER BY rowid"
        return [row[0] for row in c.execute(sql).fetchall()]
    finally:
        c.close()


def _tables_at(kernel: Kept, version: int) -> Mapping[str, str | None]:
    c = connect(None, None)
    try:
        run_steps(c, OWNER, kernel, 0, version)
        return dict(c.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
    finally:
        c.close()
