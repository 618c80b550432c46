"""What the SQL of a feature may touch: its own tables. SQLite asks for each statement that is prepared."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from desktop.store.sqlcipher import Connection

_OK, _DENY = 0, 1
GUARD = "guard_"  # begins the names of the kernel's own triggers on a feature's tables
_SYSTEM = "sqlite_"
_TABLE_FUNCTIONS = frozenset({"json_each", "json_tree"})
_Asked = Callable[[int, str | None, str | None, str | None, str | None], int]


class _Act(IntEnum):
    """Codes of ``sqlite3_set_authorizer`` (sqlite.org, "Authorizer Action Codes")."""

    CREATE_INDEX = 1
    CREATE_TABLE = 2
    CREATE_TRIGGER = 7
    CREATE_VIEW = 8
    DELETE = 9
    DROP_INDEX = 10
    DROP_TABLE = 11
    DROP_TRIGGER = 16
    DROP_VIEW = 17
    INSERT = 18
    PRAGMA = 19
    READ = 20
    SELECT = 21
    UPDATE = 23
    ALTER_TABLE = 26
    REINDEX = 27
    CREATE_VTABLE = 29
    DROP_VTABLE = 30
    FUNCTION = 31
    RECURSIVE = 33


_FREE = frozenset({_Act.SELECT, _Act.FUNCTION, _Act.RECURSIVE})
_ROWS = frozenset({_Act.READ, _Act.INSERT, _Act.UPDATE, _Act.DELETE})
_NAMED_FIRST = frozenset(
    {_Act.CREATE_TABLE, _Act.CREATE_VIEW, _Act.DROP_TABLE, _Act.DROP_VIEW, _Act.CREATE_VTABLE,
     _Act.DROP_VTABLE}
)  # fmt: skip
_NAMED_SECOND = frozenset(
    {_Act.CREATE_INDEX, _Act.CREATE_TRIGGER, _Act.DROP_INDEX, _Act.DROP_TRIGGER, _Act.ALTER_TABLE}
)


@contextmanager
def rows_only(connection: Connection, feature: str) -> Iterator[None]:
    """Rows of the feature's tables; no schema, no transaction, no setting."""
    with _asking(connection, lambda *asked: _rows(f"{feature}_", *asked)):
        yield


@contextmanager
def schema_too(connection: Connection, feature: str) -> Iterator[None]:
    """What a schema step may do: rows, tables, indexes, triggers and views of the feature."""
    with _asking(connection, lambda *asked: _schema(f"{feature}_", *asked)):
        yield


@contextmanager
def _asking(connection: Connection, asked: _Asked) -> Iterator[None]:
    connection.set_authorizer(asked)
    try:
        yield
    finally:
        connection.set_authorizer(None)


def _rows(own: str, act: int, first: str | None, second: str | None, _db: str | None, by: str | None) -> int:
    if act in _FREE:
        return _OK
    if act in _ROWS:
        name = first or ""
        return (
            _OK if name.startswith(own) or name in _TABLE_FUNCTIONS or (by or "").startswith(GUARD) else _DENY
        )
    return _OK if act == _Act.PRAGMA and first == "data_version" else _DENY  # full-text search asks for it


def _schema(own: str, act: int, first: str | None, second: str | None, db: str | None, by: str | None) -> int:
    if act in _NAMED_FIRST:
        return _OK if (first or "").startswith(own) else _DENY
    if act in _NAMED_SECOND:
        return _OK if (second or "").startswith(own) else _DENY
    if act == _Act.REINDEX or (act in _ROWS and (first or "").startswith(_SYSTEM)):
        return _OK
    return _rows(own, act, first, second, db, by)
