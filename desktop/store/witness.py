"""What the keyring knows of a set: how often it was opened and lost something; so an older copy is known.

A folder that is copied back holds lists, contents and rights as they were; what the platform ended since then
would live again (CF-066). The count stands in the database, grows at each opening and each ending, and stands
in the keyring too. A database that has counted less than its keyring, or whose entry there is gone, is an
older one: what came under mandates goes before anything is read, own work stays.

The entry's name comes of the cache key, so that it follows no name of a folder and no card. The database is
written first: a crash in between leaves the keyring behind, which is no older copy.
"""

import logging

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.errors import Failure, Result
from desktop.ports.vault import KeyringPort
from desktop.store.erasure import drop_all_keys
from desktop.store.sqlcipher import Connection

_log = logging.getLogger("dsp.store")
_INFO = b"dsp-desktop/cache-witness/v1\x00"
_COUNT = "SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'epoch'"
_BYTES = 8


class Witness:
    """The keyring's entry of one set."""

    def __init__(self, keyring: KeyringPort, key: bytearray) -> None:
        self._keyring = keyring
        self._name = "epoch-" + HKDF(hashes.SHA256(), 16, None, _INFO).derive(key).hex()

    def seen(self) -> Result[int]:
        """The count that was told last, 0 for none; KEYRING_MISSING, KEYRING_LOCKED."""
        kept = self._keyring.share(self._name)
        return kept if isinstance(kept, Failure) else int.from_bytes(kept or b"", "big")

    def tell(self, epoch: int) -> None:
        """Where the keyring does not take it, the next opening tells it."""
        told = self._keyring.set_share(self._name, epoch.to_bytes(_BYTES, "big"))
        if isinstance(told, Failure):
            _log.warning("the keyring could not be told of a change: %s", told.code.name)


def settle(c: Connection, seen: int) -> int:
    """At an opening: an older database loses what came under mandates. The count from now on."""
    known = epoch(c)
    if is_older(c, seen):
        _log.warning("an older copy of the store: what came under mandates goes")
        drop_all_keys(c)
    c.execute("INSERT OR REPLACE INTO settings VALUES ('epoch', ?)", (str(max(seen, known) + 1),))
    return epoch(c)


def is_older(c: Connection, seen: int) -> bool:
    """Whether the database is older than the last that its keyring heard of."""
    known = epoch(c)
    return seen > known or (seen == 0 and known > 0)


def ended(c: Connection) -> None:
    """Something ended: a copy of before this moment is an older one. Without a keyring nobody counts."""
    c.execute("UPDATE settings SET value = CAST(value AS INTEGER) + 1 WHERE name = 'epoch'")


def epoch(c: Connection) -> int:
    """The database's own count, 0 before the first."""
    row = c.execute(_COUNT).fetchone()
    return int(row[0]) if row else 0
