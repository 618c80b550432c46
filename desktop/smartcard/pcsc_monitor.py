"""Readers and cards as the PC/SC service tells them, in :mod:`desktop.smartcard.pcsc_child`.

Its own thread waits in SCardGetStatusChange (which releases the GIL); a service that stops, restarts or
comes late ends the context, never the thread: pyscard's own CardMonitor dies for good then (pyscard#82,
pyscard#153).
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from desktop.domain.card import Reader, ReaderSnapshot, SlotState
from desktop.smartcard.listener import tell
from desktop.smartcard.remote_session import is_remote_session
from desktop.smartcard.scard import load_scard

log = logging.getLogger("dsp.card")
PNP = "\\\\?PnP?\\Notification"
FIRST_RETRY_S, LAST_RETRY_S = 0.5, 3.0
# Where the service has no plug-and-play reader (macOS), readers are listed anew this often.
RELIST_MS = 1000
# A wait for news is begun anew this often: a service that does not answer that is deaf.
BEAT_MS = 2000
_COUNTER_SHIFT = 16


class ServiceGone(Exception):
    """The context is of no more use; carries the PC/SC return code."""


class PcscMonitor:
    """ReaderMonitorPort on the PC/SC service."""

    def __init__(
        self,
        *,
        load: Callable[[], Any] = load_scard,
        remote: Callable[[], bool] = is_remote_session,
        retries: tuple[float, float] = (FIRST_RETRY_S, LAST_RETRY_S),
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        """*retries*: first and longest wait (s) before the service is asked again; *answered* is called each
        time that it was, every :data:`BEAT_MS` at least, and while there is none to ask."""
        self._answered = answered
        self._load = load
        self._remote = remote
        self._retries = retries
        self._scard: Any = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._context: Any = None
        self._latest: ReaderSnapshot | None = None
        self.gone = ""  # why the service was last found to be gone: PC/SC's code
        self._changed: Callable[[ReaderSnapshot], None] = lambda _: None

    def start(self, changed: Callable[[ReaderSnapshot], None]) -> None:
        """Begin; *changed* is called from the monitor's thread, first with the present state."""
        self._changed = changed
        self._latest = None
        self._stop.clear()
        self._thread = threading.Thread(target=self._watch, name="pcsc-monitor")
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns when it is gone."""
        self._stop.set()
        thread = self._thread
        while thread is not None and thread.is_alive():
            # Cancelling is repeated: a cancel that comes before the wait has begun is lost.
            if (context := self._context) is not None:
                self._scard.SCardCancel(context)
            thread.join(0.02)
        self._thread = None

    def latest(self) -> ReaderSnapshot | None:
        """The last snapshot; None before the first."""
        return self._latest

    # -- the thread ---------------------------------------------------------------------------

    def _watch(self) -> None:
        self._scard = self._load()
        wait = self._retries[0]
        while not self._stop.is_set():
            if self._scard is not None:
                try:
                    self._establish()
                    wait = self._retries[0]
                    self._follow()
                except ServiceGone as gone:
                    self.gone = str(gone)
                    log.info("smartcard service not available (%s)", gone)
                except Exception:
                    # Whatever a driver or pyscard comes up with: a dead monitor would never tell of it.
                    log.exception("the reader monitor starts again")
                finally:
                    self._release()
            if self._stop.is_set():
                return
            self._tell(ReaderSnapshot(service_running=False, remote_session=self._remote()))
            self._answered()
            self._stop.wait(wait)
            wait = min(wait * 2, self._retries[1])

    def _establish(self) -> None:
        result, context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        if result != self._scard.SCARD_S_SUCCESS:
            raise ServiceGone(_hex(result))
        self._context = context

    def _release(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            self._scard.SCardReleaseContext(context)

    def _follow(self) -> None:
        """Wait, read, tell; until the service or this monitor ends."""
        known: dict[str, int] = {}
        atrs: dict[str, bytes] = {}
        pnp_state, forever = self._probe_pnp()
        while not self._stop.is_set():
            names = self._readers()
            self._answered()
            known = {name: known.get(name, self._scard.SCARD_STATE_UNAWARE) for name in names}
            fresh = any(state == self._scard.SCARD_STATE_UNAWARE for state in known.values())
            if not fresh:
                self._tell(self._snapshot(known, atrs))
            ask = list(known.items())
            if forever:
                ask.append((PNP, pnp_state))
            if fresh:
                timeout = 0  # the present state of a new reader, at once
            else:
                timeout = BEAT_MS if forever else RELIST_MS
            for name, state, atr in self._status_change(timeout, ask):
                if name == PNP:
                    pnp_state = state & ~self._scard.SCARD_STATE_CHANGED
                elif name in known:
                    # Without "changed" the state is what the next wait compares with.
                    known[name] = state & ~self._scard.SCARD_STATE_CHANGED
                    atrs[name] = bytes(atr)

    def _probe_pnp(self) -> tuple[int, bool]:
        """The pseudo reader's state, and whether this service knows it at all."""
        rows = self._status_change(0, [(PNP, self._scard.SCARD_STATE_UNAWARE)])
        state = rows[0][1] if rows else 0
        if state & self._scard.SCARD_STATE_UNKNOWN:
            return 0, False
        return state & ~self._scard.SCARD_STATE_CHANGED, True

    def _status_change(
        self, timeout: int, ask: Sequence[tuple[str, int]]
    ) -> Sequence[tuple[str, int, Sequence[int]]]:
        if not ask:
            self._stop.wait(timeout / 1000)
            return ()
        result, rows = self._scard.SCardGetStatusChange(self._context, timeout, list(ask))
        if result in (self._scard.SCARD_S_SUCCESS, self._scard.SCARD_E_TIMEOUT):
            return rows  # type: ignore[no-any-return]
        if result in (self._scard.SCARD_E_UNKNOWN_READER, self._scard.SCARD_E_CANCELLED):
            return ()  # a reader went away while we asked: list again
        raise ServiceGone(_hex(result))

    def _readers(self) -> list[str]:
        result, names = self._scard.SCardListReaders(self._context, [])
        if result == self._scard.SCARD_E_NO_READERS_AVAILABLE:
            return []
        if result != self._scard.SCARD_S_SUCCESS:
            raise ServiceGone(_hex(result))
        return list(names)

    def _snapshot(self, known: Mapping[str, int], atrs: Mapping[str, bytes]) -> ReaderSnapshot:
        readers = tuple(self._reader(name, state, atrs.get(name, b"")) for name, state in known.items())
        return ReaderSnapshot(True, readers, self._remote())

    def _reader(self, name: str, state: int, atr: bytes) -> Reader:
        scard = self._scard
        if not state & scard.SCARD_STATE_PRESENT:
            slot = SlotState.EMPTY
        elif state & scard.SCARD_STATE_MUTE or not atr:
            slot = SlotState.MUTE
        elif state & scard.SCARD_STATE_EXCLUSIVE:
            slot = SlotState.EXCLUSIVE
        else:
            slot = SlotState.PRESENT
        return Reader(name, slot, atr if slot is not SlotState.EMPTY else b"", state >> _COUNTER_SHIFT)

    def _tell(self, snapshot: ReaderSnapshot) -> None:
        if snapshot != self._latest:
            self._latest = snapshot
            tell(self._changed, snapshot)


def _hex(result: int) -> str:
    return f"0x{result & 0xFFFFFFFF:08X}"
