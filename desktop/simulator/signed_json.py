"""What of a resource is signed: FHIR's canonical JSON, « document » (members in order, no white space).

Numbers keep the digits that were sent: 1.00 is not 1.0 (FHIR R4, decimal).
"""

import json
from collections.abc import Mapping
from typing import Any

from desktop.simulator import strict_json


class _Digits(str):
    """A number as it is written."""

    __slots__ = ()


def canonical(resource: Mapping[str, Any]) -> bytes:
    """Of what :func:`read` read, or a part of it; ValueError for words that are no Unicode."""
    return _words(dict(resource)).encode()


def read(content: bytes) -> dict[str, Any]:
    """A resource whose numbers are kept as they are written; ValueError for anything else."""
    value = strict_json.loads(content, number=_Digits)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _words(value: object) -> str:
    if isinstance(value, _Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_words(name)}:{_words(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_words, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
