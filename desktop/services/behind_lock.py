"""What stood open when the session was locked: while it is locked, this process can read it as little as
anybody else (CF-017)."""

from dataclasses import dataclass

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Failure
from desktop.domain.record import Patient
from desktop.ports.vault import VaultPort
from desktop.services.record import OpenRecord


@dataclass(frozen=True, slots=True)
class OnScreen:
    """A patient on the screen; ``record`` is None before his record is open."""

    patient: Patient
    record: OpenRecord | None


class BehindLock:
    """One :class:`OnScreen` under the store's key, which goes with the lock and comes back with the card.

    Call it in the GUI thread while the store is open; it reads and writes no disk.
    """

    def __init__(self, vault: VaultPort) -> None:
        self._vault = vault
        self._sealed = b""

    def put(self, screen: OnScreen) -> None:
        """Before the store closes. A session of which nothing outlives a lock keeps nothing here either."""
        sealed = self._vault.seal(msgspec.json.encode(screen))
        self._sealed = b"" if isinstance(sealed, Failure) else sealed

    def take(self) -> OnScreen | None:
        """After the unlock, once. None where nothing was put, or the store that opened is another one."""
        sealed, self._sealed = self._sealed, b""
        content = self._vault.unseal(sealed) if sealed else None
        if content is None or isinstance(content, Failure):
            return None
        return msgspec.json.decode(content, type=built(OnScreen))

    def forget(self) -> None:
        """Another holder, or logged out."""
        self._sealed = b""
