"""A scripted HTTPS server for transport tests: every byte of an answer is in the test's hand."""

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.waiting import LIMIT_S


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What to answer. ``cut``: close after this many body bytes; ``drop``: close without a byte.

    ``hold``: wait for this event before answering; ``raw``: exactly these bytes instead, then the end.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/fhir+json"})
    cut: int | None = None
    drop: bool = False
    raw: bytes | None = None
    hold: threading.Event | None = None
    hold_in_body: threading.Event | None = None


Script = Callable[[Request], Reply]


class TlsServer:
    """Serves *script*; ``requests`` are those that arrived, in order; ``arrived`` is set by each."""

    def __init__(self, folder: Path, script: Script, *, name: str = "127.0.0.1") -> None:
        self.requests: list[Request] = []
        self.arrived = threading.Event()
        self.script = script
        self.connections = 0
        self.ca_file = str(folder / f"ca-{name}.pem")
        if not Path(self.ca_file).exists():
            make_pki(folder, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"server-{name}.pem")
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65536  # one packet an answer, no delayed acknowledgements

            def handle_one(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                request = Request(
                    self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body
                )
                owner.requests.append(request)
                owner.arrived.set()
                self.reply(owner.script(request))

            do_GET = do_POST = do_PATCH = do_PUT = handle_one

            def reply(self, reply: Reply) -> None:
                if reply.hold is not None:
                    reply.hold.wait()
                if reply.drop:
                    self.close_connection = True
                    return
                if reply.raw is not None:
                    self.wfile.write(reply.raw)
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for header, value in reply.headers.items():
                    self.send_header(header, value)
                if reply.status != 304:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if reply.cut is not None:
                    self.wfile.write(reply.body[: reply.cut])
                    self.close_connection = True
                    return
                if reply.hold_in_body is not None:
                    half = len(reply.body) // 2
                    self.wfile.write(reply.body[:half])
                    self.wfile.flush()
                    reply.hold_in_body.wait()
                    self.wfile.write(reply.body[half:])
                    self.wfile.flush()
                    return
                self.wfile.write(reply.body)

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def get_request(self):  # type: ignore[no-untyped-def]
                sock, address = self.socket.accept()
                owner.connections += 1
                sock.settimeout(LIMIT_S)
                return context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), address

            def handle_error(self, *args: object) -> None:
                pass  # clients that go away are what these tests are about

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.base = f"https://127.0.0.1:{self._server.server_port}/fhir"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def make_pki(folder: Path, name: str) -> None:
    """A CA and a server certificate for 127.0.0.1."""
    now = dt.datetime.now(dt.UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test CA {name}")])

    def builder(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
        )

    ca = (
        builder(ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    leaf = (
        builder(x509.Name([]), key.public_key())
        .add_extension(alternative, critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"server-{name}.pem").write_bytes(private + leaf.public_bytes(Encoding.PEM))
    (folder / f"ca-{name}.pem").write_bytes(ca.public_bytes(Encoding.PEM))
