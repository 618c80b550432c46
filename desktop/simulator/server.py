"""Runs the platform (TLS) and its control interface (plain, loopback, bearer token) in one process."""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
_GRACE_S = 0.3


@dataclass(frozen=True, slots=True)
class Listening:
    """Bound sockets, before anybody may connect."""

    platform: socket.socket
    intercepted: socket.socket
    control: socket.socket

    @staticmethod
    def bind(port: int) -> "Listening":
        """*port* 0 = any free one."""
        return Listening(_bound(port), _bound(0), _bound(0))

    def base_url(self) -> str:
        """Address of the platform."""
        return f"https://{HOST}:{self.platform.getsockname()[1]}"

    def intercepted_url(self) -> str:
        """The same application behind a certificate of an unknown CA, as an intercepting proxy shows it."""
        return f"https://{HOST}:{self.intercepted.getsockname()[1]}"

    def control_url(self) -> str:
        """Address of the control interface."""
        return f"http://{HOST}:{self.control.getsockname()[1]}"


class _Server(uvicorn.Server):  # type: ignore[misc]  # untyped import
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to :func:`serve`: three servers share the process."""
        yield


def serve(
    platform: tuple[ASGIApp, Listening, Path, Path, Path],
    control: ASGIApp,
    ready: "ReadyFile | None",
    parent: int | None,
) -> None:
    """Serve until SIGTERM, SIGINT or until process *parent* is gone."""
    app, listening, certificate, intercepting, key = platform
    servers = [
        (_Server(_config(app, certificate, key)), listening.platform),
        (_Server(_config(app, intercepting, key)), listening.intercepted),
        (_Server(_config(control)), listening.control),
    ]
    asyncio.run(_serve(servers, ready, parent))


async def _serve(
    servers: list[tuple[_Server, socket.socket]], ready: "ReadyFile | None", parent: int | None
) -> None:
    def stop(*_: object) -> None:
        for server, _socket in servers:
            server.should_exit = True
        loop.call_later(_GRACE_S, force)

    def force() -> None:
        # idle TLS connections do not answer the farewell; nobody waits for them
        for server, _socket in servers:
            server.force_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    running = [asyncio.create_task(server.serve(sockets=[bound])) for server, bound in servers]
    while not all(server.started for server, _ in servers) and not any(t.done() for t in running):
        await asyncio.sleep(0.005)
    if ready is not None:
        ready.write()
    watch = asyncio.create_task(_watch(parent, stop)) if parent else None
    await asyncio.gather(*running)
    if watch is not None:
        watch.cancel()


async def _watch(parent: int, stop: object) -> None:
    assert callable(stop)
    while _is_alive(parent):
        await asyncio.sleep(0.5)
    stop()


def _is_alive(process: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x100000, False, process)
        if not handle:
            return False
        alive = bool(ctypes.windll.kernel32.WaitForSingleObject(handle, 0) == 0x102)
        ctypes.windll.kernel32.CloseHandle(handle)
        return alive
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(frozen=True, slots=True)
class ReadyFile:
    """Tells a waiting parent where to connect."""

    path: Path
    base_url: str
    intercepted_url: str
    ca_file: Path
    card_authorities: Path
    control_url: str
    control_token: str

    def write(self) -> None:
        """Write atomically, readable by the owner only."""
        data = {
            "base_url": self.base_url,
            "intercepted_url": self.intercepted_url,
            "ca_file": str(self.ca_file),
            "card_authorities": str(self.card_authorities),
            "control_url": self.control_url,
            "control_token": self.control_token,
            "pid": os.getpid(),
        }
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(data, file)
        temporary.replace(self.path)


def _config(app: ASGIApp, certificate: Path | None = None, key: Path | None = None) -> uvicorn.Config:
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", loop="asyncio", http="h11",
        server_header=False, date_header=False, timeout_keep_alive=60, timeout_graceful_shutdown=2,
        ssl_certfile=certificate, ssl_keyfile=key,
    )  # fmt: skip
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


def _bound(port: int) -> socket.socket:
    # with the protocol named, asyncio sets TCP_NODELAY: without it every answer waits 40 ms
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, port))
    return bound
