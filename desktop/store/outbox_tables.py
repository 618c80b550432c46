"""The user's own work on its way: drafts, outbox, unreported reads (architecture, "Outbox").

Everything here is on the disk before a call returns; a presence code is never part of it (CF-010).
"""

import contextlib
import logging
from datetime import datetime, timedelta

import msgspec

from desktop.domain.deposit import Deposit, Draft, OutboxMark, OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure, Result
from desktop.ports.platform import LocalRead
from desktop.store.base import StoreBase
from desktop.store.codec import pack, unpack, unpack_row
from desktop.store.sealed_files import Sealed
from desktop.store.sqlcipher import Connection

SENT_KEPT = timedelta(days=1)
_log = logging.getLogger("dsp.store")


def _field(path: str) -> str:
    """One field of a row, in SQL; NULL where the row is no JSON any more."""
    words = "CAST(data AS TEXT)"
    return f"CASE WHEN json_valid({words}) THEN json_extract({words}, '$.{path}') END"


_STATE = _field("state")
_MARKED = (_field("deposit.patient.id"), _STATE, _field("next_try"))
_MARKS = f"SELECT unique_id, {', '.join(_MARKED)} FROM outbox ORDER BY seq"
_SENT = f"SELECT data FROM outbox WHERE {_STATE} = ?"


