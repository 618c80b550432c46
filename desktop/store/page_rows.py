"""Rows of tables out of single pages, where SQLite would give up at the first that is damaged.

A table's tree is walked from its root as far as it is whole. Where a page is missing, what hung on it is
found again: pages that no whole page names, whose every row fits the table. What is still missing is
counted by the table's indexes, which name each row that was there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from desktop.store.btree_pages import TreePage, TreeRow, Value, tree_page
from desktop.store.cipher_pages import CipherPages
from desktop.store.sqlcipher import Connection, Error, connect

VIRTUAL = "CREATE VIRTUAL"
_KINDS = frozenset({"table", "index", "trigger", "view"})
_MASTER_COLUMNS = (
    ("type", "TEXT"), ("name", "TEXT"), ("tbl_name", "TEXT"), ("rootpage", "INT"), ("sql", "TEXT")
)  # fmt: skip
_ORDINARY_TABLES = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
_COMPUTED_WHEN_READ = 2


@dataclass(frozen=True, slots=True)
class Made:
    """What one row of ``sqlite_master`` made; ``root`` 0 = it has no pages of its own."""

    kind: str
    name: str
    table: str
    root: int
    sql: str | None


@dataclass(frozen=True, slots=True)
class Harvest:
    """``lost`` rows are known to have been there; ``exact`` False: there may have been more."""

    columns: tuple[str, ...]
    values: tuple[tuple[Value, ...], ...]
    lost: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    nullable: bool
    kind: str
    default: Value
    is_rowid: bool
    given: bool  # False: SQLite computes it

    def fits(self, value: Value) -> bool:
        """Whether *value* looks like this column's; a row's number is not stored among its values."""
        if value is None or self.is_rowid:
            return value is None and (self.nullable or self.is_rowid)
        if "TEXT" in self.kind or "CHAR" in self.kind:
            return isinstance(value, str)
        if "INT" in self.kind:
            return isinstance(value, int)
        return "BLOB" not in self.kind or isinstance(value, bytes)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns of a table in the order in which they are stored; ``keys`` first where it has no rowid."""

    keys: int
    columns: tuple[_Column, ...]

    def holds(self, record: TreeRow) -> bool:
        """Whether it can be a row: one of a former schema is shorter, none is longer."""
        same_kind = (record.rowid is None) == bool(self.keys)
        return same_kind and 0 < len(record.values) <= len(self.columns)

    def fits(self, record: TreeRow) -> bool:
        """Whether it looks like a row: by the types of its values, and what it lacks was added since."""
        added = self.columns[len(record.values) :]
        looks_so = all(column.fits(value) for column, value in zip(self.columns, record.values, strict=False))
        return self.holds(record) and looks_so and all(c.nullable or c.default is not None for c in added)

    def key(self, record: TreeRow) -> object:
        """What no other row of the table has."""
        return record.values[: self.keys] if self.keys else record.rowid

    def row(self, record: TreeRow) -> tuple[Value, ...]:
        """What is given at an INSERT."""
        missing = [column.default for column in self.columns[len(record.values) :]]
        pairs = zip(self.columns, (*record.values, *missing), strict=True)
        return tuple(record.rowid if c.is_rowid else value for c, value in pairs if c.given)


