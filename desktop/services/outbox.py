"""Sending what was confirmed: nothing twice, nothing lost, "Sent" only when it is proven (CF-058, CF-079)."""

import contextlib
import hashlib
import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from desktop.domain.deposit import OutboxMark, OutboxRow, OutboxState, is_other
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document
from desktop.ports.clock import ClockPort
from desktop.ports.platform import DepositPort, Progress, RecordAccessPort
from desktop.ports.store import DepositsPort
from desktop.services import outbox_draft
from desktop.services.login import UNREACHABLE
from desktop.services.outbox_lookups import Lookups
from desktop.services.outbox_rows import GONE, OutboxRows

_HELD = frozenset(
    {Code.NO_MANDATE, Code.MANDATE_ENDED, Code.OTHER_RIGHT, Code.SESSION_ENDED, Code.RECORD_INACTIVE}
)
_FOR_LATER = frozenset({OutboxState.RETRYABLE, OutboxState.HELD})
_UNSURE = frozenset({Code.DEPOSIT_UNKNOWN, Code.CANCELLED, Code.TIMEOUT})
_STORE = frozenset({Code.DISK_FULL, Code.STORE_FAILED, Code.STORE_LOCKED})
_UNREAD = frozenset({Code.PLATFORM_ERROR, Code.PLATFORM_ANSWER_UNREADABLE})
_TRANSIENT = UNREACHABLE | _STORE | _UNREAD | _UNSURE | {Code.DEPOSIT_STEP_FAILED}
_NOT_SENT = frozenset({OutboxState.QUEUED, OutboxState.HELD, OutboxState.RETRYABLE})
_LEFT_ALONE = frozenset({OutboxState.SENDING, OutboxState.VERIFYING, OutboxState.SENT})
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=10)
_AT_ONCE = timedelta(0)
_MOST_AHEAD = timedelta(hours=2)  # no wait of ours, a profile's longest settle included, is as long
_DAMAGED_TRIES = 3  # how often bytes that arrived damaged are sent again


_log = logging.getLogger("dsp.deposit")


def next_wait(tries: int, jitter: float) -> timedelta:
    """Back-off after *tries* + 1 failures: doubles from 5 s to 10 min, plus up to a quarter."""
    wait = min(_FIRST_WAIT * int(2 ** max(0, min(tries, 10))), _LONGEST_WAIT)
    return wait * (1 + jitter / 4)


class OutboxPlatform(RecordAccessPort, DepositPort, Protocol):
    """Where deposits go, under which right."""


