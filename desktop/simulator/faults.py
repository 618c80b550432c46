"""Faults on demand, for tests and QA: what goes wrong between a client and the platform."""

import asyncio
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop.simulator.outcomes import operation_outcome
from desktop.simulator.world import World

_PORTAL = b"""<!DOCTYPE html><html><head><title>Wi-Fi</title></head>
<body><h1>Bienvenue</h1><p>Veuillez accepter les conditions.</p></body></html>"""

_LOOK_S = 0.05
KINDS = (
    "latency", "status", "cut", "drop", "lost_answer", "wrong_digest", "captive_portal", "maintenance",
    "mixed_result", "half_taken", "clock_skew", "wrong_date", "dpop_nonce",
)  # fmt: skip


@dataclass(slots=True)
class Fault:
    """One fault for requests whose "METHOD /path" matches ``path``; ``times`` None = until deleted.

    ``value``: latency in ms (shorter when it is switched off meanwhile), HTTP status, bytes before the
    cut, seconds of Retry-After (maintenance), of skew, or by which the ``Date`` header alone is wrong.
    ``retry_after`` goes with a status. ``half_taken``: a summary's data are refused, its PDF is taken.
    """

    kind: str
    path: str = ""
    times: int | None = None
    value: float = 0
    retry_after: int | None = None
    hits: int = 0

    def matches(self, request: str) -> bool:
        """Whether it still applies to this request."""
        return (self.times is None or self.hits < self.times) and re.search(self.path, request) is not None


@dataclass(slots=True)
class Faults:
    """The faults that are switched on."""

    world: World
    active: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, data: Mapping[str, Any]) -> None:
        """Switch one on; ValueError or TypeError for nonsense."""
        fault = Fault(**data)
        if fault.kind not in KINDS:
            raise ValueError(fault.kind)
        try:
            re.compile(fault.path)
        except re.error:
            raise ValueError("path") from None
        if fault.kind == "clock_skew":
            self.world.clock.offset_s = fault.value
        elif fault.kind == "dpop_nonce":
            self.world.dpop_nonce = f"nonce-{fault.value:g}"
        elif fault.kind == "mixed_result":
            self.world.mixed_results = fault.times or 1_000_000
        elif fault.kind == "half_taken":
            self.world.half_taken = fault.times or 1_000_000
        with self._lock:
            self.active.append(fault)

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self.active.clear()
        self.world.clock.offset_s = 0.0
        self.world.dpop_nonce = ""
        self.world.mixed_results = self.world.half_taken = 0

    def taken(self, request: str) -> dict[str, Fault]:
        """The faults for one request, the first of each kind, counted."""
        with self._lock:
            found: dict[str, Fault] = {}
            for fault in self.active:
                if fault.kind not in found and fault.matches(request):
                    fault.hits += 1
                    found[fault.kind] = fault
            return found

    async def wait(self, latency: Fault) -> None:
        """Its time, or until it is switched off."""
        loop = asyncio.get_running_loop()
        end = loop.time() + latency.value / 1000
        while (left := end - loop.time()) > 0 and any(fault is latency for fault in self.active):
            await asyncio.sleep(min(_LOOK_S, left))


class FaultyApp:
    """Wraps the platform and lets its faults happen."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        """*app* is the untouched platform."""
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return
        faults = self._faults.taken(f"{scope['method']} {scope['path']}")
        if "latency" in faults:
            await self._faults.wait(faults["latency"])
        if "drop" in faults:
            _hang_up(send)
            return
        answer = _instead(faults)
        if answer is not None:
            await _drain(receive)
            await _send_all(send, *answer)
            return
        changed = _Changed(send, faults)
        wrong = timedelta(seconds=faults["wrong_date"].value if "wrong_date" in faults else 0)
        date = format_datetime(self._faults.world.clock.now() + wrong, usegmt=True).encode()

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"date", date)]}
            await changed.send(message)

        await self._app(scope, receive, dated)


class _Changed:
    """Changes the answer on its way: wrong bytes, a cut, or no answer at all."""

    def __init__(self, send: Send, faults: Mapping[str, Fault]) -> None:
        self._send = send
        self._faults = faults
        self._left = int(faults["cut"].value) if "cut" in faults else None
        self._over = False

    async def send(self, message: Message) -> None:
        if self._over:
            return
        if "lost_answer" in self._faults:
            # the platform has done its work by now: only the answer is lost
            self._over = True
            _hang_up(self._send)
            return
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            if "wrong_digest" in self._faults and body:
                body = body[:-1] + bytes([body[-1] ^ 1])
                message = {**message, "body": body}
            if self._left is not None:
                await self._cut(body)
                return
        await self._send(message)

    async def _cut(self, body: bytes) -> None:
        assert self._left is not None
        part, self._left = body[: self._left], max(0, self._left - len(body))
        await self._send({"type": "http.response.body", "body": part, "more_body": True})
        if self._left == 0:
            self._over = True
            _hang_up(self._send, flush=True)


def _instead(faults: Mapping[str, Fault]) -> tuple[int, bytes, dict[str, str]] | None:
    if "captive_portal" in faults:
        return 200, _PORTAL, {"content-type": "text/html; charset=utf-8"}
    fhir = {"content-type": "application/fhir+json"}
    if "maintenance" in faults:
        fhir["retry-after"] = str(int(faults["maintenance"].value) or 120)
        return 503, msgspec.json.encode(operation_outcome("maintenance")), fhir
    if "status" in faults:
        status, wait = int(faults["status"].value), faults["status"].retry_after
        fhir |= {"retry-after": str(wait)} if wait is not None else {}
        return status, msgspec.json.encode(operation_outcome("busy" if status == 429 else "error")), fhir
    return None


async def _drain(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return


async def _send_all(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def _hang_up(send: Send, *, flush: bool = False) -> None:
    """Close the connection: uvicorn's ``send`` is bound to the request cycle that owns the transport."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.close() if flush else transport.abort()