class PageRows:
    """The tables of one database; ``whole_schema`` = every table that there was is in ``schema``.

    :meth:`close` lets go the scratch connection, which says what SQLite makes of a schema.
    """

    def __init__(self, pages: CipherPages) -> None:
        self._pages = pages
        self._scratch = connect(None, None)
        self.schema: Mapping[str, Made] = {}
        self._unnamed: list[int] | None = None
        walk = self._walk(1)
        self.whole_schema = not walk.holes + walk.unread
        self.schema = self._read_schema(walk)
        self._unnamed = None  # now that the roots are known there are fewer

    def close(self) -> None:
        """Let the scratch connection go."""
        self._scratch.close()

    def declare(self, statements: Iterable[str]) -> None:
        """Tell of tables as this program makes them, for those whose own schema is lost."""
        _make(self._scratch, statements)

    def version(self) -> int | None:
        """``PRAGMA user_version``; None where the first page is gone."""
        page = self._pages.page(1)
        return None if page is None else int.from_bytes(page[60:64], "big")

    def rows(self, table: str) -> Harvest:
        """What can be had of *table*: no virtual one. Nothing where nobody knows its columns."""
        shape, made = _shape(self._scratch, table), self.schema.get(table)
        if shape is None:
            return Harvest((), (), int(made is not None), exact=False)
        walk = _Walk(holes=1) if made is None else self._walk(made.root)
        if walk.holes:
            walk.records += self._found_again(shape, self._others(table) if made is None else ())
        records = _distinct(shape, walk.records)
        named = set() if shape.keys else self._named_by_indexes(table)
        lost = max(len(named - {record.rowid for record in records}), walk.unread)
        unexplained = walk.holes > 0 and not named
        columns = tuple(column.name for column in shape.columns if column.given)
        least = int(unexplained and made is not None)
        return Harvest(columns, tuple(map(shape.row, records)), max(lost, least), not unexplained)

    def indexed_texts(self, table: str) -> Harvest:
        """The rows of a full-text index, with their numbers, out of the table that holds its words."""
        harvest = self.rows(f"{table}_content")
        info = self._scratch.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        return replace(harvest, columns=("rowid", *(row[0] for row in info)))

    def _read_schema(self, walk: "_Walk") -> Mapping[str, Made]:
        shape = _Shape(0, tuple(_Column(n, True, k, None, False, True) for n, k in _MASTER_COLUMNS))
        if walk.holes:
            walk.records += self._found_again(shape, ())
        found = {}
        for record in sorted(_distinct(shape, walk.records), key=lambda record: record.rowid or 0):
            kind, name, table, root, sql = (*record.values, *(None,) * 5)[:5]
            if kind in _KINDS and isinstance(root, int | None):
                found[str(name)] = Made(
                    str(kind), str(name), str(table), root or 0, str(sql) if sql else None
                )
        made = [one.sql for one in found.values() if one.sql and one.kind in ("table", "index")]
        _make(self._scratch, sorted(made, key=lambda sql: not sql.upper().startswith(VIRTUAL)))
        return found

    def _walk(self, root: int) -> "_Walk":
        walk, seen, todo = _Walk(), set[int](), [root]
        while todo:
            number = todo.pop()
            if number in seen:
                continue
            seen.add(number)
            node = self._node(number)
            if node is None:
                walk.holes += 1
                continue
            walk.records += node.records
            walk.unread += node.unread
            todo += reversed(node.children)
        return walk

    def _found_again(self, shape: _Shape, others: Iterable[_Shape]) -> Iterator[TreeRow]:
        """The rows below pages that nothing names, where all fit *shape* and not all one of the *others*."""
        if self._unnamed is None:
            self._unnamed = self._pages_that_nothing_names()
        for number in self._unnamed:
            records = self._walk(number).records
            if all(map(shape.fits, records)) and not any(all(map(o.fits, records)) for o in others):
                yield from records

    def _pages_that_nothing_names(self) -> list[int]:
        named, nodes = {1} | {made.root for made in self.schema.values()}, list[int]()
        for number in self._pages.numbers():
            node = self._node(number)
            if node is not None:
                nodes.append(number)
                named.update(node.children)
        return [number for number in nodes if number not in named]

    def _others(self, table: str) -> list[_Shape]:
        """Tables whose pages are not known either: a page that fits several is nobody's."""
        names = [row[0] for row in self._scratch.execute(_ORDINARY_TABLES).fetchall()]
        unknown = [name for name in names if name not in self.schema and name != table]
        return [shape for name in unknown if (shape := _shape(self._scratch, name)) is not None]

    def _named_by_indexes(self, table: str) -> set[int]:
        """The numbers of the rows that the table's indexes know; the last value of each of their records."""
        indexes = [made for made in self.schema.values() if made.kind == "index" and made.table == table]
        records = [record for made in indexes for record in self._walk(made.root).records]
        return {last for record in records for last in record.values[-1:] if isinstance(last, int)}

    def _node(self, number: int) -> TreePage | None:
        page = self._pages.page(number)
        return None if page is None else tree_page(number, page, self._pages.page)


@dataclass(slots=True)
class _Walk:
    """What a tree gave; ``holes`` are pages that are not there, ``unread`` rows that have a part on one."""

    records: list[TreeRow] = field(default_factory=list)
    holes: int = 0
    unread: int = 0


def _make(scratch: Connection, statements: Iterable[str]) -> None:
    for sql in statements:
        try:
            scratch.execute(sql)
        except Error:
            continue  # it is there already, or its table is not


def _shape(scratch: Connection, table: str) -> _Shape | None:
    """The columns as they are stored: of a table WITHOUT ROWID its key comes first."""
    known = scratch.execute("SELECT wr FROM pragma_table_list WHERE name = ?", (table,)).fetchone()
    if known is None:
        return None
    keyed = bool(known[0])
    sql = 'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)'
    found = {row[0]: row[1:] for row in scratch.execute(sql, (table,)).fetchall()}
    keys = [name for name, row in found.items() if row[3]]
    listed = "SELECT name FROM pragma_index_list(?) WHERE origin = 'pk'"
    indexed = scratch.execute(listed, (table,)).fetchone()
    order = list(found)
    if keyed:
        stored = scratch.execute("SELECT name FROM pragma_index_xinfo(?)", (indexed[0],)).fetchall()
        order = [row[0] for row in stored]
    columns = []
    for name in order:
        kind, not_null, default, _key, hidden = found[name]
        if hidden != _COMPUTED_WHEN_READ:
            is_rowid = not keyed and indexed is None and keys == [name]
            value = None if default is None else scratch.execute(f"SELECT {default}").fetchone()[0]
            columns.append(_Column(name, not not_null, kind.upper(), value, is_rowid, hidden == 0))
    return _Shape(len(keys) if keyed else 0, tuple(columns))


def _distinct(shape: _Shape, records: Iterable[TreeRow]) -> list[TreeRow]:
    """Pages of different moments may hold a row twice: what the tree led to comes first and stays."""
    kept: dict[object, TreeRow] = {}
    for record in filter(shape.holds, records):
        kept.setdefault(shape.key(record), record)
    return list(kept.values())
