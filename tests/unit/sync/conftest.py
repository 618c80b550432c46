"""Fixtures of the platform client's tests."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.sync.cancel import Scopes
from desktop.sync.network import Network, ServerClock
from desktop.sync.transport import Transport
from desktop.sync.wire import Addresses
from desktop.system.clock import SystemClock
from tests.unit.sync.tls_server import Reply, Script, TlsServer
from tests.waiting import LIMIT_S


class WallClock(SystemClock):
    """The real clock; ``shift`` seconds wrong for tests of skew."""

    def __init__(self, shift: float = 0.0) -> None:
        self.shift = shift
        self.ahead = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.shift + self.ahead)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


@pytest.fixture(autouse=True)
def _waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short between two tries; long for an answer, which a busy machine gives late (to 51 MB after 20 s)."""
    monkeypatch.setattr("desktop.sync.caller.BACKOFF_SECONDS", (0.01, 0.02))
    monkeypatch.setattr("desktop.sync.login._HEAR_OUT", LIMIT_S)
    monkeypatch.setattr("desktop.sync.transport.READ_SECONDS", 3 * LIMIT_S)


@pytest.fixture(scope="session")
def pki_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pki")


@pytest.fixture
def serve(pki_folder: Path) -> Iterator[Callable[..., TlsServer]]:
    servers: list[TlsServer] = []

    def start(script: Script, **options: str) -> TlsServer:
        servers.append(TlsServer(pki_folder, script, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


class Rig:
    """A transport with its surroundings."""

    def __init__(
        self, base: str, ca_file: str | None, proxies: dict[str, str], *, system_store: bool = False
    ) -> None:
        self.clock = WallClock()
        self.scopes = Scopes()
        self.network = Network()
        self.server_clock = ServerClock(self.clock)
        self.addresses = Addresses.of(base)
        self.transport = Transport(
            self.addresses,
            self.scopes,
            self.network,
            self.server_clock,
            ca_file=ca_file,
            system_store=system_store,
            proxies=proxies,
            user_agent="DSP-Desktop/test",
        )

    def close(self) -> None:
        self.scopes.close()
        self.transport.close()


@pytest.fixture
def rig() -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(server: TlsServer, *, ca_file: str = "", proxies: dict[str, str] | None = None) -> Rig:
        made.append(Rig(server.base, ca_file or server.ca_file, proxies or {}))
        return made[-1]

    yield make
    for one in made:
        one.close()


def ok(body: bytes = b"{}") -> Reply:
    return Reply(200, body)
