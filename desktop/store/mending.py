"""Opening a set's database, mended where it is not as it was left; what was found is told once.

Nothing of the user's own is dropped in silence: what can be read comes into a new database, what cannot is
counted, and contents whose row is gone are kept apart as the evidence.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.recovery import Recovery
from desktop.store.cipher_pages import log_of, read_log
from desktop.store.database import Database, failure_of
from desktop.store.erasure import counted, expire
from desktop.store.recoveries import doubt, note, seen
from desktop.store.removal import remove_later
from desktop.store.salvage import rebuild
from desktop.store.schema import Schema, Unfit, require_own_work
from desktop.store.sealed_files import SealedFiles
from desktop.store.sqlcipher import Connection
from desktop.store.vault_folders import HolderFolders, SetFolder

_log = logging.getLogger("dsp.store")


@dataclass(frozen=True, slots=True)
class Mended:
    """An open database; ``found`` None where all was as it was left."""

    database: Database
    found: Recovery | None


class Mender:
    """Opens the databases of sets."""

    def __init__(self, folders: HolderFolders, schema: Schema, now: Callable[[], datetime]) -> None:
        self._folders = folders
        self._schema = schema
        self._now = now

    def open(self, folder: SetFolder, key: bytearray) -> Result[Mended]:
        """The database of *folder*; raises OSError. STORE_TOO_NEW, DISK_FULL, STORE_FAILED."""
        folder.finish_rebuilding()
        code = self._known_damage(folder)
        if code is None:
            database = Database.open(folder.database, key, self._prepare)
            if not isinstance(database, Failure):
                return Mended(database, None)
            if database.code is not Code.STORE_DAMAGED:
                return database
            code = Code.STORE_MENDED
        return self._rebuilt(folder, key, code)

    def tidy(
        self, folder: SetFolder, mended: Mended, bodies: SealedFiles, outbox: SealedFiles
    ) -> Recovery | None:
        """What a crash left, and what ended while the program was off, before any reading (CF-066).

        What was found is noted in the store; what was found is the answer.
        """
        _remember_salt(folder)
        database = mended.database
        ended = database.write(lambda c: (counted(c, lambda c: expire(c, self._now()))[1], files_of_rows(c)))
        if isinstance(ended, Failure):
            return mended.found
        changes, known = ended
        if changes:
            database.checkpoint()
        found = self._evidence(folder, mended, known[1])
        try:
            own = known[1] | {path.name for path in folder.contents()}  # never swept: it may be the evidence
            sweep(database, (known[0], own), bodies, outbox)  # the files of what ended go along
        except OSError as error:
            failure_of(error)  # their keys are gone; the next opening tries again
        return found

    def note_older(self, c: Connection) -> None:
        """The database is an older copy: what is pending in it may have gone since (CF-079)."""
        note(c, Recovery(Code.STORE_PUT_BACK, self._now(), exact=False))
        doubt(c)

    def tell_of_others(self, holder: str, folder: SetFolder, database: Database) -> None:
        """Sets of the holder that this card and keyring do not open: told once, with what waits in them."""
        for other in self._folders.untold(holder, folder):
            found = Recovery(Code.STORE_KEY_GONE, self._now(), exact=False, contents=len(other.contents()))
            if not isinstance(database.write_durably(partial(note, found=found)), Failure):
                with suppress(OSError):
                    other.told_mark.touch(mode=0o600)

    def _known_damage(self, folder: SetFolder) -> Code | None:
        """What SQLite must not open: it would make a new file, or forget the rest of a log."""
        if folder.is_gone():
            return Code.STORE_GONE
        damaged = folder.damage_mark.exists() or read_log(log_of(folder.database)).is_damaged()
        return Code.STORE_MENDED if damaged else None

    def _prepare(self, c: Connection) -> Result[Unfit]:
        unfit = self._schema.migrate(c)
        if not isinstance(unfit, Failure):
            require_own_work(c)
        return unfit

    def _rebuilt(self, folder: SetFolder, key: bytearray, code: Code) -> Result[Mended]:
        """A new database with the own work of the damaged one, which goes aside once it is done: a full disk
        or a crash before leaves it where it is, and the next opening tries again."""
        rebuilt = rebuild(folder.database, folder.new_rebuilding(), key, self._schema, folder.salt())
        if isinstance(rebuilt, Failure):
            return rebuilt
        found = Recovery(
            code, self._now(), rebuilt.saved, rebuilt.lost, rebuilt.exact and code != Code.STORE_GONE
        )
        noted = rebuilt.database.write_durably(lambda c: note(c, found))
        rebuilt.database.close()
        if isinstance(noted, Failure):
            return noted
        self._folders.replace_database(folder, self._now())
        database = Database.open(folder.database, key, self._schema.migrate)
        return database if isinstance(database, Failure) else Mended(database, found)

    def _evidence(self, folder: SetFolder, mended: Mended, known: set[str]) -> Recovery | None:
        """Contents without a row go apart; rows without their content are told once, and have none then."""
        there = folder.contents()
        orphans = [path for path in there if path.name not in known]
        missing = known - {path.name for path in there}
        if not orphans and not missing:
            return mended.found
        found = mended.found or Recovery(Code.OWN_WORK_APART, self._now())
        told = replace(found, contents=len(orphans), missing=len(missing))

        def write(c: Connection) -> None:
            seen(c, (found,))
            note(c, told)
            doubt(c)
            for table in ("outbox", "drafts"):
                gone = f"UPDATE {table} SET file = NULL, key = NULL WHERE file = ?"
                c.executemany(gone, [(name,) for name in sorted(missing)])

        written = mended.database.write_durably(write)
        if isinstance(written, Failure):
            return mended.found  # all stays where it is; the next opening tries again
        try:
            if orphans:
                folder.set_apart(orphans, self._now())
        except OSError as error:
            failure_of(error)
        return told


def files_of_rows(c: Connection) -> tuple[set[str], set[str]]:
    """Names of the files that rows of read documents, and of drafts and outbox, need."""
    kept = {str(r[0]) for r in c.execute("SELECT file FROM bodies")}
    sent = {str(r[0]) for r in c.execute("SELECT file FROM outbox UNION SELECT file FROM drafts") if r[0]}
    return kept, sent


def sweep(
    database: Database, known: tuple[set[str], set[str]], bodies: SealedFiles, outbox: SealedFiles
) -> None:
    """Files without a row and rows of read documents without a file: what a crash may leave."""
    read, sent = bodies.names(), outbox.names()
    lost = sorted(known[0] - read)
    if lost:
        database.write(lambda c: c.executemany("DELETE FROM bodies WHERE file = ?", [(n,) for n in lost]))
    remove_later(bodies, read - known[0])
    remove_later(outbox, sent - known[1])
    orphans = len(read - known[0]) + len(sent - known[1])
    if orphans or lost:
        _log.info("sweeping %d files without a row, %d rows without a file", orphans, len(lost))


def _remember_salt(folder: SetFolder) -> None:
    try:
        folder.remember_salt()
    except OSError:
        _log.warning("the salt of the database could not be kept")  # only a damaged first page wants it
