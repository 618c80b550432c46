"""What travels between the program and its PDF children: length-prefixed msgpack frames on pipes."""

import struct
from types import MappingProxyType
from typing import Any, BinaryIO

import msgspec

from desktop.domain.errors import Code, Failure

LENGTH = struct.Struct(">Q")


class Request(msgspec.Struct, array_like=True):
    """One call: the name of a child function, its arguments, and the deadline in seconds."""

    call: str
    arguments: tuple[Any, ...]
    deadline: float


class Answer(msgspec.Struct, array_like=True):
    """Either an error code with facts, or a packed value."""

    code: str | None
    facts: dict[str, str | int]
    value: msgspec.Raw


def write_frame(stream: BinaryIO, message: Request | Answer) -> None:
    """Send one message; raises OSError when the other side is gone."""
    packed = msgspec.msgpack.encode(message)
    stream.write(LENGTH.pack(len(packed)))
    stream.write(packed)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """One message's bytes, or None when the other side is gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    packed = stream.read(size)
    return packed if len(packed) == size else None


def answer_of(result: object) -> Answer:
    """Pack a result or a failure."""
    if isinstance(result, Failure):
        return Answer(result.code.value, dict(result.facts), msgspec.Raw(b"\xc0"))
    return Answer(None, {}, msgspec.Raw(msgspec.msgpack.encode(result)))


def failure_of(answer: Answer) -> Failure | None:
    """The failure that an answer carries, if it does."""
    if answer.code is None:
        return None
    return Failure(Code(answer.code), MappingProxyType(answer.facts))
