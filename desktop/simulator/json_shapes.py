"""Reading JSON of unknown shape: what does not fit is read as empty, never as an error."""

from typing import Any


def as_dict(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The array, or an empty one."""
    return value if isinstance(value, list) else []


def as_dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of an array."""
    return [v for v in as_list(value) if isinstance(v, dict)]


def as_text(value: Any) -> str:
    """The string, or an empty one."""
    return value if isinstance(value, str) else ""


def last_part(url: Any) -> str:
    """What stands behind the last slash of an address."""
    return as_text(url).rpartition("/")[2]
