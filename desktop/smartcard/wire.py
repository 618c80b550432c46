"""What a card child and its parent say to each other: frames over two pipes.

A frame is a length (4 bytes, big endian) and its bytes. A message is one JSON frame, followed by as
many raw frames as its ``secrets`` says: PINs and card secrets never pass through JSON, text or pickle.
"""

import base64
import io
import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeAlias

from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret

MAX_FRAME = 4 * 1024 * 1024  # a card answers a few kilobytes
_PIECE = 512  # what a pipe that is ready takes everywhere without blocking (POSIX: PIPE_BUF)
Pipe: TypeAlias = BinaryIO | io.FileIO
READY = "ready"
Ready: TypeAlias = Callable[[Pipe], None]


class PipeClosed(Exception):
    """The other side is gone."""


def _at_once(_pipe: Pipe) -> None:
    """The other side is trusted: reading and writing may block."""


def write_frame(pipe: Pipe, payload: bytes | bytearray, ready: Ready = _at_once) -> None:
    """Write one frame, each piece when *ready* returns; a bytearray is written from its own buffer."""
    try:
        for part in (len(payload).to_bytes(4, "big"), payload):
            left = memoryview(part)
            while left:
                ready(pipe)
                left = left[pipe.write(left[:_PIECE]) or 0 :]
    except (OSError, ValueError) as error:  # ValueError: closed meanwhile by a kill
        raise PipeClosed from error


def read_frame(pipe: Pipe, ready: Ready = _at_once) -> bytearray:
    """Read one frame straight into the buffer that is returned, each piece when *ready* returns."""
    length = int.from_bytes(_read_exactly(pipe, 4, ready), "big")
    if length > MAX_FRAME:
        raise PipeClosed
    return _read_exactly(pipe, length, ready)


def _read_exactly(pipe: Pipe, count: int, ready: Ready) -> bytearray:
    buffer = bytearray(count)
    view, done = memoryview(buffer), 0
    while done < count:
        try:
            ready(pipe)
            got = pipe.readinto(view[done:])  # type: ignore[union-attr]
        except (OSError, ValueError) as error:
            raise PipeClosed from error
        if not got:
            raise PipeClosed
        done += got
    return buffer


def pack(data: bytes) -> str:
    """Bytes inside JSON."""
    return base64.b64encode(data).decode("ascii")


def unpack(data: str) -> bytes:
    """Bytes out of JSON."""
    return base64.b64decode(data)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back: a JSON value, at most one secret, and whether the child ends now."""

    value: object = None
    secret: bytearray | None = field(default=None, repr=False)


Arguments = Mapping[str, Any]
Handler = Callable[[Arguments, Sequence[Secret]], Answer | Failure]


def serve(handlers: Mapping[str, Handler], prepare: Callable[[], None] = lambda: None) -> None:
    """The child's main loop: one request at a time, ends with its parent or after it saw a secret.

    *prepare* loads what the handlers need. The real standard output is given to nobody, not even to code
    that runs while it is being loaded: a vendor module that prints would spoil the frames. ``ready`` is
    answered for every child as soon as that is done.
    """
    requests, replies = _take_over_pipes()
    known: dict[str, Handler] = {READY: lambda _arguments, _secrets: Answer(), **handlers}
    pending: queue.SimpleQueue[tuple[dict[str, Any], list[Secret]]] = queue.SimpleQueue()

    def receive() -> None:
        # A thread of its own, so that the child ends at once with its parent even inside a hung module.
        try:
            while True:
                request = json.loads(read_frame(requests))
                secrets = [Secret(read_frame(requests)) for _ in range(request["secrets"])]
                pending.put((request, secrets))
        except (PipeClosed, ValueError):
            os._exit(0)

    threading.Thread(target=receive, name="card-child-requests", daemon=True).start()
    prepare()
    while True:
        request, secrets = pending.get()
        saw_secret = bool(secrets)
        try:
            reply = known[request["op"]](request["args"], secrets)
        except Exception as error:  # noqa: BLE001 - a bug here must become data, with no value in it
            reply = Failure.of(Code.UNEXPECTED, error=type(error).__name__)
        finally:
            for secret in secrets:
                secret.wipe()
        _send(replies, reply)
        if saw_secret:
            # Copies that a module may have kept go with the process.
            os._exit(0)


def _take_over_pipes() -> tuple[io.FileIO, io.FileIO]:
    # os.dup's copies are closed at an exec: a program that the module starts does not hold them.
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    if sys.platform == "win32":
        import msvcrt

        for number in (requests, replies):
            msvcrt.setmode(number, os.O_BINARY)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return io.FileIO(requests, "rb"), io.FileIO(replies, "wb")


def _send(replies: io.FileIO, reply: Answer | Failure) -> None:
    if isinstance(reply, Failure):
        head: dict[str, object] = {"failure": reply.code.value, "facts": dict(reply.facts), "secrets": 0}
        secret = None
    else:
        secret = reply.secret
        head = {"value": reply.value, "secrets": 0 if secret is None else 1}
    try:
        write_frame(replies, json.dumps(head).encode())
        if secret is not None:
            write_frame(replies, secret)
            Secret(secret).wipe()
    except PipeClosed:
        os._exit(0)
