"""What the engine's schemas accepted once is not asked again: most objects of a file are shaped alike.

A schema looks at keys, names and kinds of values; of numbers only at those that :func:`shape` keeps, of
texts and references at nothing (``tests/unit/pdf/test_pikepdf_internals.py`` reads that in the schemas).
Two thirds of a check was asking them, link by link.
"""

from collections.abc import Hashable, Iterable
from typing import Any, Protocol

from desktop.pdf.pikepdf_internals import Flavour, SchemaSet

MOST_SHAPES = 20_000  # of one role; a file of other shapes only is checked more slowly, that is all
PLAIN_FROM = 17  # no schema sets a whole number from here on apart, but a turn
_KEPT = "/Rotate"


class _Validator(Protocol):
    def iter_errors(self, instance: Any) -> Iterable[Any]: ...


def remember(flavour: str) -> None:
    """Give the schemas of *flavour* ("2b") their memory; once is enough."""
    schemas = SchemaSet.for_flavour(Flavour(flavour))
    if not isinstance(schemas._validators, _Remembering):
        schemas._validators = _Remembering(schemas._validators)


class _Remembering(dict[str, Any]):
    """The schemas' own store of validators, by role."""

    def __init__(self, known: dict[str, Any]) -> None:
        super().__init__()
        for role, validator in known.items():
            self[role] = validator

    def __setitem__(self, role: str, validator: _Validator) -> None:
        super().__setitem__(role, _WithMemory(validator))


class _WithMemory:
    """A validator that knows the shapes it has accepted; what it refuses is told in full each time."""

    def __init__(self, validator: _Validator) -> None:
        self._validator = validator
        self._accepted: set[Hashable] = set()

    def iter_errors(self, instance: Any) -> list[Any]:
        known = shape(instance)
        if known in self._accepted:
            return []
        errors = list(self._validator.iter_errors(instance))
        if not errors and len(self._accepted) < MOST_SHAPES:
            self._accepted.add(known)
        return errors


def shape(value: Any, key: str = "") -> Hashable:
    """What a schema can tell apart of the engine's encoding of an object, under *key* of its owner."""
    if isinstance(value, dict):
        return tuple(sorted((name, shape(inner, name)) for name, inner in value.items()))
    if isinstance(value, list):
        return ("[]", *(shape(inner) for inner in value))
    if isinstance(value, str):
        if value.startswith("/"):
            return value
        return value[:2] if value[1:2] == ":" else "R" if value.endswith(" R") else value
    if isinstance(value, bool) or value is None or key == _KEPT:
        return (type(value).__name__, str(value))
    if isinstance(value, int):
        return ("int", str(value)) if 0 <= value < PLAIN_FROM else ("int", value > 0)
    if isinstance(value, float):
        return ("float", str(value)) if 0 <= value < PLAIN_FROM else ("float", value > 0, value.is_integer())
    return (type(value).__name__, repr(value))
