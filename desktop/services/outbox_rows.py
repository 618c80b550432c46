"""The outbox rows as they stand: what the store holds, and over it what could not be written yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.deposit import Draft, OutboxMark, OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure, Result
from desktop.ports.clock import ClockPort
from desktop.ports.store import OutboxPort

GONE = frozenset({Code.CHANGED_ELSEWHERE, Code.NOT_FOUND})
# Written by the pump alone, which is one thread. An act of the user is on the disk too, and might have been
# before what the pump wrote meanwhile: it says nothing of what the pump still owes.
_PUMPED = frozenset({OutboxState.SENDING, OutboxState.SENT})


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a row stands, without a word of the patient; ``stored`` is what the store still says."""

    stored: OutboxState
    state: OutboxState
    failure: Failure | None
    attempts: int
    next_try: datetime | None
    document_id: str
    changed_at: datetime | None
    tries: int
    refusal: Failure | None


class OutboxRows:
    """Every change is a compare-and-set: who comes second is told CHANGED_ELSEWHERE and changes nothing."""

    def __init__(self, store: OutboxPort, clock: ClockPort) -> None:
        self._store = store
        self._clock = clock
        self._unwritten: dict[str, _Standing] = {}
        self._in_a_row = False
        self._soon: OutboxRow | None = None  # written, and not yet on the disk

    def all(self) -> Result[tuple[OutboxRow, ...]]:
        """All rows, newest first."""
        rows = self._store.outbox()
        return rows if isinstance(rows, Failure) else tuple(self._seen(row) for row in rows)

    def marks(self) -> Result[tuple[OutboxMark, ...]]:
        """Where each row stands, oldest first; none is decoded, however many there are."""
        marks = self._store.outbox_marks()
        return marks if isinstance(marks, Failure) else tuple(self._marked(mark) for mark in marks)

    def now(self, unique_id: str) -> Result[OutboxRow]:
        """That row as it stands now; NOT_FOUND when it is gone."""
        row = self._store.outbox_row(unique_id)
        return row if isinstance(row, Failure) else self._seen(row)

    @contextmanager
    def in_a_row(self) -> Iterator[None]:
        """Many rows one after the other: what was proven is on the disk before a byte of the next one leaves.

        A power cut in between costs a look-up, and each row one wait for the disk less.
        """
        self._in_a_row = True
        try:
            yield
        finally:
            self._in_a_row = False
            last, self._soon = self._soon, None
            if last is not None:
                self._write(last, last.state)

    def change(self, before: OutboxRow, after: OutboxRow) -> Result[OutboxRow]:
        """*before* becomes *after* in the store, or a failure and nothing is changed."""
        after = replace(after, changed_at=self._clock.now())
        return self._write(after, self.stored(before))

    def note(self, before: OutboxRow, after: OutboxRow) -> Result[OutboxRow]:
        """What became true: remembered until it can be written. A failure when the row is another's now."""
        written = self.change(before, after)
        if not isinstance(written, Failure) or written.code in GONE:
            return written
        return self.show(before, after)

    def show(self, before: OutboxRow, after: OutboxRow) -> OutboxRow:
        """What is true now, remembered until the next change is written or :meth:`flush` writes it."""
        after = replace(after, changed_at=self._clock.now())
        self._unwritten[before.deposit.unique_id] = _Standing(
            self.stored(before), after.state, after.failure, after.attempts, after.next_try,
            after.document_id, after.changed_at, after.tries, after.refusal,
        )  # fmt: skip
        return after

    def drop(self, row: OutboxRow) -> Result[None]:
        """Destroy a row and its content."""
        return self._gone(row, self._store.drop_outbox(row.deposit.unique_id, self.stored(row)))

    def to_draft(self, row: OutboxRow, draft: Draft, content: bytes) -> Result[None]:
        """The row becomes *draft*."""
        unique_id = row.deposit.unique_id
        return self._gone(row, self._store.outbox_to_draft(unique_id, self.stored(row), draft, content))

    def stored(self, row: OutboxRow) -> OutboxState:
        """What the store says of *row*."""
        standing = self._unwritten.get(row.deposit.unique_id)
        return row.state if standing is None else standing.stored

    def flush(self) -> None:
        """Write what could not be written before."""
        for unique_id in tuple(self._unwritten):
            row = self.now(unique_id)
            if not isinstance(row, Failure):
                self._write(row, self.stored(row))
            elif row.code in GONE:
                self._unwritten.pop(unique_id)

    def forget(self) -> None:
        """A session begins: what the store says is all that is known."""
        self._unwritten.clear()

    def _gone(self, row: OutboxRow, done: Result[None]) -> Result[None]:
        if done is None:
            self._unwritten.pop(row.deposit.unique_id, None)
        return done

    def _write(self, row: OutboxRow, stored: OutboxState) -> Result[OutboxRow]:
        soon = self._in_a_row and row.state is OutboxState.SENT
        failure = (self._store.update_outbox_soon if soon else self._store.update_outbox)(row, stored)
        if failure is None and row.state in _PUMPED:
            self._soon = row if soon else None
        if failure is None or failure.code in GONE:
            self._unwritten.pop(row.deposit.unique_id, None)
        return row if failure is None else failure

    def _marked(self, mark: OutboxMark) -> OutboxMark:
        standing = self._unwritten.get(mark.unique_id)
        if standing is None:
            return mark
        return replace(mark, state=standing.state, next_try=standing.next_try)

    def _seen(self, row: OutboxRow) -> OutboxRow:
        standing = self._unwritten.get(row.deposit.unique_id)
        if standing is None:
            return row
        return replace(
            row,
            state=standing.state,
            failure=standing.failure,
            attempts=standing.attempts,
            next_try=standing.next_try,
            document_id=standing.document_id,
            changed_at=standing.changed_at,
            tries=standing.tries,
            refusal=standing.refusal,
        )
