"""Screen lock, sleep and user switch from real buses; which proxy is chosen."""

import queue
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from desktop.system.clock import SystemClock
from desktop.system.events import system_events
from desktop.system.events_polled import DesktopState, PolledEvents, reason
from desktop.system.proxy import ProxyChoice, ProxyMode, ProxySource, choose_proxy
from tests.waiting import LIMIT_S, ended

linux = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("dbus-daemon"), reason="needs a D-Bus daemon"
)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A real message bus."""
    socket = tmp_path / "bus"
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address=unix:path={socket}"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield daemon
    assert daemon.stdout is not None
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


@pytest.fixture
def bus(daemon: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch) -> str:
    """Address of the bus, which plays both the session and the system bus."""
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    return address


def _signal(address: str, path: str, name: str, *body: str) -> None:
    subprocess.run(["dbus-send", f"--bus={address}", "--type=signal", path, name, *body], check=True)


@linux
@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", "screen-lock"),
        ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", "screen-lock"),
        ("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", "sleep"),
    ],
)
def test_signal_of_a_real_bus(bus: str, path: str, name: str, expected: str) -> None:
    from desktop.system.events_linux import DBusEvents

    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    events = DBusEvents()
    events.start(told.put)
    try:
        assert events.wait_until_listening(LIMIT_S)
        _signal(bus, path, name, "boolean:false")
        _signal(bus, path, name, "boolean:true")
        assert told.get(timeout=LIMIT_S) == expected
        assert told.empty()
    finally:
        events.stop()


FAKE_LOGIND = """
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import open_dbus_connection
connection = open_dbus_connection("SYSTEM")
connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.login1"))
print("ready", flush=True)
path, session = "/org/freedesktop/login1/session/_31", "org.freedesktop.login1.Session"
asked = 0
while True:
    message = connection.receive()
    if message.header.fields.get(HeaderFields.member) == "GetSessionByPID":
        connection.send(new_method_return(message, "o", (path,)))
    if message.header.fields.get(HeaderFields.member) == "Emit":
        properties = DBusAddress(path, interface="org.freedesktop.DBus.Properties")
        stranger = DBusAddress("/org/freedesktop/login1/session/_32", interface=session)
        connection.send(new_signal(stranger, "Lock"))
        connection.send(new_signal(DBusAddress(path, interface=session), "Lock"))
        for name, value in (("IdleHint", True), ("LockedHint", True), ("Active", False), ("Active", True)):
            body = (session, {name: ("b", value)}, [])
            connection.send(new_signal(properties, "PropertiesChanged", "sa{sv}as", body))
"""


@linux
def test_logind_lock_and_user_switch_of_our_own_session_only(bus: str) -> None:
    from desktop.system.events_linux import DBusEvents

    logind = subprocess.Popen([sys.executable, "-c", FAKE_LOGIND], stdout=subprocess.PIPE, text=True)
    assert logind.stdout is not None
    assert logind.stdout.readline() == "ready\n"
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    events = DBusEvents()
    events.start(told.put)
    try:
        assert events.wait_until_listening(LIMIT_S)
        subprocess.run(
            ["dbus-send", f"--bus={bus}", "--dest=org.freedesktop.login1", "/x", "x.y.Emit"], check=True
        )
        assert [told.get(timeout=LIMIT_S) for _ in range(3)] == ["screen-lock", "screen-lock", "user-switch"]
        assert told.empty()
    finally:
        events.stop()
        logind.kill()
        logind.wait()
        logind.stdout.close()


@linux
def test_no_bus_at_all_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SESSION", "SYSTEM"):
        monkeypatch.setenv(f"DBUS_{name}_BUS_ADDRESS", f"unix:path={tmp_path}/absent")
    events = system_events()
    events.start(lambda _reason: None)
    events.stop()


@linux
def test_a_bus_that_dies_ends_the_threads_quietly(bus: str, daemon: "subprocess.Popen[str]") -> None:
    from desktop.system.events_linux import DBusEvents

    before = set(threading.enumerate())
    events = DBusEvents()
    events.start(lambda _reason: None)
    assert events.wait_until_listening(LIMIT_S)
    mine = set(threading.enumerate()) - before
    assert len(mine) == 2
    daemon.kill()
    for thread in mine:
        ended(thread)
    events.stop()


AWAKE = DesktopState(screen_locked=False, on_console=True, asleep=10.0)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (AWAKE, AWAKE, None),
        (AWAKE, DesktopState(True, True, 10.0), "screen-lock"),
        (DesktopState(True, True, 10.0), AWAKE, None),
        (AWAKE, DesktopState(True, False, 10.0), "user-switch"),
        (AWAKE, DesktopState(False, True, 600.0), "sleep"),
        (AWAKE, DesktopState(False, True, 10.2), None),
    ],
)
def test_what_two_looks_mean(before: DesktopState, after: DesktopState, expected: str | None) -> None:
    assert reason(before, after) == expected


def test_polling_tells_once_and_ends() -> None:
    class Scripted:
        looks = iter([AWAKE, AWAKE, DesktopState(True, True, 10.0)])

        def look(self) -> DesktopState:
            return next(self.looks, DesktopState(True, True, 10.0))

    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    events = PolledEvents(Scripted(), period=0.001)
    events.start(told.put)
    assert told.get(timeout=LIMIT_S) == "screen-lock"
    events.stop()
    assert told.empty()


def _choose(url: str, mode: ProxyMode = ProxyMode.SYSTEM, **more: object) -> ProxyChoice:
    return choose_proxy(
        url,
        mode,
        known=lambda: {"https": "http://user:pw@proxy.chl.lu:3128"},
        bypassed=lambda host: host.startswith("intra"),
        **more,  # type: ignore[arg-type]
    )


def test_proxy_of_the_system() -> None:
    choice = _choose("https://platform.example/fhir")
    assert choice == ProxyChoice(ProxySource.SYSTEM, "http://user:pw@proxy.chl.lu:3128")
    assert choice.shown == "proxy.chl.lu:3128"


@pytest.mark.parametrize(
    ("url", "mode", "expected"),
    [
        ("https://127.0.0.1:8443/", ProxyMode.SYSTEM, ProxySource.DIRECT),
        ("https://localhost:8443/", ProxyMode.MANUAL, ProxySource.DIRECT),
        ("https://[::1]:8443/", ProxyMode.SYSTEM, ProxySource.DIRECT),
        ("https://intra.chl.lu/", ProxyMode.SYSTEM, ProxySource.BYPASS),
        ("https://platform.example/", ProxyMode.NONE, ProxySource.DIRECT),
        ("http://platform.example/", ProxyMode.SYSTEM, ProxySource.DIRECT),
        ("https://platform.example/", ProxyMode.MANUAL, ProxySource.MANUAL),
    ],
)
def test_proxy_by_mode_and_host(url: str, mode: ProxyMode, expected: ProxySource) -> None:
    choice = _choose(url, mode, manual="10.0.0.1:8080")
    assert choice.source is expected
    assert choice.url == ("http://10.0.0.1:8080" if expected is ProxySource.MANUAL else "")


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """CF-069. The machine's own settings would; Python's function takes a variable before them."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://trap.example:3128")
    assert "trap.example" in urllib.request.getproxies()["https"], "the trap is none"
    assert choose_proxy("https://platform.example/", ProxyMode.SYSTEM).url != "http://trap.example:3128"


def test_clock_is_aware_and_monotonic() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()
