"""JSON Patch (RFC 6902): test, add, remove, replace; enough to judge what a client wants to change."""

import copy
from typing import Any


class BadPatch(ValueError):
    """Not a patch, or it points nowhere."""


class TestFailed(ValueError):
    """A ``test`` operation did not hold."""


def apply(document: Any, operations: Any) -> Any:
    """A changed copy of *document*."""
    if not isinstance(operations, list) or not operations:
        raise BadPatch("operations")
    result = copy.deepcopy(document)
    for operation in operations:
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise BadPatch("operation")
        _one(result, operation)
    return result


def _one(document: Any, operation: dict[str, Any]) -> None:
    steps = [s.replace("~1", "/").replace("~0", "~") for s in operation["path"].split("/")]
    if len(steps) < 2 or steps[0]:
        raise BadPatch("path")
    holder = document
    for step in steps[1:-1]:
        holder = _get(holder, step)
    name, kind = steps[-1], operation.get("op")
    if kind in ("add", "replace", "test") and "value" not in operation:
        raise BadPatch("value")
    match kind:
        case "test":
            if _get(holder, name) != operation["value"]:
                raise TestFailed(operation["path"])
        case "replace":
            _get(holder, name)
            _set(holder, name, operation["value"])
        case "add":
            _add(holder, name, operation["value"])
        case "remove":
            _get(holder, name)
            del holder[int(name) if isinstance(holder, list) else name]
        case _:
            raise BadPatch("op")


def _get(holder: Any, step: str) -> Any:
    try:
        return holder[_index(holder, step)]
    except (KeyError, IndexError, TypeError):
        raise BadPatch("path") from None


def _set(holder: Any, step: str, value: Any) -> None:
    holder[_index(holder, step)] = value


def _add(holder: Any, step: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[step] = value
        return
    if not isinstance(holder, list):
        raise BadPatch("path")
    at = len(holder) if step == "-" else _index(holder, step)
    assert isinstance(at, int)
    if at > len(holder):
        raise BadPatch("path")
    holder.insert(at, value)


def _index(holder: Any, step: str) -> int | str:
    if not isinstance(holder, list):
        return step
    if not step.isascii() or not step.isdigit():
        raise BadPatch("path")
    return int(step)
