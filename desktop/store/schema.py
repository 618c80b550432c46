"""The tables of kernel and features brought up to date, each table with a fate that the database knows too.

The kernel's schema has its version in ``PRAGMA user_version``, a feature's in ``feature_schemas``. What a
feature declared stands in ``table_fates``, so that a feature that is no longer there still loses its rows at
a mandate's end, and the user's own work in it is still salvaged.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from desktop.domain.errors import Code, Failure, Result
from desktop.ports.kept import Fate, Kept, Table
from desktop.store.scope import GUARD, schema_too
from desktop.store.sqlcipher import NO_RIGHT, Connection, Error, code_of, quoted, statements, transaction
from desktop.store.tables import KERNEL

OWNER = ""  # the kernel's name among the owners of tables
REMEMBERING = 2  # the kernel's schema that knows fates and features
_STEP = re.compile(r"\d{3}_.*\.sql")
_log = logging.getLogger("dsp.store")
Unfit = Mapping[str, Failure]
_Declared = tuple[str, str, str | None, str | None]  # name, fate, patient column, followed table


class UndeclaredError(Exception):
    """The tables that are there are not those that were declared, or cannot have the fate that was."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a database says of itself: versions (kernel: ``OWNER``) and, by owner, what was declared."""

    versions: Mapping[str, int]
    declared: Mapping[str, frozenset[_Declared]]

    def tables(self, owner: str) -> tuple[Table, ...]:
        """The tables of one owner."""
        rows = sorted(self.declared.get(owner, ()))
        return tuple(Table(name, Fate(fate), column, follows) for name, fate, column, follows in rows)


class Schema:
    """The kernel's tables and those of the features that are plugged in, by the feature's name.

    Raises ValueError where names would let two owners claim one table, or a feature takes the kernel's fate.
    """

    def __init__(self, features: Mapping[str, Kept], kernel: Kept = KERNEL) -> None:
        self.kernel = kernel
        self.features = {name: kept for name, kept in features.items() if kept.tables}
        _check_names(self.features, kernel)

    def migrate(self, c: Connection) -> Result[Unfit]:
        """Bring every table to its newest step; the features whose tables cannot be used, and why.

        STORE_TOO_NEW where the kernel's schema is a newer program's. An unfit feature's tables stay as they
        were, and so does the fate that the database remembers of them.
        """
        before, kernel = remembered(c), self.kernel
        version, last = before.versions[OWNER], newest(kernel)
        if version > last:
            return Failure(Code.STORE_TOO_NEW)
        if version < last or before.declared.get(OWNER) != declared(kernel):
            with transaction(c):
                _bring(c, OWNER, kernel, version, last)
        unfit = {}
        for name, kept in self.features.items():
            failure = _bring_feature(c, name, kept, before)
            if failure is not None:
                unfit[name] = failure
        return unfit


def newest(kept: Kept) -> int:
    """The number of the last schema step."""
    return max((number for number, _step in _steps(kept)), default=0)


def remembered(c: Connection) -> Remembered:
    """What the database says of itself; nothing of fates before it knew any."""
    version = int(c.execute("PRAGMA user_version").fetchone()[0])
    versions, declared = {OWNER: version}, dict[str, set[_Declared]]()
    if version >= REMEMBERING:
        versions |= dict(c.execute("SELECT name, version FROM feature_schemas").fetchall())
        rows = c.execute("SELECT owner, name, fate, patient_column, follows FROM table_fates")
        for owner, *row in rows.fetchall():
            declared.setdefault(owner, set()).add(tuple(row))
    return Remembered(versions, {owner: frozenset(of) for owner, of in declared.items()})


@cache
def declared(kept: Kept) -> frozenset[_Declared]:
    """The tables of *kept* as the database remembers them."""
    return frozenset((t.name, t.fate.value, t.patient_column, t.follows) for t in kept.tables)


def settle(c: Connection, owner: str, version: int, tables: Iterable[Table]) -> None:
    """Write what *remembered* reads, and have a feature's tables keep to it."""
    if owner == OWNER:
        c.execute(f"PRAGMA user_version={version}")
    else:
        c.execute("INSERT OR REPLACE INTO feature_schemas VALUES (?, ?)", (owner, version))
    c.execute("DELETE FROM table_fates WHERE owner = ?", (owner,))
    c.executemany(
        "INSERT INTO table_fates VALUES (?, ?, ?, ?, ?)",
        [(t.name, owner, t.fate.value, t.patient_column, t.follows) for t in tables],
    )
    if owner != OWNER:
        for table in tables:
            if table.fate is Fate.MANDATE:
                _guard(c, table)


def run_steps(c: Connection, owner: str, kept: Kept, above: int, upto: int) -> None:
    """The steps above one version, up to another; a feature's may touch its own tables only."""
    with nullcontext() if owner == OWNER else schema_too(c, owner):
        for number, step in _steps(kept):
            if above < number <= upto:
                for statement in statements(step.read_text(encoding="utf-8")):
                    c.execute(statement)


def tables_of(c: Connection) -> dict[str, str]:
    """Every table that is not SQLite's own and no shadow of another; "table" or "virtual"."""
    rows = c.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").fetchall()
    return {n: kind for n, kind in rows if kind in ("table", "virtual") and not n.startswith("sqlite_")}


