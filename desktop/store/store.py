"""StorePort: the holder's encrypted store, behind the vault."""

from datetime import datetime

from desktop.domain.errors import Failure, Result
from desktop.domain.recovery import Recovery
from desktop.store.outbox_tables import Outgoing
from desktop.store.records import Records
from desktop.store.recoveries import note, noted, seen
from desktop.store.sqlcipher import Connection


class Store(Records, Outgoing):
    """Every call needs an open vault (else STORE_LOCKED); thread-safe; DISK_FULL leaves nothing half done."""

    def purge_expired(self, now: datetime) -> Result[int]:
        """Crypto-erase what a mandate's end took away (CF-066), and what was sent over a day ago."""
        sent = self.drop_sent(now)
        return sent if isinstance(sent, Failure) else super().purge_expired(now)

    def recoveries(self) -> Result[tuple[Recovery, ...]]:
        """What was found at an opening and not yet seen, oldest first."""
        return self._read(noted)

    def drop_recoveries(self, which: tuple[Recovery, ...]) -> Result[None]:
        """The user has seen these."""
        return self._write_durably(lambda c: seen(c, which))

    def note_act(self, found: Recovery) -> Result[None]:
        """An act that begins; on the disk before this returns."""
        return self._write_durably(lambda c: note(c, found))

    def act_told(self, document_id: str) -> Result[None]:
        """The acts on that document are no longer told at an opening."""

        def work(c: Connection) -> None:
            told = (one for one in noted(c) if one.act is not None and one.act.document_id == document_id)
            seen(c, tuple(told))

        return self._write_durably(work)

    def setting(self, name: str) -> Result[str | None]:
        """One personal setting."""
        row = self._row("SELECT value FROM settings WHERE name = ?", name)
        if isinstance(row, Failure):
            return row
        return str(row[0]) if row else None

    def set_setting(self, name: str, value: str) -> Result[None]:
        """Write one personal setting."""

        def work(c: Connection) -> None:
            c.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

        return self._write(work)
