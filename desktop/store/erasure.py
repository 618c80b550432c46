"""The end of what was read: keys dropped, rows and findable text deleted (CF-066).

Every function runs inside one transaction and gives the names of the files to remove after it.
"""

from datetime import datetime

from desktop.domain.local_time import local_day
from desktop.store.codec import moment
from desktop.store.database import Connection


def expire(c: Connection, now: datetime) -> list[str]:
    """What ended by *now*: bodies by their own end, lists by their mandate's, openings by their day."""
    at, today = moment(now), local_day(now).isoformat()
    over = c.execute("SELECT document_id FROM bodies WHERE keep_until <= ?", (at,)).fetchall()
    files = drop_bodies(c, [r[0] for r in over])
    for (patient_id,) in c.execute("SELECT id FROM patients WHERE until <= ?", (at,)).fetchall():
        still = c.execute("SELECT document_id FROM bodies WHERE patient_id = ?", (patient_id,))
        files += forget(c, patient_id, frozenset(r[0] for r in still.fetchall()))
    c.execute("DELETE FROM openings WHERE day < ?", (today,))
    return files


def own(c: Connection, patient_id: str) -> frozenset[str]:
    """The user's own documents, which no mandate's end takes away."""
    rows = c.execute(
        "SELECT document_id FROM bodies WHERE patient_id = ? AND keep_until IS NULL", (patient_id,)
    )
    return frozenset(r[0] for r in rows.fetchall())


def forget(c: Connection, patient_id: str, keep: frozenset[str]) -> list[str]:
    """One patient's lists, texts and bodies, but *keep* and own documents."""
    rows = c.execute("SELECT id FROM documents WHERE patient_id = ?", (patient_id,)).fetchall()
    kept = keep | own(c, patient_id)
    c.execute("DELETE FROM episodes WHERE patient_id = ?", (patient_id,))
    return drop_documents(c, [r[0] for r in rows if r[0] not in kept])


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
