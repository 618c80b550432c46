"""A way through JSON that may hold anything: what is not there, or is another thing, is empty."""

import re
from typing import Any, Final

Json = dict[str, Any]

LONGEST: Final = 200_000
_UNSHOWN: Final = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def at(value: object, *path: str | int) -> object:
    """What stands at *path* (names of members, numbers of items), None for nothing."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value


def node(value: object, *path: str | int) -> Json:
    """The object there, {} for anything else."""
    found = at(value, *path)
    return found if isinstance(found, dict) else {}


def each(value: object, *path: str | int) -> list[Json]:
    """The objects of the list there; one that a sender forgot to put into a list counts too."""
    found = at(value, *path)
    return [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, dict)]


def words(value: object, *path: str | int) -> str:
    """The text there without control characters, and not longer than LONGEST; "" for anything else."""
    found = at(value, *path)
    if not isinstance(found, str):
        return ""
    return _UNSHOWN.sub("", found if len(found) <= LONGEST else f"{found[:LONGEST]} …")


def extension(value: object, url: str) -> Json:
    """The first extension of that name."""
    return next((item for item in each(value, "extension") if item.get("url") == url), {})
