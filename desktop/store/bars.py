"""Whom the platform shut out, remembered in the keyring: no copy of the data folder reaches it (CF-019)."""

from desktop.domain.errors import Code, Failure, Result
from desktop.ports.vault import KeyringPort
from desktop.store.key_slots import holder_hash

_ADMITTED = bytes(32)


class Bars:
    """One entry a holder; who was never shut out has none."""

    def __init__(self, keyring: KeyringPort) -> None:
        self._keyring = keyring

    def barred(self, holder_id: str) -> Result[str]:
        """The word that :meth:`bar` kept, "" for none; KEYRING_LOCKED when that cannot be told now."""
        kept = self._keyring.share(_name(holder_id))
        if isinstance(kept, Failure):
            return "" if kept.code is Code.KEYRING_MISSING else kept
        return "" if kept in (None, _ADMITTED) else (kept or b"?").decode("ascii", "replace")

    def bar(self, holder_id: str, word: str) -> Result[None]:
        """Keep *word* (ASCII, not empty)."""
        return self._keyring.set_share(_name(holder_id), word.encode("ascii"))

    def admit(self, holder_id: str) -> Result[None]:
        """The platform let the holder in again; nothing is written for who was not shut out."""
        barred = self.barred(holder_id)
        if barred == "" or isinstance(barred, Failure):
            return barred if isinstance(barred, Failure) else None
        return self._keyring.set_share(_name(holder_id), _ADMITTED)


def _name(holder_id: str) -> str:
    return f"barred-{holder_hash(holder_id)}"
