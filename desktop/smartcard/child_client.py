"""The card child as its parent sees it: calls with secrets, and a child that is ready for the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from desktop.children.framing import NextFrame, PipeClosed
from desktop.children.process import ChildProcess, Gone
from desktop.common.built_types import built
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret

V = TypeVar("V")
_LARGEST_ANSWER = 4 << 20  # bytes; a card answers a few kilobytes


@dataclass(frozen=True, slots=True)
class Reply:
    """A child's answer: JSON value (decode it with :meth:`as_type`) and the secret it yielded."""

    value: msgspec.Raw
    secret: Secret | None = field(default=None, repr=False)

    def as_type(self, shape: type[V]) -> V | Failure:
        """The value in its shape; a child that talks nonsense counts as crashed."""
        try:
            return msgspec.json.decode(self.value, type=built(shape))
        except msgspec.DecodeError:
            return Failure.of(Code.CHILD_CRASHED)


class _Head(msgspec.Struct):
    secrets: int
    value: msgspec.Raw = msgspec.Raw(b"null")
    failure: Code | None = None
    facts: dict[str, str | int] = {}


class CardChild(ChildProcess):
    """One card child (:mod:`desktop.smartcard.child_server`)."""

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        super().__init__(module, arguments, environment, largest_answer=_LARGEST_ANSWER)

    def call(
        self,
        op: str,
        arguments: Mapping[str, object],
        secrets: Sequence[Secret] = (),
        *,
        deadline: float,
    ) -> Reply | Failure | Gone:
        """Ask and wait at most *deadline* seconds; a secret is written from its own buffer."""
        request = msgspec.json.encode({"op": op, "args": arguments, "secrets": len(secrets)})
        return self.exchange([request, *(s.buffer for s in secrets)], _receive, deadline=deadline)


def _receive(following: NextFrame) -> Reply | Failure:
    try:
        head = msgspec.json.decode(following(), type=built(_Head))
    except msgspec.DecodeError as nonsense:
        raise PipeClosed from nonsense
    secret = Secret(following()) if head.secrets else None
    return Reply(head.value, secret) if head.failure is None else Failure(head.failure, head.facts)
