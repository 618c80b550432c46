"""The own work of one database brought into another, in which the user has gone on working.

Rows of a feature have numbers, and what was written since has begun again with the same ones. The numbers
that come are moved beyond those that are there, all of a feature's by as much: so a row, what refers to it by
a foreign key and its line in a full-text index stay together.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.ports.kept import Fate
from desktop.store.schema import OWNER, tables_of
from desktop.store.sqlcipher import Connection, quoted

_OURS = ("store.", "epoch")  # what the store notes of itself among the settings
_ORDERED = frozenset({"outbox", "local_reads"})  # their numbers are an order, and others' there
_OWN = "SELECT owner, name FROM table_fates WHERE fate = ? ORDER BY owner, name"
_ROWID = "rowid"


@dataclass(frozen=True, slots=True)
class OwnRows:
    """The rows of one table; ``numbered`` are the places of the columns that hold numbers of rows."""

    owner: str
    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    numbered: frozenset[int]


def own_rows(c: Connection) -> tuple[OwnRows, ...]:
    """All of the user's own work that a database holds, indexes of it included."""
    return tuple(_read(c, owner, name, kind) for owner, name, kind in _own_tables(c))


def merge(c: Connection, found: Iterable[OwnRows]) -> dict[str, int]:
    """How many rows of each table came in; what is there already stays."""
    tables = [table for table in found if table.table in tables_of(c)]
    before = {table.table: _count(c, table.table) for table in tables}
    moved = {owner: _last_number(c, owner) for owner in {table.owner for table in tables}}
    c.execute("PRAGMA defer_foreign_keys=ON")  # until all of them are there
    for table in tables:
        _insert(c, table, moved[table.owner])
    for table in tables:
        _drop_strays(c, table.table)
    return {name: _count(c, name) - count for name, count in before.items()}


def _own_tables(c: Connection) -> list[tuple[str, str, str]]:
    present = tables_of(c)
    own = c.execute(_OWN, (Fate.OWN_WORK.value,)).fetchall()
    return [(owner, name, present[name]) for owner, name in own if name in present]


def _read(c: Connection, owner: str, name: str, kind: str) -> OwnRows:
    info = c.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
    columns = [row[0] for row in info if not (name in _ORDERED and row[0] == "seq")]
    if kind == "virtual":
        columns.insert(0, _ROWID)
    rows = c.execute(f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(name)}").fetchall()
    if name == "settings":
        rows = [row for row in rows if not row[0].startswith(_OURS)]
    numbers = set() if owner == OWNER else {_number(c, name, kind)} | _references(c, name)
    places = frozenset(place for place, column in enumerate(columns) if column in numbers)
    return OwnRows(owner, name, tuple(columns), tuple(rows), places)


def _number(c: Connection, name: str, kind: str) -> str | None:
    """The column that is the number of a table's rows, where it has one."""
    if kind == "virtual":
        return _ROWID
    keys = c.execute("SELECT name, type FROM pragma_table_info(?) WHERE pk", (name,)).fetchall()
    (plain,) = c.execute("SELECT NOT wr FROM pragma_table_list WHERE name = ?", (name,)).fetchone()
    return keys[0][0] if plain and len(keys) == 1 and keys[0][1].upper() == "INTEGER" else None


def _references(c: Connection, name: str) -> set[str | None]:
    """The columns that hold numbers of another table's rows."""
    keys = c.execute('SELECT "table", "from", "to" FROM pragma_foreign_key_list(?)', (name,)).fetchall()
    numbers = {other: _number(c, other, "table") for other in {key[0] for key in keys} & tables_of(c).keys()}
    return {column for other, column, to in keys if numbers.get(other) and to in (None, numbers[other])}


def _last_number(c: Connection, owner: str) -> int:
    mine = [(name, kind) for of, name, kind in _own_tables(c) if of == owner and _number(c, name, kind)]
    lasts = (c.execute(f"SELECT max(rowid) FROM {quoted(name)}").fetchone()[0] for name, _kind in mine)
    return max((int(last or 0) for last in lasts), default=0)


def _insert(c: Connection, table: OwnRows, moved: int) -> None:
    def place(row: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(
            value + moved if number in table.numbered and isinstance(value, int) else value
            for number, value in enumerate(row)
        )

    named = ", ".join(map(quoted, table.columns))
    marks = ", ".join("?" * len(table.columns))
    into = f"INSERT OR IGNORE INTO {quoted(table.table)} ({named}) VALUES ({marks})"
    c.executemany(into, [place(row) for row in table.rows])


def _drop_strays(c: Connection, name: str) -> None:
    """Rows whose own row did not come: at the commit they would take all others back with them."""
    strays = c.execute("SELECT rowid FROM pragma_foreign_key_check(?) WHERE rowid NOT NULL", (name,))
    for stray in strays.fetchall():
        c.execute(f"DELETE FROM {quoted(name)} WHERE rowid = ?", stray)


def _count(c: Connection, table: str) -> int:
    return int(c.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0])
