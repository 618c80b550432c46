"""JSON as the standards of the platform want it: RFC 8259, RFC 7515 §4, FHIR R4."""

import json
from collections.abc import Callable
from typing import Any, NoReturn


def loads(text: str | bytes, number: Callable[[str], Any] | None = None) -> Any:
    """*text* (bytes: UTF-8) as Python values, its numbers through *number*; ValueError for anything else.

    A member that stands twice is refused: two readers would see two different objects. So are ``NaN`` and
    ``Infinity``, and what is nested too deep to be read.
    """
    try:
        words = text.decode() if isinstance(text, bytes) else text
        return json.loads(
            words, object_pairs_hook=_once, parse_constant=_no_number, parse_int=number, parse_float=number
        )
    except RecursionError:
        raise ValueError("nested too deep") from None


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a member stands twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
