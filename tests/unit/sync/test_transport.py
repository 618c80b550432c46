"""The transport against a real TLS server: what it refuses, names, cuts and never sends."""

import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from desktop.domain.errors import Code, ErrorCode
from desktop.domain.network import NetworkState
from desktop.sync.wire import Answer, Call, Lost
from tests.unit.sync.conftest import Rig, ok
from tests.unit.sync.tls_server import Reply, Request, TlsServer
from tests.waiting import LIMIT_S, ended, until

Serve = Callable[..., TlsServer]
MakeRig = Callable[..., Rig]


def get(rig: Rig, path: str = "metadata", **options: Any) -> Answer | Lost:
    return rig.transport.send(Call("GET", rig.addresses.at(path), **options))


def code(answer: Answer | Lost) -> ErrorCode:
    assert isinstance(answer, Lost), answer
    return answer.failure.code


def test_answer_with_hash_and_traceparent(serve: Serve, rig: MakeRig) -> None:
    server = serve(lambda _: ok(b"abc"))
    answer = get(rig(server))
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (200, b"abc")
    assert answer.sha1 == "a9993e364706816aba3e25717850c26c9cd0d89d"
    version, trace, span, flags = server.requests[0].headers["traceparent"].split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "01")


def test_environment_changes_neither_trust_nor_proxy(
    serve: Serve, rig: MakeRig, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """In requests, REQUESTS_CA_BUNDLE overrides Session.verify unless trust_env is off."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(tmp_path) + "/none.pem")
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    assert isinstance(get(rig(serve(lambda _: ok()))), Answer)


def test_foreign_certificate_is_interception(serve: Serve, rig: MakeRig) -> None:
    mine, other = serve(lambda _: ok()), serve(lambda _: ok(), name="other")
    made = rig(mine, ca_file=other.ca_file)
    lost = get(made)
    assert code(lost) is Code.TLS_INTERCEPTED
    assert isinstance(lost, Lost)
    assert not lost.sent
    assert made.network.state is NetworkState.TLS_INTERCEPTED
    assert mine.requests == []


@pytest.fixture
def system_knows(monkeypatch: pytest.MonkeyPatch) -> Callable[[TlsServer], None]:
    """A server whose anchor stands in the system's store, as that of a network that inspects TLS does."""
    return lambda server: monkeypatch.setenv("SSL_CERT_FILE", server.ca_file)


def test_without_pinned_anchors_nothing_leaves(
    serve: Serve, system_knows: Callable[[TlsServer], None]
) -> None:
    """CF-069. A profile without anchors would believe every authority of the system, and what it adds."""
    server = serve(lambda _: ok())
    system_knows(server)
    naive = ssl.create_default_context()
    naive.verify_flags &= ~ssl.VERIFY_X509_STRICT  # of Python 3.13: this authority has no key identifier
    address = urlsplit(server.base)
    with socket.create_connection((str(address.hostname), address.port or 0)) as plain:
        naive.wrap_socket(plain, server_hostname=address.hostname).close()  # the system does believe it
    made = Rig(server.base, None, {}, system_store=True)
    lost = get(made)
    assert code(lost) is Code.TRUST_NOT_PINNED
    assert isinstance(lost, Lost) and not lost.sent
    assert made.network.state is NetworkState.NOT_PINNED
    assert server.requests == []
    made.close()


@pytest.mark.parametrize("added", [False, True])
def test_only_a_policy_adds_the_system_s_anchors(
    serve: Serve, system_knows: Callable[[TlsServer], None], added: bool
) -> None:
    inspected, platform = serve(lambda _: ok()), serve(lambda _: ok(), name="other")
    system_knows(inspected)
    made = Rig(inspected.base, platform.ca_file, {}, system_store=added)
    assert isinstance(get(made), Answer) is added
    assert (made.network.state is NetworkState.TLS_INTERCEPTED) is not added
    made.close()


def test_foreign_address_is_never_spoken_to(serve: Serve, rig: MakeRig) -> None:
    """CF-069."""
    mine, other = serve(lambda _: ok()), serve(lambda _: ok())
    made = rig(mine)
    lost = made.transport.send(Call("GET", other.base))
    assert isinstance(lost, Lost)
    assert not lost.sent
    plain = made.transport.send(Call("GET", mine.base.replace("https", "http")))
    assert isinstance(plain, Lost)
    assert mine.requests == other.requests == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply(302, headers={"Location": "http://portal.example/login"}),
        Reply(200, b"<html>login</html>", {"Content-Type": "text/html; charset=utf-8"}),
        Reply(511, b"<html>", {"Content-Type": "text/html"}),
        Reply(200, b"<html/>", {"Content-Type": "application/xhtml+xml"}),
        Reply(200, b"\xef\xbb\xbf \n<!DOCTYPE HTML><title>Wi-Fi</title>", {}),
        Reply(200, b"<HTML>", {"Content-Type": "Text/Plain"}),
    ],
)
def test_captive_portal_is_named(serve: Serve, rig: MakeRig, reply: Reply) -> None:
    server = serve(lambda _: reply)
    made = rig(server)
    assert code(get(made)) is Code.CAPTIVE_PORTAL
    assert made.network.state is NetworkState.CAPTIVE_PORTAL
    assert len(server.requests) == 1


