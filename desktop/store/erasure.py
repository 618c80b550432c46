"""The end of what was read: keys dropped, rows and findable text deleted (CF-066).

Which tables lose a patient's rows stands in ``table_fates``: the kernel's, those of features, and those of
features that are no longer there. Every function runs inside one transaction and gives the names of the files
to remove after it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from desktop.domain.local_time import local_day
from desktop.ports.kept import Fate
from desktop.store.codec import moment
from desktop.store.sqlcipher import NO_RIGHT, Connection, Error, quoted
from desktop.store.tables import DOCUMENT_TABLES

_T = TypeVar("_T")


def counted(c: Connection, work: Callable[[Connection], _T]) -> tuple[_T, int]:
    """*work* and how many rows it changed: what was deleted must leave the write-ahead log too."""
    before = int(c.total_changes)
    return work(c), int(c.total_changes) - before


def require_right(c: Connection, patient_id: str) -> None:
    """Before anything of a mandate is kept. A trigger would have the texts written out at each row."""
    if c.execute("SELECT 1 FROM rights WHERE patient_id = ?", (patient_id,)).fetchone() is None:
        raise Error(NO_RIGHT)


def expire(c: Connection, now: datetime) -> list[str]:
    """What ended by *now*: bodies by their end, all else by the patient's right, openings by their day."""
    at, today = moment(now), local_day(now).isoformat()
    over = c.execute("SELECT document_id FROM bodies WHERE keep_until <= ?", (at,)).fetchall()
    files = drop_bodies(c, [r[0] for r in over])
    for (patient_id,) in c.execute("SELECT patient_id FROM rights WHERE until <= ?", (at,)).fetchall():
        still = c.execute("SELECT document_id FROM bodies WHERE patient_id = ?", (patient_id,))
        files += forget(c, patient_id, frozenset(r[0] for r in still.fetchall()))
    for name, _column, _follows in _of_fate(c, Fate.DAY):
        c.execute(f"DELETE FROM {quoted(name)} WHERE day < ?", (today,))
    return files


def own(c: Connection, patient_id: str) -> frozenset[str]:
    """The user's own documents, which no mandate's end takes away."""
    rows = c.execute(
        "SELECT document_id FROM bodies WHERE patient_id = ? AND keep_until IS NULL", (patient_id,)
    )
    return frozenset(r[0] for r in rows.fetchall())


def forget(c: Connection, patient_id: str, keep: frozenset[str]) -> list[str]:
    """All that came under one patient's mandate, but *keep* and own documents; and the right to keep more."""
    rows = c.execute("SELECT id FROM documents WHERE patient_id = ?", (patient_id,)).fetchall()
    kept = keep | own(c, patient_id)
    files = drop_documents(c, [r[0] for r in rows if r[0] not in kept])
    tables = [row for row in _of_fate(c, Fate.MANDATE) if row[0] not in DOCUMENT_TABLES]
    columns = {n: f"{quoted(n)}.{quoted(column)}" for n, column, _follows in tables if column is not None}
    for name, _column, followed in tables:
        if followed is not None:  # before the rows that say whose they are
            whose = f"SELECT rowid FROM {quoted(followed)} WHERE {columns[followed]} = ?"
            c.execute(f"DELETE FROM {quoted(name)} WHERE rowid IN ({whose})", (patient_id,))
    for name, column in columns.items():
        c.execute(f"DELETE FROM {quoted(name)} WHERE {column} = ?", (patient_id,))
    return files


def drop_documents(c: Connection, ids: list[str]) -> list[str]:
    """Delete rows, findable text and keys; the files to remove."""
    files = drop_bodies(c, ids)
    c.executemany(
        "DELETE FROM texts WHERE rowid = (SELECT seq FROM documents WHERE id = ?)", [(i,) for i in ids]
    )
    c.executemany("DELETE FROM documents WHERE id = ?", [(i,) for i in ids])
    return files


def drop_bodies(c: Connection, ids: list[str]) -> list[str]:
    """Delete keys and read text; what is listed stays listed, the rest goes; the files to remove."""
    files = []
    for document_id in ids:
        row = c.execute("DELETE FROM bodies WHERE document_id = ? RETURNING file", (document_id,)).fetchall()
        files += [r[0] for r in row]
        seq = "(SELECT seq FROM documents WHERE id = ?)"
        c.execute(f"UPDATE texts SET content = '' WHERE rowid = {seq}", (document_id,))
        c.execute(
            f"DELETE FROM texts WHERE rowid = {seq} AND NOT (SELECT listed FROM documents WHERE id = ?)",
            (document_id, document_id),
        )
        c.execute("DELETE FROM documents WHERE id = ? AND NOT listed", (document_id,))
    return files


def _of_fate(c: Connection, fate: Fate) -> list[tuple[str, str | None, str | None]]:
    """Name, patient column, followed table."""
    found: list[tuple[str, str | None, str | None]] = c.execute(
        "SELECT name, patient_column, follows FROM table_fates WHERE fate = ?", (fate.value,)
    ).fetchall()
    return found
