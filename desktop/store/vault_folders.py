"""A holder's folders on disk: ``vault/<holder>/<set>/`` with key slots, database and encrypted files.

A set is one cache key. A card opens the newest set that has a slot for it. A set that can no longer be
opened is renamed ``aside-…`` and keeps its database, drafts and outbox for 90 days; its read documents go at
once, since they can be read again from the platform.
"""

import logging
import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec

from desktop.common.built_types import built
from desktop.common.own_places import HeldFolder, hold
from desktop.store.cipher_pages import PAGE_BYTES, SALT_BYTES
from desktop.store.key_slots import Slot
from desktop.store.sealed_files import sync_folder, write_through

_ASIDE_KEPT = timedelta(days=90)
_CONTENT = re.compile(r"[0-9a-f]{32}\.body")
_SLOTS = "slot-*.json*"
_STAMP = "%Y%m%dT%H%M%SZ"
_DATED = "-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}"
_HOLDER = re.compile("[0-9a-f]{32}")
_SET, _ASIDE = re.compile("set" + _DATED), re.compile("aside" + _DATED)
_ANY_SET = re.compile("(set|aside)" + _DATED)
_APART = re.compile("(damaged|apart)" + _DATED)
_log = logging.getLogger("dsp.store")


@dataclass(frozen=True, slots=True)
class SetFolder:
    """Names inside one set."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLCipher file."""
        return self.path / "store.db"

    @property
    def bodies(self) -> Path:
        """Documents that were read."""
        return self.path / "bodies"

    @property
    def outbox(self) -> Path:
        """Contents of drafts and outbox rows."""
        return self.path / "outbox"

    @property
    def damage_mark(self) -> Path:
        """Left when the database was found damaged while in use."""
        return self.path / "damaged"

    def has_slot(self) -> bool:
        """Whether the set came to life: its slot is written last."""
        return any(self.path.glob(_SLOTS))

    def is_gone(self) -> bool:
        """Whether the database of a set that came to life is not there, or has not even a first page."""
        there = self.database.exists() and self.database.stat().st_size >= PAGE_BYTES
        return self.has_slot() and not there

    def contents(self) -> list[Path]:
        """Encrypted contents of drafts and outbox rows."""
        found = self.outbox.iterdir() if self.outbox.is_dir() and not self.outbox.is_symlink() else ()
        return [f for f in found if _CONTENT.fullmatch(f.name) and f.is_file() and not f.is_symlink()]

    def set_apart(self, contents: Iterable[Path], now: datetime) -> None:
        """Keep contents whose row is gone, 90 days: they tell that something was there."""
        apart = self.path / f"apart-{now.strftime(_STAMP)}-{os.urandom(3).hex()}"
        apart.mkdir(mode=0o700)
        for path in contents:
            path.rename(apart / path.name)
        sync_folder(apart)
        sync_folder(self.outbox)

    @property
    def salt_file(self) -> Path:
        """A copy of the database's first bytes, without which none of its pages can be judged."""
        return self.path / "store.salt"

    def salt(self) -> bytes | None:
        """What :meth:`remember_salt` kept."""
        try:
            salt = self.salt_file.read_bytes()
        except OSError:
            return None
        return salt if len(salt) == SALT_BYTES else None

    def remember_salt(self) -> None:
        """Keep the salt of a database that opens; raises OSError."""
        with self.database.open("rb") as file:
            salt = file.read(SALT_BYTES)
        if salt != self.salt():
            write_through(self.salt_file, salt)

    def new_rebuilding(self) -> Path:
        """Where a new database is made beside a damaged one; what an interrupted attempt left is gone."""
        for part in _parts(self._rebuilding):
            part.unlink(missing_ok=True)
        return self._rebuilding

    def finish_rebuilding(self) -> None:
        """A crash may have come between the damaged database's going and the new one's coming."""
        if self._rebuilding.exists() and not self.database.exists():
            for part in _parts(self.database):
                part.unlink(missing_ok=True)
            self._rebuilding.rename(self.database)

    @property
    def _rebuilding(self) -> Path:
        return self.path / "rebuilt.db"

    def slot_file(self, fingerprint: str) -> Path:
        """The slot of one card."""
        return self.path / f"slot-{fingerprint[:32]}.json"

    def slot(self, fingerprint: str) -> Slot | None:
        """The card's slot, or its copy; None when both are gone or damaged."""
        file = self.slot_file(fingerprint)
        slots = [slot for slot in map(_slot_in, (file, _copy_of(file))) if slot is not None]
        fitting = [slot for slot in slots if slot.version == 1 and slot.fingerprint == fingerprint]
        return max(fitting, key=lambda slot: slot.written_at, default=None)

    def write_slot(self, slot: Slot) -> None:
        """Replace the card's slot, whole or not at all; a copy of it, since all of a store hangs on it."""
        spelled = msgspec.json.encode(slot).decode()
        data = msgspec.json.encode(_Envelope(spelled, sha256(spelled.encode()).hexdigest()))
        file = self.slot_file(slot.fingerprint)
        write_through(file, data)
        write_through(_copy_of(file), data)
        self.newborn_mark.unlink(missing_ok=True)

    @property
    def newborn_mark(self) -> Path:
        """There until the first slot is written: a set without a slot that has it never came to life."""
        return self.path / "newborn"

    @property
    def told_mark(self) -> Path:
        """There once the user was told of a set that does not open."""
        return self.path / "told"


def _copy_of(slot_file: Path) -> Path:
    return slot_file.with_name(slot_file.name + ".copy")


