"""A print service that answers as CUPS does (IPP 2, RFC 8011), or takes calls and is silent."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

GET_PRINTERS, GET_DEFAULT, GET_ATTRIBUTES = 0x4002, 0x4001, 0x000B
CREATE_JOB, SEND_DOCUMENT = 0x0005, 0x0006
_OK, _NOT_POSSIBLE, _NOT_FOUND = 0x0000, 0x0404, 0x0406
_JOB, _PRINTER, _END = b"\x02", b"\x04", b"\x03"
_INTEGER, _ENUM, _TEXT, _NAME, _URI, _CHARSET, _LANGUAGE = 0x21, 0x23, 0x41, 0x42, 0x45, 0x47, 0x48


class FakeCups:
    """*printers*: names, the last one the default. ``jobs``: what was sent, attributes, then the document."""

    def __init__(self, port: int, printers: tuple[str, ...]) -> None:
        self.server = f"127.0.0.1:{port}"
        self.printers = printers
        self.refuses = False
        self.jobs: list[bytes] = []

    def answer(self, operation: int, rest: bytes) -> tuple[int, bytes]:
        """Status and groups of attributes."""
        if operation == GET_PRINTERS:
            found = b"".join(self._printer(name) for name in self.printers)
            return (_OK, found) if found else (_NOT_FOUND, b"")
        if operation in (GET_DEFAULT, GET_ATTRIBUTES):
            return (_OK, self._printer(self.printers[-1])) if self.printers else (_NOT_FOUND, b"")
        if operation in (CREATE_JOB, SEND_DOCUMENT):
            if self.refuses:
                return _NOT_POSSIBLE, b""
            self.jobs.append(rest)
            job = _attribute(_INTEGER, "job-id", struct.pack(">I", 7))
            return _OK, _JOB + job + _attribute(_URI, "job-uri", f"ipp://{self.server}/jobs/7".encode())
        return _NOT_POSSIBLE, b""

    def _printer(self, name: str) -> bytes:
        return (
            _PRINTER
            + _attribute(_NAME, "printer-name", name.encode())
            + _attribute(_TEXT, "printer-info", f"{name} du cabinet".encode())
            + _attribute(_ENUM, "printer-type", struct.pack(">I", 4))
            + _attribute(_URI, "printer-uri-supported", f"ipp://{self.server}/printers/{name}".encode())
        )


@contextmanager
def cups(*printers: str) -> Iterator[FakeCups]:
    """Answers while it runs; ``CUPS_SERVER`` is its ``server``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        made = _Handler.made = FakeCups(server.server_port, printers)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def hanging_cups() -> Iterator[socket.socket]:
    """The kernel takes its connections, and nobody ever answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


class _Handler(BaseHTTPRequestHandler):
    made: ClassVar[FakeCups]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self._body()
        version, operation, number = struct.unpack(">HHI", body[:8])
        status, groups = self.made.answer(operation, body[8:])
        said = struct.pack(">HHI", version, status, number) + _HEAD + groups + _END
        self.send_response(200)
        self.send_header("Content-Type", "application/ipp")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value


_HEAD = (
    b"\x01"
    + _attribute(_CHARSET, "attributes-charset", b"utf-8")
    + _attribute(_LANGUAGE, "attributes-natural-language", b"en")
)
