"""What is known of the way to the platform, and of its clock."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from desktop.domain.account import NetworkState
from desktop.domain.errors import Code, ErrorCode
from desktop.ports.clock import ClockPort

log = logging.getLogger("dsp.network")

_STATE_OF: dict[ErrorCode, NetworkState] = {
    Code.OFFLINE: NetworkState.OFFLINE,
    Code.TIMEOUT: NetworkState.OFFLINE,
    Code.CAPTIVE_PORTAL: NetworkState.CAPTIVE_PORTAL,
    Code.PROXY_AUTH: NetworkState.PROXY_AUTH,
    Code.PROXY_FAILED: NetworkState.PROXY_FAILED,
    Code.TLS_INTERCEPTED: NetworkState.TLS_INTERCEPTED,
    Code.PLATFORM_MAINTENANCE: NetworkState.MAINTENANCE,
}


class Network:
    """The network state; one listener, told of changes only."""

    def __init__(self) -> None:
        """Unknown until the first call."""
        self._lock = threading.Lock()
        self._state = NetworkState.UNKNOWN
        self._listener: Callable[[NetworkState], None] | None = None

    @property
    def state(self) -> NetworkState:
        """As of the last call."""
        return self._state

    def listen(self, changed: Callable[[NetworkState], None]) -> None:
        """Register the listener; it is called from worker threads."""
        self._listener = changed

    def reached(self) -> None:
        """The platform itself answered."""
        self._set(NetworkState.ONLINE)

    def failed(self, code: ErrorCode) -> None:
        """A call failed on the way; codes that say nothing of the network change nothing."""
        if code in _STATE_OF:
            self._set(_STATE_OF[code])

    def _set(self, state: NetworkState) -> None:
        with self._lock:
            if state is self._state:
                return
            self._state = state
        log.info("network: %s", state.value)
        if self._listener is not None:
            self._listener(state)


class ServerClock:
    """The platform's clock, carried on by the monotonic clock (a wrong local date does not matter)."""

    def __init__(self, clock: ClockPort) -> None:
        """Unknown until something was heard."""
        self._clock = clock
        self._known: tuple[datetime, float] | None = None

    def hear(self, time: datetime) -> None:
        """An exact time of the platform, as of now."""
        self._known = (time, self._clock.monotonic())

    def hear_date(self, header: str) -> None:
        """A ``Date`` header: whole seconds, so it corrects only what is off by more than two."""
        try:
            time = parsedate_to_datetime(header).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            return
        now = self.now()
        if now is None or abs((time - now).total_seconds()) > 2:
            self.hear(time)

    def now(self) -> datetime | None:
        """The platform's time, None before the first answer."""
        if self._known is None:
            return None
        time, at = self._known
        return time + timedelta(seconds=self._clock.monotonic() - at)

    def stamp(self) -> int:
        """Seconds since the epoch for ``iat``; the local clock where the platform's is unknown."""
        return int((self.now() or self._clock.now()).timestamp())
