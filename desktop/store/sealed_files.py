"""Encrypted files: one AES-256-GCM key a file, kept in the database; dropping the row destroys the content.

A file never changes: a new content is a new file, so that a crash leaves either the old one, or the new
one, or an orphan that the next opening sweeps away.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC = b"DSPB1"
_NONCE_BYTES = 12
SUFFIX = ".body"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where one encrypted content lies, and its key."""

    file: str
    key: bytes = field(repr=False)


class SealedFiles:
    """Encrypted contents in one folder, or in memory where *folder* is None."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, bytes] = {}
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

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
            write_through(self._folder / name, data)
        return Sealed(name, key)

    def read(self, identity: str, sealed: Sealed) -> bytes | None:
        """The content; None when the file is gone or was changed."""
        data = self._data(sealed.file)
        if data is None or not data.startswith(_MAGIC):
            return None
        start = len(_MAGIC) + _NONCE_BYTES
        try:
            return AESGCM(sealed.key).decrypt(data[len(_MAGIC) : start], data[start:], identity.encode())
        except (InvalidTag, ValueError):
            return None

    def erase(self, names: list[str]) -> None:
        """Remove files whose row is gone."""
        for name in names:
            self._memory.pop(name, None)
            if self._folder is not None:
                (self._folder / name).unlink(missing_ok=True)

    def names(self) -> set[str]:
        """Files that are there."""
        if self._folder is None:
            return set(self._memory)
        return {p.name for p in self._folder.iterdir()}

    def sweep(self, known: set[str]) -> int:
        """Remove files without a row (a crash between file and row); how many."""
        orphans = sorted(self.names() - known)
        self.erase(orphans)
        return len(orphans)

    def _data(self, name: str) -> bytes | None:
        if self._folder is None:
            return self._memory.get(name)
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None


def write_through(path: Path, data: bytes) -> None:
    """Write *path* whole or not at all (0600), and not return before it is on the disk."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
            os.fsync(file.fileno())
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
