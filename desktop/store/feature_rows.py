"""KeptPort: one feature's tables in the holder's store."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from desktop.domain.errors import Code, Failure, Result
from desktop.ports.kept import Row, Rows, Value
from desktop.store.base import StoreBase, Work
from desktop.store.schema import check_followers
from desktop.store.scope import rows_only
from desktop.store.sqlcipher import Connection
from desktop.store.vault import Vault

_T = TypeVar("_T")
_LOCKED = Failure(Code.STORE_LOCKED)


class FeatureRows(StoreBase):
    """The tables of the feature *name*; thread-safe."""

    def __init__(self, vault: Vault, name: str) -> None:
        super().__init__(vault)
        self._name = name

    def read(self, work: Callable[[Rows], _T]) -> Result[_T]:
        """Run *work* on one consistent state."""
        unfit = self._unfit()
        return self._read(self._reading(work)) if unfit is None else unfit

    def write(self, work: Callable[[Rows], _T]) -> Result[_T]:
        """Run *work*; a power cut may take the last ones, a crash none. RIGHT_UNKNOWN."""
        unfit = self._unfit()
        return self._write(self._writing(work)) if unfit is None else unfit

    def write_durably(self, work: Callable[[Rows], _T]) -> Result[_T]:
        """As :meth:`write`, and on the disk before this returns."""
        unfit = self._unfit()
        return self._write_durably(self._writing(work)) if unfit is None else unfit

    def _unfit(self) -> Failure | None:
        """Why these tables cannot be used."""
        opened = self._vault.opened()
        return _LOCKED if opened is None else opened.database.unfit.get(self._name)

    def _reading(self, work: Callable[[Rows], _T]) -> Work[_T]:
        def scoped(c: Connection) -> _T:
            with rows_only(c, self._name):
                return work(_Rows(c))

        return scoped

    def _writing(self, work: Callable[[Rows], _T]) -> Work[_T]:
        def checked(c: Connection) -> _T:
            done = self._reading(work)(c)
            check_followers(c, self._name)
            return done

        return checked


class _Rows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run one statement; the rows that it gives."""
        found: list[Row] = self._connection.execute(sql, tuple(values)).fetchall()
        return found

    def executemany(self, sql: str, values: Iterable[Sequence[Value]]) -> None:
        """Run one changing statement for each of *values*."""
        self._connection.executemany(sql, values)
