"""The store's lock, and the system's secret store that holds a share of its key."""

from dataclasses import dataclass
from typing import Protocol

from desktop.domain.card import Certificate, UnlockChallenge, UnlockMethod
from desktop.domain.errors import ErrorCode, Result
from desktop.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class VaultState:
    """How the opened cache is protected; ``memory_only`` = nothing is kept on disk.

    ``reason`` says why it is memory-only or has no keyring share, where it is not the card's own limit.
    """

    memory_only: bool
    keyring_share: bool
    rebuilt: bool
    reason: ErrorCode | None = None


class BarsPort(Protocol):
    """Whom the platform shut out, remembered outside the store, where no copy of it reaches (CF-019)."""

    def barred(self, holder_id: str) -> Result[str]:
        """The word that :meth:`bar` kept, "" for none; KEYRING_LOCKED when that cannot be told now."""
        ...

    def bar(self, holder_id: str, word: str) -> Result[None]:
        """Keep *word* (ASCII, not empty)."""
        ...

    def admit(self, holder_id: str) -> Result[None]:
        """The platform let the holder in again."""
        ...


class VaultPort(Protocol):
    """The encrypted store's lock: key slots opened by the card (architecture, "Secrets")."""

    @property
    def bars(self) -> BarsPort:
        """Whom the platform shut out."""
        ...

    def challenge(self, certificate: Certificate, method: UnlockMethod) -> UnlockChallenge:
        """The slot's challenge for this card; a fresh one when it has no slot yet."""
        ...

    def open(self, certificate: Certificate, card_secret: Secret | None) -> Result[VaultState]:
        """Open (or create) the holder's store. Wipes *card_secret*. None = memory-only cache."""
        ...

    def close(self) -> None:
        """Close connections and overwrite the key; pending writes are flushed first."""
        ...

    def hurry(self) -> None:
        """Cut the read or purge that runs now (STORE_LOCKED): what the user wrote waits behind it."""
        ...

    def close_now(self) -> None:
        """As ``close``, but reads and purges under way are cut (STORE_LOCKED); safe beside a ``close``."""
        ...

    def is_open(self) -> bool:
        """True while the key is in memory."""
        ...

    def seal(self, content: bytes) -> Result[bytes]:
        """*content* as this store alone reads it when it is opened again; at once, without the disk.

        STORE_LOCKED where none is open, or nothing of it outlives a lock (``memory_only``).
        """
        ...

    def unseal(self, sealed: bytes) -> Result[bytes]:
        """What :meth:`seal` was given; STORE_OTHER_CARD where another store did it, STORE_LOCKED as above."""
        ...


class KeyringPort(Protocol):
    """The system's secret store, always called with a time limit."""

    def share(self, name: str) -> Result[bytes | None]:
        """Read one 32-byte share; KEYRING_MISSING / KEYRING_LOCKED when there is no store."""
        ...

    def set_share(self, name: str, value: bytes) -> Result[None]:
        """Write one share."""
        ...

    def backend(self) -> str:
        """Stable id of the backend, stored beside the wrapped key."""
        ...
