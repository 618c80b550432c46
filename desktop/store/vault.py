"""The store's lock (VaultPort): finds or makes the card's key slot, opens what lies behind it.

What happens when a slot does not open:

* the card answers wrongly: STORE_OTHER_CARD, nothing is touched;
* the keyring cannot be asked now: a memory-only session, nothing is touched;
* the share is gone or the slot was changed: the set is kept aside and told; a new one is made (``rebuilt``)
  that takes over what is in it once the share is back;
* a renewed or second card: a new set; the old one stays for the old card. While a holder's store is open,
  ``challenge`` and ``open`` with another card of the same holder give that card a slot of its own.
"""

import hmac
import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from desktop.domain.card import Certificate, UnlockChallenge, UnlockMethod
from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.domain.secret import Secret
from desktop.ports.kept import Kept
from desktop.ports.vault import KeyringPort, VaultState
from desktop.store import key_slots, sealing
from desktop.store.bars import Bars
from desktop.store.database import Database, failure_of
from desktop.store.estates import Estates
from desktop.store.key_slots import Offer, Slot, holder_hash
from desktop.store.mending import Mended, Mender
from desktop.store.schema import Schema
from desktop.store.sealed_files import SealedFiles
from desktop.store.sqlcipher import Connection
from desktop.store.vault_folders import HolderFolders, SetFolder
from desktop.store.wiping import wipe
from desktop.store.witness import Witness, is_older, settle

_log = logging.getLogger("dsp.store")
_Share = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """What an open vault gives to the store."""

    certificate: Certificate
    state: VaultState
    database: Database
    bodies: SealedFiles
    outbox: SealedFiles
    key: bytearray
    folder: SetFolder | None
    witness: Witness | None = None

    def mark_damaged(self) -> None:
        """Have the next opening rebuild the database and save what can be read of the old one."""
        if self.folder is not None:
            self.folder.damage_mark.touch(mode=0o600)


def open_vault(
    home: Path,
    keyring: KeyringPort,
    *,
    allow_card_only: bool,
    kept: Mapping[str, Kept],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    protect: Callable[[bytearray], None] = lambda _buffer: None,
) -> "Vault":
    """The vault of one data folder.

    *allow_card_only*: without a keyring, the card alone may open a slot (demo profile); else the session
    keeps nothing on disk. *kept*: what the features that are plugged in keep, by their name; ValueError where
    their tables' names clash. *protect* is told of the buffer that holds the key (to keep it out of swap).
    """
    folders = HolderFolders(home / "vault")
    return Vault(folders, keyring, Schema(kept), allow_card_only=allow_card_only, now=now, protect=protect)


