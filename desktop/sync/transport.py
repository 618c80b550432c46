"""The only module that imports requests: HTTPS to the configured platform, and to nothing else.

Environment variables change neither trust nor proxies; certificates are judged by the profile's own
anchors, and without any nothing is sent; no redirect is followed; what stands in the way (portal, proxy,
interception) is named.
"""

import hashlib
import logging
import secrets
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Mapping
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from desktop.common.lean_import import without
from desktop.domain.errors import Code, Failure
from desktop.sync.cancel import Scope, Scopes, current_scope
from desktop.sync.network import Network, ServerClock
from desktop.sync.whole_headers import WholeHeadersResponse
from desktop.sync.wire import Addresses, Answer, Call, Lost, Progress

# What the platform says is bytes of a known encoding; the guesser of encodings is 3 MB of this process.
warnings.filterwarnings("ignore", message="Unable to find acceptable character detection")
with without("charset_normalizer", "chardet"):
    import requests
    from requests.adapters import HTTPAdapter

log = logging.getLogger("dsp.transport")
logging.getLogger("urllib3").setLevel(logging.WARNING)  # its debug lines hold addresses with patient ids

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
CHUNK = 64 * 1024
PARALLEL = 6
IDLE_SECONDS = 45.0  # connections unused for longer may be dead on the way: they are not tried
PROGRESS_EVERY = 0.1
# SSL_OP_CLEANSE_PLAINTEXT of OpenSSL 3, which Python does not name: else each kept connection keeps the last
# answer that it decrypted.
_CLEANSE_PLAINTEXT = 1 << 1


