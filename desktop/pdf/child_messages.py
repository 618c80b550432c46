"""What travels between the program and its PDF children: one msgpack frame a request, one an answer."""

from types import MappingProxyType
from typing import Any

import msgspec

from desktop.domain.errors import Code, Failure


class ChildRequest(msgspec.Struct, array_like=True):
    """One call: the name of a child function, its arguments, and the deadline in seconds."""

    call: str
    arguments: tuple[Any, ...]
    deadline: float


class ChildAnswer(msgspec.Struct, array_like=True):
    """Either an error code with facts, or a packed value."""

    code: str | None
    facts: dict[str, str | int]
    value: msgspec.Raw


def answer_of(result: object) -> ChildAnswer:
    """Pack a result or a failure."""
    if isinstance(result, Failure):
        return ChildAnswer(result.code.value, dict(result.facts), msgspec.Raw(b"\xc0"))
    return ChildAnswer(None, {}, msgspec.Raw(msgspec.msgpack.encode(result)))


def failure_of(answer: ChildAnswer) -> Failure | None:
    """The failure that an answer carries, if it does."""
    if answer.code is None:
        return None
    return Failure(Code(answer.code), MappingProxyType(answer.facts))
