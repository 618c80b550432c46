"""Linux: signals of logind (system bus) and of the desktop's screen saver (session bus).

One thread a bus, blocked in its socket and ended by shutting that socket down. A bus that is not there
(container, kiosk) is no error: its signals never come. A forged signal can only lock, so senders are not
checked.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

from desktop.system.events import SCREEN_LOCK, SLEEP, USER_SWITCH, Locked

_log = logging.getLogger("dsp.events")
_LOGIND = "org.freedesktop.login1"
_SAVERS = tuple(
    f"org.{desktop}.ScreenSaver" for desktop in ("freedesktop", "gnome", "kde", "cinnamon", "mate", "xfce")
)
_PROPERTIES = "org.freedesktop.DBus.Properties"
Decide = Callable[[str, str, tuple[Any, ...]], str | None]


class DBusEvents:
    """Listens on both buses."""

    def __init__(self) -> None:
        self._buses: list[_Bus] = []

    def start(self, locked: Locked) -> None:
        """*locked* is called with "screen-lock", "user-switch" or "sleep", from a thread of ours."""
        self._buses = [
            _Bus("SESSION", _session_rules, from_screen_saver, locked),
            _Bus("SYSTEM", _system_rules, from_logind, locked),
        ]
        for bus in self._buses:
            bus.start()

    def stop(self) -> None:
        """End listening; returns when the threads are gone."""
        for bus in self._buses:
            bus.stop()
        self._buses = []

    def wait_until_listening(self, timeout: float) -> bool:
        """True once every bus that is there was subscribed to."""
        return all(bus.settled.wait(timeout) for bus in self._buses)


def from_screen_saver(interface: str, member: str, body: tuple[Any, ...]) -> str | None:
    """What a signal of the session bus means."""
    locks = interface in _SAVERS and member == "ActiveChanged" and body[:1] == (True,)
    return SCREEN_LOCK if locks else None


def from_logind(interface: str, member: str, body: tuple[Any, ...]) -> str | None:
    """What a signal of logind means; properties are those of our own session."""
    if interface == f"{_LOGIND}.Session" and member == "Lock":
        return SCREEN_LOCK
    if interface == f"{_LOGIND}.Manager" and member == "PrepareForSleep" and body[:1] == (True,):
        return SLEEP
    if interface == _PROPERTIES and member == "PropertiesChanged" and len(body) >= 2:
        changed = {name: value for name, (_signature, value) in body[1].items()}
        if changed.get("LockedHint") is True:
            return SCREEN_LOCK
        if changed.get("Active") is False:
            return USER_SWITCH
    return None


class _Bus:
    """One bus and its thread."""

    def __init__(self, name: str, rules: Callable[[Any], list[Any]], decide: Decide, locked: Locked) -> None:
        self._name = name
        self._rules = rules
        self._decide = decide
        self._locked = locked
        self._socket: socket.socket | None = None
        self._stopping = False
        self._guard = threading.Lock()
        self.settled = threading.Event()
        self._thread = threading.Thread(target=self._listen, name=f"dsp-{name.lower()}-bus", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._guard:
            self._stopping = True
            if self._socket is not None:
                try:
                    self._socket.shutdown(socket.SHUT_RDWR)
                except OSError:
                    _log.debug("a bus had closed already")
        self._thread.join(timeout=5)

    def _listen(self) -> None:
        connection = self._connect()
        try:
            if connection is not None:
                self._subscribe(connection)
                self.settled.set()
                while True:
                    self._receive(connection)
        except Exception as error:  # noqa: BLE001 - any trouble with a bus ends listening to it, nothing more
            if not self._stopping:
                _log.warning("bus %s lost: %s", self._name, type(error).__name__)
        finally:
            self.settled.set()
            with self._guard:
                self._socket = None
                if connection is not None:
                    connection.close()

    def _connect(self) -> Any:
        try:
            from jeepney.io.blocking import open_dbus_connection

            connection = open_dbus_connection(self._name)
        except Exception as error:  # noqa: BLE001 - no bus, no address, or no library
            _log.info("no bus %s: %s", self._name, type(error).__name__)
            return None
        with self._guard:
            self._socket = connection.sock
            if self._stopping:
                connection.sock.shutdown(socket.SHUT_RDWR)
        return connection

    def _subscribe(self, connection: Any) -> None:
        from jeepney import message_bus

        for rule in self._rules(connection):
            connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=5)

    def _receive(self, connection: Any) -> None:
        from jeepney import HeaderFields, MessageType

        message = connection.receive()
        if message.header.message_type is not MessageType.signal:
            return
        fields = message.header.fields
        interface, member = str(fields.get(HeaderFields.interface)), str(fields.get(HeaderFields.member))
        reason = self._decide(interface, member, message.body)
        if reason is not None:
            self._locked(reason)


def _session_rules(_connection: Any) -> list[Any]:
    from jeepney import MatchRule

    return [MatchRule(type="signal", interface=saver, member="ActiveChanged") for saver in _SAVERS]


def _system_rules(connection: Any) -> list[Any]:
    """Sleep for all; lock and switch of the session that this process belongs to."""
    from jeepney import MatchRule

    rules = [MatchRule(type="signal", interface=f"{_LOGIND}.Manager", member="PrepareForSleep")]
    path = _own_session(connection)
    if path:
        rules.append(MatchRule(type="signal", interface=f"{_LOGIND}.Session", member="Lock", path=path))
        rules.append(MatchRule(type="signal", interface=_PROPERTIES, member="PropertiesChanged", path=path))
    return rules


def _own_session(connection: Any) -> str:
    from jeepney import DBusAddress, MessageType, new_method_call

    manager = DBusAddress("/org/freedesktop/login1", bus_name=_LOGIND, interface=f"{_LOGIND}.Manager")
    call = new_method_call(manager, "GetSessionByPID", "u", (os.getpid(),))
    try:
        reply = connection.send_and_get_reply(call, timeout=5)
    except TimeoutError:
        return ""
    return str(reply.body[0]) if reply.header.message_type is MessageType.method_return else ""
