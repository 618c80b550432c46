"""What is known of the way to the platform, and of its clock."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from desktop.domain.errors import Code, ErrorCode
from desktop.domain.network import NetworkState
from desktop.ports.clock import ClockPort

log = logging.getLogger("dsp.network")

_STATE_OF: dict[ErrorCode, NetworkState] = {
    Code.OFFLINE: NetworkState.OFFLINE,
    Code.TIMEOUT: NetworkState.OFFLINE,
    Code.CAPTIVE_PORTAL: NetworkState.CAPTIVE_PORTAL,
    Code.PROXY_AUTH: NetworkState.PROXY_AUTH,
    Code.PROXY_FAILED: NetworkState.PROXY_FAILED,
    Code.TLS_INTERCEPTED: NetworkState.TLS_INTERCEPTED,
    Code.TRUST_NOT_PINNED: NetworkState.NOT_PINNED,
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


# What differs by more from what is expected is believed only when another answer says so too.
UNCONFIRMED = timedelta(seconds=60)
_HEADER = timedelta(seconds=2)  # a header has whole seconds


@dataclass(frozen=True, slots=True)
class _Told:
    """A time, and when it was heard (monotonic seconds)."""

    time: datetime
    at: float

    def carried_to(self, monotonic: float) -> datetime:
        """The same clock later."""
        return self.time + timedelta(seconds=monotonic - self.at)


class ServerClock:
    """The platform's clock, carried on by the monotonic clock (a wrong local date does not matter).

    Rights begin and end by it, so one answer with a wrong time must neither destroy what is still allowed nor
    bring back what has ended (CF-031, CF-066): a time that is further than :data:`UNCONFIRMED` from the one
    that is expected (first the PC's, then the one believed) waits until the next answer says the same.
    """

    def __init__(self, clock: ClockPort) -> None:
        """Unknown until something was heard."""
        self._clock = clock
        self._lock = threading.Lock()
        self._believed: _Told | None = None
        self._claimed: _Told | None = None
        self._last: _Told | None = None

    def hear(self, time: datetime) -> None:
        """A time that one answer told, as of now."""
        with self._lock:
            told = self._last = _Told(time, self._clock.monotonic())
            claimed, self._claimed = self._claimed, None
            if self._near(self._expected(told.at), told) or self._near(claimed, told):
                self._believed = told
            else:
                self._claimed = told

    def refine(self, time: datetime) -> None:
        """The time that the body of an answer told whose header was heard: exact, but no second answer."""
        with self._lock:
            told = self._last = _Told(time, self._clock.monotonic())
            if self._near(self._believed, told):
                self._believed = told

    def hear_date(self, header: str) -> None:
        """A ``Date`` header: it corrects only what is off by more than two seconds."""
        try:
            time = parsedate_to_datetime(header).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            return
        now = self.now()
        if now is not None and abs(time - now) <= _HEADER:
            with self._lock:
                self._claimed, self._last = None, self._believed
            return
        self.hear(time)

    def now(self) -> datetime | None:
        """The platform's time as far as it is believed, None before."""
        believed = self._believed
        return None if believed is None else believed.carried_to(self._clock.monotonic())

    def stamp(self) -> int:
        """Seconds since the epoch for ``iat``: as the platform told last, believed or not.

        It alone judges the proof and tells the time again in its refusal. Else the local clock.
        """
        last = self._last
        time = self._clock.now() if last is None else last.carried_to(self._clock.monotonic())
        return int(time.timestamp())

    def _expected(self, monotonic: float) -> _Told:
        return self._believed or _Told(self._clock.now(), monotonic)

    @staticmethod
    def _near(clock: _Told | None, told: _Told) -> bool:
        return clock is not None and abs(told.time - clock.carried_to(told.at)) <= UNCONFIRMED