class OutboxService:
    """Moves rows towards Sent; one upload lane calls :meth:`pump`."""

    def __init__(
        self,
        platform: OutboxPlatform,
        store: DepositsPort,
        clock: ClockPort,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock
        self._jitter = jitter
        self._rows = OutboxRows(store, clock)
        self._woken: set[str] = set()
        self._lookups = Lookups(clock)

    def rows(self) -> Result[tuple[OutboxRow, ...]]:
        """All rows, newest first."""
        return self._rows.all()

    def listed(self) -> Result[tuple[tuple[OutboxRow, ...], int]]:
        """All rows, newest first, and how many there are besides that nobody can read any more."""
        rows, marks = self._rows.all(), self._rows.marks()
        if isinstance(rows, Failure):
            return rows
        return marks if isinstance(marks, Failure) else (rows, len(marks) - len(rows))

    def outlives_a_lock(self) -> bool:
        """Whether what is not sent yet is still there after a lock."""
        return self._store.outlives_a_lock()

    def recover(self) -> Result[None]:
        """A session begins: what was under way is unknown; nothing that is found is a first attempt."""
        self._rows.forget()
        marks = self._rows.marks()
        if isinstance(marks, Failure):
            return marks
        self._lookups.found(mark.unique_id for mark in marks if mark.is_pending())
        for mark in marks:
            if mark.state in (OutboxState.SENDING, OutboxState.VERIFYING):
                row = self._rows.now(mark.unique_id)
                if not isinstance(row, Failure):
                    self._rows.note(row, replace(row, state=OutboxState.UNKNOWN))
        return None

    def wake(self, patient_id: str = "", *, held: bool = True) -> Result[None]:
        """What waits is due at the next pump: of one patient or all, *held* rows too or only the others.

        Held rows wait for a person (login, that patient's record, « Envoyer »), never for a timer: each
        try may ask for a patient's token, and no access happens that nobody asked for.
        """
        marks = self._rows.marks()
        if isinstance(marks, Failure):
            return marks
        for mark in marks:
            waits = mark.is_pending() and (held or mark.state is not OutboxState.HELD)
            if waits and patient_id in ("", mark.patient_id):
                self._woken.add(mark.unique_id)
        return None

    def pump(
        self,
        changed: Callable[[OutboxRow], None] = lambda row: None,
        progress: Callable[[str], Progress] | None = None,
    ) -> Result[int]:
        """Work on every row that is due, oldest first; how many were proven sent."""
        self._rows.flush()
        marks = self._rows.marks()
        if isinstance(marks, Failure):
            return marks
        due = [mark.unique_id for mark in marks if self._is_due(mark)]
        with self._rows.in_a_row() if len(due) > 1 else contextlib.nullcontext():
            return sum(self._step(unique_id, changed, progress) for unique_id in due)

    def _step(
        self,
        unique_id: str,
        changed: Callable[[OutboxRow], None],
        progress: Callable[[str], Progress] | None,
    ) -> bool:
        """One row's turn, proven sent or not; whatever goes wrong with it, the rows behind it have theirs."""
        try:
            row = self._rows.now(unique_id)  # the user may have cancelled it while another was sent
            if isinstance(row, Failure) or not self._is_due(_mark_of(row)):
                return False
            return self._work(row, changed, progress).state is OutboxState.SENT
        except Exception as error:  # noqa: BLE001 - a bug in one row's step is that row's
            _log.error("a step of the outbox ended by %s", type(error).__name__)
            return self._broken(unique_id)

    def _broken(self, unique_id: str) -> bool:
        """The row says that its step ended by a bug, and waits as after any failure."""
        with contextlib.suppress(Exception):
            row = self._rows.now(unique_id)
            if not isinstance(row, Failure) and row.state.is_pending():
                self._fail(row, Failure(Code.DEPOSIT_STEP_FAILED), lambda row: None)
        return False

    def retry(self, row: OutboxRow) -> Result[None]:
        """The user asks now. What may have arrived is asked for first: nothing is sent twice."""
        now = self._rows.now(row.deposit.unique_id)
        if isinstance(now, Failure):
            return now
        if now.state in _LEFT_ALONE:
            return Failure(Code.DEPOSIT_UNKNOWN)
        state = OutboxState.QUEUED if now.state in _NOT_SENT else OutboxState.UNKNOWN
        again = self._rows.change(now, replace(now, state=state, next_try=None, failure=None, tries=0))
        return again if isinstance(again, Failure) else None

    def cancel(self, row: OutboxRow) -> Result[None]:
        """The user gives a row up; only while nothing of it is on the way."""
        now = self._rows.now(row.deposit.unique_id)
        if isinstance(now, Failure):
            return now
        if now.state not in _NOT_SENT:
            return Failure(Code.DEPOSIT_UNKNOWN)
        done = replace(now, state=OutboxState.TERMINAL, failure=Failure(Code.CANCELLED), next_try=None)
        cancelled = self._rows.change(now, done)
        return cancelled if isinstance(cancelled, Failure) else None

    def remove(self, row: OutboxRow) -> Result[None]:
        """« Retirer de la liste »: row and content are destroyed, once nothing will happen to them."""
        now = self._rows.now(row.deposit.unique_id)
        if isinstance(now, Failure):
            return now
        return self._rows.drop(now) if now.may_be_removed() else Failure(Code.DEPOSIT_UNKNOWN)

    def take_back(self, row: OutboxRow) -> Result[None]:
        """« Reprendre dans le formulaire »: what will never go becomes its patient's draft and leaves."""
        now = self._rows.now(row.deposit.unique_id)
        if isinstance(now, Failure):
            return now
        if not now.may_be_taken_back():
            return Failure(Code.DEPOSIT_UNKNOWN)
        content = self._content(now)
        if isinstance(content, Failure):
            return content
        kept = self._store.draft(now.deposit.patient.id)
        if isinstance(kept, Failure):
            return kept
        draft = outbox_draft.joined(kept, now.deposit, content, self._clock.now())
        return draft if isinstance(draft, Failure) else self._rows.to_draft(now, *draft)

    def _content(self, row: OutboxRow) -> Result[bytes]:
        """The exact bytes that were confirmed, or STORE_DAMAGED."""
        content = self._store.outbox_content(row.deposit.unique_id)
        if isinstance(content, Failure):
            return content
        same = hashlib.sha1(content, usedforsecurity=False).hexdigest() == row.deposit.sha1
        return content if same else Failure(Code.STORE_DAMAGED)

    def _is_due(self, mark: OutboxMark) -> bool:
        if not mark.is_pending():
            return False
        if mark.unique_id in self._woken:
            return True
        if mark.state is OutboxState.HELD:
            return False
        now = self._clock.now()
        # no wait is as long: the clock was set back since
        return mark.next_try is None or not now < mark.next_try < now + _MOST_AHEAD

    def _work(
        self,
        row: OutboxRow,
        changed: Callable[[OutboxRow], None],
        progress: Callable[[str], Progress] | None,
    ) -> OutboxRow:
        deposit = row.deposit
        self._woken.discard(deposit.unique_id)
        # Anything but a first attempt may already be there: ask before sending (contract §5). The author
        # may ask without a mandate, so an end that came meanwhile leaves nothing unknown.
        if self._lookups.must_ask(row):
            found = self._find(row)
            if isinstance(found, Failure):
                return self._fail(row, found, changed)
            if found is not None:
                return self._prove(row, found, changed)
            doubt = self._lookups.absent(row, self._platform.lookup_settle())
            if doubt or row.refusal is not None:
                # what is held stays so and waits for a person, not for the next look-up
                held = self._ended(row) if row.state is OutboxState.HELD else None
                return self._fail(row, held, changed) if held else self._absent(row, doubt, changed)
            if row.state is OutboxState.UNKNOWN:
                row = self._note(row, replace(row, state=OutboxState.RETRYABLE, failure=None), changed)
        ended = self._ended(row)
        if ended is not None:
            return self._fail(row, ended, changed)
        opened = self._platform.open_record(deposit.patient, None)
        if isinstance(opened, Failure):
            return self._fail(row, opened, changed)
        if opened.id != deposit.mandate.id:
            # Never under another right than the confirmed one (CF-031), be it a wider one that began since.
            return self._fail(row, Failure(Code.OTHER_RIGHT), changed)
        content = self._content(row)
        if isinstance(content, Failure):
            return self._fail(row, content, changed)
        return self._send(row, content, changed, progress)

    def _send(
        self,
        row: OutboxRow,
        content: bytes,
        changed: Callable[[OutboxRow], None],
        progress: Callable[[str], Progress] | None,
    ) -> OutboxRow:
        deposit = row.deposit
        # Not a byte leaves before the store says so: a crash would send it twice.
        times = row.attempts + 1
        sending = self._rows.change(
            row, replace(row, state=OutboxState.SENDING, attempts=times, tries=times, failure=None)
        )
        if isinstance(sending, Failure):
            return row if sending.code in GONE else self._fail(row, sending, changed)
        row = sending
        changed(row)
        self._lookups.sent(row)
        listener = progress(deposit.unique_id) if progress else None
        published = self._platform.publish(deposit, content, listener)
        if isinstance(published, Failure):
            final = _state_after(row, published) is OutboxState.TERMINAL
            act = self._refused if final else self._fail
            return act(row, published, changed)
        # Not written: the next moment is, and a crash until then asks for it as for any sending.
        row = self._rows.show(row, replace(row, state=OutboxState.VERIFYING))
        changed(row)
        return self._prove(row, published, changed)

    def _refused(self, row: OutboxRow, refusal: Failure, changed: Callable[[OutboxRow], None]) -> OutboxRow:
        """« Refusé » is said of what is not there: a platform may refuse what it has taken already.

        One answer is enough for a first sending; after a second one the first may still have to settle.
        """
        row = self._note(row, replace(row, state=OutboxState.VERIFYING, refusal=refusal), changed)
        found = self._find(row)
        if isinstance(found, Failure):
            return self._fail(row, found, changed)
        if found is not None:
            return self._prove(row, found, changed)
        doubt = self._lookups.absent(row, self._platform.lookup_settle())
        return self._absent(row, doubt if row.attempts > 1 else _AT_ONCE, changed)

    def _find(self, row: OutboxRow) -> Result[Document | None]:
        self._lookups.asks(row)
        return self._platform.find_published(row.deposit)

    def _absent(self, row: OutboxRow, doubt: timedelta, changed: Callable[[OutboxRow], None]) -> OutboxRow:
        """The platform does not have it: asked again after *doubt*; believed, its refusal is told."""
        if doubt:
            again = self._clock.now() + doubt
            first = row.state is OutboxState.QUEUED  # as far as anybody knows: nothing to alarm the user with
            state = OutboxState.QUEUED if first else OutboxState.UNKNOWN
            after = replace(row, state=state, failure=None, next_try=again)
        else:
            over = OutboxState.TERMINAL
            after = replace(row, state=over, failure=row.refusal, refusal=None, next_try=None)
        return self._note(row, after, changed)

    def _ended(self, row: OutboxRow) -> Failure | None:
        """Whether the confirmed mandate runs no more (CF-031): seen before any token is asked for."""
        running = self._platform.my_mandates(row.deposit.patient.id)
        if isinstance(running, Failure):
            # a platform that does not list mandates may still grant a token
            return running if running.code in _TRANSIENT | _HELD else None
        if any(mandate.id == row.deposit.mandate.id for mandate in running):
            return None
        now = self._clock.now()
        if any(not mandate.is_over(now) for mandate in running):
            return Failure(Code.OTHER_RIGHT)
        return Failure(Code.MANDATE_ENDED if running else Code.NO_MANDATE)

    def _prove(self, row: OutboxRow, found: Document, changed: Callable[[OutboxRow], None]) -> OutboxRow:
        if is_other(found, row.deposit):
            return self._fail(row, Failure(Code.DIGEST_MISMATCH), changed)
        proven = replace(
            row, state=OutboxState.SENT, document_id=found.id, failure=None, refusal=None, next_try=None
        )
        return self._note(row, proven, changed)

    def _fail(self, row: OutboxRow, failure: Failure, changed: Callable[[OutboxRow], None]) -> OutboxRow:
        wait = next_wait(row.tries, self._jitter())
        state = _state_after(row, failure)
        if state in _FOR_LATER and not self._store.outlives_a_lock():
            # There is no later: the lock destroys the row, and nobody shall believe that it waits.
            given_up = replace(row, state=OutboxState.GIVEN_UP, failure=failure, next_try=None)
            return self._note(row, given_up, changed)
        again = self._clock.now() + wait
        after = replace(row, state=state, failure=failure, tries=row.tries + 1, next_try=again)
        return self._note(row, after, changed)

    def _note(self, row: OutboxRow, after: OutboxRow, changed: Callable[[OutboxRow], None]) -> OutboxRow:
        """Remember and tell *after*; nothing is told of a row that the user changed meanwhile."""
        noted = self._rows.note(row, after)
        if isinstance(noted, Failure):
            return row
        changed(noted)
        return noted


def _mark_of(row: OutboxRow) -> OutboxMark:
    return OutboxMark(row.deposit.unique_id, row.deposit.patient.id, row.state, row.next_try)


def _state_after(row: OutboxRow, failure: Failure) -> OutboxState:
    """Where a row stands after *failure*; nothing that may have arrived is ever called unsent."""
    if row.state in (OutboxState.VERIFYING, OutboxState.UNKNOWN):
        # Other bytes that stand under our identifier are final: no repetition changes them.
        final = failure.code is Code.DIGEST_MISMATCH
        return OutboxState.TERMINAL if final else OutboxState.UNKNOWN
    sending = row.state is OutboxState.SENDING
    # Refused for damage on the way: nothing stands there, and it is asked before it is sent again.
    damaged = failure.code is Code.DIGEST_MISMATCH and row.attempts < _DAMAGED_TRIES
    if sending and (damaged or failure.code in _HELD | _TRANSIENT):
        return OutboxState.UNKNOWN
    if failure.code in _HELD:
        return OutboxState.HELD
    return OutboxState.RETRYABLE if failure.code in _TRANSIENT else OutboxState.TERMINAL
