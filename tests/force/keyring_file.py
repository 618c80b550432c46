"""A keyring that outlives the process that wrote it, as the system's does."""

import json
import os
from pathlib import Path

from desktop.domain.errors import Result
from desktop.ports.vault import KeyringPort


class FileKeyring(KeyringPort):
    """One file, replaced whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def share(self, name: str) -> Result[bytes | None]:
        value = self._all().get(name)
        return None if value is None else bytes.fromhex(value)

    def set_share(self, name: str, value: bytes) -> Result[None]:
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        fresh.write_text(json.dumps({**self._all(), name: value.hex()}))
        fresh.replace(self._path)
        return None

    def backend(self) -> str:
        return "force.Keyring"

    def _all(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        return found