def require_own_work(c: Connection) -> None:
    """Raises Error where a page of the user's own work is damaged: it is saved now, not later."""
    present = tables_of(c)
    own = c.execute("SELECT name FROM table_fates WHERE fate = ?", (Fate.OWN_WORK.value,)).fetchall()
    for (name,) in own:
        if present.get(name) == "table":
            c.execute(f"SELECT count(*) FROM {quoted(name)} NOT INDEXED").fetchone()


def check_followers(c: Connection, feature: str) -> None:
    """Raises UndeclaredError for a row of an index whose own row is gone: no mandate's end would find it."""
    following = "SELECT name, follows FROM table_fates WHERE owner = ? AND follows NOT NULL"
    for name, followed in c.execute(following, (feature,)).fetchall():
        rows, own = quoted(f"{name}_docsize"), f"SELECT rowid FROM {quoted(followed)}"
        if c.execute(f"SELECT 1 FROM {rows} WHERE id NOT IN ({own}) LIMIT 1").fetchone() is not None:
            raise UndeclaredError(f"{name}: a row whose row in {followed} is gone")


def _bring_feature(c: Connection, name: str, kept: Kept, before: Remembered) -> Failure | None:
    """One feature's tables, wholly or not at all."""
    version, last = before.versions.get(name, 0), newest(kept)
    if version > last:
        return Failure(Code.STORE_TOO_NEW)
    if version == last and before.declared.get(name) == declared(kept):
        return None
    try:
        with transaction(c):
            _bring(c, name, kept, version, last)
    except (Error, OSError, UndeclaredError) as error:
        code = code_of(error) if isinstance(error, Error) else None
        if code is Code.STORE_DAMAGED:
            raise
        _log.error("tables of %s stay at version %d: %s", name, version, error)
        return Failure(code or Code.STORE_FAILED)
    return None


def _bring(c: Connection, owner: str, kept: Kept, version: int, last: int) -> None:
    run_steps(c, owner, kept, version, last)
    _check_made(c, owner, kept)
    settle(c, owner, last, kept.tables)


def _check_made(c: Connection, owner: str, kept: Kept) -> None:
    """After the last step: every table that is there was declared, and every declared one is there."""
    others = c.execute("SELECT name FROM table_fates WHERE owner <> ?", (owner,)).fetchall()
    mine = tables_of(c).keys() - {name for (name,) in others}
    declared = {table.name for table in kept.tables}
    if mine != declared:
        raise UndeclaredError(f"declared or made, not both: {', '.join(sorted(mine ^ declared))}")


def _guard(c: Connection, table: Table) -> None:
    """No row without a known right, and nothing left of a row that was deleted."""
    name = quoted(table.name)
    if table.follows is not None:
        c.execute(f"SELECT rowid FROM {quoted(table.follows)} LIMIT 0")  # raises where there is none
        _search_index(c, table)
        return
    column = quoted(table.patient_column or "")
    c.execute(f"SELECT {name}.{column} FROM {name} LIMIT 0")  # a trigger would not ask
    for act, when in (("insert", "INSERT"), ("update", f"UPDATE OF {column}")):
        trigger = quoted(f"{GUARD}{table.name}_{act}")
        c.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        c.execute(
            f"CREATE TRIGGER {trigger} BEFORE {when} ON {name}"
            f" WHEN NOT EXISTS (SELECT 1 FROM rights WHERE patient_id = NEW.{column})"
            f" BEGIN SELECT RAISE(ABORT, '{NO_RIGHT}'); END"
        )


def _search_index(c: Connection, table: Table) -> None:
    """A full-text index must hold its words itself, else it cannot forget them; and overwrite them."""
    shadow = (f"{table.name}_content",)
    if c.execute("SELECT 1 FROM sqlite_master WHERE name = ?", shadow).fetchone() is None:
        raise UndeclaredError(f"{table.name}: only a full-text index with its own content can follow")
    c.execute(f"INSERT INTO {quoted(table.name)} ({quoted(table.name)}, rank) VALUES ('secure-delete', 1)")


def _steps(kept: Kept) -> list[tuple[int, Path]]:
    found = [] if kept.migrations is None else kept.migrations.iterdir()
    return sorted((int(path.name[:3]), path) for path in found if _STEP.fullmatch(path.name))


def _check_names(features: Mapping[str, Kept], kernel: Kept) -> None:
    taken = {table.name for table in kernel.tables}
    for name, kept in features.items():
        names = {table.name for table in kept.tables}
        others = taken | {t.name for other, k in features.items() if other != name for t in k.tables}
        stray = {n for n in names if not n.startswith(f"{name}_")} | {
            n for n in others if n.startswith(f"{name}_")
        }
        if stray or len(names) != len(kept.tables):
            raise ValueError(f"{name}: a table's name begins with its feature's: {', '.join(sorted(stray))}")
        for table in kept.tables:
            followed = {t.name for t in kept.tables if t.patient_column is not None}
            if table.fate is Fate.DAY or (table.follows is not None and table.follows not in followed):
                raise ValueError(f"{table.name}: no fate for a feature's table")
