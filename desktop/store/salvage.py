"""What can still be read of a damaged database: the user's own work, row by row."""

import logging
from pathlib import Path

from desktop.domain.errors import Failure
from desktop.store.database import Connection, Database

_OWN_WORK = ("outbox", "drafts", "local_reads", "settings")
_log = logging.getLogger("dsp.store")


def salvage(damaged: Path, key: bytearray, fresh: Database) -> int:
    """Copy outbox, drafts, unreported reads and settings that are readable into *fresh*; how many rows."""
    old = Database.open(damaged, key)
    if isinstance(old, Failure):
        return 0
    saved = 0
    try:
        for table in _OWN_WORK:
            saved += _copy(old, fresh, table)
    finally:
        old.close()
    _log.warning("saved %d rows of a damaged database", saved)
    return saved


def _copy(old: Database, fresh: Database, table: str) -> int:
    rows: list[tuple[object, ...]] = []

    def collect(c: Connection) -> None:
        for row in c.execute(f"SELECT * FROM {table}"):  # what came before the damage is kept
            rows.append(row)

    def insert(c: Connection) -> None:
        marks = ", ".join("?" * len(rows[0]))
        c.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)

    old.read(collect)
    if not rows or isinstance(fresh.write_durably(insert), Failure):
        return 0
    return len(rows)