class Outgoing(StoreBase):
    """The writing half of the store."""

    def outlives_a_lock(self) -> bool:
        """False while what is open is kept in memory only: a lock destroys it."""
        opened = self._vault.opened()
        return opened is None or not opened.state.memory_only

    def save_draft(self, draft: Draft, content: bytes | None) -> Result[None]:
        """Keep the deposit form of one patient (one draft a patient)."""
        patient_id = draft.patient.id

        if content is None:
            return self._drop_own(lambda c: _put_draft(c, draft, None))
        return self._store_sealed(
            lambda o: o.outbox, _draft(patient_id), content, lambda c, sealed: _put_draft(c, draft, sealed)
        )

    def reword_draft(self, draft: Draft) -> Result[None]:
        """New words, the kept file as it is; NOT_CACHED when it does not hold all of *draft*'s contents."""
        done = self._write_durably(lambda c: _reword(c, draft))
        if isinstance(done, Failure):
            return done
        return None if done else Failure(Code.NOT_CACHED)

    def draft(self, patient_id: str) -> Result[tuple[Draft, bytes | None] | None]:
        """The kept form; its content is None when there was no file yet."""
        row = self._row("SELECT data, file, key FROM drafts WHERE patient_id = ?", patient_id)
        if isinstance(row, Failure) or row is None:
            return row
        content = None if row[1] is None else self._content(_draft(patient_id), Sealed(row[1], row[2]))
        return unpack(row[0], Draft), content

    def drafts(self) -> Result[tuple[Draft, ...]]:
        """The words of every kept form, newest first; no content is opened for it."""
        rows = self._rows("SELECT data FROM drafts")
        if isinstance(rows, Failure):
            return rows
        read = (_readable_draft(row[0]) for row in rows)
        return tuple(sorted((d for d in read if d is not None), key=lambda d: d.saved_at, reverse=True))

    def drop_draft(self, patient_id: str) -> Result[None]:
        """Forget the kept form."""
        return self._drop_own(lambda c: _drop_draft(c, patient_id))

    def enqueue(self, deposit: Deposit, content: bytes, rest: Draft | None = None) -> Result[None]:
        """One row and its encrypted content in the same transaction (synchronous FULL).

        The draft becomes *rest*, its file as it is; None drops it. The same deposit twice is one row: the
        first stands, unless nobody can read it any more.
        """
        row = OutboxRow(deposit, OutboxState.QUEUED, changed_at=deposit.confirmed_at)

        def insert(c: Connection, sealed: Sealed) -> list[str]:
            known = c.execute("SELECT data FROM outbox WHERE unique_id = ?", (deposit.unique_id,)).fetchone()
            if known and _read(known[0]) is not None:
                return [sealed.file]
            files = _drop_row(c, deposit.unique_id)
            c.execute(
                "INSERT INTO outbox (unique_id, data, file, key) VALUES (?, ?, ?, ?)",
                (deposit.unique_id, pack(row), sealed.file, sealed.key),
            )
            if rest is None:
                return [*files, *_drop_draft(c, deposit.patient.id)]
            _reword(c, rest)
            return files

        return self._store_sealed(lambda o: o.outbox, _outbox(deposit.unique_id), content, insert)

    def outbox(self) -> Result[tuple[OutboxRow, ...]]:
        """All rows, newest first."""
        rows = self._rows("SELECT data FROM outbox ORDER BY seq DESC")
        if isinstance(rows, Failure):
            return rows
        read = (_read(r[0]) for r in rows)
        return tuple(row for row in read if row is not None)

    def outbox_marks(self) -> Result[tuple[OutboxMark, ...]]:
        """Where every row stands, oldest first: SQLite reads it out of them, none is decoded."""
        rows = self._rows(_MARKS)
        if isinstance(rows, Failure):
            return rows
        return tuple(_mark(*row) for row in rows)

    def outbox_row(self, unique_id: str) -> Result[OutboxRow]:
        """One row; NOT_FOUND, or STORE_DAMAGED where it cannot be read."""
        found = self._row("SELECT data FROM outbox WHERE unique_id = ?", unique_id)
        if isinstance(found, Failure):
            return found
        if found is None:
            return Failure(Code.NOT_FOUND)
        return _read(found[0]) or Failure(Code.STORE_DAMAGED)

    def outbox_content(self, unique_id: str) -> Result[bytes]:
        """The exact bytes to send; NOT_CACHED for an unknown row."""
        row = self._row("SELECT file, key FROM outbox WHERE unique_id = ?", unique_id)
        if isinstance(row, Failure):
            return row
        content = self._content(_outbox(unique_id), Sealed(row[0], row[1])) if row and row[0] else None
        return Failure(Code.NOT_CACHED) if content is None else content

    def update_outbox(self, row: OutboxRow, expected: OutboxState | None = None) -> Result[None]:
        """Write a row's new state, with *expected* only over that one; NOT_FOUND, CHANGED_ELSEWHERE."""
        refused = self._write_durably(lambda c: _update(c, row, expected))
        return Failure(refused) if isinstance(refused, Code) else refused

    def update_outbox_soon(self, row: OutboxRow, expected: OutboxState) -> Result[None]:
        """As :meth:`update_outbox`, on the disk with the next one that is: a power cut may take it."""
        refused = self._write_soon(lambda c: _update(c, row, expected))
        return Failure(refused) if isinstance(refused, Code) else refused

    def drop_outbox(self, unique_id: str, expected: OutboxState) -> Result[None]:
        """Destroy a row and its content; NOT_FOUND, CHANGED_ELSEWHERE."""
        refused: list[Code] = []

        def work(c: Connection) -> list[str]:
            code = _refusal(c, unique_id, expected)
            if code is not None:
                refused.append(code)
                return []
            return _drop_row(c, unique_id)

        done = self._drop_own(work)
        return Failure(refused[0]) if refused else done

    def outbox_to_draft(
        self, unique_id: str, expected: OutboxState, draft: Draft, content: bytes
    ) -> Result[None]:
        """The draft is kept and the row destroyed, both or neither; NOT_FOUND, CHANGED_ELSEWHERE."""
        refused: list[Code] = []

        def insert(c: Connection, sealed: Sealed) -> list[str]:
            code = _refusal(c, unique_id, expected)
            if code is not None:
                refused.append(code)
                return [sealed.file]
            return [*_put_draft(c, draft, sealed), *_drop_row(c, unique_id)]

        done = self._store_sealed(lambda o: o.outbox, _draft(draft.patient.id), content, insert)
        return Failure(refused[0]) if refused else done

    def drop_sent(self, now: datetime) -> Result[None]:
        """What the platform proved more than a day ago leaves the outbox, content and row."""

        def work(c: Connection) -> list[str]:
            files = []
            for (data,) in c.execute(_SENT, (OutboxState.SENT,)).fetchall():
                row = _read(data)
                since = (row.changed_at or row.deposit.confirmed_at) if row else now
                if row is not None and now - since >= SENT_KEPT:
                    files += _drop_row(c, row.deposit.unique_id)
            return files

        return self._drop_own(work)

    def queue_local_read(self, trace: LocalRead) -> Result[None]:
        """Keep a trace until the platform has it (CF-060)."""

        def work(c: Connection) -> None:
            c.execute("INSERT OR IGNORE INTO local_reads (id, data) VALUES (?, ?)", (trace.id, pack(trace)))

        return self._write_durably(work)

    def local_reads(self) -> Result[tuple[LocalRead, ...]]:
        """Traces to report, oldest first."""
        rows = self._rows("SELECT data FROM local_reads ORDER BY seq")
        return rows if isinstance(rows, Failure) else tuple(unpack(r[0], LocalRead) for r in rows)

    def drop_local_read(self, trace_id: str) -> Result[None]:
        """The platform has it."""

        def work(c: Connection) -> None:
            c.execute("DELETE FROM local_reads WHERE id = ?", (trace_id,))

        return self._write(work)


