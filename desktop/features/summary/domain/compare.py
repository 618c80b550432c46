"""What changed between two versions (CF-091): added, removed, changed, each entry once, unchanged ones never.

A changed dose is one change. Entries are paired from the surest likeness to the weakest, in their order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.features.summary.domain.entries import Entry, Observation
from desktop.features.summary.domain.sameness import KnownSubstances, Thing
from desktop.features.summary.domain.sections import SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection

_Pair = tuple[Entry, Entry]
_Known = tuple[Entry, Thing]
_Alike = Callable[[_Known, _Known], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """One section's; ``state`` and ``note`` are (old, new) where they differ, else None.

    A section that is not there says UNDECIDED here. ``changed`` are pairs (old, new).
    """

    section: SectionKey
    state: tuple[SectionState, SectionState] | None
    note: tuple[str, str] | None
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[_Pair, ...]


def compare(old: Summary, new: Summary, known: KnownSubstances) -> tuple[Difference, ...]:
    """The sections that differ, in the order in which they are read."""
    before, after = _sections(old), _sections(new)
    nothing = SummarySection(None, SectionState.UNDECIDED)
    differences = (
        _difference(rule.key, before.get(rule.key, nothing), after.get(rule.key, nothing), known)
        for rule in SECTIONS
    )
    return tuple(found for found in differences if found is not None)


def _sections(summary: Summary) -> dict[SectionKey, SummarySection]:
    return {section.key: section for section in summary.sections if section.key is not None}


def _difference(
    key: SectionKey, old: SummarySection, new: SummarySection, known: KnownSubstances
) -> Difference | None:
    removed = [(entry, known.thing(entry)) for entry in old.entries]
    added = [(entry, known.thing(entry)) for entry in new.entries]
    _take(removed, added, lambda one, other: one[0] == other[0])
    changed = [pair for alike in _LIKENESSES for pair in _take(removed, added, alike)]
    state = (old.state, new.state) if old.state is not new.state else None
    note = (old.note, new.note) if old.note != new.note else None
    if not (removed or added or changed or state or note):
        return None
    places = {id(entry): place for place, entry in enumerate(new.entries)}
    changed.sort(key=lambda pair: places[id(pair[1])])
    come, gone = (tuple(entry for entry, _ in rest) for rest in (added, removed))
    return Difference(key, state, note, come, gone, tuple(changed))


def _take(removed: list[_Known], added: list[_Known], alike: _Alike) -> Sequence[_Pair]:
    """Pairs that are *alike*, taken out of both lists."""
    pairs, left = [], []
    for come in added:
        place = next((n for n, gone in enumerate(removed) if alike(gone, come)), None)
        if place is None:
            left.append(come)
        else:
            pairs.append((removed.pop(place)[0], come[0]))
    added[:] = left
    return pairs


def _later_value(one: _Known, other: _Known) -> bool:
    """A result of another day stands for the former one."""
    return isinstance(one[0], Observation) and one[1].alike(other[1])


_LIKENESSES: Final[tuple[_Alike, ...]] = (
    lambda one, other: one[1].same(other[1]),
    _later_value,
    lambda one, other: one[1].renamed(other[1]),
)