def test_html_of_a_broken_gateway_is_no_portal(serve: Serve, rig: MakeRig) -> None:
    made = rig(serve(lambda _: Reply(502, b"<html>", {"Content-Type": "text/html"})))
    answer = get(made)
    assert isinstance(answer, Answer)
    assert answer.status == 502


def test_maintenance_and_return(serve: Serve, rig: MakeRig) -> None:
    """CF-079."""
    replies = iter([Reply(503), ok()])
    made = rig(serve(lambda _: next(replies)))
    states: list[NetworkState] = []
    made.network.listen(states.append)
    get(made)
    get(made)
    assert states == [NetworkState.MAINTENANCE, NetworkState.ONLINE]


def test_nobody_listens(serve: Serve, rig: MakeRig) -> None:
    server = serve(lambda _: ok())
    made = rig(server)
    server.close()
    lost = get(made)
    assert code(lost) is Code.OFFLINE
    assert isinstance(lost, Lost)
    assert not lost.sent


@pytest.mark.parametrize("cut", [0, 1, 999])
def test_cut_answers_are_lost_not_short(serve: Serve, rig: MakeRig, cut: int) -> None:
    made = rig(serve(lambda _: Reply(200, b"x" * 1000, cut=cut)))
    lost = get(made)
    assert code(lost) is Code.OFFLINE
    assert isinstance(lost, Lost)
    assert lost.sent


HEAD = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/fhir+json\r\nLocation: Patient/1\r\n"
    b"Content-Length: 2\r\n\r\n"
)


@pytest.mark.parametrize("kept", [*range(1, len(HEAD), 6), len(HEAD) - 2, len(HEAD) - 1])
def test_an_answer_cut_in_its_headers_is_lost_wherever_it_was_cut(
    serve: Serve, rig: MakeRig, kept: int
) -> None:
    """Taken for whole it would be a success without a body: 201, 200, whatever the first line said."""
    lost = get(rig(serve(lambda _: Reply(raw=HEAD[:kept]))))
    assert code(lost) is Code.OFFLINE
    assert isinstance(lost, Lost)
    assert lost.sent


@pytest.mark.parametrize("hints", [b"103 Early Hints", b"102 Processing", b"100 Continue", b"199 Soon"])
def test_an_early_hint_is_not_the_answer(serve: Serve, rig: MakeRig, hints: bytes) -> None:
    hint = b"HTTP/1.1 " + hints + b"\r\nLink: </style.css>; rel=preload\r\n\r\n"
    answer = get(rig(serve(lambda _: Reply(raw=hint * 2 + HEAD + b"{}"))))
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body, answer.header("location")) == (201, b"{}", "Patient/1")
    assert answer.header("link") == ""


def test_hints_without_an_answer_are_no_answer(serve: Serve, rig: MakeRig) -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>"
    for raw in (hint, hint + b"\r\n", hint + b"\r\n\r\n"):
        assert code(get(rig(serve(lambda _, raw=raw: Reply(raw=raw))))) is Code.OFFLINE


def test_dropped_before_the_answer_counts_as_sent(serve: Serve, rig: MakeRig) -> None:
    lost = get(rig(serve(lambda _: Reply(drop=True))))
    assert isinstance(lost, Lost)
    assert lost.sent


def test_cap_on_length(serve: Serve, rig: MakeRig) -> None:
    made = rig(serve(lambda _: ok(b"x" * 5000)))
    assert code(get(made, limit=4999)) is Code.PLATFORM_ANSWER_UNREADABLE
    assert isinstance(get(made, limit=5000), Answer)


def test_overall_deadline_cuts_a_hanging_answer(serve: Serve, rig: MakeRig) -> None:
    hold = threading.Event()
    made = rig(serve(lambda _: Reply(200, b"x" * 10, hold_in_body=hold)))
    assert code(get(made, deadline=0.3)) is Code.TIMEOUT
    hold.set()


@pytest.mark.parametrize("in_body", [False, True])
def test_cancel_unblocks_a_waiting_call(serve: Serve, rig: MakeRig, *, in_body: bool) -> None:
    """The worker waits for the server's answer; the answer is only given after the worker came back."""
    hold = threading.Event()
    server = serve(
        lambda _: Reply(
            200, b"x" * 10, hold=None if in_body else hold, hold_in_body=hold if in_body else None
        )
    )
    made = rig(server)
    done: list[Answer | Lost] = []
    worker = threading.Thread(target=lambda: done.append(get(made)))
    worker.start()
    assert server.arrived.wait(LIMIT_S)
    made.scopes.cancel_all()
    ended(worker)
    assert not worker.is_alive()
    assert not hold.is_set()
    hold.set()
    assert code(done[0]) is Code.CANCELLED