def _slot_in(file: Path) -> Slot | None:
    try:
        envelope = msgspec.json.decode(file.read_bytes(), type=built(_Envelope))
        if sha256(envelope.slot.encode()).hexdigest() == envelope.sha256:
            return msgspec.json.decode(envelope.slot, type=built(Slot))
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError):
        _log.warning("a key slot is unreadable")
    return None


class _Envelope(msgspec.Struct):
    """A slot and its digest: accidental damage is told from a wrong card."""

    slot: str
    sha256: str


class HolderFolders:
    """All sets of all holders below one vault folder."""

    def __init__(self, vault: Path) -> None:
        self._vault = vault
        with suppress(OSError):  # a full disk: told at the first login, which keeps nothing then
            vault.mkdir(mode=0o700, parents=True, exist_ok=True)

    def find(self, holder: str, fingerprint: str, *, card_only: bool) -> tuple[SetFolder, Slot] | None:
        """The newest set that this card opens; *card_only* = slots without a keyring share count too."""
        slots = [(folder, folder.slot(fingerprint)) for folder in self._sets(holder, _SET)]
        found = [(folder, slot) for folder, slot in slots if slot and (slot.share or card_only)]
        return max(found, key=lambda pair: pair[1].written_at, default=None)

    def has_any(self, holder: str) -> bool:
        """Whether something of this holder is kept that another card or share opens."""
        return bool(self._sets(holder, _ANY_SET))

    def create(self, holder: str, now: datetime) -> SetFolder:
        """An empty set."""
        path = self._vault / holder / f"set-{now.strftime(_STAMP)}-{os.urandom(3).hex()}"
        for made in (self._vault, path.parent):
            made.mkdir(mode=0o700, exist_ok=True)
        path.mkdir(mode=0o700)
        folder = SetFolder(path)
        folder.newborn_mark.touch(mode=0o600)
        sync_folder(path.parent)
        return folder

    def discard(self, folder: SetFolder) -> None:
        """Remove a set that never came to life."""
        shutil.rmtree(folder.path, ignore_errors=True)

    def set_aside(self, folder: SetFolder, now: datetime) -> SetFolder:
        """Keep a set that cannot be opened any more under a dated name; where it is then."""
        aside = folder.path.with_name(f"aside-{now.strftime(_STAMP)}-{os.urandom(3).hex()}")
        folder.path.rename(aside)
        sync_folder(aside.parent)
        _log.warning("a store that cannot be opened was set aside")
        return SetFolder(aside)

    def drop_read_documents(self, holder: str) -> None:
        """Destroy the read documents of all present sets of a holder: they can be read again (CF-066)."""
        for folder in self._sets(holder, _ANY_SET):
            shutil.rmtree(folder.bodies, ignore_errors=True)

    def replace_database(self, folder: SetFolder, now: datetime) -> None:
        """Put the rebuilt database in the damaged one's place.

        That one is kept, with copies of the contents that it may name.
        """
        aside = folder.path / f"damaged-{now.strftime(_STAMP)}-{os.urandom(3).hex()}"
        aside.mkdir(mode=0o700)
        try:
            if folder.outbox.exists():
                shutil.copytree(folder.outbox, aside / "outbox")
        except OSError:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        for part in reversed(_parts(folder.database)):  # its log first: it would change a new database
            if part.exists():
                part.rename(aside / part.name)
        folder.finish_rebuilding()
        folder.damage_mark.unlink(missing_ok=True)
        sync_folder(folder.path)
        _log.warning("a damaged database was set aside")

    def remove_old(self, now: datetime) -> None:
        """Remove what was set aside more than 90 days ago, and what a crash left at the birth of a set.

        Only under names that are given here, and through no link: what else lies there is somebody else's.
        """
        limit = (now - _ASIDE_KEPT).strftime(_STAMP)
        with suppress(OSError), hold(self._vault) as vault:  # what stays is met again at the next opening
            for holder in vault.folders(_HOLDER):
                with suppress(OSError), vault.inside(holder) as folders:
                    _remove_dated(folders, _ASIDE, limit)
                    for name in folders.folders(_SET):
                        with suppress(OSError), folders.inside(name) as one:
                            _remove_dated(one, _APART, limit)
                        if not SetFolder(folders.path / name).has_slot():
                            self._without_slot(folders, name, now)

    def untold(self, holder: str, opened: SetFolder) -> list[SetFolder]:
        """Other sets of the holder that hold something of his and of which he was not told yet."""
        others = [folder for folder in self._sets(holder, _ANY_SET) if folder != opened]
        asides = [f for f in others if f.path.name.startswith("aside-") or f.contents()]
        return [folder for folder in asides if not folder.told_mark.exists()]

    def _without_slot(self, folders: HeldFolder, name: str, now: datetime) -> None:
        """A crash at birth leaves nothing of anybody's; else the slot was lost, and the rest is evidence."""
        folder = SetFolder(folders.path / name)
        if folder.newborn_mark.exists() and not folder.contents():
            folders.remove(name)
            return
        try:
            self.set_aside(folder, now)
        except OSError:
            _log.warning("a store without a slot could not be set aside")

    def _sets(self, holder: str, names: re.Pattern[str]) -> list[SetFolder]:
        """Sets of *holder*, oldest first; a link in the place of one, or of the holder's folder, is none."""
        with suppress(OSError), hold(self._vault) as vault, vault.inside(holder) as folders:
            return [SetFolder(folders.path / name) for name in folders.folders(names)]
        return []


def _remove_dated(place: HeldFolder, names: re.Pattern[str], limit: str) -> None:
    for name in place.folders(names):
        if name.split("-")[1] < limit:
            place.remove(name)


def _parts(database: Path) -> list[Path]:
    return [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
