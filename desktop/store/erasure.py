"""The end of what was read: keys dropped, rows and findable text deleted (CF-066).

First the keys, in a short transaction of their own (``drop_ended_keys``, ``drop_keys_of``), then the rows
(``expire``, ``forget``), then the files. A row whose key is dropped, and a right without an end, mark what is
left to do: a crash or a lock in between leaves it to the next opening's ``expire``.

Which tables lose a patient's rows stands in ``table_fates``: the kernel's, those of features, and those of
features that are no longer there. Every function runs inside one transaction, in a number of statements that
does not grow with the documents; those that delete rows give the names of the files to remove after it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from desktop.domain.local_time import local_day
from desktop.ports.kept import Fate
from desktop.store.codec import moment
from desktop.store.sqlcipher import NO_RIGHT, Connection, Error, quoted
from desktop.store.tables import DOCUMENT_TABLES

_T = TypeVar("_T")
_DROPPED = b""  # in the place of a key
OVER = ""  # the end of a right that is over, whatever the time: before every moment
_GIVEN = "(SELECT value FROM json_each(?))"  # ids, as :func:`_ids` writes them
FEW_ROWS = 20


def counted(c: Connection, work: Callable[[Connection], _T]) -> tuple[_T, int]:
    """*work* and how many rows it changed: what was deleted must leave the write-ahead log too."""
    before = int(c.total_changes)
    return work(c), int(c.total_changes) - before


def require_right(c: Connection, patient_id: str) -> str:
    """Before anything is kept: its end. A trigger would have the texts written out at each row."""
    row = c.execute("SELECT until FROM rights WHERE patient_id = ?", (patient_id,)).fetchone()
    if row is None or row[0] == OVER:
        raise Error(NO_RIGHT)
    return str(row[0])


def drop_ended_keys(c: Connection, now: datetime) -> None:
    """The keys of what ended by *now*."""
    at = moment(now)
    c.execute(
        "UPDATE bodies SET key = ? WHERE keep_until <= ? OR (keep_until NOT NULL AND patient_id IN"
        " (SELECT patient_id FROM rights WHERE until = ?))",
        (_DROPPED, at, OVER),
    )


def drop_keys_of(c: Connection, patient_id: str, keep: frozenset[str]) -> None:
    """The keys of all that came under one patient's mandate, but *keep* and own documents; no right."""
    c.execute("UPDATE rights SET until = ? WHERE patient_id = ?", (OVER, patient_id))
    c.execute(
        "UPDATE bodies SET key = ? WHERE patient_id = ? AND keep_until NOT NULL"
        f" AND document_id NOT IN {_GIVEN}",
        (_DROPPED, patient_id, _ids(keep)),
    )


def drop_all_keys(c: Connection) -> None:
    """The keys of all that came under any mandate, and every right; :func:`expire` does the rest."""
    c.execute("UPDATE rights SET until = ?", (OVER,))
    c.execute("UPDATE bodies SET key = ? WHERE keep_until NOT NULL", (_DROPPED,))
    for name, _column, _follows in _of_fate(c, Fate.DAY):
        c.execute(f"DELETE FROM {quoted(name)}")


def expire(c: Connection, now: datetime) -> list[str]:
    """What ended by *now*: bodies by their end, all else by the patient's right, openings by their day; and
    what an erasure that was cut had left."""
    at, today = moment(now), local_day(now).isoformat()
    over = c.execute("SELECT document_id FROM bodies WHERE keep_until <= ? OR key = ?", (at, _DROPPED))
    files = drop_bodies(c, [r[0] for r in over.fetchall()])
    for (patient_id,) in c.execute("SELECT patient_id FROM rights WHERE until <= ?", (at,)).fetchall():
        files += forget(c, patient_id, frozenset())
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
            whose = f"FROM {quoted(followed)} WHERE {columns[followed]} = ?"
            rows_gone = c.execute(f"SELECT count(*) {whose}", (patient_id,)).fetchone()[0]
            with _words_gone(c, name, rows_gone):
                c.execute(f"DELETE FROM {quoted(name)} WHERE rowid IN (SELECT rowid {whose})", (patient_id,))
    for name, column in columns.items():
        c.execute(f"DELETE FROM {quoted(name)} WHERE {column} = ?", (patient_id,))
    return files


def drop_documents(c: Connection, ids: list[str]) -> list[str]:
    """Delete rows, findable text and keys; the files to remove."""
    given = (_ids(ids),)
    with _words_gone(c, "texts", len(ids)):
        files = _drop_keys(c, given)
        c.execute(f"DELETE FROM texts WHERE rowid IN (SELECT seq FROM documents WHERE id IN {_GIVEN})", given)
        c.execute(f"DELETE FROM documents WHERE id IN {_GIVEN}", given)
    return files


def drop_bodies(c: Connection, ids: list[str]) -> list[str]:
    """Delete keys and read text; what is listed stays listed, the rest goes; the files to remove."""
    given = (_ids(ids),)
    rows = f"rowid IN (SELECT seq FROM documents WHERE id IN {_GIVEN}"
    with _words_gone(c, "texts", len(ids)):
        files = _drop_keys(c, given)
        c.execute(f"UPDATE texts SET content = '' WHERE {rows} AND listed) AND content <> ''", given)
        c.execute(f"DELETE FROM texts WHERE {rows} AND NOT listed)", given)
        c.execute(f"DELETE FROM documents WHERE id IN {_GIVEN} AND NOT listed", given)
    return files


def _drop_keys(c: Connection, given: tuple[str]) -> list[str]:
    gone = c.execute(f"DELETE FROM bodies WHERE document_id IN {_GIVEN} RETURNING file", given)
    return [str(r[0]) for r in gone.fetchall()]


def _ids(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))


@contextmanager
def _words_gone(c: Connection, index: str, rows: int) -> Iterator[None]:
    """Inside, up to *rows* rows of a full-text index lose words; afterwards none of them is in its pages.

    The index overwrites words row by row, some milliseconds each. Many rows are deleted plainly, and the
    whole index is then written anew, once (sqlite.org, "FTS5", "secure-delete" and "optimize").
    """
    if rows <= FEW_ROWS:
        yield
        return
    name = quoted(index)
    c.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('secure-delete', 0)")
    yield
    c.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
    c.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('secure-delete', 1)")


def _of_fate(c: Connection, fate: Fate) -> list[tuple[str, str | None, str | None]]:
    """Name, patient column, followed table."""
    found: list[tuple[str, str | None, str | None]] = c.execute(
        "SELECT name, patient_column, follows FROM table_fates WHERE fate = ?", (fate.value,)
    ).fetchall()
    return found
