"""Whether a figure reaches its target: both are shown as words, "≤ 50 ms" beside "36 ms (p99 21)"."""

import re

_FIGURE = re.compile(r"(\d+(?:\.\d+)?) (\S+)")


def misses(target: str, measured: str) -> bool:
    """True for a figure over its target, or for one that should be there and was not measured.

    False where there is no target, or nothing to compare with is installed. ValueError for two units.
    """
    if not target or measured == "not installed":
        return False
    limit, found = _FIGURE.search(target), _FIGURE.match(measured)
    if limit is None:
        raise ValueError(target)
    if found is None:
        return True
    if limit[2] != found[2]:
        raise ValueError(f"{measured} against {target}")
    return float(found[1]) > float(limit[1])
