"""The card child's side: one request at a time, and an end after every PIN.

A request is one JSON frame, followed by as many raw frames as its ``secrets`` says; so is an answer. PINs and
card secrets never pass through JSON, text or pickle.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from desktop.children.framing import NextFrame
from desktop.children.parent_pipes import ParentPipes
from desktop.common.locked_memory import lock_memory
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret, keep_from_swap
from desktop.smartcard.child_messages import READY


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What a handler gives back: a JSON value, and at most one secret."""

    value: object = None
    secret: bytearray | None = field(default=None, repr=False)


Arguments = Mapping[str, Any]
Handler = Callable[[Arguments, Sequence[Secret]], CardAnswer | Failure]
_Request: TypeAlias = tuple[dict[str, Any], list[Secret]]


def serve(handlers: Mapping[str, Handler], prepare: Callable[[], None] = lambda: None) -> None:
    """The child's main loop: one request at a time, ends with its parent or after it saw a secret.

    *prepare* loads what the handlers need; ``ready`` is answered for every child as soon as that is done.
    """
    known: dict[str, Handler] = {READY: lambda _arguments, _secrets: CardAnswer(), **handlers}
    parent = ParentPipes()
    keep_from_swap(lock_memory)
    requests = parent.requests(_receive)
    prepare()
    for request, secrets in requests:
        saw_secret = bool(secrets)
        try:
            answer = known[request["op"]](request["args"], secrets)
        except Exception as error:  # noqa: BLE001 - a bug here must become data, with no value in it
            answer = Failure.of(Code.UNEXPECTED, error=type(error).__name__)
        finally:
            for secret in secrets:
                secret.wipe()
        _send(parent, answer)
        if saw_secret:
            # Copies that a module may have kept go with the process.
            os._exit(0)


def _receive(following: NextFrame) -> _Request:
    request = json.loads(following())
    return request, [Secret(following()) for _ in range(request["secrets"])]


def _send(parent: ParentPipes, answer: CardAnswer | Failure) -> None:
    if isinstance(answer, Failure):
        failed = {"failure": answer.code.value, "facts": dict(answer.facts), "secrets": 0}
        parent.send(json.dumps(failed).encode())
        return
    secret = answer.secret
    parent.send(json.dumps({"value": answer.value, "secrets": 0 if secret is None else 1}).encode())
    if secret is not None:
        parent.send(secret)
        Secret(secret).wipe()
