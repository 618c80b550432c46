"""An ordonnance of 20 drugs checked; substances searched and the one field read, key by key."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from desktop.domain.drugs.checks import check
from desktop.domain.drugs.findings import CheckedLine, KnownAllergy
from desktop.domain.errors import Failure
from desktop.services.drug_data import drug_data, forget, line_reader, substance_search

_TIMES = 5
_LINES = 20
_TYPED = ("amoxicilline/acide clavulanique 875/125 mg cp 1-0-1 7j", "acide alen", "éthinyl", "a", "zzz")
_ALLERGIES = ("Pénicilline", "AINS", "latex", "fraises")


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """The slowest of :data:`_TIMES`; of keys the slowest one, each by the best of its times."""
    forget()
    began = time.perf_counter()
    data = drug_data()
    reader, search = line_reader(), substance_search()
    read = (time.perf_counter() - began) * 1000
    assert not isinstance(data, Failure)
    # Those that interact most, so that there is something to find.
    named = [name for row in data.interactions for name in (row.inn_a, row.inn_b)]
    inns = sorted(set(named), key=lambda name: (-named.count(name), name))[: 2 * _LINES]
    lines = [CheckedLine(number, inn, inns=(inn,)) for number, inn in enumerate(inns[:_LINES], 1)]
    other = [CheckedLine(0, inn, inns=(inn,)) for inn in inns[_LINES:]]
    allergies = [KnownAllergy(label) for label in _ALLERGIES]
    today = data.version

    def checked() -> int:
        return len(check(lines, allergies, other, data, today))

    taken = max(_once(checked) for _ in range(_TIMES))
    keys = [typed[:end] for typed in _TYPED for end in range(1, len(typed) + 1)]
    searched = max(min(_once(partial(search.hits, key)) for _ in range(_TIMES)) for key in keys)
    understood = max(min(_once(partial(reader.read, key)) for _ in range(_TIMES)) for key in keys)
    return [
        (
            f"drugs: {_LINES} lines checked beside {len(other)}, {checked()} findings",
            "≤ 20 ms",
            f"{taken:.1f} ms",
        ),
        (f"drugs: the slowest key of {len(keys)}, search", "≤ 20 ms", f"{searched:.1f} ms"),
        (f"drugs: the slowest key of {len(keys)}, one field", "≤ 20 ms", f"{understood:.1f} ms"),
        ("drugs: reading the set, in a worker", "", f"{read:.0f} ms"),
    ]


def _once(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
