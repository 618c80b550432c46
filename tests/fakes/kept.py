"""One feature's tables in memory: its own schema in SQLite. Fates are the store's, and proved there."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from desktop.domain.errors import Code, Failure, Result
from desktop.ports.kept import Kept, KeptPort, Row, Rows, Value
from tests.fakes.store import FakeVault

T = TypeVar("T")


class FakeKept(KeptPort):
    """Every call needs the vault to be open; each holder has tables of his own."""

    def __init__(self, kept: Kept, vault: FakeVault) -> None:
        self._kept, self._vault = kept, vault
        self._holders: dict[str, sqlite3.Connection] = {}

    def read(self, work: Callable[[Rows], T]) -> Result[T]:
        return self._run(work)

    def write(self, work: Callable[[Rows], T]) -> Result[T]:
        return self._run(work)

    def write_durably(self, work: Callable[[Rows], T]) -> Result[T]:
        return self._run(work)

    def close(self) -> None:
        """Let go of what SQLite holds."""
        for connection in self._holders.values():
            connection.close()

    def _run(self, work: Callable[[Rows], T]) -> Result[T]:
        holder = self._vault.holder
        if holder is None:
            return Failure(Code.STORE_LOCKED)
        if holder not in self._holders:
            self._holders[holder] = self._made()
        with self._holders[holder] as connection:
            return work(_Rows(connection))

    def _made(self) -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        folder = self._kept.migrations
        for step in sorted(folder.glob("*.sql")) if folder is not None else ():
            connection.executescript(step.read_text(encoding="utf-8"))
        return connection


class _Rows:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        return self._connection.execute(sql, tuple(values)).fetchall()

    def executemany(self, sql: str, values: Iterable[Sequence[Value]]) -> None:
        self._connection.executemany(sql, values)