def _draft(patient_id: str) -> str:
    return f"draft:{patient_id}"


def _outbox(unique_id: str) -> str:
    return f"outbox:{unique_id}"


def _put_draft(c: Connection, draft: Draft, sealed: Sealed | None) -> list[str]:
    """Write the one draft of a patient; the files of the former one."""
    former = _draft_files(c, draft.patient.id)
    file, key = (sealed.file, sealed.key) if sealed else (None, None)
    values = (draft.patient.id, pack(draft), file, key)
    c.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?)", values)
    return former


def _drop_row(c: Connection, unique_id: str) -> list[str]:
    rows = c.execute("SELECT file FROM outbox WHERE unique_id = ? AND file NOT NULL", (unique_id,))
    files = [r[0] for r in rows.fetchall()]
    c.execute("DELETE FROM outbox WHERE unique_id = ?", (unique_id,))
    return files


def _update(c: Connection, row: OutboxRow, expected: OutboxState | None) -> Code | None:
    unique_id = row.deposit.unique_id
    refused = _refusal(c, unique_id, expected)
    if refused is None:
        c.execute("UPDATE outbox SET data = ? WHERE unique_id = ?", (pack(row), unique_id))
    return refused


def _refusal(c: Connection, unique_id: str, expected: OutboxState | None) -> Code | None:
    """Why a row must not be changed: it is not there, or somebody else changed its state meanwhile."""
    row = c.execute(f"SELECT {_STATE} FROM outbox WHERE unique_id = ?", (unique_id,)).fetchone()
    if row is None:
        return Code.NOT_FOUND
    return None if expected is None or expected.value == row[0] else Code.CHANGED_ELSEWHERE


def _read(data: bytes) -> OutboxRow | None:
    """A row; one that cannot be read is counted in the log and stands in nobody's way."""
    try:
        return unpack_row(data)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        _log.error("a row of the outbox cannot be read: %s", type(error).__name__)
        return None


def _readable_draft(data: bytes) -> Draft | None:
    try:
        return unpack(data, Draft)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        _log.error("a draft cannot be read: %s", type(error).__name__)
        return None


def _mark(unique_id: str, patient_id: object, state: object, next_try: object) -> OutboxMark:
    known = OutboxState(str(state)) if state in tuple(OutboxState) else None
    due = None
    with contextlib.suppress(ValueError):
        due = datetime.fromisoformat(str(next_try)) if next_try else None
    aware = due if due is not None and due.tzinfo is not None else None
    return OutboxMark(unique_id, str(patient_id), known, aware)


def _draft_files(c: Connection, patient_id: str) -> list[str]:
    rows = c.execute("SELECT file FROM drafts WHERE patient_id = ? AND file NOT NULL", (patient_id,))
    return [r[0] for r in rows.fetchall()]


def _drop_draft(c: Connection, patient_id: str) -> list[str]:
    files = _draft_files(c, patient_id)
    c.execute("DELETE FROM drafts WHERE patient_id = ?", (patient_id,))
    return files


def _reword(c: Connection, draft: Draft) -> bool:
    row = c.execute("SELECT data FROM drafts WHERE patient_id = ?", (draft.patient.id,)).fetchone()
    if row is None or not draft.digests() <= unpack(row[0], Draft).digests():
        return False
    c.execute("UPDATE drafts SET data = ? WHERE patient_id = ?", (pack(draft), draft.patient.id))
    return True
