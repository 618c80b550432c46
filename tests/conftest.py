"""What all tests share: loopback only, a data folder of their own, French words, no leaked threads."""

import gc
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from desktop.domain.texts import Language, set_language
from desktop.features import FEATURES
from desktop.kernel.feature import add_words
from tests.patient_bot import PatientBot
from tests.waiting import ended

gc.disable()  # until the tests are collected: none of that is garbage, and looking for it takes 5 s
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "DSP_COVERAGE_SOCKET" in os.environ:
    from tests.coverage_threads import count_worker_threads

    count_worker_threads()
add_words(FEATURES)
# How long an example takes tells of the machine, not of the rule (by itself: 200 ms, and the test falls).
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("patient")
_LOOPBACK = ("127.", "::1", "localhost")
_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: object) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])  # type: ignore[index]
        assert host.startswith(_LOOPBACK), f"a test connects to {host}"
    _connect(self, address)  # type: ignore[arg-type]


def pytest_collection_finish() -> None:
    """As the program itself (``App._settle``): what stands now is looked at by no later collection."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _loopback_only)


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has its own DSP_DESKTOP_HOME."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("DSP_DESKTOP_HOME", str(home))
    return home


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientBot:
    """The application is there, as for pytest-qt's own."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def _in_french() -> None:
    """A test that changed the language has no say in the next one's words."""
    set_language(Language.FR)


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())

    def left() -> list[threading.Thread]:
        return [t for t in threading.enumerate() if t not in before and t.is_alive() and not t.daemon]

    yield
    for thread in left():
        ended(thread)