class Vault:
    """One holder's store at a time. Thread-safe; ``open`` may block on keyring and disk."""

    def __init__(
        self,
        folders: HolderFolders,
        keyring: KeyringPort,
        schema: Schema,
        *,
        allow_card_only: bool,
        now: Callable[[], datetime],
        protect: Callable[[bytearray], None],
    ) -> None:
        self._folders = folders
        self._mender = Mender(folders, schema, now)
        self._estates = Estates(keyring, schema, now)
        self._keyring = keyring
        self.bars = Bars(keyring)
        self._schema = schema
        self._allow_card_only = allow_card_only
        self._now = now
        self._protect = protect
        self._lock = threading.Lock()
        self._offers: dict[str, Offer] = {}
        self._opened: Opened | None = None
        self._closing: Opened | None = None

    def challenge(self, certificate: Certificate, method: UnlockMethod) -> UnlockChallenge:
        """The slot's challenge for this card; a fresh one when it has no slot yet."""
        with self._lock:
            found = self._find(certificate)
            if found is not None:
                return UnlockChallenge(found[1].method, found[1].challenge)
            offer = key_slots.new_offer(certificate, method)
            self._offers[certificate.fingerprint] = offer
            return UnlockChallenge(offer.method, offer.challenge)

    def open(self, certificate: Certificate, card_secret: Secret | None) -> Result[VaultState]:
        """Open (or create) the holder's store. Wipes *card_secret*. None = memory-only cache.

        STORE_OTHER_CARD (wrong card answer, another holder's store is open), STORE_TOO_NEW, DISK_FULL,
        STORE_FAILED.
        """
        with self._lock:
            offer = self._offers.pop(certificate.fingerprint, None)
            try:
                if self._opened is None:  # not at the start: the platform's time is not known there
                    self._folders.remove_old(self._now())
                return self._open(certificate, offer, card_secret)
            except OSError as error:
                return failure_of(error)
            finally:
                if card_secret is not None:
                    card_secret.wipe()
                if offer is not None and offer.expected is not None:
                    wipe(offer.expected)

    def close(self) -> None:
        """Close connections and overwrite the key; pending writes are flushed first."""
        with self._lock:
            self._drop_opened()

    def hurry(self) -> None:
        """The read or purge that runs at this moment is cut; what waits behind it is not."""
        opened = self._opened or self._closing
        if opened is not None:
            opened.database.hurry()

    def close_now(self) -> None:
        """As ``close``, but reads and purges under way are cut; safe beside a ``close`` that waits."""
        opened = self._opened or self._closing
        if opened is not None:
            opened.database.cut()
        self.close()

    def is_open(self) -> bool:
        """True while the key is in memory."""
        return (self._opened or self._closing) is not None

    def opened(self) -> Opened | None:
        """For the store: what is open now."""
        return self._opened

    def seal(self, content: bytes) -> Result[bytes]:
        """Under a key of its own that comes of the store's; STORE_LOCKED where nothing outlives a lock."""
        opened = self._opened
        if opened is None or not opened.key:
            return Failure(Code.STORE_LOCKED)
        return sealing.seal(opened.key, content)

    def unseal(self, sealed: bytes) -> Result[bytes]:
        """What was sealed before the lock; STORE_OTHER_CARD, STORE_LOCKED."""
        opened = self._opened
        if opened is None or not opened.key:
            return Failure(Code.STORE_LOCKED)
        content = sealing.unseal(opened.key, sealed)
        return Failure(Code.STORE_OTHER_CARD) if content is None else content

    def _open(
        self, certificate: Certificate, offer: Offer | None, secret: Secret | None
    ) -> Result[VaultState]:
        if self._opened is not None:
            return self._while_open(self._opened, certificate, offer, secret)
        if not secret:
            return self._in_memory(certificate, None)
        found = self._find(certificate)
        if found is not None:
            return self._with_slot(certificate, *found, secret.buffer)
        if offer is None:
            return Failure(Code.STORE_OTHER_CARD)
        if not key_slots.proves(certificate, offer, secret.buffer):
            return self._in_memory(certificate, Code.CARD_FAILED)
        return self._with_new_set(certificate, offer, secret.buffer)

    def _find(self, certificate: Certificate) -> tuple[SetFolder, Slot] | None:
        """The card's newest slot. One without a share counts only where the policy allows it: anyone who may
        write to the disk can wrap a key of his own under a card's public key alone."""
        holder = holder_hash(certificate.holder_id)
        return self._folders.find(holder, certificate.fingerprint, card_only=self._allow_card_only)

    def _while_open(
        self, opened: Opened, certificate: Certificate, offer: Offer | None, secret: Secret | None
    ) -> Result[VaultState]:
        """Another card of the same holder gets a slot; another holder must wait for ``close`` (CF-014)."""
        if opened.certificate.holder_id != certificate.holder_id:
            return Failure(Code.STORE_OTHER_CARD)
        if opened.folder is None or not secret:
            return opened.state
        found = self._find(certificate)
        if found is not None:
            right = key_slots.answers(found[1], secret.buffer)
            return opened.state if right else Failure(Code.STORE_OTHER_CARD)
        if offer is None:
            return Failure(Code.STORE_OTHER_CARD)
        if not key_slots.proves(certificate, offer, secret.buffer):
            return Failure(Code.STORE_OTHER_CARD)
        share = self._new_share(opened.folder, certificate, "") if opened.state.keyring_share else None
        if isinstance(share, ErrorCode):
            return Failure(share)
        self._write_slot(opened.folder, opened.key, certificate, offer, secret.buffer, share)
        return opened.state

    def _with_slot(
        self, certificate: Certificate, folder: SetFolder, slot: Slot, secret: bytearray
    ) -> Result[VaultState]:
        if not key_slots.answers(slot, secret):
            return Failure(Code.STORE_OTHER_CARD)
        share = self._keyring.share(slot.share) if slot.share else b""
        if isinstance(share, Failure):
            return self._in_memory(certificate, share.code)
        key = None if share is None else key_slots.unwrap(slot, secret, share)
        if key is None:
            return self._rebuild(certificate, folder, slot, secret)
        self._protect(key)
        with_share = self._renew(certificate, folder, slot, secret, key, share or b"")
        reason = None if with_share else Code.KEYRING_MISSING
        return self._on_disk(certificate, folder, key, VaultState(False, with_share, False, reason))

    def _rebuild(
        self, certificate: Certificate, folder: SetFolder, slot: Slot, secret: bytearray
    ) -> Result[VaultState]:
        aside = self._folders.set_aside(folder, self._now())
        state = self._with_new_set(certificate, slot, secret)
        if self._opened is not None and self._opened.folder is not None:
            self._estates.leave(self._opened.database, aside, slot.fingerprint, secret)
        return state

    def _with_new_set(
        self, certificate: Certificate, offer: Slot | Offer, secret: bytearray
    ) -> Result[VaultState]:
        """A new key in a new set; what this holder had before stays, but for read documents."""
        holder = holder_hash(certificate.holder_id)
        rebuilt = self._folders.has_any(holder)
        self._folders.drop_read_documents(holder)
        folder = self._folders.create(holder, self._now())
        try:
            opened = self._fill_set(folder, certificate, offer, secret, rebuilt=rebuilt)
        except OSError:
            self._drop_opened()
            self._folders.discard(folder)
            raise
        if isinstance(opened, Failure) or opened.memory_only:
            self._folders.discard(folder)
        return opened

    def _fill_set(
        self,
        folder: SetFolder,
        certificate: Certificate,
        offer: Slot | Offer,
        secret: bytearray,
        *,
        rebuilt: bool,
    ) -> Result[VaultState]:
        share = self._new_share(folder, certificate, "")
        if isinstance(share, ErrorCode) and not self._allow_card_only:
            return self._in_memory(certificate, share)
        reason = share if isinstance(share, ErrorCode) else None
        key = key_slots.new_key()
        self._protect(key)
        state = VaultState(False, reason is None, rebuilt, reason)
        opened = self._on_disk(certificate, folder, key, state)
        if not isinstance(opened, Failure):
            usable = None if isinstance(share, ErrorCode) else share
            self._write_slot(folder, key, certificate, offer, secret, usable)
        return opened

    def _on_disk(
        self, certificate: Certificate, folder: SetFolder, key: bytearray, state: VaultState
    ) -> Result[VaultState]:
        bodies, outbox = SealedFiles(folder.bodies), SealedFiles(folder.outbox)
        mended = self._mender.open(folder, key)
        if isinstance(mended, Failure):
            wipe(key)
            return mended
        witness = Witness(self._keyring, key) if state.keyring_share else None
        unsure = None if witness is None else self._settle(mended, witness)
        if unsure is not None:
            mended.database.close()
            wipe(key)
            return self._in_memory(certificate, unsure.code)
        if self._mender.tidy(folder, mended, bodies, outbox) is not None:
            state = replace(state, rebuilt=True)
        self._estates.take_over(mended.database, folder)
        self._mender.tell_of_others(holder_hash(certificate.holder_id), folder, mended.database)
        self._opened = Opened(certificate, state, mended.database, bodies, outbox, key, folder, witness)
        return state

    def _settle(self, mended: Mended, witness: Witness) -> Failure | None:
        """An older copy loses what came under mandates. Why that cannot be done now: nothing is touched then.

        A full disk holds up nobody whose database is the newest.
        """
        seen = witness.seen()
        if isinstance(seen, Failure):
            return seen
        database = mended.database

        def work(c: Connection) -> int:
            if is_older(c, seen) and mended.found is None:  # what was mended was told, and lost its count
                self._mender.note_older(c)
            return settle(c, seen)

        epoch = database.write_durably(work)
        if not isinstance(epoch, Failure):
            witness.tell(epoch)
            return None
        return None if database.read(lambda c: is_older(c, seen)) is False else epoch

    def _in_memory(self, certificate: Certificate, reason: ErrorCode | None) -> Result[VaultState]:
        """Nothing on disk; what the holder has there stays as it is."""
        database = Database.open(None, None, self._schema.migrate)
        if isinstance(database, Failure):
            return database
        state = VaultState(True, False, False, reason)
        files = SealedFiles(None), SealedFiles(None)
        self._opened = Opened(certificate, state, database, *files, bytearray(), None)
        return state

    def _drop_opened(self) -> None:
        self._closing, self._opened = self._opened, None
        if self._closing is not None:
            self._closing.database.close()
            wipe(self._closing.key)
            self._closing = None

    def _renew(
        self,
        certificate: Certificate,
        folder: SetFolder,
        slot: Slot,
        secret: bytearray,
        key: bytearray,
        value: bytes,
    ) -> bool:
        """Wrap the key anew after an opening; whether a keyring share stands in the slot now.

        The new slot is on disk before the old share is overwritten, so a crash at any point leaves one that
        opens. Nothing here stops the opening: the slot that opened stays as it is.
        """
        share: _Share | ErrorCode | None = (slot.share, value)
        if slot.method is UnlockMethod.RSA_SIGNATURE or not slot.share:
            share = self._new_share(folder, certificate, slot.share)
        if isinstance(share, ErrorCode):
            if slot.share:
                return True  # the slot stays as it is, never down to the card alone
            share = None
        try:
            self._write_slot(folder, key, certificate, slot, secret, share)
        except OSError:
            _log.warning("a key slot could not be renewed")
            return bool(slot.share)
        if share is not None and slot.share and share[0] != slot.share:
            self._keyring.set_share(slot.share, bytes(key_slots.KEY_BYTES))
        return share is not None

    def _write_slot(
        self,
        folder: SetFolder,
        key: bytearray,
        certificate: Certificate,
        answered: Slot | Offer,
        secret: bytearray,
        share: _Share | None,
    ) -> None:
        offer = key_slots.next_secret(certificate, answered, secret)
        backend = self._keyring.backend() if share else ""
        folder.write_slot(
            key_slots.wrap(key, certificate, offer, share=share, backend=backend, now=self._now())
        )

    def _new_share(self, folder: SetFolder, certificate: Certificate, former: str) -> _Share | ErrorCode:
        """A random share, written and read back; its name alternates so that *former* stays until later."""
        base = f"cache-{folder.path.name[-6:]}-{certificate.fingerprint[:16]}"
        name = f"{base}-b" if former == f"{base}-a" else f"{base}-a"
        value = os.urandom(key_slots.KEY_BYTES)
        written = self._keyring.set_share(name, value)
        if isinstance(written, Failure):
            return written.code
        kept = self._keyring.share(name)
        if isinstance(kept, bytes) and hmac.compare_digest(kept, value):
            return name, value
        return kept.code if isinstance(kept, Failure) else Code.KEYRING_MISSING
