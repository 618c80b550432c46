"""Sets that were put aside because their share of the keyring was gone: taken over once it is back.

A set opens by the card's answer and the share. The answer was given when the share was found missing; it is
kept in the set that came after, which only the same card opens, so that no second card operation is needed.
"""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Code, Failure
from desktop.domain.recovery import NOTHING, Recovery
from desktop.ports.vault import KeyringPort
from desktop.store import key_slots
from desktop.store.database import Database, failure_of
from desktop.store.merging import merge, own_rows
from desktop.store.recoveries import note
from desktop.store.salvage import Rebuilt, counted_as, rebuild
from desktop.store.schema import Schema
from desktop.store.sealed_files import write_through
from desktop.store.sqlcipher import Connection
from desktop.store.vault_folders import SetFolder
from desktop.store.wiping import wipe

_NAME = "store.estates"
_log = logging.getLogger("dsp.store")


@dataclass(frozen=True, slots=True)
class Estate:
    """A set aside: its folder's name, the card whose slot it has, and what that card answered."""

    folder: str
    fingerprint: str
    secret: bytes


class Estates:
    """What the open set of a holder may take over."""

    def __init__(self, keyring: KeyringPort, schema: Schema, now: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._schema = schema
        self._now = now

    def leave(self, database: Database, aside: SetFolder, fingerprint: str, secret: bytearray) -> None:
        """Keep in *database* what opens *aside* together with its share."""
        estate = Estate(aside.path.name, fingerprint, bytes(secret))
        database.write_durably(lambda c: _put(c, (*_left(c), estate)))

    def take_over(self, database: Database, folder: SetFolder) -> None:
        """The own work of each set aside whose share is back; one that stays closed stays as it is."""
        left = database.read(_left)
        for estate in () if isinstance(left, Failure) else left:
            aside = SetFolder(folder.path.with_name(estate.folder))
            try:
                self._visit(database, folder, aside, estate)
            except OSError as error:
                failure_of(error)  # a full disk: the next opening tries again

    def _visit(self, database: Database, folder: SetFolder, aside: SetFolder, estate: Estate) -> None:
        if not aside.path.exists():
            database.write_durably(lambda c: _forget(c, estate))
            return
        key = self._key(aside, estate)
        if key is None:
            return
        try:
            rebuilt = rebuild(aside.database, aside.new_rebuilding(), key, self._schema, aside.salt())
        finally:
            wipe(key)
        if isinstance(rebuilt, Failure):
            return
        with closing(rebuilt.database):
            self._inherit(database, folder, aside, estate, rebuilt)
        aside.new_rebuilding()

    def _key(self, aside: SetFolder, estate: Estate) -> bytearray | None:
        slot = aside.slot(estate.fingerprint)
        share = None if slot is None else self._keyring.share(slot.share)
        if slot is None or not isinstance(share, bytes):
            return None
        secret = bytearray(estate.secret)
        try:
            return key_slots.unwrap(slot, secret, share)
        finally:
            wipe(secret)

    def _inherit(
        self, database: Database, folder: SetFolder, aside: SetFolder, estate: Estate, rebuilt: Rebuilt
    ) -> None:
        """Contents first, then all rows at once; what is there already stays, and is counted as left."""
        found = rebuilt.database.read(own_rows)
        if isinstance(found, Failure):
            return
        for path in aside.contents():
            if not (folder.outbox / path.name).exists():
                write_through(folder.outbox / path.name, path.read_bytes())

        def write(c: Connection) -> None:
            saved, lost = NOTHING, rebuilt.lost
            came = merge(c, found)
            for rows in found:
                count = came.get(rows.table, 0)
                saved += counted_as(rows.table, count)
                lost += counted_as(rows.table, len(rows.rows) - count)
            note(c, Recovery(Code.STORE_KEY_BACK, self._now(), saved, lost, rebuilt.exact))
            _forget(c, estate)

        if not isinstance(database.write_durably(write), Failure):
            _log.warning("a store that was put aside was taken over")


def _left(c: Connection) -> tuple[Estate, ...]:
    row = c.execute("SELECT value FROM settings WHERE name = ?", (_NAME,)).fetchone()
    try:
        return msgspec.json.decode(row[0], type=built(tuple[Estate, ...])) if row else ()
    except msgspec.MsgspecError:
        return ()


def _forget(c: Connection, estate: Estate) -> None:
    _put(c, tuple(other for other in _left(c) if other != estate))


def _put(c: Connection, estates: tuple[Estate, ...]) -> None:
    value = msgspec.json.encode(estates).decode()
    c.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_NAME, value))