def test_kept_connection_can_be_cut_too(serve: Serve, rig: MakeRig) -> None:
    hold = threading.Event()
    replies = iter([ok(), Reply(200, b"late", hold=hold)])
    server = serve(lambda _: next(replies))
    made = rig(server)
    done: list[Answer | Lost] = []

    def work() -> None:
        assert isinstance(get(made), Answer)
        server.arrived.clear()
        done.append(get(made))

    worker = threading.Thread(target=work)
    worker.start()
    until("the second request", lambda: len(server.requests) == 2)
    made.scopes.cancel_all()
    ended(worker)
    hold.set()
    assert code(done[0]) is Code.CANCELLED


def test_cancel_touches_only_what_runs(serve: Serve, rig: MakeRig) -> None:
    made = rig(serve(lambda _: ok()))
    made.scopes.cancel_all()
    assert isinstance(get(made), Answer)


def test_upload_and_download_progress_end_at_the_total(serve: Serve, rig: MakeRig) -> None:
    server = serve(lambda _: ok(b"y" * 300_000))
    made = rig(server)
    up: list[tuple[int, int]] = []
    down: list[tuple[int, int]] = []
    body = b"z" * 500_000
    call = Call(
        "POST",
        made.addresses.at("Binary"),
        body=body,
        uploaded=lambda *at: up.append(at),
        downloaded=lambda *at: down.append(at),
    )
    assert isinstance(made.transport.send(call), Answer)
    assert server.requests[0].body == body
    assert up[-1] == (500_000, 500_000)
    assert down[-1] == (300_000, 300_000)
    assert up == sorted(up)


def test_no_cookie_is_kept(serve: Serve, rig: MakeRig) -> None:
    server = serve(lambda _: Reply(200, b"{}", {"Set-Cookie": "a=b; Path=/", "Content-Type": "text/plain"}))
    made = rig(server)
    get(made)
    get(made)
    assert all("cookie" not in r.headers for r in server.requests)


def test_date_header_gives_the_platform_time(serve: Serve, rig: MakeRig) -> None:
    made = rig(
        serve(lambda _: Reply(200, b"{}", {"X": "y"})),
    )
    assert made.server_clock.now() is None
    get(made)
    assert made.server_clock.now() is not None


class Proxy:
    """A proxy that answers every CONNECT with *line*."""

    def __init__(self, line: bytes) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, args=(line,), daemon=True)
        self._thread.start()

    def _serve(self, line: bytes) -> None:
        connection, _ = self._socket.accept()
        with connection:
            self.asked = connection.recv(4096)
            connection.sendall(line + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def close(self) -> None:
        ended(self._thread)
        self._socket.close()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required", Code.PROXY_AUTH),
        (b"HTTP/1.1 502 Bad Gateway", Code.PROXY_FAILED),
    ],
)
def test_proxy_troubles_are_named(serve: Serve, rig: MakeRig, line: bytes, expected: Code) -> None:
    server = serve(lambda _: ok())
    proxy = Proxy(line)
    made = rig(server, proxies={"https": f"http://127.0.0.1:{proxy.port}"})
    lost = get(made)
    proxy.close()
    assert code(lost) is expected
    assert isinstance(lost, Lost)
    assert not lost.sent
    assert server.requests == []


def test_dead_proxy(serve: Serve, rig: MakeRig) -> None:
    server = serve(lambda _: ok())
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    assert code(get(rig(server, proxies={"https": f"http://127.0.0.1:{port}"}))) is Code.PROXY_FAILED


def test_old_tls_is_refused(rig: MakeRig, serve: Serve) -> None:
    made = rig(serve(lambda _: ok()))
    context = made.transport._adapter._context
    assert context.minimum_version.name == "TLSv1_2"
    assert context.check_hostname


def test_cf017_openssl_clears_what_it_decrypted(rig: MakeRig, serve: Serve) -> None:
    """Where the C library overwrites nothing, an answer stayed readable in the connection that brought it."""
    made = rig(serve(lambda _: ok()))
    cleanse_plaintext = 1 << 1  # SSL_OP_CLEANSE_PLAINTEXT, openssl/ssl.h
    assert made.transport._adapter._context.options & cleanse_plaintext


def test_no_address_in_the_log(serve: Serve, rig: MakeRig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    made = rig(serve(lambda _: ok()))
    get(made, "Encounter?patient=Patient/secret-id")
    assert "secret-id" not in caplog.text


def test_requests_are_told_apart(serve: Serve, rig: MakeRig) -> None:
    server = serve(lambda request: ok(request.path.encode()))
    made = rig(server)
    paths = [f"x{i}" for i in range(8)]
    found: dict[str, bytes] = {}

    def work(path: str) -> None:
        answer = get(made, path)
        assert isinstance(answer, Answer)
        found[path] = answer.body

    workers = [threading.Thread(target=work, args=(p,)) for p in paths]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == {p: f"/fhir/{p}".encode() for p in paths}
    assert isinstance(server.requests[0], Request)


def test_connections_are_kept_but_not_for_ever(
    serve: Serve, rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that was silent for long may be dead: a presence code must not go into it."""
    server = serve(lambda _: ok())
    made = rig(server)
    for _ in range(3):
        get(made)
    assert server.connections == 1
    monkeypatch.setattr("desktop.sync.transport.IDLE_SECONDS", 0.0)
    get(made)
    assert server.connections == 2
