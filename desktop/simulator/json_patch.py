"""JSON Patch by the library (RFC 6902, RFC 6901), of the operations that the platform accepts."""

from types import MappingProxyType
from typing import Any

import jsonpatch


class BadPatch(ValueError):
    """Not a patch, or it points nowhere."""


class TestFailed(ValueError):
    """A ``test`` operation did not hold: something else stands in its place, or nothing."""


class _Patch(jsonpatch.JsonPatch):
    """``copy`` and ``move`` are not for clients: a level is tested and replaced, and a few copies of the
    whole into itself would fill the memory."""

    operations = MappingProxyType(
        {name: jsonpatch.JsonPatch.operations[name] for name in ("test", "add", "replace", "remove")}
    )


def apply(document: Any, operations: Any) -> Any:
    """A changed copy of *document*; raises BadPatch, TestFailed."""
    if not isinstance(operations, list) or not operations:
        raise BadPatch("operations")
    if any(isinstance(one, dict) and one.get("path") == "" for one in operations):
        raise BadPatch("the whole document")
    try:
        return _Patch(operations).apply(document)
    except jsonpatch.JsonPatchTestFailed:
        raise TestFailed("test") from None
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, RecursionError):
        raise BadPatch("patch") from None
