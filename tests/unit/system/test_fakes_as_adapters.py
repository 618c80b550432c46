"""One contract each for clock and keyring, kept by the fake and by the real adapter."""

from datetime import UTC, timedelta

import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from desktop.domain.errors import Code, Failure
from desktop.ports.clock import ClockPort
from desktop.ports.vault import KeyringPort
from desktop.system.clock import SystemClock
from desktop.system.keyring_store import KeyringStore
from tests.fakes import FakeClock, FakeKeyring
from tests.waiting import LIMIT_S

SHARE = bytes(range(32))


@pytest.mark.parametrize("clock", [FakeClock(), SystemClock()])
def test_a_clock_is_in_utc_and_its_seconds_never_go_back(clock: ClockPort) -> None:
    first, second = clock.now(), clock.monotonic()
    assert first.tzinfo is UTC and first.utcoffset() == timedelta(0)
    assert clock.monotonic() >= second


class _Backend(KeyringBackend):  # type: ignore[misc]  # keyring's types are not followed
    """A trusted backend in memory; ``error`` is raised by every call."""

    priority = 1

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        if self.error:
            raise self.error
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.error:
            raise self.error
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


_Backend.__module__ = "keyring.backends.SecretService"


def the_keyring(kind: str, monkeypatch: pytest.MonkeyPatch, failure: Failure | None = None) -> KeyringPort:
    """A "fake" or a "real" one, which answers *failure* to every call if there is one (KEYRING_LOCKED)."""
    if kind == "fake":
        return FakeKeyring(failure)
    backend = _Backend(keyring.errors.KeyringLocked() if failure else None)
    monkeypatch.setattr("desktop.system.keyring_store._trusted_backend", lambda: backend)
    return KeyringStore(time_limit=LIMIT_S)


@pytest.mark.parametrize("kind", ["fake", "real"])
def test_a_keyring_keeps_each_share_under_its_name(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = the_keyring(kind, monkeypatch)
    assert ring.share("cache-a") is None
    assert ring.set_share("cache-a", bytes(32)) is None
    assert ring.set_share("cache-a", SHARE) is None
    assert (ring.share("cache-a"), ring.share("cache-b")) == (SHARE, None)
    assert ring.backend() == ring.backend() != ""


@pytest.mark.parametrize("kind", ["fake", "real"])
def test_a_locked_keyring_says_so_and_keeps_nothing(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = Failure(Code.KEYRING_LOCKED)
    ring = the_keyring(kind, monkeypatch, locked)
    assert ring.set_share("cache-a", SHARE) == locked
    assert ring.share("cache-a") == locked
