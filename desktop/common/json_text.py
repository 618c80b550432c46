"""JSON of FHIR as text and back, with decimals kept as they were written (7.20 is not 7.2)."""

import json
from typing import Any, Final

MOST_BYTES: Final = 40_000_000
DEEPEST: Final = 100
_HOLDING: Final = frozenset((dict, list))


class Number(str):
    """A number as it stands in JSON; compares and prints as its own text."""

    __slots__ = ()


def parse(content: bytes) -> Any:
    """The values of *content*, numbers as :class:`Number`. ValueError for all that is no JSON.

    What two programs would read differently is none: a name that stands twice in an object, NaN, bytes that
    are not UTF-8. Nor is what is larger than MOST_BYTES or nested deeper than DEEPEST.
    """
    if len(content) > MOST_BYTES:
        raise ValueError("too large")
    text = content.decode("utf-8-sig")
    try:
        value = json.loads(
            text, parse_float=Number, parse_int=Number, parse_constant=_refused, object_pairs_hook=_once
        )
    except RecursionError as problem:
        raise ValueError("too deep") from problem
    if _depth(value) > DEEPEST:
        raise ValueError("too deep")
    return value


def emit(value: object) -> bytes:
    """*value* (dict, list, str, :class:`Number`, int, bool) as compact UTF-8, members in their order."""
    parts: list[str] = []
    _emit(value, parts)
    return "".join(parts).encode()


def canonical(value: object) -> bytes:
    """The same with the members of each object in the order of their names (FHIR R4, JSON canonical form)."""
    return emit(_ordered(value))


def _emit(value: object, parts: list[str]) -> None:
    if isinstance(value, dict):
        before = "{"
        for name, item in value.items():
            parts.append(f"{before}{json.dumps(name, ensure_ascii=False)}:")
            _emit(item, parts)
            before = ","
        parts.append("{}" if before == "{" else "}")
    elif isinstance(value, list):
        before = "["
        for item in value:
            parts.append(before)
            _emit(item, parts)
            before = ","
        parts.append("[]" if before == "[" else "]")
    elif isinstance(value, Number):
        parts.append(value)
    elif value is None or isinstance(value, str | bool | int):
        parts.append(json.dumps(value, ensure_ascii=False))
    else:
        raise TypeError(type(value).__name__)


def _ordered(value: object) -> object:
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")
    return made


def _refused(word: str) -> None:
    raise ValueError(f"no JSON: {word}")


def _depth(value: Any) -> int:
    """How deep objects and lists stand in each other, as far as one more than DEEPEST."""
    depth, level = 0, [value] if type(value) in _HOLDING else []
    while level and depth <= DEEPEST:
        depth += 1
        level = [
            one
            for held in level
            for one in (held.values() if type(held) is dict else held)
            if type(one) is not str and type(one) in _HOLDING
        ]
    return depth