class _Cuttable(HTTPConnection):
    """A connection that hands a duplicate of its socket to the scope of the running call."""

    response_class = WholeHeadersResponse
    _handle: socket.socket | None = None
    _connecting = False

    def _new_conn(self) -> socket.socket:
        fresh = super()._new_conn()
        self._drop_handle()
        self._handle = fresh.dup()
        self._lend()
        return fresh

    def connect(self) -> None:
        self._connecting = True
        try:
            super().connect()
        finally:
            self._connecting = False

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._lend()
        super().request(*args, **kwargs)

    def send(self, data: Any) -> None:
        scope = current_scope()
        if scope is not None and self.sock is not None and not self._connecting:
            scope.sent = True  # a proxy's CONNECT is not our request
        super().send(data)

    def close(self) -> None:
        super().close()
        self._drop_handle()

    def _lend(self) -> None:
        scope = current_scope()
        if scope is not None:
            scope.hold(self._handle)

    def _drop_handle(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()


class _CuttableTls(_Cuttable, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Cuttable


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _CuttableTls


class _Adapter(HTTPAdapter):
    """Shares one connection pool among threads; trust comes from *context* alone."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_connections=2, pool_maxsize=PARALLEL, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED"  # requests would add certifi's anchors here
        conn.ca_certs = None


def _tls_context(ca_file: str | None, system_store: bool) -> ssl.SSLContext:  # noqa: FBT001 - of one caller
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= _CLEANSE_PLAINTEXT
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
        if system_store:
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return context


class _Upload:
    """A body that reports how much of it left; requests reads it through ``read`` and ``len``."""

    def __init__(self, body: bytes | bytearray, uploaded: Progress) -> None:
        self._view = memoryview(body)
        self._at = 0
        self._throttle = _Throttle(uploaded)

    def __len__(self) -> int:
        return len(self._view)

    def read(self, size: int = -1) -> memoryview:
        end = len(self._view) if size < 0 else self._at + max(size, CHUNK)
        piece = self._view[self._at : end]
        self._at += len(piece)
        self._throttle.tell(self._at, len(self._view))
        return piece


class _Throttle:
    """At most ten reports a second, and always the last one."""

    def __init__(self, report: Progress) -> None:
        self._report = report
        self._next = 0.0

    def tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next or done >= total:
            self._next = now + PROGRESS_EVERY
            self._report(done, total)


class Transport:
    """Sends one call and answers ``Answer`` or ``Lost``; safe from several threads."""

    def __init__(
        self,
        addresses: Addresses,
        scopes: Scopes,
        network: Network,
        clock: ServerClock,
        *,
        ca_file: str | None,
        system_store: bool = False,
        proxies: Mapping[str, str],
        user_agent: str,
    ) -> None:
        """*proxies* as requests wants them, ``{}`` = direct; *ca_file* None: no anchors, so nothing is sent.

        *system_store*: the system's anchors are believed beside them.
        """
        self._addresses = addresses
        self._scopes = scopes
        self._network = network
        self._clock = clock
        self._proxies = dict(proxies)
        self._user_agent = user_agent
        self._pinned = ca_file is not None
        self._adapter = _Adapter(_tls_context(ca_file, system_store))
        self._lock = threading.Lock()
        self._running = 0
        self._used = time.monotonic()

    def send(self, call: Call, *, background: bool = False, final: bool = True) -> Answer | Lost:
        """One exchange. Never raises for what the network does; the URL never reaches a log.

        Not *final*: the caller tries a lost connection again, so nobody is told of it yet.
        """
        with self._scopes.running(background=background) as scope:
            if not self._addresses.base:
                self._network.failed(Code.OFFLINE)  # a profile that names no platform
                return Lost(Failure.of(Code.OFFLINE), sent=False)
            if not self._pinned:
                self._network.failed(Code.TRUST_NOT_PINNED)
                return Lost(Failure.of(Code.TRUST_NOT_PINNED), sent=False)
            if not self._addresses.permits(call.url):
                log.error("refused to speak to an address outside the profile")
                return Lost(Failure.of(Code.PLATFORM_ANSWER_UNREADABLE), sent=False)
            if scope.cancelled:
                return Lost(Failure.of(Code.CANCELLED), sent=False)
            deadline = time.monotonic() + call.deadline
            scope.begin(deadline, call.hear_out)
            self._scopes.watch(deadline)
            self._begin()
            try:
                answer = self._exchange(call, scope)
            except (requests.RequestException, OSError, ssl.SSLError, ValueError) as error:
                lost = _lost(error, scope)
            else:
                return self._judged(call, answer)
            finally:
                scope.end()
                self._end()
            log.info("%s lost: %s", call.method, lost.failure.code.name)
            if final or not lost.may_pass:
                self._network.failed(lost.failure.code)
            return lost

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def _begin(self) -> None:
        """A long silence ends the kept connections: a code or a deposit must not go into a dead one."""
        with self._lock:
            if self._running == 0 and time.monotonic() - self._used > IDLE_SECONDS:
                self._adapter.close()
            self._running += 1

    def _end(self) -> None:
        with self._lock:
            self._running -= 1
            self._used = time.monotonic()

    def _exchange(self, call: Call, scope: Scope) -> Answer:
        body: Any = call.body
        if body is not None and call.uploaded is not None:
            body = _Upload(body, call.uploaded)
        # Without a session of requests: it would look at each call for cookies, redirects, environment and
        # passwords, of which there are none.
        request = requests.Request(call.method, call.url, headers=self._headers(call), data=body).prepare()
        timeout = min(CONNECT_SECONDS, call.deadline), min(READ_SECONDS, call.deadline)
        response = self._adapter.send(request, stream=True, timeout=timeout, proxies=self._proxies)
        with response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            self._clock.hear_date(headers.get("date", ""))
            digest = hashlib.sha1(usedforsecurity=False)
            content = bytearray()
            declared = headers.get("content-length", "")
            total = int(declared) if declared.isascii() and declared.isdigit() else 0
            throttle = _Throttle(call.downloaded) if call.downloaded else None
            for piece in response.iter_content(CHUNK):
                content += piece
                digest.update(piece)
                if len(content) > call.limit:
                    raise _TooLong
                if throttle:
                    throttle.tell(len(content), total)
        return Answer(response.status_code, headers, bytes(content), digest.hexdigest())

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {
            "User-Agent": self._user_agent,
            "Accept": call.accept,
            "Accept-Encoding": "identity" if call.downloaded else "gzip",
            "traceparent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
        }
        if call.content_type:
            headers["Content-Type"] = call.content_type
        return {**headers, **call.headers}

    def _judged(self, call: Call, answer: Answer) -> Answer | Lost:
        """Tell the platform's own answers from those of something in between."""
        code: Code | None = None
        location = answer.header("location")
        if answer.status == 511 or (300 <= answer.status < 400 and answer.status != 304 and location):
            resolved = self._addresses.resolve(location)
            code = Code.CAPTIVE_PORTAL if answer.status == 511 or isinstance(resolved, Failure) else None
        elif answer.status == 407:
            code = Code.PROXY_AUTH
        elif answer.ok and "text/html" not in call.accept and _is_a_page(answer):
            code = Code.CAPTIVE_PORTAL
        if code is not None:
            self._network.failed(code)
            return Lost(Failure.of(code), sent=True)
        if answer.status == 503:
            self._network.failed(Code.PLATFORM_MAINTENANCE)
        else:
            self._network.reached()
        return answer


def _is_a_page(answer: Answer) -> bool:
    """A web page where none was asked for: by its type, or by its first words where it names none."""
    if answer.content_type in ("text/html", "application/xhtml+xml"):
        return True
    start = answer.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return answer.content_type in ("", "text/plain") and start.startswith((b"<!doctype html", b"<html"))


class _TooLong(ValueError):
    """More bytes than the call accepts."""


def _lost(error: Exception, scope: Scope) -> Lost:
    """Name what went wrong on the way."""
    return Lost(Failure.of(_code_of(error, scope)), sent=scope.sent)


def _code_of(error: Exception, scope: Scope) -> Code:
    text = str(error)
    if scope.cancelled:
        return Code.CANCELLED
    if scope.timed_out or isinstance(error, requests.Timeout):
        return Code.TIMEOUT
    if isinstance(error, _TooLong):
        return Code.PLATFORM_ANSWER_UNREADABLE
    if isinstance(error, requests.exceptions.ProxyError):
        return Code.PROXY_AUTH if " 407 " in text else Code.PROXY_FAILED
    if isinstance(error, requests.exceptions.SSLError) and not scope.sent and "EOF" not in text:
        return Code.TLS_INTERCEPTED
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return Code.PLATFORM_ANSWER_UNREADABLE
    return Code.OFFLINE
