"""A keyring that outlives the process that wrote it, as the system's does."""

import json
import os
from pathlib import Path

from desktop.domain.errors import Result
from tests.fakes import FakeKeyring


class FileKeyring(FakeKeyring):
    """One file, replaced whole."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def share(self, name: str) -> Result[bytes | None]:
        self._read()
        return super().share(name)

    def set_share(self, name: str, value: bytes) -> Result[None]:
        self._read()
        written = super().set_share(name, value)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        fresh.write_text(json.dumps({known: share.hex() for known, share in self.entries.items()}))
        fresh.replace(self._path)
        return written

    def _read(self) -> None:
        if self._path.exists():
            self.entries = {n: bytes.fromhex(v) for n, v in json.loads(self._path.read_text()).items()}
