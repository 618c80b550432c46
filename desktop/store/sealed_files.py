"""Encrypted files: one AES-256-GCM key a file, kept in the database; dropping the row destroys the content.

A file never changes: a new content is a new file, so that a crash leaves either the old one, or the new
one, or an orphan that the next opening sweeps away.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.store.own_folder import NEW, SUFFIX, OwnFolder, write_whole

_MAGIC = b"DSPB1"
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where one encrypted content lies, and its key."""

    file: str
    key: bytes = field(repr=False)


class SealedFiles:
    """Encrypted contents in one folder, or in memory where *folder* is None."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else OwnFolder(folder)
        self._memory: dict[str, bytes] = {}

    def write(self, identity: str, content: bytes) -> Sealed:
        """Encrypt and write through to the disk; *identity* must be given again to read.

        Raises OSError; then nothing is left behind.
        """
        key = AESGCM.generate_key(bit_length=256)
        nonce = os.urandom(_NONCE_BYTES)
        data = _MAGIC + nonce + AESGCM(key).encrypt(nonce, content, identity.encode())
        name = os.urandom(16).hex() + SUFFIX
        if self._folder is None:
            self._memory[name] = data
        else:
            self._folder.write(name, data)
        return Sealed(name, key)

    def read(self, identity: str, sealed: Sealed) -> bytes | None:
        """The content; None when the file is gone, was changed, is no file of ours, or its key was dropped.

        Raises OSError where the disk fails.
        """
        data = self._data(sealed.file)
        if data is None or not data.startswith(_MAGIC):
            return None
        start = len(_MAGIC) + _NONCE_BYTES
        try:
            return AESGCM(sealed.key).decrypt(data[len(_MAGIC) : start], data[start:], identity.encode())
        except (InvalidTag, ValueError):
            return None

    def erase(self, names: Iterable[str]) -> int:
        """Remove files whose row is gone; how many. Raises OSError where the folder cannot be reached."""
        if self._folder is not None:
            return self._folder.remove(names)
        return sum(self._memory.pop(name, None) is not None for name in names)

    def names(self) -> set[str]:
        """Files of ours that are there."""
        return set(self._memory) if self._folder is None else self._folder.names()

    def _data(self, name: str) -> bytes | None:
        return self._memory.get(name) if self._folder is None else self._folder.read(name)


def write_through(path: Path, data: bytes) -> None:
    """Write *path* whole or not at all (0600), and not return before it is on the disk."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)  # what a crash left; a link that waits there is not written through
    try:
        write_whole(lambda: os.open(temporary, NEW, 0o600), data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names in *folder* durable (Windows does so by itself)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
