"""What the parts of the store share: run work on the open database, note damage, drop files after rows."""

from collections.abc import Callable
from typing import Any, TypeVar

from desktop.domain.errors import Code, Failure, Result
from desktop.store.database import failure_of
from desktop.store.erasure import counted
from desktop.store.removal import remove_later
from desktop.store.sealed_files import Sealed, SealedFiles
from desktop.store.sqlcipher import Connection
from desktop.store.vault import Opened, Vault
from desktop.store.witness import epoch

_T = TypeVar("_T")
Work = Callable[[Connection], _T]
_LOCKED = Failure(Code.STORE_LOCKED)


class StoreBase:
    """Work on what the vault holds open."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def _read(self, work: Work[_T]) -> Result[_T]:
        opened = self._vault.opened()
        return _LOCKED if opened is None else _noted(opened, opened.database.read(work))

    def _rows(self, sql: str, *values: object) -> Result[list[tuple[Any, ...]]]:
        return self._read(lambda c: c.execute(sql, values).fetchall())

    def _row(self, sql: str, *values: object) -> Result[tuple[Any, ...] | None]:
        return self._read(lambda c: c.execute(sql, values).fetchone())

    def _write(self, work: Work[_T]) -> Result[_T]:
        opened = self._vault.opened()
        return _LOCKED if opened is None else _noted(opened, opened.database.write(work))

    def _write_durably(self, work: Work[_T]) -> Result[_T]:
        opened = self._vault.opened()
        return _LOCKED if opened is None else _noted(opened, opened.database.write_durably(work))

    def _write_soon(self, work: Work[_T]) -> Result[_T]:
        opened = self._vault.opened()
        return _LOCKED if opened is None else _noted(opened, opened.database.write_soon(work))

    def _drop_read(self, work: Work[list[str]]) -> Result[int]:
        """Delete rows of the cache; *work* gives their files, which go after the commit; how many."""
        opened = self._vault.opened()
        if opened is None:
            return _LOCKED
        files = self._gone(opened, work)
        if isinstance(files, Failure):
            return files
        _erase(opened.bodies, files)
        return len(files)

    def _tell_witness(self, done: Result[_T]) -> Result[_T]:
        """After the commit of something that ended: an older copy of the store is known from now on."""
        opened = self._vault.opened()
        if opened is not None and opened.witness is not None and not isinstance(done, Failure):
            count = opened.database.read(epoch)
            if not isinstance(count, Failure):
                opened.witness.tell(count)
        return done

    def _drop_keys_first(self, keys: Work[None], rows: Work[list[str]]) -> Result[int]:
        """The keys are gone from the disk before *rows* is begun, which takes its time; how many bodies."""
        opened = self._vault.opened()
        if opened is None:
            return _LOCKED
        dropped = self._gone(opened, keys)
        return dropped if isinstance(dropped, Failure) else self._drop_read(rows)

    def _gone(self, opened: Opened, work: Work[_T]) -> Result[_T]:
        """What *work* deletes has left the write-ahead log too."""
        done = _noted(opened, opened.database.write(lambda c: counted(c, work)))
        if isinstance(done, Failure):
            return done
        value, changes = done
        if changes:
            opened.database.checkpoint()
        return value

    def _drop_own(self, work: Work[list[str]]) -> Result[None]:
        """Change rows of drafts or outbox; *work* gives the files that are no longer needed."""
        opened = self._vault.opened()
        if opened is None:
            return _LOCKED
        files = _noted(opened, opened.database.write_durably(work))
        if isinstance(files, Failure):
            return files
        _erase(opened.outbox, files)
        return None

    def _content(self, identity: str, sealed: Sealed) -> bytes | None:
        """Content of a draft or outbox row."""
        opened = self._vault.opened()
        return None if opened is None else read_content(opened.outbox, identity, sealed)

    def _store_sealed(
        self,
        files: Callable[[Opened], SealedFiles],
        identity: str,
        content: bytes,
        insert: Callable[[Connection, Sealed], list[str]],
    ) -> Result[None]:
        """File first, then its row on the disk; *insert* gives the files that the row replaced."""
        opened = self._vault.opened()
        if opened is None:
            return _LOCKED
        folder = files(opened)
        try:
            sealed = folder.write(identity, content)
        except OSError as error:
            return failure_of(error)
        replaced = _noted(opened, opened.database.write_durably(lambda c: insert(c, sealed)))
        if isinstance(replaced, Failure):
            _erase(folder, [sealed.file])
            return replaced
        _erase(folder, replaced)
        return None


def read_content(folder: SealedFiles, identity: str, sealed: Sealed) -> bytes | None:
    """None also where the disk fails: the row stays."""
    try:
        return folder.read(identity, sealed)
    except OSError as error:
        failure_of(error)
        return None


def _erase(folder: SealedFiles, names: list[str]) -> None:
    """The keys are gone already; a file that is not removed now goes at the next sweep."""
    remove_later(folder, names)


def _noted(opened: Opened, result: Result[_T]) -> Result[_T]:
    if isinstance(result, Failure) and result.code is Code.STORE_DAMAGED:
        opened.mark_damaged()
    return result
