"""Readers watched by a child: whatever the PC/SC service or its library does, the window goes on.

A service that answers nothing for :data:`DEAF_S` is deaf: its child is killed, the readers are gone for the
session, which locks, and another child asks again. So with a child that crashed. A slow card or module is no
deaf service: it holds no status call up.
"""

import logging
import threading
from collections.abc import Callable, Mapping

from desktop.children.framing import PipeClosed, read_frame
from desktop.children.process import kill_group, spawned
from desktop.domain.card import ReaderSnapshot
from desktop.smartcard.listener import tell
from desktop.smartcard.reader_messages import ReadersNow, read_frame_of
from desktop.smartcard.remote_session import is_remote_session

log = logging.getLogger("dsp.card")
CHILD = "desktop.smartcard.pcsc_child"
DEAF_S = 5.0
# Until the first word: Python starts, and a busy computer is no deaf service.
_START_S = 20.0
FIRST_RETRY_S, LAST_RETRY_S = 0.2, 5.0
_LARGEST = 1 << 20


class ChildMonitor:
    """ReaderMonitorPort over :mod:`desktop.smartcard.pcsc_child`."""

    def __init__(
        self,
        *,
        remote: Callable[[], bool] = is_remote_session,
        environment: Mapping[str, str] | None = None,
        deaf_s: float = DEAF_S,
        retries: tuple[float, float] = (FIRST_RETRY_S, LAST_RETRY_S),
        child: str = CHILD,
    ) -> None:
        """*retries*: first and longest wait (s) before another child asks; *child*: its module."""
        self._remote = remote
        self._environment = dict(environment or {})
        self._deaf_s, self._retries, self._child = deaf_s, retries, child
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._end: Callable[[], object] = lambda: None  # of the child that runs
        self._thread: threading.Thread | None = None
        self._latest: ReaderSnapshot | None = None
        self._changed: Callable[[ReaderSnapshot], None] = lambda _: None

    def start(self, changed: Callable[[ReaderSnapshot], None]) -> None:
        """Begin; *changed* is called from the monitor's thread, first with the present state."""
        self._changed = changed
        self._latest = None
        self._stop.clear()
        self._thread = threading.Thread(target=self._watch, name="reader-monitor")
        self._thread.start()

    def stop(self) -> None:
        """End the child and the thread; returns when they are gone."""
        self._stop.set()
        with self._lock:
            self._end()
        if self._thread is not None:
            self._thread.join()
        self._thread = None

    def latest(self) -> ReaderSnapshot | None:
        """The last snapshot; None before the first."""
        return self._latest

    # -- the thread ---------------------------------------------------------------------------

    def _watch(self) -> None:
        wait = self._retries[0]
        while not self._stop.is_set():
            if self._listen():
                wait = self._retries[0]
            if self._stop.is_set():
                return
            self._tell(ReadersNow(ReaderSnapshot(False, remote_session=self._remote())))
            self._stop.wait(wait)
            wait = min(wait * 2, self._retries[1])

    def _listen(self) -> bool:
        """What one child says, until its end; whether it said anything."""
        with self._lock:
            if self._stop.is_set():
                return False
            try:
                process = spawned(self._child, (), self._environment)
            except (
                OSError
            ) as error:  # no process or file to be had now: asked again like a service that is gone
                log.warning("reader child %s", type(error).__name__)
                return False
            self._end = lambda: kill_group(process)
        silence = _Silence(self._deaf_s, self._end)
        heard, answers, requests = False, process.stdout, process.stdin
        assert answers is not None and requests is not None
        try:
            while True:
                frame = read_frame(answers.readinto, _LARGEST)  # type: ignore[attr-defined]
                silence.broken()
                heard = True
                if frame:
                    self._tell(read_frame_of(frame, remote=self._remote()))
        except (PipeClosed, ValueError) as error:  # ValueError: it talks nonsense
            if not self._stop.is_set():
                log.warning("reader child %s", "deaf" if silence.passed else type(error).__name__)
        finally:
            silence.over()
            with self._lock:
                kill_group(process)
                self._end = lambda: None
            for pipe in (requests, answers):
                pipe.close()
            process.wait()
        return heard

    def _tell(self, now: ReadersNow) -> None:
        if now.snapshot == self._latest:
            return
        if now.gone:
            log.info("smartcard service not available (%s)", now.gone)
        self._latest = now.snapshot
        tell(self._changed, now.snapshot)


class _Silence:
    """Calls *end* once nothing was heard for *limit* seconds; the first word may take longer."""

    def __init__(self, limit: float, end: Callable[[], object]) -> None:
        self.passed = False
        self._limit, self._end = limit, end
        self._heard, self._over = threading.Event(), False
        threading.Thread(target=self._wait, name="reader-silence", daemon=True).start()

    def broken(self) -> None:
        """Something was heard."""
        self._heard.set()

    def over(self) -> None:
        """Nobody listens any more."""
        self._over = True
        self._heard.set()

    def _wait(self) -> None:
        limit = max(self._limit, _START_S)
        while self._heard.wait(limit):
            self._heard.clear()
            if self._over:
                return
            limit = self._limit
        self.passed = True
        self._end()
