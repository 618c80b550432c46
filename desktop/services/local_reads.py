"""Reads from the cache and their traces: none is shown that nobody will hear of (CF-060, contract §6)."""

import logging
import uuid
from collections.abc import Callable
from typing import Protocol

from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.domain.network import NetworkState
from desktop.domain.record import Document
from desktop.ports.clock import ClockPort
from desktop.ports.platform import LocalRead, NetworkPort, ReadReportsPort
from desktop.ports.store import LocalReadsPort
from desktop.services.login import UNREACHABLE
from desktop.services.record import OpenRecord
from desktop.services.session import SESSION_OVER

BUSY_PAUSE = 30.0  # seconds without a question after the platform asked for patience
REFUSED_PAUSE = 600.0  # seconds until a refused trace is offered again

_log = logging.getLogger("dsp.traces")
# What says nothing about one trace: the others would fare no better now.
_NOT_NOW = UNREACHABLE | {
    Code.SESSION_ENDED,
    Code.CANCELLED,
    Code.PRACTICE_SUSPENDED,
    Code.CERTIFICATE_REVOKED,
    Code.CERTIFICATE_SUSPENDED,
    Code.VERSION_REFUSED,
    Code.STORE_LOCKED,
}


class ReportingPlatform(ReadReportsPort, NetworkPort, Protocol):
    """Where traces go."""


class LocalReads:
    """Queues a trace before its document is shown, and sends what waits.

    A trace that the platform refuses is never dropped: it stays in the encrypted store, lets the others
    pass, is offered again every ten minutes and at each start, and is counted in the log by its code alone.
    """

    def __init__(
        self,
        platform: ReportingPlatform,
        store: LocalReadsPort,
        clock: ClockPort,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._told: set[str] = set()
        self._refused: dict[str, float] = {}
        self._not_before = 0.0

    def note(self, record: OpenRecord, document: Document) -> Result[None]:
        """Before a cached document is shown; READ_UNTRACED when its trace can be neither kept nor sent.

        A failure too once the platform says that the session is over (CF-019).
        """
        trace = LocalRead(
            self._new_id(), record.patient.id, document.id, record.mandate.id, self._clock.now()
        )
        # Written before it is sent: a crash in between loses no trace.
        kept = not isinstance(self._store.queue_local_read(trace), Failure)
        if kept and (record.offline or not self._reachable()):
            return None
        told = self._platform.report_local_read(trace)
        sent = not isinstance(told, Failure)
        over = told if isinstance(told, Failure) and told.code in SESSION_OVER else None
        # What is not shown was not read: its trace goes, too.
        if kept and (sent or over is not None):
            self._store.drop_local_read(trace.id)
        if over is not None:
            return over
        return None if sent or kept else Failure(Code.READ_UNTRACED)

    def report(self) -> Result[int]:
        """Send what waits, oldest first; how many the platform took."""
        waiting = self._store.local_reads()
        if isinstance(waiting, Failure):
            return waiting
        now, taken = self._clock.monotonic(), 0
        if not waiting or not self._reachable() or now < self._not_before:
            return 0
        refusals: list[ErrorCode] = []
        for trace in waiting:
            if self._refused.get(trace.id, now) > now:
                continue
            outcome = None if trace.id in self._told else self._platform.report_local_read(trace)
            if outcome is None:
                taken += trace.id not in self._told
                self._forget(trace.id)
            elif outcome.code in _NOT_NOW:
                # A closed network is watched by others and may open at any moment.
                self._not_before = now + BUSY_PAUSE if self._reachable() else 0.0
                break
            else:
                self._refused[trace.id] = now + REFUSED_PAUSE
                refusals.append(outcome.code)
        if refusals:
            codes = ", ".join(sorted(set(refusals)))
            _log.warning("%d traces of reads not taken by the platform (%s); kept", len(refusals), codes)
        return taken

    def _forget(self, trace_id: str) -> None:
        """The platform has it: it is not told again, even where the disk will not let its row go yet."""
        self._refused.pop(trace_id, None)
        if isinstance(self._store.drop_local_read(trace_id), Failure):
            self._told.add(trace_id)
        else:
            self._told.discard(trace_id)

    def _reachable(self) -> bool:
        return self._platform.network_state() in (NetworkState.ONLINE, NetworkState.UNKNOWN)
